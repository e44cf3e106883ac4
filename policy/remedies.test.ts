import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Remedy, remediesFor } from './remedies.ts'
import { agentWith, CONNECTION, demand, only } from './testing/harness.ts'
import type { ConnectionPolicy, Demand } from './types.ts'

const texts = (policy: ConnectionPolicy, ...demands: Partial<Demand>[]) =>
  remediesFor(agentWith(policy), demands.map(demand)).remedies.map(({ text }: Remedy) => text)

describe('what would have to change', () => {
  it('is named whole, from the level to the fields', () => {
    expect(texts({ groups: {} }, { kind: 'UPDATE', fields: ['title', 'status'] })).toEqual([
      'Tickets at READ_WRITE.',
      'Allow the fields status, title of Tickets for UPDATE.',
    ])
    expect(texts({ groups: {} }, { kind: 'READ' })).toEqual(['Tickets at READ_ONLY.'])
    expect(
      texts(only('Tickets', { level: 'READ_WRITE' }), { kind: 'MERGE', companies: ['Acme', 'Globex'] }),
    ).toEqual(['Switch "merge" of Tickets on.', 'Switch "acrossCompanies" on.'])
    const policy = only('Tickets', {
      level: 'READ_WRITE',
      allowedFields: { UPDATE: 'ALL' },
      allowedValues: { status: ['New'] },
    })
    expect(texts(policy, { kind: 'UPDATE', fields: ['status'], values: { status: ['Closed'] } })).toEqual([
      'Allow Closed as values of status of Tickets.',
    ])
    expect(texts({ groups: {} }, { connection: 'other', kind: 'READ' })).toEqual([
      'Assign this connection to the workflow.',
      'Tickets at READ_ONLY.',
    ])
  })

  it.each([
    ['a forbidden group', { group: 'Member Security', kind: 'READ' }],
    ['a forbidden endpoint', { forbidden: 'batch' }],
    ['what no catalogue knows', { group: undefined }],
    ['custom fields all at once', { kind: 'UPDATE', fields: ['customFields'] }],
  ] as const)('never opens %s', (_, part) => {
    const open = only('Tickets', { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' } })
    expect(remediesFor(agentWith(open), [demand(part as Partial<Demand>)]).suffices).toBe(false)
  })

  it('says nothing where nothing is refused', () => {
    expect(remediesFor(agentWith(only('Tickets', { level: 'READ_ONLY' })), [demand()])).toEqual({
      remedies: [],
      suffices: true,
    })
  })

  it('ends, and suffices for everything that is not forbidden for good', () => {
    const one = fc.record({
      connection: fc.constantFrom(CONNECTION, 'other'),
      group: fc.constantFrom('Tickets', 'Contacts'),
      kind: fc.constantFrom('READ', 'CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'),
      fields: fc.subarray(['title', 'status', 'custom:7']),
      values: fc.record({ status: fc.subarray(['New', 'Closed']) }),
      scope: fc.constantFrom(undefined, [{ company: 'Globex' }]),
      companies: fc.subarray(['Acme', 'Globex']),
    }) as fc.Arbitrary<Demand>
    const policy: ConnectionPolicy = {
      groups: { Tickets: { level: 'READ_ONLY', allowedValues: { status: ['New'] } } },
      recordScope: { include: { companies: ['Acme'] } },
    }
    fc.assert(
      fc.property(fc.array(one, { maxLength: 4 }), (demands) => {
        expect(remediesFor(agentWith(policy), demands).suffices).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
