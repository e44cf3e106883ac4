import { GatewayError } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { type MailReason, mayMail, NO_MAIL } from '../../planning/mail.ts'
import { shapeOf } from '../body-fields.ts'
import { type Choice, choicesFor, isDone, SETUP, type Status, statusOf, workTypes } from '../choices.ts'
import { readRow } from '../client.ts'
import { clientMail, statusMail } from '../plan/mail.ts'
import { priorityFor, priorityMatrix } from '../priority-matrix.ts'
import { isSysId, valueAt } from '../rows.ts'
import { type TicketTable, ticketKey, ticketTable, ticketTables } from '../ticket-tables.ts'
import { expectCustomColumns } from './custom-columns.ts'
import { movesState, setsPriority } from './reading.ts'
import { type Members, membersOf } from './settings.ts'
import { rowsOf } from './shapes.ts'
import { memberValue } from './values.ts'

/** What only the instance can tell of a write: names of values, whether a state closes, whom mail reaches. */
export async function complete(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
  before: unknown,
): Promise<RawReading> {
  const rows = rowsOf(request)
  if (rows === undefined) return reading
  const { endpoint, path } = request
  const { table, open } = rows.root
  const members = membersOf(request)
  if (!open) await expectCustomColumns(session, table, 'body', [...members.keys()])
  const catalogue = { group: endpoint.group, kind: endpoint.kind }
  const { shape } = shapeOf(endpoint.method, path, { catalogue })
  const known = asTicketsHere(session, reading, table)
  if (shape === 'TIME_ENTRY') return timeFacts(session, known, members)
  if (shape !== 'TICKET') return known
  return ticketFacts(session, known, { table: ticketTable(table), members, before })
}

/** A table that the tenant does not count as tickets has none for the unified schema. */
function asTicketsHere(session: VendorSession, reading: RawReading, table: string): RawReading {
  const { target, creates } = reading
  const isNone = target?.type === 'Ticket' && ticketKey(session, target.key) === undefined
  const counts = ticketTables(session).some((one) => one.table === table)
  return {
    ...reading,
    target: isNone ? null : target,
    creates: creates === 'Ticket' && !counts ? null : creates,
  }
}

interface Written {
  readonly table: TicketTable
  readonly members: Members
  readonly before: unknown
}

async function ticketFacts(
  session: VendorSession,
  reading: RawReading,
  written: Written,
): Promise<RawReading> {
  const { table, members, before } = written
  const choices = await choicesFor(session, table)
  const values: Record<string, readonly string[]> = { ...reading.values }
  const name = (field: string, column: string | undefined, list: readonly Choice[]) => {
    if (column === undefined || !members.has(column)) return
    const value = String(members.get(column))
    values[field] = [list.find((choice) => choice.value === value)?.name ?? value]
  }
  name('type', 'category', choices.types)
  name('closeCode', 'close_code', choices.closeCodes)
  name('closeCode', 'resolution_code', choices.closeCodes)
  if (members.has('assignment_group')) {
    const board = await boardName(session, members.get('assignment_group'))
    if (board !== undefined) values.board = [board]
  }
  if (members.has('active')) values.closed = [String(String(members.get('active')) === 'false')]

  const statusOfValues = (state: unknown, reason: unknown): Status | undefined =>
    typeof state === 'string'
      ? statusOf(table, choices, state, typeof reason === 'string' ? reason : null)
      : undefined
  const now = statusOfValues(memberValue(before, 'state'), memberValue(before, 'hold_reason'))
  const after = (column: string) =>
    members.has(column) ? String(members.get(column)) : memberValue(before, column)
  const state = ['state', 'incident_state', 'problem_state'].find((column) => members.has(column)) ?? 'state'
  const status =
    members.has(state) || members.has('hold_reason')
      ? statusOfValues(after(state), after('hold_reason'))
      : undefined
  if (status !== undefined) values.status = [status.name]

  const rank = await priorityOf(session, table, written, after)
  if (rank !== null) values.priority = [choices.priorities.find(({ value }) => value === rank)?.name ?? rank]
  return withMail(
    session,
    { ...reading, values, ...moves(reading, members, now, status), priorityRank: rankOf(rank) },
    {
      ...written,
      status,
    },
  )
}

