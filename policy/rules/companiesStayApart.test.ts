import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, facts, openTickets } from '../testing/harness.ts'

const two = ['Acme', 'Globex']

describe('companiesStayApart', () => {
  it.each(['MERGE', 'BUNDLE'] as const)('lets %s within one company on', (kind) => {
    expectAllowed(openTickets, { kind, companies: ['Acme', 'Acme'] }, facts())
  })

  it.each(['MERGE', 'BUNDLE'] as const)('refuses %s over two companies', (kind) => {
    const { message, details } = expectDenied('FORBIDDEN_OPERATION', openTickets, { kind, companies: two })

    expect(message).toContain('records of different companies stay apart')
    expect(message).not.toMatch(/Globex/)
    expect(details).toMatchObject({ rule: 'companiesStayApart', switch: 'acrossCompanies' })
  })

  it('lets two companies on when acrossCompanies is on', () => {
    expectAllowed({ ...openTickets, acrossCompanies: true }, { kind: 'MERGE', companies: two })
  })

  it('sees the companies of the plan where the demand names none', () => {
    expectDenied('FORBIDDEN_OPERATION', openTickets, { kind: 'MERGE' }, facts({ companies: two }))
  })

  it('refuses a planned merge of companies unknown', () => {
    expectDenied('FORBIDDEN_OPERATION', openTickets, { kind: 'MERGE' }, facts({ companies: [] }))
    expectDenied(
      'FORBIDDEN_OPERATION',
      openTickets,
      { kind: 'MERGE', companies: [] },
      facts({ companies: [] }),
    )
    expectAllowed(openTickets, { kind: 'MERGE' })
  })

  it('never asks it of another write', () => {
    expectAllowed(
      openTickets,
      { kind: 'UPDATE', fields: ['company'], companies: two },
      facts({ companies: two }),
    )
  })
})
