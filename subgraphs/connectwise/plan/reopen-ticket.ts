import { GatewayError } from '../../../schema/errors.ts'
import type { ReopenTicketInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import type { Work } from '../../planning/work.ts'
import { statusesOf } from '../reference.ts'
import type { TicketBody } from '../schema.ts'
import { statusGone } from './resolve-ticket.ts'

export async function reopenWork(
  session: VendorSession,
  now: TicketBody,
  input: ReopenTicketInput,
): Promise<Work> {
  return {
    update: { status: input.status ?? (await openStatus(session, now)) },
    notes: input.note === undefined ? [] : [{ kind: 'INTERNAL', text: input.note }],
    time: [],
  }
}

/** A person's mapping first, then the board's first status that somebody works in. */
async function openStatus(session: VendorSession, now: TicketBody): Promise<string> {
  const board = now.board === null ? null : String(now.board.id)
  const usable =
    board === null ? [] : (await statusesOf(session, board)).filter(({ inactive }) => inactive !== true)
  if (
    usable.some(
      ({ key, category }) => key === String(now.status?.id) && !['RESOLVED', 'CLOSED'].includes(category),
    )
  ) {
    throw new GatewayError('NO_CHANGE', 'The ticket is open already.')
  }
  const { reopenStatus = {} } = session.connection.mapping
  const mapped = reopenStatus[board ?? ''] ?? reopenStatus['*']
  if (mapped !== undefined && !usable.some(({ key }) => key === mapped))
    throw statusGone('reopenStatus', usable)
  const found =
    usable.find(({ key }) => key === mapped) ??
    usable.find(({ category }) => category === 'ACTIVE') ??
    usable.find(({ category }) => category === 'NEW')
  if (found !== undefined) return found.key
  throw new GatewayError(
    'NOT_CONFIGURED',
    'The board has no open status to go back to; name one, or map one.',
    {
      missing: 'reopenStatus',
      board,
      allowed: usable.map(({ name }) => name),
    },
  )
}
