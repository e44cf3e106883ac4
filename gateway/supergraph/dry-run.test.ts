import { describe, expect, it } from 'vitest'
import { harness } from './harness.ts'

const { ask } = harness()
const WRITE = 'updateTicket(input: { id: "acme-cw:Ticket:2" }'

const planned = (source: string): string =>
  source.replace('{ __typename }', '{ __typename ... on TicketWritten { ticket { title } } }')

describe.each([
  { path: 'one subgraph alone', form: (source: string) => source },
  { path: 'planned', form: planned },
])('@dryRun, $path', ({ form }) => {
  it.each`
    head                                     | field                                                                                                               | variables                       | typename
    ${''}                                    | ${`${WRITE})`}                                                                                                      | ${{}}                           | ${'TicketWritten'}
    ${''}                                    | ${`${WRITE}) @dryRun`}                                                                                              | ${{}}                           | ${'DryRunPlan'}
    ${''}                                    | ${`${WRITE}) @dryRun(if: true)`}                                                                                    | ${{}}                           | ${'DryRunPlan'}
    ${''}                                    | ${`${WRITE}) @dryRun(if: false)`}                                                                                   | ${{}}                           | ${'TicketWritten'}
    ${''}                                    | ${`${WRITE}, dryRun: true) @dryRun(if: false)`}                                                                     | ${{}}                           | ${'DryRunPlan'}
    ${''}                                    | ${`${WRITE}, dryRun: false) @dryRun`}                                                                               | ${{}}                           | ${'DryRunPlan'}
    ${'($x: Boolean!)'}                      | ${`${WRITE}) @dryRun(if: $x)`}                                                                                      | ${{ x: true }}                  | ${'DryRunPlan'}
    ${'($x: Boolean!)'}                      | ${`${WRITE}) @dryRun(if: $x)`}                                                                                      | ${{ x: false }}                 | ${'TicketWritten'}
    ${'($x: Boolean)'}                       | ${`${WRITE}) @dryRun(if: $x)`}                                                                                      | ${{}}                           | ${'DryRunPlan'}
    ${'($x: Boolean = false)'}               | ${`${WRITE}) @dryRun(if: $x)`}                                                                                      | ${{}}                           | ${'TicketWritten'}
    ${'($x: Boolean!)'}                      | ${`${WRITE}, dryRun: true) @dryRun(if: $x)`}                                                                        | ${{ x: false }}                 | ${'DryRunPlan'}
    ${'($x: Boolean!)'}                      | ${`${WRITE}, dryRun: false) @dryRun(if: $x)`}                                                                       | ${{ x: true }}                  | ${'DryRunPlan'}
    ${'($y: Boolean!)'}                      | ${`${WRITE}, dryRun: $y) @dryRun`}                                                                                  | ${{ y: false }}                 | ${'DryRunPlan'}
    ${'($y: Boolean!)'}                      | ${`${WRITE}, dryRun: $y) @dryRun(if: false)`}                                                                       | ${{ y: true }}                  | ${'DryRunPlan'}
    ${'($x: Boolean!, $y: Boolean!)'}        | ${`${WRITE}, dryRun: $y) @dryRun(if: $x)`}                                                                          | ${{ x: false, y: true }}        | ${'DryRunPlan'}
    ${'($x: Boolean!, $y: Boolean!)'}        | ${`${WRITE}, dryRun: $y) @dryRun(if: $x)`}                                                                          | ${{ x: true, y: false }}        | ${'DryRunPlan'}
    ${'($x: Boolean!, $y: Boolean!)'}        | ${`${WRITE}, dryRun: $y) @dryRun(if: $x)`}                                                                          | ${{ x: false, y: false }}       | ${'TicketWritten'}
    ${'($dryRun_0: Boolean!, $x: Boolean!)'} | ${`a: ${WRITE}, dryRun: $dryRun_0) { __typename } updateTicket(input: { id: "acme-cw:Ticket:2" }) @dryRun(if: $x)`} | ${{ dryRun_0: true, x: false }} | ${'TicketWritten'}
  `('$head $field with $variables answers $typename', async ({ head, field, variables, typename }) => {
    const { result, errors } = await ask(form(`mutation ${head} { ${field} { __typename } }`), variables)
    expect(errors).toEqual([])
    expect((result.data as { updateTicket: { __typename: string } }).updateTicket.__typename).toBe(typename)
  })

  it('is on for one of two aliases only, also inside fragments', async () => {
    const source = form(
      `mutation { a: ${WRITE}) { kind: __typename } ...F } fragment F on Mutation { b: ${WRITE}) @dryRun { kind: __typename } }`,
    )
    const { journal } = await ask(source)
    expect(journal.filter((line) => line.startsWith('begin'))).toEqual([
      'begin acme-cw:Ticket:2',
      'begin acme-cw:Ticket:2 dry',
    ])
  })

  it('a caller cannot set the variable that we add', async () => {
    const source = form(`mutation ($x: Boolean!) { ${WRITE}) @dryRun(if: $x) { __typename } }`)
    expect((await ask(source, { x: true, dryRun_0: false })).journal[0]).toBe('begin acme-cw:Ticket:2 dry')
  })

  it('a null that decides about a dry run sends nothing', async () => {
    const source = form(`mutation ($x: Boolean) { ${WRITE}) @dryRun(if: $x) { __typename } }`)
    const { errors, journal } = await ask(source, { x: null })
    expect(errors).toEqual(['BAD_USER_INPUT'])
    expect(journal).toEqual([])
  })

  it('two fields that merge must agree', async () => {
    const source = form(`mutation { ${WRITE}) { __typename } ${WRITE}) @dryRun { __typename } }`)
    const { errors, journal } = await ask(source)
    expect(errors).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(journal).toEqual([])
  })

  it('two fields that merge and agree are one write', async () => {
    const source = form(
      `mutation ($x: Boolean!) { ${WRITE}) @dryRun(if: $x) { __typename } ${WRITE}) @dryRun(if: $x) { __typename } }`,
    )
    expect((await ask(source, { x: true })).journal).toEqual([
      'begin acme-cw:Ticket:2 dry',
      'end acme-cw:Ticket:2',
    ])
  })
})

it.each`
  where                            | source
  ${'a query field'}               | ${'{ ticket(id: "1") @dryRun { id } }'}
  ${'a nested field'}              | ${'{ ticket(id: "1") { title @dryRun } }'}
  ${'a nested field of a write'}   | ${`mutation { ${WRITE}) { ... on TicketWritten { ticket @dryRun { id } } } }`}
  ${'a field of a fragment'}       | ${`mutation { ${WRITE}) { ...F } } fragment F on DryRunPlan { planHash @dryRun }`}
  ${'a mutation that is no write'} | ${'mutation { approve(id: "1") @dryRun { id } }'}
  ${'an operation'}                | ${`mutation @dryRun { ${WRITE}) { __typename } }`}
  ${'a fragment spread'}           | ${`mutation { ...F @dryRun } fragment F on Mutation { ${WRITE}) { __typename } }`}
`('is a validation error on $where', async ({ source }) => {
  const { errors, journal } = await ask(source as string)
  expect(errors).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  expect(journal).toEqual([])
})
