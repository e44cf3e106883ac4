import { readFileSync } from 'node:fs'
import { buildSchema, getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { agentExamples, PLACEHOLDERS, personExamples } from '../../console/graphiql/examples.ts'

const schema = buildSchema(readFileSync(new URL('../../generated/schema.graphql', import.meta.url), 'utf8'))

describe('the examples of GraphiQL', () => {
  const examples = [...agentExamples(PLACEHOLDERS), ...personExamples(PLACEHOLDERS)]

  it.each(examples.map((one) => [one.title, one] as const))('%s: fits the schema', (_, example) => {
    const document = parse(example.query)
    expect(validate(schema, document)).toEqual([])
    const operation = document.definitions.find(
      (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
    )
    const { errors } = getVariableValues(
      schema,
      operation?.variableDefinitions ?? [],
      example.variables ?? {},
    )
    expect(errors).toBeUndefined()
  })

  it('plan their writes and send none, but for the one that says so', () => {
    const writes = agentExamples(PLACEHOLDERS).filter(({ query }) => query.startsWith('mutation'))
    const sent = writes.filter(({ query }) => !query.includes('dryRun: true'))
    expect(sent.map(({ query }) => query.split('(')[0])).toEqual(['mutation AskForAChange'])
  })
})
