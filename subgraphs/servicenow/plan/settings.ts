import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { ScopeFacts, TicketChangeInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import {
  active,
  CACHE_SECONDS,
  type Choice,
  choicesFor,
  SETUP,
  type Status,
  type TicketChoices,
} from '../choices.ts'
import { readAllRows } from '../client.ts'
import { boolean, compare } from '../encoded-query.ts'
import { leverFor, priorityFor, priorityMatrix } from '../priority-matrix.ts'
import { isSysId, valueAt } from '../rows.ts'
import type { TicketTable } from '../ticket-tables.ts'
import { instant, isoTime, rawTime, secondUp } from '../times.ts'
import { customFieldSettings } from './custom-field-settings.ts'
import { referred } from './people.ts'
import { pick } from './pick.ts'
import { lineOf } from './texts.ts'
import { keyOf, type TicketNow } from './ticket-now.ts'

/** Columns to write for one field, with what the plan tells of it. */
export interface Setting {
  readonly columns: Readonly<Record<string, string>>
  readonly fields: readonly SettingField[]
}

export interface SettingField {
  /** Policy name, or that of a column behind it (`impact`). */
  readonly field: string
  readonly before: string | null
  readonly after: string | null
  /** What `readTarget` answers once it is written. */
  readonly planned: unknown
  /** Name of an enumerated value, for `allowedValues`. */
  readonly enumerated?: string
}

export interface Resolved {
  readonly settings: readonly Setting[]
  /** The board that the ticket is on afterwards. */
  readonly board: string | null
  readonly company: string | null
  readonly contact: string | null
  /** The contact that is written, as a record scope sees it: it may belong to another company than the ticket. */
  readonly contactReached: readonly ScopeFacts[]
  /** The status that is set, if one is. */
  readonly status: Status | null
  readonly priorityRank: number | null
  readonly warnings: readonly string[]
}

/** tables.json, task: short_description. */
export const MAX_TITLE = 160

interface Shown {
  readonly key: string | null
  readonly text: string | null
}

const NONE: Shown = { key: null, text: null }

/** What a change means in the table's columns, in a fixed order. What stays the same is left out. */
export async function resolveChange(
  session: VendorSession,
  table: TicketTable,
  now: TicketNow | null,
  change: TicketChangeInput,
): Promise<Resolved> {
  const choices = now?.choices ?? (await choicesFor(session, table))
  const settings: Setting[] = []
  const warnings: string[] = []
  const row = now?.row ?? null
  const at = (column: string | undefined) =>
    row === null || column === undefined ? null : valueAt(row, column)
  const shown = (column: string): Shown => {
    const key = at(column)
    return { key, text: key === null ? null : (at(`${column}.name`) ?? key) }
  }
  const add = (field: string, column: string, before: Shown, after: Shown, enumerated?: string) => {
    if (now !== null && before.key === after.key) return
    settings.push({
      columns: { [column]: after.key ?? '' },
      fields: [{ field, before: before.text, after: after.text, planned: after.key, ...named(enumerated) }],
    })
  }

  if (change.title !== undefined) {
    const title = lineOf(change.title, 'title', MAX_TITLE)
    const before = at('short_description')
    add('title', 'short_description', { key: before, text: before }, { key: title, text: title })
  }

  const board = change.board === undefined ? null : await boardOf(session, change.board)
  if (board !== null)
    add(
      'board',
      'assignment_group',
      shown('assignment_group'),
      { key: board.key, text: board.name },
      board.name,
    )

  const companyKey =
    change.company === undefined ? null : keyOf(session, change.company, 'Company', 'company')
  if (companyKey !== null) {
    const company = await referred(session, 'Company', companyKey, 'company')
    add('company', table.company, shown(table.company), { key: companyKey, text: company.shown })
  }
  const companyAfter = companyKey ?? at(table.company)

  const contactReached: ScopeFacts[] = []
  const contactAfter = await contactSetting(session, table, change.contact, {
    companyAfter,
    contactNow: at(table.contact),
    exists: now !== null,
    shown,
    add,
    warnings,
    reached: contactReached,
  })

  const status = statusSetting(table, choices, now, change.status)
  if (status.setting !== null) settings.push(status.setting)

  if (change.type === null) {
    if (now !== null) add('type', typeColumn(table), labelled(choices.types, at(table.type)), NONE)
  } else if (change.type !== undefined) {
    const column = typeColumn(table)
    const type = pick('type', change.type, active(choices.types), ({ value }) => [value])
    add('type', column, labelled(choices.types, at(column)), { key: type.value, text: type.name }, type.name)
  }

  const rankNow = at('priority')
  let rank = rankNow === null ? null : Number(rankNow)
  if (change.priority !== undefined) {
    const priority = pick('priority', change.priority, active(choices.priorities), ({ value }) => [value])
    rank = Number(priority.value)
    const setting = table.computedPriority
      ? await computedPriority(session, choices, now, priority, warnings)
      : plainPriority(choices, now, priority)
    if (setting !== null) settings.push(setting)
  } else if (now === null && table.computedPriority) {
    // A new incident is of impact 3 and urgency 3 (API.md 16).
    rank = Number(priorityFor(await priorityMatrix(session), '3', '3')) || null
  }

  if (change.assignee === null) {
    if (now !== null) add('assignee', 'assigned_to', shown('assigned_to'), NONE)
  } else if (change.assignee !== undefined) {
    const key = keyOf(session, change.assignee, 'Member', 'assignee')
    const member = await referred(session, 'Member', key, 'assignee')
    add('assignee', 'assigned_to', shown('assigned_to'), { key, text: member.shown })
  }

  if (change.dueAt !== undefined) {
    const before = isoTime(at('due_date'))
    const due = change.dueAt === null ? null : rawTime(secondUp(instant('dueAt', change.dueAt)))
    const after = isoTime(due)
    if (before !== after)
      settings.push({
        columns: { due_date: due ?? '' },
        fields: [{ field: 'dueAt', before, after, planned: after }],
      })
  }

  const custom = await customFieldSettings(session, table, now, change.customFields ?? [])
  settings.push(...custom)

  return {
    settings,
    board: board?.key ?? at('assignment_group'),
    company: companyAfter,
    contact: contactAfter,
    contactReached,
    status: status.set,
    priorityRank: Number.isFinite(rank) ? rank : null,
    warnings,
  }
}

function named(enumerated: string | undefined): { readonly enumerated?: string } {
  return enumerated === undefined ? {} : { enumerated }
}

function labelled(choices: readonly Choice[], value: string | null): Shown {
  return {
    key: value,
    text: value === null ? null : (choices.find((one) => one.value === value)?.name ?? value),
  }
}

function typeColumn({ type, table }: TicketTable): string {
  if (type !== undefined) return type
  throw new GatewayError('NOT_SUPPORTED', `"type": tickets of ${table} have no category in ServiceNow.`, {
    argument: 'type',
  })
}

interface ContactContext {
  readonly companyAfter: string | null
  readonly contactNow: string | null
  readonly exists: boolean
  shown(column: string): Shown
  add(field: string, column: string, before: Shown, after: Shown): void
  readonly warnings: string[]
  readonly reached: ScopeFacts[]
}

async function contactSetting(
  session: VendorSession,
  table: TicketTable,
  contact: string | null | undefined,
  { companyAfter, contactNow, exists, shown, add, warnings, reached }: ContactContext,
): Promise<string | null> {
  if (contact === undefined) return contactNow
  const { contact: column } = table
  if (column === undefined) {
    throw new GatewayError(
      'NOT_SUPPORTED',
      `"contact": tickets of ${table.table} have no caller in ServiceNow.`,
      {
        argument: 'contact',
      },
    )
  }
  if (contact === null) {
    if (exists) add('contact', column, shown(column), NONE)
    return null
  }
  const key = keyOf(session, contact, 'Contact', 'contact')
  const found = await referred(session, 'Contact', key, 'contact')
  const home = found.record?.get('company') as { readonly id: string } | null | undefined
  const homeKey = home == null ? null : (parseId(home.id)?.key ?? null)
  // Unread, its company is unknown and not none: a record scope refuses what is unknown.
  reached.push({ ...(found.record !== null && { company: homeKey }), notApplicable: ['board'] })
  if (homeKey !== null && companyAfter !== null && homeKey !== companyAfter) {
    warnings.push(
      "The contact belongs to another company than the ticket's; ServiceNow may move the ticket to it.",
    )
  }
  add('contact', column, shown(column), { key, text: found.shown })
  return key
}

/** A status by key, bare state or name. On hold alone is no status that can be set: it needs its reason. */
export function pickStatus(argument: string, wanted: string, { statuses }: TicketChoices): Status {
  const usable = active(statuses)
  const found = pick(argument, wanted, usable, ({ key, state, reason }) =>
    reason === null || reason === '' ? [key, state] : [key],
  )
  if (found.reason !== '') return found
  const reasons = usable.filter(({ state, reason }) => state === found.state && reason !== '')
  throw new GatewayError(
    'BAD_USER_INPUT',
    `"${argument}": on hold needs to say what for; name one of these.`,
    {
      argument,
      allowed: reasons.map(({ name }) => name),
    },
  )
}

function statusSetting(
  table: TicketTable,
  choices: TicketChoices,
  now: TicketNow | null,
  wanted: string | undefined,
): { readonly set: Status | null; readonly setting: Setting | null } {
  if (wanted === undefined) return { set: null, setting: null }
  const set = pickStatus('status', wanted, choices)
  if (now !== null && now.status?.key === set.key) return { set: null, setting: null }
  const columns: Record<string, string> = { state: set.state }
  if (set.reason !== null && table.holdReason !== undefined) columns[table.holdReason] = set.reason
  return {
    set,
    setting: {
      columns,
      fields: [
        {
          field: 'status',
          before: now?.status?.name ?? null,
          after: set.name,
          planned: set.key,
          enumerated: set.name,
        },
      ],
    },
  }
}

function plainPriority(choices: TicketChoices, now: TicketNow | null, priority: Choice): Setting | null {
  const before = now === null ? null : valueAt(now.row, 'priority')
  if (now !== null && before === priority.value) return null
  return {
    columns: { priority: priority.value },
    fields: [
      {
        field: 'priority',
        before: labelled(choices.priorities, before).text,
        after: priority.name,
        planned: priority.value,
        enumerated: priority.name,
      },
    ],
  }
}

/** The platform computes it (API.md 14): what is written is the impact and urgency that give it. */
async function computedPriority(
  session: VendorSession,
  choices: TicketChoices,
  now: TicketNow | null,
  priority: Choice,
  warnings: string[],
): Promise<Setting | null> {
  const before = now === null ? null : valueAt(now.row, 'priority')
  if (now !== null && before === priority.value) return null
  const matrix = await priorityMatrix(session)
  const [impact, urgency] =
    now === null ? ['3', '3'] : [valueAt(now.row, 'impact'), valueAt(now.row, 'urgency')]
  const rule = leverFor(matrix, priority.value, impact, urgency)
  if (rule === undefined) {
    const reachable = new Set(matrix.rules.map((one) => one.priority))
    throw new GatewayError('BAD_USER_INPUT', '"priority": no impact and urgency give this priority.', {
      argument: 'priority',
      allowed: choices.priorities.filter(({ value }) => reachable.has(value)).map(({ name }) => name),
    })
  }
  if (!matrix.own) {
    warnings.push(
      "ServiceNow computes the priority from impact and urgency; its lookup could not be read, so the base system's is assumed.",
    )
  }
  const lever = (field: 'impact' | 'urgency', from: string | null, to: string) => ({
    field,
    before: now === null ? null : from,
    after: to,
    planned: to,
  })
  const moved = [
    ...(rule.impact === impact ? [] : [lever('impact', impact, rule.impact)]),
    ...(rule.urgency === urgency ? [] : [lever('urgency', urgency, rule.urgency)]),
  ]
  // A priority that no longer follows from what it is computed of moves only when something is written again.
  const written =
    moved.length > 0 && now !== null
      ? moved
      : [lever('impact', impact, rule.impact), lever('urgency', urgency, rule.urgency)]
  return {
    columns: Object.fromEntries(written.map(({ field, after }) => [field, after])),
    fields: [
      {
        field: 'priority',
        before: labelled(choices.priorities, before).text,
        after: priority.name,
        planned: priority.value,
        enumerated: priority.name,
      },
      ...written,
    ],
  }
}

/** Assignment groups by id or name; the short list of them is reference data. */
async function boardOf(
  session: VendorSession,
  board: string,
): Promise<{ readonly key: string; readonly name: string }> {
  const wanted = parseId(board) === undefined ? board : keyOf(session, board, 'Board', 'board')
  const rows = await session.cached('groups', CACHE_SECONDS, () =>
    readAllRows(
      session,
      {
        table: 'sys_user_group',
        clauses: [compare('active', '=', boolean(true))],
        fields: ['name', 'active'],
        order: [{ field: 'sys_id', descending: false }],
        access: SETUP,
      },
      1000,
      10,
    ),
  )
  const groups = rows.map((row) => ({ key: row.sysId, name: valueAt(row, 'name') ?? row.sysId }))
  const found = pick('board', wanted, groups, ({ key }) => [key])
  if (!isSysId(found.key)) throw badInput('board', 'a group that exists', board)
  return found
}
