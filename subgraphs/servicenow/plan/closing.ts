import { GatewayError } from '../../../schema/errors.ts'
import type { TenantMapping, VendorSession } from '../../../schema/source.ts'
import { expectMapped } from '../../planning/mapped.ts'
import { fold } from '../../reading/fold.ts'
import { active, type Choice, isDone, type Status } from '../choices.ts'
import { valueAt } from '../rows.ts'
import { pickStatus } from './settings.ts'
import type { TicketNow } from './ticket-now.ts'

/** Canceling asks for no resolution (API.md 13, Close rule). */
const CANCELED = /cancel/i

/** A done status that the platform refuses without close code and notes. */
export function needsResolution(now: TicketNow, status: Status | null): boolean {
  return status !== null && isDone(status) && now.table.closeCode !== undefined && !CANCELED.test(status.name)
}

/** A person's word first, then the ticket's own, then a list with nothing to choose from. */
export function closeCodeFor(session: VendorSession, now: TicketNow): string {
  const known = active(now.choices.closeCodes)
  const { closeCode } = session.connection.mapping
  const own = now.table.closeCode === undefined ? null : valueAt(now.row, now.table.closeCode)
  if (closeCode !== undefined) {
    // An instance that hides its choices still knows them: the mapping was confirmed by a person.
    if (known.length === 0) return closeCode
    const isIt = ({ value, name }: Choice) => value === closeCode || fold(name) === fold(closeCode)
    return expectMapped('closeCode', known, isIt).value
  }
  if (own !== null) return own
  const [only] = known
  if (only !== undefined && known.length === 1) return only.value
  throw new GatewayError('NOT_CONFIGURED', 'A resolution of ServiceNow needs a close code; map one.', {
    missing: 'closeCode',
    allowed: known.map(({ name }) => name),
  })
}

export function resolvedStatus(session: VendorSession, now: TicketNow): string {
  return mappedStatus(session.connection.mapping.resolvedStatus, now, 'resolvedStatus', 'RESOLVED')
}

export function reopenStatus(session: VendorSession, now: TicketNow): string {
  return mappedStatus(session.connection.mapping.reopenStatus, now, 'reopenStatus', 'ACTIVE')
}

/** By the mapping of the board, or of all; else by a category that one status alone has. */
function mappedStatus(
  mapped: TenantMapping['resolvedStatus'],
  now: TicketNow,
  member: 'resolvedStatus' | 'reopenStatus',
  category: Status['category'],
): string {
  const board = valueAt(now.row, 'assignment_group')
  const wanted = (board === null ? undefined : mapped?.[board]) ?? mapped?.['*']
  const known = active(now.choices.statuses)
  if (wanted !== undefined && !known.some(({ key, state, name }) => [key, state, name].includes(wanted)))
    throw new GatewayError(
      'NOT_CONFIGURED',
      'The status that is mapped is not in use any more; map another.',
      { missing: member, allowed: known.map(({ name }) => name) },
    )
  if (wanted !== undefined) return pickStatus(member, wanted, now.choices).key
  const usable = known
  const fitting = usable.filter((status) => status.category === category)
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only.key
  throw new GatewayError(
    'NOT_CONFIGURED',
    `No one status of these tickets stands out as ${category}; name one, or map "${member}".`,
    { missing: member, board, allowed: usable.map(({ name }) => name) },
  )
}
