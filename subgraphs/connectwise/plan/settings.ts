import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { ScopeFacts, TicketChangeInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { time } from '../projection.ts'
import { boards, prioritiesOf, type Status, statusesOf, typesOf } from '../reference.ts'
import type { BoardBody, SetupValue, TicketBody } from '../schema.ts'
import { customFieldSettings } from './custom-field-settings.ts'
import { referred } from './people.ts'
import { pick } from './pick.ts'
import { keyOf } from './ticket-now.ts'

/** One vendor member to write, with what the plan tells of it. */
export interface Setting {
  readonly member: string
  /** Absent: the member is removed. */
  readonly value?: unknown
  /** Policy field -> how it is shown and compared; several for custom fields, which are written as one array. */
  readonly fields: readonly SettingField[]
  /** Custom fields that the array repeats unchanged. */
  readonly unchanged?: readonly string[]
}

export interface SettingField {
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
  readonly status: Status | null
  readonly priorityRank: number | null
  readonly warnings: readonly string[]
}

/** API.md 8: summary holds 100 characters. */
const MAX_TITLE = 100

/**
 * What a change means in ConnectWise's members, in a fixed order. Names are looked up on the board that the
 * ticket is on afterwards, and what stays the same is left out.
 */
export async function resolveChange(
  session: VendorSession,
  now: TicketBody | null,
  change: TicketChangeInput,
): Promise<Resolved> {
  const settings: Setting[] = []
  const warnings: string[] = []
  const add = (
    member: string,
    field: string,
    before: Shown,
    after: Shown,
    value?: unknown,
    enumerated?: string,
  ) => {
    if (now !== null && before.key === after.key) return
    settings.push({
      member,
      ...(value === undefined ? {} : { value }),
      fields: [
        {
          field,
          before: before.text,
          after: after.text,
          planned: after.key,
          ...(enumerated === undefined ? {} : { enumerated }),
        },
      ],
    })
  }

  if (change.title !== undefined) {
    const title = titleOf(change.title)
    add('summary', 'title', plain(now?.summary), plain(title), title)
  }

  const board =
    change.board === undefined
      ? null
      : pick('board', boardKey(session, change.board), await activeBoards(session))
  const boardNow = now?.board ?? null
  const moved = board !== null && board.id !== boardNow?.id
  if (board !== null) add('board', 'board', shown(boardNow), shown(board), { id: board.id }, board.name)
  const boardAfter = board === null ? (boardNow === null ? null : String(boardNow.id)) : String(board.id)

  const companyKey =
    change.company === undefined ? null : keyOf(session, change.company, 'Company', 'company')
  if (companyKey !== null) {
    const company = await referred(session, 'Company', companyKey, 'company')
    add(
      'company',
      'company',
      shown(now?.company),
      { key: companyKey, text: company.shown },
      { id: Number(companyKey) },
    )
  }
  const companyAfter = companyKey ?? (now?.company == null ? null : String(now.company.id))

  const contactReached: ScopeFacts[] = []
  let contactAfter = now?.contact == null ? null : String(now.contact.id)
  if (change.contact === null) {
    contactAfter = null
    if (now !== null) add('contact', 'contact', shown(now.contact), NONE)
  } else if (change.contact !== undefined) {
    contactAfter = keyOf(session, change.contact, 'Contact', 'contact')
    const contact = await referred(session, 'Contact', contactAfter, 'contact')
    const home = contact.record?.get('company') as { readonly id: string } | null | undefined
    const homeKey = home == null ? null : (parseId(home.id)?.key ?? null)
    // Unread, its company is unknown and not none: a record scope refuses what is unknown.
    contactReached.push({
      ...(contact.record !== null && { company: homeKey }),
      notApplicable: ['board'],
    })
    if (homeKey !== null && companyAfter !== null && homeKey !== companyAfter) {
      warnings.push("The contact belongs to another company than the ticket's.")
    }
    add(
      'contact',
      'contact',
      shown(now?.contact),
      { key: contactAfter, text: contact.shown },
      { id: Number(contactAfter) },
    )
  }

  const status = await statusAfter(session, now, change.status, boardAfter, moved)
  if (status.set !== null) {
    add('status', 'status', shown(now?.status), shown(status.set), { id: status.set.id }, status.set.name)
  }

  const type = await typeAfter(session, now, change.type, boardAfter, moved)
  if (type === null) {
    if (now !== null) add('type', 'type', shown(now.type), NONE)
  } else if (type !== undefined)
    add('type', 'type', shown(now?.type), shown(type), { id: type.id }, type.name)

  const priorities = await prioritiesOf(session)
  const priority = change.priority === undefined ? null : pick('priority', change.priority, priorities.all)
  if (priority !== null) {
    add('priority', 'priority', shown(now?.priority), shown(priority), { id: priority.id }, priority.name)
  }
  // A new ticket without a priority takes the tenant's default.
  const kept = priorities.all.find(({ id, defaultFlag }) =>
    now === null ? defaultFlag === true : id === now.priority?.id,
  )
  const rank = priority?.rank ?? kept?.rank ?? null

  if (change.assignee === null) {
    if (now !== null) add('owner', 'assignee', shown(now.owner), NONE)
  } else if (change.assignee !== undefined) {
    const key = keyOf(session, change.assignee, 'Member', 'assignee')
    const member = await referred(session, 'Member', key, 'assignee')
    add('owner', 'assignee', shown(now?.owner), { key, text: member.shown }, { id: Number(key) })
  }

  if (change.dueAt === null) {
    if (now !== null) add('requiredDate', 'dueAt', plain(time(now.requiredDate)), NONE)
  } else if (change.dueAt !== undefined) {
    const due = dayOf(change.dueAt)
    add('requiredDate', 'dueAt', plain(time(now?.requiredDate)), plain(due), due)
  }

  const custom = await customFieldSettings(session, now, change.customFields ?? [])
  if (custom !== null) settings.push(custom)

  return {
    settings,
    board: boardAfter,
    company: companyAfter,
    contact: contactAfter,
    contactReached,
    status: status.after,
    priorityRank: rank,
    warnings,
  }
}

interface Shown {
  readonly key: unknown
  readonly text: string | null
}

const NONE: Shown = { key: null, text: null }

function plain(text: string | null | undefined): Shown {
  return { key: text ?? null, text: text ?? null }
}

function shown(
  value: { readonly id: number; readonly name?: string | null | undefined } | null | undefined,
): Shown {
  return value == null ? NONE : { key: String(value.id), text: value.name ?? `#${value.id}` }
}

function titleOf(title: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a title is one line
  if (title.trim() === '' || title.length > MAX_TITLE || /[\u0000-\u001f\u007f]/.test(title)) {
    throw badInput('title', `one line of 1 to ${MAX_TITLE} characters`, title)
  }
  return title
}

/** A date without a time of day, told as its midnight (API.md 5): another time would be cut or moved. */
function dayOf(dueAt: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T00:00:00Z$/.test(dueAt))
    throw badInput(
      'dueAt',
      'midnight in UTC, such as "2026-11-20T00:00:00Z": ConnectWise keeps the day',
      dueAt,
    )
  return dueAt
}

