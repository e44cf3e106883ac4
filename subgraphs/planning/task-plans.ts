import { badInput, GatewayError } from '../../schema/errors.ts'
import type {
  AddTicketTaskInput,
  DeleteInput,
  PlanDraft,
  PlannedStep,
  TaskFields,
  UpdateTicketTaskInput,
} from '../../schema/plan.ts'
import type { TicketTaskValues, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { changedFields, deletedFields } from './changes.ts'
import { comparableValues } from './comparable.ts'
import { recordDraft } from './draft.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, oneLine } from './texts.ts'
import { below, placed, type TicketOf, type TicketReader, ticketIdOf } from './ticket-of.ts'

export interface TaskNow {
  readonly key: string
  readonly ticket: TicketOf
  readonly record: VendorRecord<TicketTaskValues>
}

/** How one vendor writes tasks of tickets; what is planned around it is the same everywhere. */
export interface TaskWriter {
  readonly maxText: number
  readonly recordNow: ReturnType<typeof recordReader>
  readonly ticketOf: TicketReader
  add(
    session: VendorSession,
    ticket: TicketOf,
    change: TaskFields & { readonly text: string },
    summary: string,
  ): Promise<PlannedStep> | PlannedStep
  update(session: VendorSession, now: TaskNow, change: TaskFields, summary: string): PlannedStep
  /** Or the reason why there is none. */
  readonly remove: string | ((session: VendorSession, now: TaskNow, summary: string) => PlannedStep)
}

const FIELDS = ['text', 'done', 'position'] as const satisfies readonly (keyof TaskFields)[]
/** What a changed task is judged by, whatever it is that changes. */
const SHOWN = ['text', 'done', 'ticket'] as const
const MOST = 9999

export function taskPlans(writer: TaskWriter) {
  return {
    async addTicketTask(
      session: VendorSession,
      { ticket: id, ...fields }: AddTicketTaskInput,
    ): Promise<PlanDraft> {
      const { text, ...rest } = checked(writer, fields)
      const change = { text: text ?? '', ...rest }
      const ticket = await writer.ticketOf(session, id, 'ticket')
      return recordDraft({
        steps: [await writer.add(session, ticket, change, `Adds a task to ticket ${ticket.number}.`)],
        changes: FIELDS.flatMap((field) =>
          change[field] === undefined ? [] : [flatChange(null, field, null, change[field])],
        ),
        baseline: [below(ticket)],
        warnings: ticket.closed ? ['The ticket is closed.'] : [],
        ...placed(ticket),
      })
    },

    async updateTicketTask(
      session: VendorSession,
      { id, ...fields }: UpdateTicketTaskInput,
    ): Promise<PlanDraft> {
      const wanted = checked(writer, fields)
      const now = await taskNow(writer, session, id)
      const { key, record, ticket } = now
      const changed = changedFields(FIELDS, wanted, record)
      if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The task already is as asked.')
      const change: TaskFields = Object.fromEntries(changed.map((field) => [field, wanted[field]]))
      const target = { type: 'TicketTask', key } as const
      const what =
        change.done === undefined || changed.length > 1
          ? `Changes ${changed.join(', ')} of a task`
          : change.done
            ? 'Checks off a task'
            : 'Takes back that a task is done'
      return recordDraft({
        steps: [writer.update(session, now, change, `${what} of ticket ${ticket.number}.`)],
        changes: changed.map((field) => flatChange(target, field, record.get(field), change[field])),
        baseline: [
          {
            target,
            version: null,
            fields: comparableValues(record, [...new Set([...changed, ...SHOWN])]),
            kind: 'UPDATE',
          },
        ],
        ...placed(ticket),
      })
    },

    async deleteTicketTask(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
      const { remove } = writer
      if (typeof remove === 'string') throw new GatewayError('NOT_SUPPORTED', remove)
      const now = await taskNow(writer, session, id)
      const { key, record, ticket } = now
      const target = { type: 'TicketTask', key } as const
      return recordDraft({
        steps: [remove(session, now, `Deletes a task of ticket ${ticket.number}.`)],
        changes: deletedFields(target, FIELDS, record),
        // No version marker of a task is read: every field of it is compared instead.
        baseline: [
          {
            target,
            version: null,
            fields: comparableValues(record, [...FIELDS, 'ticket']),
            kind: 'UPDATE',
          },
        ],
        ...placed(ticket),
      })
    },
  }
}

async function taskNow(writer: TaskWriter, session: VendorSession, id: string): Promise<TaskNow> {
  const { key, record } = await writer.recordNow(session, 'TicketTask', id, [...FIELDS, 'ticket'])
  return { key, record, ticket: await writer.ticketOf(session, ticketIdOf(record, 'task'), 'id') }
}

function checked({ maxText }: TaskWriter, { text, done, position }: TaskFields): TaskFields {
  if (position !== undefined && !(Number.isInteger(position) && position >= 1 && position <= MOST))
    throw badInput('position', `a whole number from 1 to ${MOST}`, position)
  return {
    ...(text === undefined ? {} : { text: oneLine(text, 'text', maxText) }),
    ...(done === undefined ? {} : { done }),
    ...(position === undefined ? {} : { position }),
  }
}
