import { describe, expect, it } from 'vitest'
import { expectAllowed, expectDenied, facts, only, openTickets } from '../testing/harness.ts'

const noSwitches = only('Tickets', { level: 'READ_WRITE', allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' } })
const kinds = [
  ['MERGE', 'merge'],
  ['BUNDLE', 'bundle'],
  ['DELETE', 'delete'],
] as const

describe('mergeBundleAndDeleteNeedTheirSwitch', () => {
  it.each(kinds)('lets %s on when its switch is on', (kind) => expectAllowed(openTickets, { kind }, facts()))

  it.each(kinds)('refuses %s when its switch is left out', (kind, needed) => {
    const { message, details } = expectDenied('ACTION_DISABLED', noSwitches, { kind })

    expect(message).toContain(`on "acme-cw": the switch "${needed}" of this group is off.`)
    expect(details).toMatchObject({ group: 'Tickets', kind, switch: needed, levelNeeded: 'READ_WRITE' })
  })

  it.each(kinds)('refuses %s when only the other two are on', (kind, needed) => {
    const policy = only('Tickets', { ...openTickets.groups.Tickets!, [needed]: false })

    expectDenied('ACTION_DISABLED', policy, { kind })
  })

  it('asks no switch for other writes', () =>
    expectAllowed(noSwitches, { kind: 'UPDATE', fields: ['title'] }))
})
