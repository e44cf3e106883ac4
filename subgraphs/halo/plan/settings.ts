import { badInput, GatewayError, UnfitRecord } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type { ScopeFacts, TicketChangeInput } from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { contactOf, someId, time } from '../projection.ts'
import { timeOf } from '../query.ts'
import {
  nobody,
  priorities,
  prioritiesOfSla,
  type Status,
  statuses,
  statusesOfType,
  teams,
  ticketTypes,
} from '../reference.ts'
import type { TicketBody, TicketTypeBody } from '../schema.ts'
import { memberRows } from '../whole-lists.ts'
import { customFieldSettings } from './custom-field-settings.ts'
import { companyNow, contactNow, generalUser } from './people.ts'
import { pick } from './pick.ts'
import { keyOf, ticketValues, wholeTicket } from './ticket-now.ts'
import { stamp } from './time-step.ts'

/** Members of the ticket to write, with what the plan tells of it. */
export interface Setting {
  readonly members: Readonly<Record<string, unknown>>
  readonly fields: readonly SettingField[]
  /** Policy names that come along because the vendor needs them. */
  readonly along?: readonly string[]
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
  /** Key of the team that the ticket stands in afterwards. */
  readonly board: string | null
  readonly company: string | null
  /** Mail address of the contact afterwards. */
  readonly email: string | null
  readonly type: number | null
  /** The one that is asked for. */
  readonly status: Status | null
  readonly priorityRank: number | null
  /** The contact that is written, as a record scope sees it. */
  readonly contactReached: readonly ScopeFacts[]
  readonly warnings: readonly string[]
}

/** No maximum is documented; 255 is what a title may need, and longer ones belong into a note. */
const MAX_TITLE = 255

