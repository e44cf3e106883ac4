import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type MailReason, mayMail, NO_MAIL } from '../../planning/mail.ts'
import { isDone } from '../plan/compose.ts'
import { clientMail, statusMail } from '../plan/mail.ts'
import { ticketNow } from '../plan/ticket-now.ts'
import { boards, prioritiesOf, type Status, statusesOf, typesOf, workRoles, workTypes } from '../reference.ts'
import { type TicketBody, ticket as ticketShape } from '../schema.ts'
import { shapeOf } from './reading.ts'
import type { Members } from './references.ts'
import { keyOf } from './references.ts'
import { membersOf } from './settings.ts'
import { memberOf, memberValue } from './values.ts'

/** What only ConnectWise can tell of a write: names of ids, whether a status closes, and whom mail reaches. */
export async function complete(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
  before: unknown,
): Promise<RawReading> {
  const members = membersOf(request)
  const shape = shapeOf(request.path)
  const named =
    shape === 'TICKET'
      ? await ticketFacts(session, reading, members, before)
      : shape === 'TIME_ENTRY'
        ? await timeFacts(session, reading, members)
        : reading
  return withRecipients(session, named, before)
}

async function ticketFacts(
  session: VendorSession,
  reading: RawReading,
  members: Members,
  before: unknown,
): Promise<RawReading> {
  const values: Record<string, readonly string[]> = { ...reading.values }
  const name = (field: string, found: { readonly name?: string | null } | undefined) => {
    if (found?.name != null) values[field] = [found.name]
  }
  const board = await boardAfter(session, members, before)
  if (members.has('board'))
    name(
      'board',
      (await boards(session)).find(({ id }) => String(id) === board),
    )

  const statuses = board === null ? [] : await statusesOf(session, board)
  const status = members.has('status') ? chosen(statuses, members.get('status')) : undefined
  name('status', status)
  const now = await statusNow(session, before)
  if (members.has('type') && board !== null)
    name('type', chosen(await typesOf(session, board), members.get('type')))
  const priorities = members.has('priority') ? (await prioritiesOf(session)).all : []
  const priority = chosen(priorities, members.get('priority'))
  name('priority', priority)

  const wasDone = now === undefined ? memberOf(before, 'closedflag') === true : isDone(now)
  return {
    ...reading,
    values,
    // A status that the board does not list may be any.
    ...(members.has('status') &&
      status !== undefined && {
        closes: (isDone(status) && !wasDone) || members.get('closedflag') === true,
        reopens: !isDone(status) && wasDone,
        ...(!mayMail(statusMail(session, status)) && { clientMail: withoutStatusMail(reading, members) }),
      }),
    priorityRank: members.has('priority') ? (priority?.rank ?? 1) : null,
  }
}

/** An administrator has marked the status as silent, and nothing else of the body mails. */
function withoutStatusMail({ clientMail: mail }: RawReading, members: Members): RawReading['clientMail'] {
  const alone = mail.reasons.length === 1 && !members.has('board') && !members.has('company')
  return alone ? NO_MAIL : mail
}

async function boardAfter(session: VendorSession, members: Members, before: unknown): Promise<string | null> {
  const given = members.get('board')
  if (given !== undefined) {
    const found = chosen(await boards(session), given)
    return found === undefined ? (keyOf(given) ?? null) : String(found.id)
  }
  const now = memberValue(before, 'board')
  return typeof now === 'string' ? now : null
}

async function statusNow(session: VendorSession, before: unknown): Promise<Status | undefined> {
  const board = memberValue(before, 'board')
  if (typeof board !== 'string') return undefined
  return (await statusesOf(session, board)).find(({ key }) => key === memberValue(before, 'status'))
}

/** By id, else by name without case. */
function chosen<C extends { readonly id: number; readonly name?: string | null | undefined }>(
  choices: readonly C[],
  value: unknown,
): C | undefined {
  const key = keyOf(value)
  if (typeof key === 'string') return choices.find(({ id }) => String(id) === key)
  const name = memberOf(value, 'name')
  if (typeof name !== 'string') return undefined
  return choices.find((choice) => choice.name?.toLowerCase() === name.toLowerCase())
}

async function timeFacts(session: VendorSession, reading: RawReading, members: Members): Promise<RawReading> {
  const values: Record<string, readonly string[]> = { ...reading.values }
  const look = async (
    member: string,
    field: string,
    load: (session: VendorSession) => Promise<readonly { readonly id: number; readonly name: string }[]>,
  ) => {
    if (!members.has(member)) return
    const found = chosen(await load(session), members.get(member))
    if (found !== undefined) values[field] = [found.name]
  }
  await look('worktype', 'workType', workTypes)
  await look('workrole', 'workRole', workRoles)
  const option = members.get('billableoption')
  const known = typeof option === 'string' ? BILLABLE_NAMES.get(option.toLowerCase()) : undefined
  if (known !== undefined) values.billableOption = [known]
  return { ...reading, values }
}

/** A policy knows the schema's words. */
const BILLABLE_NAMES: ReadonlyMap<string, string> = new Map([
  ['billable', 'BILLABLE'],
  ['donotbill', 'DO_NOT_BILL'],
  ['nocharge', 'NO_CHARGE'],
  ['nodefault', 'NO_DEFAULT'],
])

async function withRecipients(
  session: VendorSession,
  reading: RawReading,
  before: unknown,
): Promise<RawReading> {
  const { clientMail: mail, target } = reading
  if (mail.verdict === 'NO') return reading
  const verdict = mail.verdict
  const ticket = await ticketOf(session, before, target)
  const contact = ticket?.contact == null ? null : String(ticket.contact.id)
  const reasons = mail.reasons.map((reason): MailReason => ({ verdict, reason }))
  return { ...reading, clientMail: await clientMail(session, reasons, contact, ticket) }
}

async function ticketOf(
  session: VendorSession,
  before: unknown,
  target: RawReading['target'],
): Promise<TicketBody | null> {
  if (target?.type !== 'Ticket') return null
  const parsed = ticketShape.safeParse(before)
  return parsed.success ? parsed.data : ticketNow(session, target.key)
}