function boardKey(session: VendorSession, board: string): string {
  return parseId(board) === undefined ? board : keyOf(session, board, 'Board', 'board')
}

async function activeBoards(session: VendorSession): Promise<readonly (BoardBody & { name: string })[]> {
  return (await boards(session)).flatMap((board) =>
    board.inactiveFlag === true ? [] : [{ ...board, name: board.name ?? String(board.id) }],
  )
}

/** Status names belong to a board: a move takes the status of the same name along, or needs one named. */
async function statusAfter(
  session: VendorSession,
  now: TicketBody | null,
  wanted: string | undefined,
  board: string | null,
  moved: boolean,
): Promise<{ readonly set: Status | null; readonly after: Status | null }> {
  if (board === null) {
    if (wanted !== undefined) throw badInput('board', 'a board: statuses belong to one', undefined)
    return { set: null, after: null }
  }
  const known = await statusesOf(session, board)
  const choices = known.filter(({ inactive }) => inactive !== true)
  if (wanted !== undefined) {
    const set = pick('status', wanted, choices)
    return { set, after: set }
  }
  if (now === null) return { set: null, after: known.find(({ defaultFlag }) => defaultFlag === true) ?? null }
  if (!moved) return { set: null, after: known.find(({ id }) => id === now.status?.id) ?? null }
  const same = choices.find(({ name }) => name.toLowerCase() === now.status?.name?.toLowerCase())
  if (same !== undefined) return { set: same, after: same }
  throw new GatewayError(
    'BAD_USER_INPUT',
    '"status": the new board has no status of that name; name one of its own.',
    {
      argument: 'status',
      allowed: choices.map(({ name }) => name),
    },
  )
}

/** undefined: not written. null: removed. */
async function typeAfter(
  session: VendorSession,
  now: TicketBody | null,
  wanted: string | null | undefined,
  board: string | null,
  moved: boolean,
): Promise<SetupValue | null | undefined> {
  if (wanted === null) return null
  if (board === null) {
    if (wanted !== undefined) throw badInput('board', 'a board: types belong to one', undefined)
    return undefined
  }
  if (wanted === undefined && (!moved || now?.type == null)) return undefined
  const choices = (await typesOf(session, board)).filter(({ inactiveFlag }) => inactiveFlag !== true)
  if (wanted !== undefined) return pick('type', wanted, choices)
  const same = choices.find(({ name }) => name.toLowerCase() === now?.type?.name?.toLowerCase())
  if (same !== undefined) return same
  throw new GatewayError(
    'BAD_USER_INPUT',
    '"type": the new board has no type of that name; name one of its own.',
    {
      argument: 'type',
      allowed: choices.map(({ name }) => name),
    },
  )
}
