import type { VendorAccess } from '../../../schema/source.ts'
import type { Members } from './references.ts'

/** What else may happen, in words for the person who approves (docs/vendors/connectwise/API.md 9). */
export function sideEffectsOf(
  template: string,
  demands: readonly VendorAccess[],
  members: Members,
): readonly string[] {
  const [own, ...others] = demands
  const effects = others.map(({ group, kind }) => `It also reaches ${group} (${kind}).`)
  const isTicket = own?.group === 'Tickets' || /\/tickets(\/\{\w+\})?$/i.test(template)
  if (isTicket && members.has('status'))
    effects.push('A new status may close or reopen the ticket and mail people.')
  if (isTicket && (members.has('board') || members.has('company')))
    effects.push('A new board or company resets status, type, agreement and SLA.')
  if (members.has('customfields')) effects.push('The list of custom fields is replaced as a whole.')
  if (members.has('communicationitems')) effects.push('All addresses and numbers are replaced as a whole.')
  if (members.has('skipcallback')) effects.push('Other systems may not be told of the change.')
  return [...new Set(effects)]
}
