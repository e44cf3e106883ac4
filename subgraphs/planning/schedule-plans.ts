import { badInput, GatewayError } from '../../schema/errors.ts'
import type {
  CreateScheduleEntryInput,
  DeleteInput,
  PlanDraft,
  PlannedStep,
  ScheduleEntryFields,
  UpdateScheduleEntryInput,
} from '../../schema/plan.ts'
import type { ScheduleEntryValues, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import type { CalendarQuestion, Planned } from '../reading/calendar.ts'
import { wholeSeconds } from '../reading/times.ts'
import { changedFields, deletedFields } from './changes.ts'
import { comparableValues } from './comparable.ts'
import { recordDraft } from './draft.ts'
import { NO_MAIL } from './mail.ts'
import type { memberReader } from './member-now.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, oneLine } from './texts.ts'
import { below, placed, type TicketOf, type TicketReader } from './ticket-of.ts'

/** What is written of an entry, checked; times by whole seconds in UTC. */
export type ScheduleChange = Readonly<Partial<Record<'startsAt' | 'endsAt' | 'title', string>>>

export interface EntryNow {
  readonly key: string
  readonly record: VendorRecord<ScheduleEntryValues>
}

/** How one vendor writes calendars; what is planned around it is the same everywhere. */
export interface ScheduleWriter {
  readonly maxTitle: number
  readonly recordNow: ReturnType<typeof recordReader>
  readonly memberNow: ReturnType<typeof memberReader>
  readonly ticketOf: TicketReader
  /** What stands in these calendars; the session reads no more of it than times. */
  calendar(session: VendorSession, question: CalendarQuestion): Promise<readonly Planned<unknown>[]>
  create(
    session: VendorSession,
    ticket: TicketOf,
    member: string,
    change: Required<ScheduleChange>,
    given: ReadonlySet<string>,
    summary: string,
  ): Promise<readonly PlannedStep[]>
  update(
    session: VendorSession,
    now: EntryNow,
    change: ScheduleChange,
    summary: string,
  ): Promise<PlannedStep> | PlannedStep
  remove(session: VendorSession, now: EntryNow, summary: string): Promise<PlannedStep> | PlannedStep
  /** What else of the PSA moves with an entry, in sentences. */
  alongWith?(session: VendorSession, now: EntryNow): Promise<readonly string[]>
  /** Whether the PSA's own rules may tell the client. Left out, nothing of this reaches a client. */
  mail?(session: VendorSession, ticket: TicketOf): Promise<PlanDraft['clientMail']>
}

const FIELDS = ['startsAt', 'endsAt', 'title'] as const
const WHOLE = [...FIELDS, 'state', 'members', 'ticket'] as const
const FOLLOWS = 'The PSA may notify the member, and a calendar that is kept in step follows.'

export function schedulePlans(writer: ScheduleWriter) {
  return {
    async createScheduleEntry(
      session: VendorSession,
      { ticket: ticketId, member: memberId, ...fields }: CreateScheduleEntryInput,
    ): Promise<PlanDraft> {
      const wanted = checked(writer, fields)
      const { startsAt, endsAt } = wanted as Required<ScheduleChange>
      expectOrder(startsAt, endsAt)
      const ticket = await writer.ticketOf(session, ticketId, 'ticket')
      const member = await writer.memberNow(session, memberId, 'member')
      if (member.active === false) throw badInput('member', 'a member who is still active', memberId)
      const change = { startsAt, endsAt, title: wanted.title ?? ticket.title.slice(0, writer.maxTitle) }
      const name = member.name || `#${member.key}`
      return withMail(
        recordDraft({
          steps: await writer.create(
            session,
            ticket,
            member.key,
            change,
            new Set(Object.keys(wanted)),
            `Plans ${name} for ticket ${ticket.number}, ${span(startsAt, endsAt)}.`,
          ),
          changes: [
            flatChange(null, 'member', null, name),
            ...FIELDS.map((field) => flatChange(null, field, null, change[field])),
          ],
          baseline: [below(ticket)],
          sideEffects: [FOLLOWS],
          warnings: [
            ...(ticket.closed ? ['The ticket is closed.'] : []),
            ...notOwner(session, ticket, member.key),
            ...(await conflicts(writer, session, [member.key], startsAt, endsAt, null)),
          ],
          ...placed(ticket),
        }),
        await writer.mail?.(session, ticket),
      )
    },

    async updateScheduleEntry(
      session: VendorSession,
      { id, ...fields }: UpdateScheduleEntryInput,
    ): Promise<PlanDraft> {
      const wanted = checked(writer, fields)
      const now = await entryNow(writer, session, id)
      const { key, record } = now
      const changed = changedFields(FIELDS, wanted, record)
      if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The entry already is as asked.')
      const change = Object.fromEntries(changed.map((field) => [field, wanted[field]])) as ScheduleChange
      const startsAt = change.startsAt ?? record.get('startsAt') ?? ''
      const endsAt = change.endsAt ?? record.get('endsAt') ?? ''
      expectOrder(startsAt, endsAt)
      const ticket = await ticketNow(writer, session, record)
      const target = { type: 'ScheduleEntry', key } as const
      const moves = change.startsAt !== undefined || change.endsAt !== undefined
      const members = keysOf(record)
      return withMail(
        recordDraft({
          steps: [
            await writer.update(
              session,
              now,
              change,
              `Changes ${changed.join(', ')} of what is planned${forTicket(ticket)}: ${span(startsAt, endsAt)}.`,
            ),
          ],
          changes: changed.map((field) => flatChange(target, field, record.get(field), change[field])),
          baseline: [
            {
              target,
              version: null,
              fields: comparableValues(record, [
                ...new Set([...changed, 'startsAt', 'endsAt', 'state', 'members', 'ticket']),
              ]),
              kind: 'UPDATE',
            },
          ],
          sideEffects: [FOLLOWS],
          warnings: [
            ...((moves && (await writer.alongWith?.(session, now))) || []),
            ...(record.get('state') === 'PLANNED' ? [] : ['It is no longer to be done.']),
            ...(moves ? await conflicts(writer, session, members, startsAt, endsAt, key) : []),
          ],
          ...placedIf(ticket),
        }),
        ticket === null ? undefined : await writer.mail?.(session, ticket),
      )
    },

    async deleteScheduleEntry(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
      const now = await entryNow(writer, session, id)
      const { key, record } = now
      const ticket = await ticketNow(writer, session, record)
      const target = { type: 'ScheduleEntry', key } as const
      const times = span(record.get('startsAt') ?? '', record.get('endsAt') ?? '')
      return withMail(
        recordDraft({
          steps: [
            await writer.remove(session, now, `Cancels what is planned${forTicket(ticket)}: ${times}.`),
          ],
          changes: deletedFields(target, FIELDS, record),
          // No version marker of an entry is read: every field of it is compared instead.
          baseline: [{ target, version: null, fields: comparableValues(record, WHOLE), kind: 'UPDATE' }],
          sideEffects: [FOLLOWS],
          ...placedIf(ticket),
        }),
        ticket === null ? undefined : await writer.mail?.(session, ticket),
      )
    },
  }
}

function withMail(draft: PlanDraft, clientMail: PlanDraft['clientMail'] = NO_MAIL): PlanDraft {
  return { ...draft, clientMail, facts: { ...draft.facts, clientMail: clientMail.verdict } }
}

/** What is planned for no ticket belongs to no company. */
function placedIf(ticket: TicketOf | null) {
  return ticket === null ? { company: null, board: null } : placed(ticket)
}

async function entryNow(writer: ScheduleWriter, session: VendorSession, id: string): Promise<EntryNow> {
  return writer.recordNow(session, 'ScheduleEntry', id, WHOLE)
}

async function ticketNow(
  writer: ScheduleWriter,
  session: VendorSession,
  record: EntryNow['record'],
): Promise<TicketOf | null> {
  const ticket = record.get('ticket')
  return ticket === null ? null : writer.ticketOf(session, ticket.id, 'id')
}

function keysOf(record: EntryNow['record']): readonly string[] {
  return (comparableValues(record, ['members']).members ?? []) as readonly string[]
}

/** Where the owner of a ticket is who works on it, a calendar alone sends nobody. */
function notOwner(session: VendorSession, ticket: TicketOf, member: string): readonly string[] {
  if (session.connection.mapping.dispatch !== 'OWNER' || ticket.owner === member) return []
  return ['Tickets are dispatched by their owner here, and the member does not own this one.']
}

const MOST_SHOWN = 5

/** Times alone: who signs learns that somebody is taken, and not by whom. */
async function conflicts(
  writer: ScheduleWriter,
  session: VendorSession,
  members: readonly string[],
  startsAt: string,
  endsAt: string,
  own: string | null,
): Promise<readonly string[]> {
  const wanted = { from: Date.parse(startsAt), to: Date.parse(endsAt) }
  if (members.length === 0 || wanted.to <= wanted.from) return []
  const found = (await writer.calendar(session, { span: wanted, members, tickets: null })).filter(
    (entry) => entry.key !== own && !entry.cancelled && entry.endsAt > entry.startsAt,
  )
  const shown = found
    .toSorted((a, b) => a.startsAt - b.startsAt)
    .slice(0, MOST_SHOWN)
    .map((entry) => `The member is taken ${span(wholeSeconds(entry.startsAt), wholeSeconds(entry.endsAt))}.`)
  return found.length > MOST_SHOWN ? [...shown, `And ${found.length - MOST_SHOWN} more.`] : shown
}

function forTicket(ticket: TicketOf | null): string {
  return ticket === null ? '' : ` for ticket ${ticket.number}`
}

function span(startsAt: string, endsAt: string): string {
  const words = (time: string) => time.replace('T', ' ').replace(/:00Z$|Z$/, '')
  const [day, until] = [words(startsAt).slice(0, 10), words(endsAt)]
  return `from ${words(startsAt)} to ${until.startsWith(day) ? until.slice(11) : until} UTC`
}

function expectOrder(startsAt: string, endsAt: string): void {
  if (Date.parse(endsAt) <= Date.parse(startsAt))
    throw badInput('endsAt', 'a moment after its beginning', endsAt)
}

function checked(writer: ScheduleWriter, fields: ScheduleEntryFields): ScheduleChange {
  const found: { -readonly [F in keyof ScheduleChange]: ScheduleChange[F] } = {}
  for (const field of ['startsAt', 'endsAt'] as const) {
    const value = fields[field]
    if (value === undefined) continue
    const at = Date.parse(value)
    if (Number.isNaN(at) || at % 1000 !== 0)
      throw badInput(field, 'a moment by whole seconds, like "2026-11-20T16:00:00Z"', value)
    found[field] = wholeSeconds(at)
  }
  if (fields.title !== undefined) found.title = oneLine(fields.title, 'title', writer.maxTitle)
  return found
}