function moves(
  { access, alsoDemands }: RawReading,
  members: Members,
  now: Status | undefined,
  status: Status | undefined,
): Pick<RawReading, 'closes' | 'reopens'> {
  const wasDone = now !== undefined && isDone(now)
  const merges = [access, ...alsoDemands].some(({ kind }) => kind === 'MERGE')
  const active = members.has('active') ? String(members.get('active')) : undefined
  const closed = String(members.get('closed_at') ?? '') !== ''
  return {
    closes: merges || closed || active === 'false' || (status !== undefined && isDone(status) && !wasDone),
    reopens: wasDone && (active === 'true' || (status !== undefined && !isDone(status))),
  }
}

/** As it is given, or as the platform computes it; "" for one that nobody can tell. Null: it stays. */
async function priorityOf(
  session: VendorSession,
  { computedPriority }: TicketTable,
  { members }: Written,
  after: (column: string) => unknown,
): Promise<string | null> {
  if (!setsPriority('TICKET', members)) return null
  if (!computedPriority || !(members.has('impact') || members.has('urgency')))
    return String(members.get('priority') ?? '')
  const matrix = await priorityMatrix(session)
  return priorityFor(matrix, String(after('impact') ?? '3'), String(after('urgency') ?? '3')) ?? ''
}

/** What is not told counts as the highest. */
function rankOf(priority: string | null): number | null {
  if (priority === null) return null
  return /^\d{1,3}$/.test(priority) ? Number(priority) : 1
}

async function boardName(session: VendorSession, id: unknown): Promise<string | undefined> {
  if (typeof id !== 'string' || !isSysId(id)) return undefined
  const row = await readRow(session, 'sys_user_group', id, ['name'], SETUP)
  return row === undefined ? undefined : (valueAt(row, 'name') ?? undefined)
}

async function withMail(
  session: VendorSession,
  reading: RawReading,
  { table, members, before, status }: Written & { readonly status: Status | undefined },
): Promise<RawReading> {
  const { verdict, reasons } = reading.clientMail
  if (verdict === 'NO') return reading
  const silent = status !== undefined && !mayMail(statusMail(session, status))
  if (silent && reasons.length === 1 && movesState(members)) return { ...reading, clientMail: NO_MAIL }
  const text = (column: string | undefined) => {
    const value = column === undefined ? null : (members.get(column) ?? memberValue(before, column))
    return typeof value === 'string' && value !== '' ? value : null
  }
  const told = reasons.map((reason): MailReason => ({ verdict, reason }))
  return {
    ...reading,
    clientMail: await clientMail(session, told, text(table.contact), text('watch_list')),
  }
}

async function timeFacts(session: VendorSession, reading: RawReading, members: Members): Promise<RawReading> {
  const values: Record<string, readonly string[]> = { ...reading.values }
  const category = members.get('category')
  if (typeof category === 'string') {
    const found = (await workTypes(session)).find(({ value }) => value === category)
    values.workType = [found?.name ?? category]
  }
  const refersTo = await Promise.all(
    reading.refersTo.map((ref) => (ref.type === 'Ticket' ? ticketOfAnyTable(session, ref) : ref)),
  )
  const ticket = refersTo.find(({ type }) => type === 'Ticket')
  return { ...reading, values, refersTo, target: reading.target ?? ticket ?? null }
}

/** Time names its task without the class; one that is no ticket here stays what it was, and is not found. */
async function ticketOfAnyTable(session: VendorSession, ref: TargetRef): Promise<TargetRef> {
  const [, id = ''] = ref.key.split('.')
  try {
    for (const { table } of ticketTables(session)) {
      const access = { group: 'Tickets', kind: 'READ', fields: [] } as const
      if ((await readRow(session, table, id, ['sys_id'], access)) !== undefined)
        return { type: 'Ticket', key: `${table}.${id}` }
    }
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'GROUP_DISABLED') throw error
  }
  return ref
}
