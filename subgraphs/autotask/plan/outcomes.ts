import { GatewayError } from '../../../schema/errors.ts'
import type { ReopenTicketInput, ResolveTicketInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import type { Work } from '../../planning/work.ts'
import { COMPLETE, type Status, statuses } from '../reference.ts'
import { isDone } from './compose.ts'
import type { TicketNow } from './ticket-now.ts'

/** The resolution and the status that ends it go in one PATCH, behind the time. */
export async function resolutionWork(
  session: VendorSession,
  now: TicketNow,
  input: ResolveTicketInput,
): Promise<Work> {
  return {
    update: { status: input.status ?? (await resolvedStatus(session, now)).key },
    notes: [{ kind: 'RESOLUTION', text: input.resolution }],
    time: input.time === undefined ? [] : [input.time],
  }
}

export async function reopenWork(
  session: VendorSession,
  now: TicketNow,
  input: ReopenTicketInput,
): Promise<Work> {
  const known = await statuses(session)
  const status = known.find(({ id }) => id === now.status)
  if (status !== undefined && !isDone(status))
    throw new GatewayError('NO_CHANGE', 'The ticket is open already.')
  return {
    update: { status: input.status ?? (await openStatus(session, now)).key },
    notes: input.note === undefined ? [] : [{ kind: 'INTERNAL', text: input.note }],
    time: [],
  }
}

async function resolvedStatus(session: VendorSession, now: TicketNow): Promise<Status> {
  const usable = (await statuses(session)).filter(({ active }) => active)
  return (
    mappedStatus(session, 'resolvedStatus', now, usable) ??
    guessResolved(usable) ??
    unmapped(
      'resolvedStatus',
      'No status is mapped for a resolved ticket; name one, or map one.',
      now,
      usable,
    )
  )
}

async function openStatus(session: VendorSession, now: TicketNow): Promise<Status> {
  const usable = (await statuses(session)).filter(({ active }) => active)
  return (
    mappedStatus(session, 'reopenStatus', now, usable) ??
    guessReopen(usable) ??
    unmapped('reopenStatus', 'No status is mapped for a reopened ticket; name one, or map one.', now, usable)
  )
}

/** Closed for emulated merges: the one status that the service itself treats as the end. */
export async function completeStatus(session: VendorSession, now: TicketNow): Promise<Status> {
  const usable = (await statuses(session)).filter(({ active }) => active)
  const found = usable.find(({ id }) => id === COMPLETE)
  return found ?? unmapped('statusCategories', 'The status Complete is not in use.', now, usable)
}

/** What a person mapped is not replaced by a guess when it is gone. */
function mappedStatus(
  session: VendorSession,
  member: 'resolvedStatus' | 'reopenStatus',
  now: TicketNow,
  usable: readonly Status[],
): Status | undefined {
  const mapping = session.connection.mapping[member]
  const key = mapping?.[String(now.queueID)] ?? mapping?.['*']
  if (key === undefined) return undefined
  const found = usable.find((status) => status.key === key)
  return (
    found ?? unmapped(member, 'The status that is mapped is not in use any more; map another.', now, usable)
  )
}

/** The only status that says so; without any, the system's own Complete. */
export function guessResolved(usable: readonly Status[]): Status | undefined {
  const resolved = usable.filter(({ category }) => category === 'RESOLVED')
  if (resolved.length > 0) return resolved.length === 1 ? resolved[0] : undefined
  return usable.find(({ id }) => id === COMPLETE)
}

/** The only status in which somebody works, or the only one that is called so. */
export function guessReopen(usable: readonly Status[]): Status | undefined {
  const active = usable.filter(({ category }) => category === 'ACTIVE')
  const named = active.filter(({ name }) => /^in.progress$/i.test(name))
  for (const candidates of [active, named]) if (candidates.length === 1) return candidates[0]
  return undefined
}

function unmapped(missing: string, message: string, now: TicketNow, usable: readonly Status[]): never {
  throw new GatewayError('NOT_CONFIGURED', message, {
    missing,
    board: now.queueID === null ? null : String(now.queueID),
    allowed: usable.map(({ name }) => name),
  })
}
