import { badInput } from '../../schema/errors.ts'
import type { NoteInput, TicketChangeInput, TimeInput } from '../../schema/plan.ts'

/** What a technician does to one ticket in one go. */
export interface Work {
  readonly update: TicketChangeInput
  readonly notes: readonly NoteInput[]
  readonly time: readonly TimeInput[]
}

/** @throws GatewayError BAD_USER_INPUT when a work holds nothing to do */
export function expectWork(work: Work): Work {
  const empty = Object.values(work.update).every((value) => value === undefined)
  if (empty && work.notes.length === 0 && work.time.length === 0)
    throw badInput('input', 'something to write', '')
  return work
}
