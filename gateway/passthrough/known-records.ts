import type { OpenConnection } from '../../schema/context.ts'
import { parseId } from '../../schema/ids.ts'
import type { Baseline, PlanDraft, ScopeFacts } from '../../schema/plan.ts'
import type { EntityType, VendorRecord } from '../../schema/records.ts'
import type { TargetRef } from '../../schema/source.ts'

/** A record that a raw request writes, reads or names, as the unified schema knows it. */
export interface KnownRecord {
  readonly ref: TargetRef
  readonly scope: ScopeFacts
  /** Values that the decision rests on; empty where the record itself tells none. */
  readonly fields: Baseline['fields']
  readonly version: string | null
}

/** What the decision about a record rests on, by the names that `readTarget` answers to. */
const FIELDS: Readonly<Record<EntityType, readonly string[]>> = {
  Ticket: ['status', 'company', 'board', 'closed', 'mergedInto', 'parent'],
  Contact: ['company'],
  Site: ['company'],
  ConfigurationItem: ['company'],
  Agreement: ['company'],
  Project: ['company'],
  ProjectTask: ['company'],
  Opportunity: ['company'],
  TicketTemplate: ['company'],
  TimeEntry: ['company', 'ticket'],
  Note: ['ticket'],
  TicketLineItem: ['ticket'],
  TicketTask: ['ticket'],
  Attachment: ['ticket'],
  ScheduleEntry: ['ticket'],
  Company: [],
  Sla: [],
  Product: [],
  Article: [],
  Member: [],
  Board: [],
}

/** Told by their ticket alone. */
const BELOW_TICKET: ReadonlySet<EntityType> = new Set([
  'Note',
  'TicketLineItem',
  'ScheduleEntry',
  'TicketTask',
  'Attachment',
])

const NO_BOARD = ['board'] as const

/** Undefined where there is no such record. @throws GatewayError when it can't be read */
export async function knownRecord(
  connection: OpenConnection,
  ref: TargetRef,
): Promise<KnownRecord | undefined> {
  const { source, session } = connection
  const none = { ref, fields: {}, version: null }
  switch (ref.type) {
    case 'Company':
      return { ...none, scope: { company: ref.key, notApplicable: NO_BOARD } }
    case 'Board':
      return { ...none, scope: { board: ref.key, notApplicable: ['company', 'companyType'] } }
    case 'Member':
    case 'Product':
    case 'Sla':
    case 'Article':
      return { ...none, scope: { notApplicable: ['company', 'companyType', 'board'] } }
  }
  const { exists, fields, version } = await source.readTarget(session, ref, FIELDS[ref.type])
  if (!exists) return undefined
  const known = { ref, fields, version }
  if (BELOW_TICKET.has(ref.type)) {
    const ticket =
      typeof fields.ticket === 'string'
        ? await knownRecord(connection, { type: 'Ticket', key: fields.ticket })
        : undefined
    return { ...known, scope: ticket?.scope ?? {} }
  }
  const company = textOrNull(fields.company)
  return {
    ...known,
    scope:
      ref.type === 'Ticket'
        ? { company, board: textOrNull(fields.board) }
        : { company, notApplicable: NO_BOARD },
  }
}

export interface TicketFacts {
  readonly ticket: PlanDraft['ticket']
  readonly priorityRank: number | null
}

/** What else a plan about a ticket tells. @throws GatewayError when it can't be read */
export async function ticketFacts(
  { source, session }: OpenConnection,
  { type, key }: TargetRef,
): Promise<TicketFacts> {
  if (type !== 'Ticket') return { ticket: null, priorityRank: null }
  const fields = new Set(['number', 'title', 'assignee', 'dueAt', 'priority', 'priority.rank'])
  const [record] = await source.readMany(session, 'Ticket', [key], fields)
  if (record instanceof Error) throw record
  if (record === null || record === undefined) return { ticket: null, priorityRank: null }
  return {
    ticket: {
      key,
      number: textOf(record, 'number') || key,
      title: textOf(record, 'title'),
      owner: parseId(record.get('assignee')?.id ?? '')?.key ?? null,
      dueAt: record.get('dueAt'),
    },
    priorityRank: record.get('priority')?.rank ?? null,
  }
}

function textOf(record: VendorRecord<{ number: string; title: string }>, field: 'number' | 'title'): string {
  return record.get(field) ?? ''
}

/** A key, none, or undefined for what was not told: a record scope refuses that. */
function textOrNull(value: unknown): string | null | undefined {
  if (value === null) return null
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}
