import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../schema/errors.ts'
import { atBorder } from './border.ts'

function crossing(outcome: unknown) {
  const logged: unknown[] = []
  const result = atBorder(outcome, (error) => logged.push(error))
  const errors = (result.errors ?? []).map(({ path, extensions, message }) => ({
    path,
    code: extensions.code,
    message,
  }))
  return { result, errors, logged }
}

const ours = new GatewayError('NOT_FOUND', 'No such ticket.', { id: '1' })

describe('errors at the border', () => {
  it.each([
    ['ours', ours, 'NOT_FOUND'],
    ['ours, located', new GraphQLError('x', { originalError: ours, path: ['a'] }), 'NOT_FOUND'],
    [
      'ours, located twice',
      new GraphQLError('x', { originalError: new GraphQLError('y', { originalError: ours }), path: ['a'] }),
      'NOT_FOUND',
    ],
    ['what validation says', new GraphQLError('Cannot query field "x".'), 'GRAPHQL_VALIDATION_FAILED'],
    ['anything else', new Error('secret'), 'INTERNAL'],
    [
      'anything else, located',
      new GraphQLError('secret', { originalError: new Error('secret'), path: ['a'] }),
      'INTERNAL',
    ],
    [
      'what claims a code of ours',
      new GraphQLError('secret', { extensions: { code: 'NOT_FOUND' }, path: ['a'] }),
      'INTERNAL',
    ],
    ['what is no error', 'secret', 'INTERNAL'],
    ['null', null, 'INTERNAL'],
  ])('%s', (_what, error, code) => {
    const { errors, result, logged } = crossing(
      error instanceof Error ? { errors: [error], data: null } : error,
    )
    expect(errors[0]!.code).toBe(code)
    expect(errors[0]!.path).toEqual(error instanceof GraphQLError ? error.path : undefined)
    expect(JSON.stringify(result)).not.toContain('secret')
    expect(logged).toHaveLength(code === 'INTERNAL' ? 1 : 0)
  })

  it('details of ours survive, stack traces and originals do not', () => {
    const { result } = crossing(new GraphQLError('x', { originalError: ours, path: ['a'] }))
    expect(result.errors![0]!.extensions).toEqual({ code: 'NOT_FOUND', id: '1' })
    expect(result.errors![0]!.originalError).toBeUndefined()
  })

  it('several errors of one phase are several errors', () => {
    expect(crossing(new AggregateError([ours, ours])).errors).toHaveLength(2)
  })

  it('data stays beside errors, and an answer without data is empty', () => {
    expect(crossing({ data: { a: null }, errors: [ours] }).result.data).toEqual({ a: null })
    expect(crossing({ data: {} }).result).toEqual({ data: {} })
    expect(crossing({ errors: [ours] }).result.data).toBeNull()
  })

  it('one correlation id for all masked errors of an answer', () => {
    const { result } = crossing({ errors: [new Error('a'), new Error('b')] })
    const [one, two] = result.errors!.map(({ extensions }) => extensions.correlationId)
    expect(one).toBe(two)
  })
})
