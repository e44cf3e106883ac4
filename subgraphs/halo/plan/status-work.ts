import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ReopenTicketInput, ResolveTicketInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type Status, statuses, statusesOfType } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { isDone, type Work } from './compose.ts'
import { outcomeFor } from './outcomes.ts'
import { pick } from './pick.ts'

/** The time first, then one action that holds the resolution and ends the ticket. */
export async function resolutionWork(
  session: VendorSession,
  now: TicketBody,
  input: ResolveTicketInput,
): Promise<Work> {
  const usable = await usableStatuses(session, now)
  const status =
    input.status === undefined
      ? await resolvedStatus(session, now, usable)
      : pick('status', input.status, usable)
  return {
    update: {},
    notes: [],
    time: input.time === undefined ? [] : [input.time],
    resolution: { text: input.resolution, status },
  }
}

/** A person's mapping, else the status of the outcome for resolutions, else the only one that looks like it. */
async function resolvedStatus(
  session: VendorSession,
  now: TicketBody,
  usable: readonly Status[],
): Promise<Status> {
  const { resolvedStatus: mapped = {} } = session.connection.mapping
  const key = mapped[String(now.tickettype_id)] ?? mapped['*']
  if (key !== undefined) return mappedStatus(usable, key, 'resolvedStatus', now)
  const { newStatus } = await outcomeFor(session, now, 'RESOLUTION')
  const byOutcome = usable.find(({ id }) => id === newStatus)
  if (byOutcome !== undefined && isDone(byOutcome)) return byOutcome
  const fitting = usable.filter(({ category }) => category === 'RESOLVED')
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only
  throw missing('resolvedStatus', now, usable)
}

export async function reopenWork(
  session: VendorSession,
  now: TicketBody,
  input: ReopenTicketInput,
): Promise<Work> {
  const usable = await usableStatuses(session, now)
  const current = (await statuses(session)).find(({ id }) => id === now.status_id)
  if (current !== undefined && !isDone(current))
    throw new GatewayError('NO_CHANGE', 'The ticket is open already.')
  const status =
    input.status === undefined ? openStatus(session, now, usable) : pick('status', input.status, usable)
  if (isDone(status)) throw badInput('status', 'a status that is open', input.status)
  return {
    update: { status: status.key },
    notes: input.note === undefined ? [] : [{ kind: 'INTERNAL', text: input.note }],
    time: [],
  }
}

/** A person's mapping, else the only status that somebody works in. */
function openStatus(session: VendorSession, now: TicketBody, usable: readonly Status[]): Status {
  const { reopenStatus: mapped = {} } = session.connection.mapping
  const key = mapped[String(now.tickettype_id)] ?? mapped['*']
  if (key !== undefined) return mappedStatus(usable, key, 'reopenStatus', now)
  const found = guessReopen(usable)
  if (found !== undefined) return found
  throw missing('reopenStatus', now, usable)
}

/** The only active status, or of several the one that stock systems call "In Progress". */
export function guessReopen(usable: readonly Status[]): Status | undefined {
  const active = usable.filter(({ category }) => category === 'ACTIVE')
  const named = active.filter(({ name }) => /^in progress$/i.test(name.trim()))
  return active.length === 1 ? active[0] : named.length === 1 ? named[0] : undefined
}

export async function usableStatuses(session: VendorSession, now: TicketBody): Promise<readonly Status[]> {
  return now.tickettype_id === null ? statuses(session) : statusesOfType(session, now.tickettype_id)
}

function mappedStatus(usable: readonly Status[], key: string, member: string, now: TicketBody): Status {
  const found = usable.find((status) => status.key === key)
  if (found !== undefined) return found
  throw missing(member, now, usable)
}

function missing(member: string, now: TicketBody, usable: readonly Status[]): GatewayError {
  return new GatewayError(
    'NOT_CONFIGURED',
    `Which status to set is for the tenant to say: map "${member}".`,
    {
      missing: `${member}.${now.tickettype_id}`,
      allowed: usable.map(({ name }) => name),
    },
  )
}
