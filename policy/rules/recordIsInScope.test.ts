import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, facts, openTickets } from '../testing/harness.ts'
import type { RecordScope, ScopeFacts } from '../types.ts'

const within = (recordScope: RecordScope) => ({ ...openTickets, recordScope })
const acmeOnly = within({ include: { companies: ['Acme'] } })
const helpDeskOnly = within({ include: { boards: ['Help Desk'] } })
const write = { kind: 'UPDATE', fields: ['title'] } as const
const contact: ScopeFacts = { company: 'Acme', notApplicable: ['board'] }

describe('recordIsInScope', () => {
  it.each`
    scope                                                                 | record                                     | verdict
    ${{ include: { companies: ['Acme'] } }}                               | ${{ company: 'Acme' }}                     | ${'in'}
    ${{ include: { companies: ['Acme'] } }}                               | ${{ company: 'ACME' }}                     | ${'in'}
    ${{ include: { companies: ['Acme'] } }}                               | ${{ company: 'Globex' }}                   | ${'out'}
    ${{ include: { companies: ['Acme'] } }}                               | ${{ company: null }}                       | ${'out'}
    ${{ include: { companies: ['Acme'] } }}                               | ${{ board: 'Help Desk' }}                  | ${'out'}
    ${{ include: { companies: ['Acme'], boards: ['Help Desk'] } }}        | ${{ company: 'Acme', board: 'Help Desk' }} | ${'in'}
    ${{ include: { companies: ['Acme'], boards: ['Help Desk'] } }}        | ${{ company: 'Acme', board: 'Projects' }}  | ${'out'}
    ${{ include: { companyTypes: ['Client'] } }}                          | ${{ companyType: 'Vendor' }}               | ${'out'}
    ${{ exclude: { companies: ['Acme'] } }}                               | ${{ company: 'acme' }}                     | ${'out'}
    ${{ exclude: { companies: ['Acme'] } }}                               | ${{ company: 'Globex' }}                   | ${'in'}
    ${{ exclude: { companies: ['Acme'] } }}                               | ${{ company: null }}                       | ${'in'}
    ${{ exclude: { companies: ['Acme'] } }}                               | ${{}}                                      | ${'out'}
    ${{ include: { companies: ['Acme'] }, exclude: { boards: ['VIP'] } }} | ${{ company: 'Acme', board: 'VIP' }}       | ${'out'}
    ${{ include: { companies: ['Acme'], boards: ['Help Desk'] } }}        | ${contact}                                 | ${'in'}
  `('$scope: $record is $verdict, for reads and planned writes', ({ scope, record, verdict }) => {
    for (const asked of [{ kind: 'READ' }, write] as const) {
      const demand = { ...asked, scope: [record] }
      const known = facts({ companies: [] })
      if (verdict === 'in') expectAllowed(within(scope), demand, known)
      else expectDenied('RECORD_OUT_OF_SCOPE', within(scope), demand, known)
    }
  })

  it('asks nothing when the policy has no scope', () => {
    expectAllowed(openTickets, [{ unscopable: true }, { ...write, scope: [{ company: 'Globex' }] }], facts())
  })

  it('refuses a read that cannot be scoped', () => {
    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, { unscopable: true })
  })

  it('lets a list be read without facts: its records are narrowed and judged one by one', () => {
    expectAllowed(acmeOnly, { kind: 'READ' })
  })

  it('refuses a planned write of which nothing is known', () => {
    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, write, facts())
    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, { ...write, scope: [] }, facts())
    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, { ...write, scope: [{}] }, facts())
  })

  it('lets a write be planned before its record was read, and judges what is known by then', () => {
    expectAllowed(acmeOnly, write)
    expectAllowed(acmeOnly, { ...write, scope: [{}] })
    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, { ...write, scope: [{ company: 'Globex' }] })
  })

  it('judges every record that a write refers to', () => {
    const scope = [{ company: 'Acme' }, { company: 'Globex' }]

    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, { ...write, scope }, facts())
  })

  it('judges every company that the plan reaches, named by the demand or not', () => {
    const asked = { ...write, scope: [{ company: 'Acme' }] }

    expectAllowed(acmeOnly, asked, facts({ companies: ['Acme'] }))
    expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, asked, facts({ companies: ['Acme', 'Globex'] }))
    expectAllowed(
      helpDeskOnly,
      { ...write, scope: [{ board: 'Help Desk' }] },
      facts({ companies: ['Globex'] }),
    )
  })

  it('lets a contact pass below a ticket whose board is in scope, and never on its own', () => {
    expectAllowed(helpDeskOnly, { ...write, scope: [{ board: 'Help Desk' }, contact] }, facts())
    expectDenied('RECORD_OUT_OF_SCOPE', helpDeskOnly, { ...write, scope: [contact] }, facts())
    expectDenied('RECORD_OUT_OF_SCOPE', helpDeskOnly, { kind: 'READ', scope: [contact] })
  })

  it('says nothing of the record', () => {
    const { message, details } = expectDenied('RECORD_OUT_OF_SCOPE', acmeOnly, {
      scope: [{ company: 'Globex' }],
    })

    expect(JSON.stringify([message, details])).not.toMatch(/Globex|Acme|exist/)
  })
})
