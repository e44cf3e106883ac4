import type { RawRequest } from '../../../schema/passthrough.ts'
import { PUBLISH_INTERNAL } from '../note-groups.ts'
import { queryOf } from './query.ts'
import type { Search } from './search.ts'
import { memberOf } from './values.ts'

export const INTERNAL = 'Ticket Notes'
export const CLIENT = 'Client-Facing Notes'

/** Notes are two groups behind one endpoint, whether they are read below their ticket or by themselves. */
export function isNotes(template: string): boolean {
  return (
    /^\/(tickets\/\{\w+\}\/notes|ticketnotes)(\/|$)/i.test(template) &&
    !/entityinformation|attachments/i.test(template)
  )
}

/** The groups of the notes that a read may answer with; one where its query asks for that one alone. */
export function noteGroups(request: RawRequest): readonly string[] {
  const pin = queryOf(request)?.search.pins.find(
    ({ field, value }) => field === 'publish' && typeof value === 'number',
  )
  if (pin === undefined) return [INTERNAL, CLIENT]
  const internal = pin.value === PUBLISH_INTERNAL
  if (pin.op === 'eq') return [internal ? INTERNAL : CLIENT]
  return internal ? [CLIENT] : [INTERNAL, CLIENT]
}

/** The groups that a note in an answer belongs to: where it does not tell, whichever the query allows. */
export function groupsOfNote(note: unknown, possible: readonly string[]): readonly string[] {
  const publish = memberOf(note, 'publish')
  if (publish === undefined) return possible
  return [publish === PUBLISH_INTERNAL ? INTERNAL : CLIENT]
}

const PLACES: ReadonlySet<string> = new Set(['id', 'ticketid', 'publish'])

/**
 * An answer loses the notes that can't be read. A number of notes, or a filter on what they hold, would tell of
 * those all the same, and an answer without `publish` does not say which they are.
 */
export function tellsOfOthers(
  { search: { filtered, included } }: { readonly search: Search },
  counts: boolean,
): boolean {
  const named = (name: string) => (one: { readonly name: string }) => one.name.toLowerCase() === name
  return (
    counts ||
    filtered.some(({ name, custom }) => custom || !PLACES.has(name.toLowerCase())) ||
    (included !== null && !included.some(named('publish')))
  )
}
