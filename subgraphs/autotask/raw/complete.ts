import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { isSilent, type MailReason } from '../../planning/mail.ts'
import { isDone } from '../plan/compose.ts'
import { clientMail, MAY_MAIL } from '../plan/mail.ts'
import { ticketNow } from '../plan/ticket-now.ts'
import { priorities, queues, statuses, ticketTypes, workRoles, workTypes } from '../reference.ts'
import { expectParent } from './parents.ts'
import { shapeOf } from './reading.ts'
import { type Members, membersOf } from './settings.ts'
import { spelled } from './spelling.ts'
import { memberOf, memberValue } from './values.ts'

/** What only Autotask can tell of a write: how fields are spelled, what ids are called, whether a status closes, whom mail reaches. */
export async function complete(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
  before: unknown,
): Promise<RawReading> {
  expectParent(request, before)
  const inSpelling = await spelled(session, request, reading)
  const members = membersOf(request)
  const shape = shapeOf(request.path)
  const named =
    shape === 'TICKET'
      ? await ticketFacts(session, request, inSpelling, members, before)
      : shape === 'TIME_ENTRY'
        ? await timeFacts(session, inSpelling, members)
        : inSpelling
  return withRecipients(session, named, members, before)
}

interface Choice {
  readonly id: number
  readonly name: string
}

/** Values under the names of their ids; an id that no list has stays what it is, which no policy allows by name. */
async function renamed(
  session: VendorSession,
  { values }: RawReading,
  members: Members,
  lists: Readonly<
    Record<string, readonly [field: string, load: (session: VendorSession) => Promise<readonly Choice[]>]>
  >,
): Promise<RawReading['values']> {
  const found: Record<string, readonly string[]> = { ...values }
  for (const [member, [field, load]] of Object.entries(lists)) {
    const id = members.get(member)
    if (typeof id !== 'number') continue
    const choice = (await load(session)).find((one) => one.id === id)
    if (choice !== undefined) found[field] = [choice.name]
  }
  return found
}

async function ticketFacts(
  session: VendorSession,
  { endpoint: { method } }: RawRequest,
  reading: RawReading,
  members: Members,
  before: unknown,
): Promise<RawReading> {
  const values = await renamed(session, reading, members, {
    status: ['status', statuses],
    priority: ['priority', priorities],
    queueid: ['board', queues],
    tickettype: ['type', ticketTypes],
  })
  const ranks = members.has('priority') ? await priorities(session) : []
  const rank = ranks.find(({ id }) => id === members.get('priority'))?.rank
  const ranked = { ...reading, values, priorityRank: members.has('priority') ? (rank ?? 1) : null }
  // A replacing PUT clears the status that it does not give.
  if (!members.has('status') || method === 'PUT') return ranked
  const known = await statuses(session)
  const status = known.find(({ id }) => id === members.get('status'))
  // One that the tenant does not list may be any.
  if (status === undefined) return ranked
  const now = known.find(({ id }) => id === memberValue(before, 'status'))
  const wasDone = now !== undefined && isDone(now)
  const done = isDone(status)
  return {
    ...ranked,
    closes: done && !wasDone,
    reopens: !done && wasDone,
    ...(isSilent(session, status.key) && { clientMail: without(reading.clientMail, MAY_MAIL.status) }),
  }
}

/** An administrator has marked the status as silent. */
function without(mail: RawReading['clientMail'], reason: string): RawReading['clientMail'] {
  const reasons = mail.reasons.filter((one) => one !== reason)
  return reasons.length === 0 ? { verdict: 'NO', recipients: [], reasons } : { ...mail, reasons }
}

async function timeFacts(session: VendorSession, reading: RawReading, members: Members): Promise<RawReading> {
  const values = await renamed(session, reading, members, {
    billingcodeid: ['workType', workTypes],
    roleid: ['workRole', workRoles],
  })
  return { ...reading, values }
}

async function withRecipients(
  session: VendorSession,
  reading: RawReading,
  members: Members,
  before: unknown,
): Promise<RawReading> {
  const { clientMail: mail, target } = reading
  if (mail.verdict === 'NO') return reading
  const verdict = mail.verdict
  const tickets = target?.type === 'Ticket' ? [target.key] : []
  const contacts = [members.get('contactid'), await contactNow(session, target, before)].flatMap((id) =>
    typeof id === 'number' ? [String(id)] : [],
  )
  const reasons = mail.reasons.map((reason): MailReason => ({ verdict, reason }))
  return {
    ...reading,
    clientMail: await clientMail(
      session,
      reasons,
      contacts,
      session.mayRead('Tickets', 'contact') ? tickets : [],
    ),
  }
}

async function contactNow(
  session: VendorSession,
  target: RawReading['target'],
  before: unknown,
): Promise<unknown> {
  const contact = memberOf(before, 'contactid')
  if (contact !== undefined || target?.type !== 'Ticket' || !session.mayRead('Tickets', 'contact'))
    return contact
  return (await ticketNow(session, target.key)).contactID
}
