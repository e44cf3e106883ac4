import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { ScopeFacts, TicketChangeInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { instant } from '../conditions.ts'
import { time } from '../projection.ts'
import { type Choice, priorities, queues, type Status, statuses, ticketTypes } from '../reference.ts'
import { customFieldSettings } from './custom-field-settings.ts'
import { nameOf, referred } from './people.ts'
import { pick } from './pick.ts'
import { roleOf } from './roles.ts'
import { lineOf } from './steps.ts'
import { keyOf, type TicketNow } from './ticket-now.ts'
import { stamp, wholeSecond } from './time-step.ts'

/** What one change writes, with what the plan tells of it. */
export interface Setting {
  /** Vendor members: one, but for an assignment, which is two; null clears. */
  readonly members: Readonly<Record<string, unknown>>
  /** Policy field -> how it is shown and compared. */
  readonly fields: readonly SettingField[]
  /** Policy names that no caller chose. */
  readonly except?: readonly string[]
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
  /** The queue that the ticket is in afterwards. */
  readonly board: string | null
  readonly company: string | null
  readonly contact: string | null
  /** The contact that is written, as a record scope sees it: it may belong to another company than the ticket. */
  readonly contactReached: readonly ScopeFacts[]
  readonly assignee: string | null
  /** The status afterwards. */
  readonly status: Status | null
  readonly statusNow: Status | null
  readonly priorityRank: number | null
  readonly warnings: readonly string[]
}

/** API.md 13: a ticket's title holds 255 characters. */
const MAX_TITLE = 255

/** What a change means in Autotask's members, in a fixed order; what stays the same is left out. */
export async function resolveChange(
  session: VendorSession,
  now: TicketNow | null,
  change: TicketChangeInput,
): Promise<Resolved> {
  const settings: Setting[] = []
  const warnings: string[] = []
  const add = (
    field: string,
    before: Shown,
    after: Shown,
    members: Readonly<Record<string, unknown>>,
    enumerated?: string,
  ) => {
    if (now !== null && before.key === after.key) return
    const told = { field, before: before.text, after: after.text, planned: after.key }
    settings.push({ members, fields: [{ ...told, ...(enumerated === undefined ? {} : { enumerated }) }] })
  }

  if (change.title !== undefined) {
    const title = lineOf(change.title, 'title', MAX_TITLE)
    add('title', plain(now?.title), plain(title), { title })
  }

  const boardNow = now?.queueID ?? null
  let boardAfter = key(boardNow)
  if (change.board !== undefined) {
    const wanted =
      parseId(change.board) === undefined ? change.board : keyOf(session, change.board, 'Board', 'board')
    const known = await queues(session)
    const board = pick('board', wanted, known)
    add('board', listed(boardNow, known), listed(board.id, known), { queueID: board.id }, board.name)
    boardAfter = board.key
  }

  let companyAfter = key(now?.companyID ?? null)
  if (change.company !== undefined) {
    companyAfter = keyOf(session, change.company, 'Company', 'company')
    const { after, before } = await referred(
      session,
      'Company',
      companyAfter,
      'company',
      now?.companyID ?? null,
    )
    add('company', named(before), named(after), { companyID: Number(companyAfter) })
    if (now !== null && before?.key !== after.key)
      warnings.push('Autotask refuses another company once time or charges are posted.')
  }

  const contactReached: ScopeFacts[] = []
  let contactAfter = key(now?.contactID ?? null)
  if (change.contact === null) {
    if (now !== null) {
      const before = { key: contactAfter, text: await nameOf(session, 'Contact', now.contactID) }
      add('contact', before, NONE, { contactID: null })
    }
    contactAfter = null
  } else if (change.contact !== undefined) {
    contactAfter = keyOf(session, change.contact, 'Contact', 'contact')
    const { after, before } = await referred(
      session,
      'Contact',
      contactAfter,
      'contact',
      now?.contactID ?? null,
    )
    const home = after.record?.get('company') as { readonly id: string } | null | undefined
    const homeKey = home == null ? null : (parseId(home.id)?.key ?? null)
    // Unread, its company is unknown and not none: a record scope refuses what is unknown.
    contactReached.push({ ...(after.record !== null && { company: homeKey }), notApplicable: ['board'] })
    if (homeKey !== null && companyAfter !== null && homeKey !== companyAfter)
      warnings.push("The contact belongs to another company than the ticket's, or to its parent.")
    add('contact', named(before), named(after), { contactID: Number(contactAfter) })
  } else if (change.company !== undefined && now?.contactID != null && key(now.companyID) !== companyAfter) {
    warnings.push("The ticket's contact belongs to the company that it leaves.")
  }

  const statusesKnown = await statuses(session)
  const statusNow = statusesKnown.find(({ id }) => id === now?.status) ?? null
  let status = statusNow
  if (change.status !== undefined) {
    status = pick('status', change.status, statusesKnown)
    add(
      'status',
      listed(now?.status ?? null, statusesKnown),
      listed(status.id, statusesKnown),
      { status: status.id },
      status.name,
    )
  }

  if (change.type === null) throw badInput('type', 'a type: every ticket of Autotask has one', null)
  if (change.type !== undefined) {
    const known = await ticketTypes(session)
    const type = pick('type', change.type, known)
    add(
      'type',
      listed(now?.ticketType ?? null, known),
      listed(type.id, known),
      { ticketType: type.id },
      type.name,
    )
  }

  const prioritiesKnown = await priorities(session)
  let priority = prioritiesKnown.find(({ id }) => id === now?.priority) ?? null
  if (change.priority !== undefined) {
    priority = pick('priority', change.priority, prioritiesKnown)
    add(
      'priority',
      listed(now?.priority ?? null, prioritiesKnown),
      listed(priority.id, prioritiesKnown),
      { priority: priority.id },
      priority.name,
    )
  }

  let assignee = key(now?.assignedResourceID ?? null)
  if (change.assignee === null) {
    if (now !== null) {
      const before = { key: assignee, text: await nameOf(session, 'Member', now.assignedResourceID) }
      add('assignee', before, NONE, { assignedResourceID: null, assignedResourceRoleID: null })
    }
    assignee = null
  } else if (change.assignee !== undefined) {
    const wanted = keyOf(session, change.assignee, 'Member', 'assignee')
    const { after, before } = await referred(
      session,
      'Member',
      wanted,
      'assignee',
      now?.assignedResourceID ?? null,
    )
    if (wanted !== assignee)
      add('assignee', named(before), named(after), {
        assignedResourceID: Number(wanted),
        assignedResourceRoleID: await roleOf(session, wanted, 'assignee'),
      })
    assignee = wanted
  }

  if (change.dueAt === null) {
    if (now !== null) add('dueAt', plain(time(now.dueDateTime)), NONE, { dueDateTime: null })
  } else if (change.dueAt !== undefined) {
    const due = wholeSecond(instant('dueAt', change.dueAt))
    add('dueAt', plain(time(now?.dueDateTime)), plain(time(stamp(due))), { dueDateTime: stamp(due) })
  }

  const custom = await customFieldSettings(session, now, change.customFields ?? [])
  if (custom !== null) settings.push(custom)

  return {
    settings,
    board: boardAfter,
    company: companyAfter,
    contact: contactAfter,
    contactReached,
    assignee,
    status,
    statusNow,
    priorityRank: priority?.rank ?? null,
    warnings,
  }
}

/** Required on every ticket (API.md 13): the tenant's own default where the caller names none. */
export function defaultOf<C extends Choice>(argument: string, choices: readonly C[]): C {
  const usable = choices.filter(({ active }) => active)
  const [found, ...others] = usable.filter(({ isDefault }) => isDefault)
  if (found !== undefined && others.length === 0) return found
  throw new GatewayError(
    'BAD_USER_INPUT',
    `"${argument}": Autotask requires one and has no default; name it.`,
    {
      argument,
      allowed: usable.map(({ name }) => name),
    },
  )
}

interface Shown {
  readonly key: unknown
  readonly text: string | null
}

const NONE: Shown = { key: null, text: null }

function key(id: number | null): string | null {
  return id === null ? null : String(id)
}

function plain(text: string | null | undefined): Shown {
  return { key: text ?? null, text: text ?? null }
}

function named(found: { readonly key: string; readonly shown: string } | null): Shown {
  return found === null ? NONE : { key: found.key, text: found.shown }
}

function listed(id: number | null, choices: readonly Choice[]): Shown {
  if (id === null) return NONE
  return { key: String(id), text: choices.find((one) => one.id === id)?.name ?? `#${id}` }
}