/** What a change means in Halo's members, in a fixed order; what stays the same is left out. */
export async function resolveChange(
  session: VendorSession,
  now: TicketBody | null,
  change: TicketChangeInput,
): Promise<Resolved> {
  const settings: Setting[] = []
  const warnings: string[] = []
  const held = now === null ? {} : ticketValues(session, now)
  const add = (
    field: string,
    before: string | null,
    after: { readonly text: string | null; readonly planned: unknown },
    members: Setting['members'],
    more: { readonly enumerated?: string; readonly along?: readonly string[] } = {},
  ) => {
    if (now !== null && (held[field] ?? null) === after.planned) return
    const { enumerated, along } = more
    const shown = { field, before, after: after.text, planned: after.planned }
    settings.push({
      members,
      fields: [enumerated === undefined ? shown : { ...shown, enumerated }],
      ...(along === undefined ? {} : { along }),
    })
  }

  if (change.title !== undefined) {
    const title = titleOf(change.title)
    add('title', now?.summary ?? null, { text: title, planned: title }, { summary: title })
  }

  const known = await teams(session)
  const team =
    change.board === undefined
      ? null
      : pick(
          'board',
          boardKey(session, change.board),
          known.filter(({ inactive }) => inactive !== true),
        )
  if (team !== null)
    add(
      'board',
      now?.team ?? null,
      { text: team.name, planned: team.name },
      { team: team.name },
      { enumerated: team.name },
    )
  const teamAfter = team ?? known.find(({ name }) => name === now?.team) ?? null

  const people = await peopleAfter(session, now, change)
  warnings.push(...people.warnings)
  for (const one of people.settings)
    add(one.field, one.before, one.after, one.members, {
      along: ['site', 'contact'].filter((name) => name !== one.field),
    })

  const type = await typeAfter(session, now, change.type)
  if (type.set !== null)
    add(
      'type',
      type.before,
      { text: type.set.name, planned: String(type.set.id) },
      { tickettype_id: type.set.id },
      { enumerated: type.set.name },
    )
  const typeId = type.set?.id ?? now?.tickettype_id ?? null

  const status = await statusAfter(session, now, change.status, typeId)
  if (status.set !== null) {
    const { id, name, key } = status.set
    add('status', status.before, { text: name, planned: key }, { status_id: id }, { enumerated: name })
  }

  const priority = await priorityAfter(session, now, change.priority)
  if (priority.set !== null) {
    const { id, name, key } = priority.set
    add('priority', priority.before, { text: name, planned: key }, { priority_id: id }, { enumerated: name })
  }

  if (change.assignee !== undefined) {
    const agents = session.mayRead('Members', 'name')
      ? await memberRows(session, { group: 'Members', kind: 'READ', fields: ['name'] })
      : []
    const nameOf = (id: unknown) =>
      id == null ? null : (agents.find((one) => String(one.id) === id)?.name ?? `Member ${id}`)
    const key = change.assignee === null ? null : keyOf(session, change.assignee, 'Member', 'assignee')
    if (
      key !== null &&
      agents.length > 0 &&
      !agents.some(({ id, isdisabled }) => String(id) === key && isdisabled !== true)
    )
      throw badInput('assignee', 'a Member that exists and is active', change.assignee)
    const agent = key === null ? nobody(session) : Number(key)
    if (now !== null || key !== null)
      add('assignee', nameOf(held.assignee), { text: nameOf(key), planned: key }, { agent_id: agent })
  }

  if (change.dueAt === null) {
    if (now !== null && held.dueAt !== null)
      throw new GatewayError('NOT_SUPPORTED', '"dueAt": how HaloPSA clears a due date is not documented.', {
        argument: 'dueAt',
      })
  } else if (change.dueAt !== undefined) {
    const due = timeOf('dueAt', change.dueAt)
    const shown = { text: time(stamp(due)), planned: due }
    add('dueAt', time(now?.deadlinedate), shown, { deadlinedate: stamp(due) })
  }

  const inputs = change.customFields ?? []
  if (inputs.length > 0) {
    const whole = now === null ? null : await wholeTicket(session, now, ['customFields'])
    const custom = await customFieldSettings(session, whole, inputs)
    if (custom !== null) settings.push(custom)
  }

  return {
    settings,
    board: teamAfter === null ? null : String(teamAfter.id),
    company: people.company,
    email: people.email,
    type: typeId,
    status: status.set,
    priorityRank: priority.rank,
    contactReached: people.reached,
    warnings,
  }
}

interface Person {
  readonly field: 'company' | 'contact'
  readonly before: string | null
  readonly after: { readonly text: string | null; readonly planned: unknown }
  readonly members: Setting['members']
}

