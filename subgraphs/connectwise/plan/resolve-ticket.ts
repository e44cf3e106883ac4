import { GatewayError } from '../../../schema/errors.ts'
import type { ResolveTicketInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import type { Work } from '../../planning/work.ts'
import { statusesOf } from '../reference.ts'
import type { TicketBody } from '../schema.ts'

/** The resolution first, then the time, and the status that ends it last. */
export async function resolutionWork(
  session: VendorSession,
  now: TicketBody,
  input: ResolveTicketInput,
): Promise<Work> {
  return {
    update: { status: input.status ?? (await resolvedStatus(session, now)) },
    notes: [{ kind: 'RESOLUTION', text: input.resolution }],
    time: input.time === undefined ? [] : [input.time],
  }
}

/** A status that a person mapped to RESOLVED, else one that looks like it; closing is not guessed. */
async function resolvedStatus(session: VendorSession, now: TicketBody): Promise<string> {
  const usable =
    now.board === null
      ? []
      : (await statusesOf(session, String(now.board.id))).filter(({ inactive }) => inactive !== true)
  const { statusCategories: mapped = {}, resolvedStatus = {} } = session.connection.mapping
  const chosen = resolvedStatus[String(now.board?.id)] ?? resolvedStatus['*']
  if (chosen !== undefined && !usable.some(({ key }) => key === chosen))
    throw statusGone('resolvedStatus', usable)
  const found =
    usable.find(({ key }) => key === chosen) ??
    usable.find(({ key }) => mapped[key] === 'RESOLVED') ??
    usable.find(({ category }) => category === 'RESOLVED')
  if (found !== undefined) return found.key
  throw new GatewayError(
    'NOT_CONFIGURED',
    'The board has no resolved status; name one, or map one of its statuses to RESOLVED.',
    {
      missing: 'statusCategories',
      board: now.board === null ? null : String(now.board.id),
      allowed: usable.map(({ name }) => name),
    },
  )
}

/** What a person mapped is not replaced by a guess when it is gone. */
export function statusGone(
  missing: 'resolvedStatus' | 'reopenStatus',
  usable: readonly { readonly name: string }[],
): GatewayError {
  return new GatewayError(
    'NOT_CONFIGURED',
    'The status that is mapped is none of this board, or not in use any more; map another.',
    { missing, allowed: usable.map(({ name }) => name) },
  )
}
