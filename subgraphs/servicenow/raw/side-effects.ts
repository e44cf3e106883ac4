import type { VendorAccess } from '../../../schema/source.ts'
import type { Members } from './settings.ts'

const EFFECTS: readonly (readonly [columns: RegExp, effect: string])[] = [
  [
    /^(state|incident_state|problem_state)$/,
    'A new state runs the rules of its table: SLA clocks, child tickets, mail to the caller.',
  ],
  [/^(impact|urgency|priority)$/, 'The priority may be computed anew from impact and urgency.'],
  [/^(caller_id|company|account)$/, 'Company, site and mail recipients may change with it.'],
  [/^(assigned_to|assignment_group)$/, 'Whoever is assigned may be mailed.'],
  [
    /^(watch_list|work_notes_list|additional_assignee_list)$/,
    'Everybody on the list is mailed from then on.',
  ],
  [/^problem_id$/, 'The problem may post notes back to the ticket.'],
  [/^(parent|parent_incident)$/, "The parent's later states may be copied to this ticket."],
  [/^time_worked$/, 'It books a row of time, and may change a time card.'],
  [/^active$/, 'The record may vanish from the lists that technicians work from.'],
]

/** What else may happen, in words for the person who approves (docs/vendors/servicenow/API.md 14). */
export function sideEffectsOf(demands: readonly VendorAccess[], members: Members): readonly string[] {
  const [, ...others] = demands
  const reached = others.map(({ group, kind }) => `It also reaches ${group} (${kind}).`)
  const effects = EFFECTS.filter(([columns]) => [...members.keys()].some((name) => columns.test(name)))
  return [...new Set([...reached, ...effects.map(([, effect]) => effect)])]
}