/** Client, site and user must agree, else Halo puts the general user in (API.md 12.6): they go together. */
async function peopleAfter(
  session: VendorSession,
  now: TicketBody | null,
  change: TicketChangeInput,
): Promise<{
  readonly settings: readonly Person[]
  readonly company: string | null
  readonly email: string | null
  readonly reached: readonly ScopeFacts[]
  readonly warnings: readonly string[]
}> {
  const { company: companyInput, contact: contactInput } = change
  const companyBefore = someId(now?.client_id ?? null)
  const contactBefore = now === null ? null : contactOf(now)
  const companyKey = companyInput === undefined ? null : keyOf(session, companyInput, 'Company', 'company')
  const moved = companyKey !== null && companyKey !== String(companyBefore)
  const companyAfter = companyKey ?? (companyBefore === null ? null : String(companyBefore))
  const contact =
    contactInput == null
      ? null
      : await contactNow(session, keyOf(session, contactInput, 'Contact', 'contact'))
  if (
    contact !== null &&
    contact.company !== null &&
    companyAfter !== null &&
    contact.company !== companyAfter
  )
    throw new UnfitRecord(
      'contact',
      "a contact of the ticket's company: HaloPSA takes no other",
      contactInput,
    )

  const settings: Person[] = []
  const warnings: string[] = []
  let site = now?.site_id ?? null
  const named = (group: string, name: string | null | undefined, id: number | null) =>
    id === null ? null : session.mayRead(group, 'name') ? (name ?? `#${id}`) : `#${id}`
  if (companyKey !== null && moved) {
    const company = await companyNow(session, companyKey)
    const siteId = contact?.site ?? company.site
    site = siteId
    settings.push({
      field: 'company',
      before: named('Companies', now?.client_name, companyBefore),
      after: { text: company.shown, planned: companyKey },
      members: { client_id: Number(companyKey), ...(siteId === null ? {} : { site_id: siteId }) },
    })
  }
  const dropped = moved && contactBefore !== null && contactInput === undefined
  if (dropped) warnings.push('The contact belongs to the company before: the ticket loses it.')
  if (contactInput === null || dropped) {
    if (contactBefore !== null)
      settings.push({
        field: 'contact',
        before: named('Contacts', now?.user_name, contactBefore),
        after: { text: null, planned: null },
        members: { user_id: await generalUser(session, site) },
      })
  } else if (contact !== null) {
    settings.push({
      field: 'contact',
      before: named('Contacts', now?.user_name, contactBefore),
      after: { text: contact.shown, planned: contact.key },
      members: { user_id: Number(contact.key), ...(contact.site === null ? {} : { site_id: contact.site }) },
    })
  }
  const kept = contactInput === undefined && !dropped ? (now?.user_email ?? null) : null
  return {
    settings,
    company: companyAfter,
    email: contact?.email ?? kept,
    reached: contact === null ? [] : [{ company: contact.company, notApplicable: ['board'] }],
    warnings,
  }
}

async function typeAfter(
  session: VendorSession,
  now: TicketBody | null,
  wanted: string | null | undefined,
): Promise<{ readonly set: TicketTypeBody | null; readonly before: string | null }> {
  if (wanted === undefined) return { set: null, before: null }
  if (wanted === null) throw badInput('type', 'a type: every ticket of HaloPSA has one', null)
  const known = await ticketTypes(session)
  const before = known.find(({ id }) => id === now?.tickettype_id)?.name ?? null
  return { set: pick('type', wanted, known), before }
}

async function statusAfter(
  session: VendorSession,
  now: TicketBody | null,
  wanted: string | undefined,
  type: number | null,
): Promise<{ readonly set: Status | null; readonly before: string | null }> {
  if (wanted === undefined) return { set: null, before: null }
  const known = await statuses(session)
  const current = known.find(({ id }) => id === now?.status_id)
  const choices = type === null ? known : await statusesOfType(session, type)
  const set = pick('status', wanted, choices)
  return { set, before: current?.name ?? null }
}

async function priorityAfter(session: VendorSession, now: TicketBody | null, wanted: string | undefined) {
  if (wanted === undefined) return { set: null, before: null, rank: now?.priority_id ?? null }
  const known = await priorities(session)
  const current = known.find(({ id }) => id === now?.priority_id) ?? null
  const set = pick('priority', wanted, known)
  // Only pairs of SLA and priority that exist are valid (API.md 12.9).
  const valid = now?.sla_id == null ? null : await prioritiesOfSla(session, now.sla_id)
  if (valid !== null && valid.size > 0 && !valid.has(set.id)) {
    throw new GatewayError('BAD_USER_INPUT', '"priority": the SLA of the ticket has no such priority.', {
      argument: 'priority',
      allowed: known.filter(({ id }) => valid.has(id)).map(({ name }) => name),
    })
  }
  return { set, before: current?.name ?? null, rank: set.rank }
}

function titleOf(title: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a title is one line
  if (title.trim() === '' || title.length > MAX_TITLE || /[\u0000-\u001f\u007f]/.test(title)) {
    throw badInput('title', `one line of 1 to ${MAX_TITLE} characters`, title)
  }
  return title
}

function boardKey(session: VendorSession, board: string): string {
  return parseId(board) === undefined ? board : keyOf(session, board, 'Board', 'board')
}
