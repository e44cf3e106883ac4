import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor } from '../../schema/source.ts'
import { sysIdOf } from '../../simulators/servicenow/index.ts'
import { fullName, type Told, toldBy } from './told.ts'
import { type ContractGateway, setups, startContract, type VendorDesk, vendors } from './vendors.ts'

/** Jane, for whom agents ask; Amir; and the account that the gateway signs in with. */
const JANE = 151
const AMIR = 152
const GATEWAY = 190

// biome-ignore lint/suspicious/noExplicitAny: four vendors' records, each looked at where its shape is known
type Body = any

/** What stands in the PSA itself, as somebody who works there sees it. */
interface Seen {
  /** The creator of a ticket, in the vendor's own words. */
  ticket(id: string): unknown
  note(ticket: string, text: string): unknown
  /** Whose time it is, and who entered it. */
  time(ticket: string, text: string): unknown
}

const SEEN: Readonly<Record<Vendor, (see: (path: string) => Body) => Seen>> = {
  connectwise: (see) => ({
    ticket: (id) => see(`/service/tickets/${id}`)._info.enteredBy,
    note: (ticket, text) =>
      see(`/service/tickets/${ticket}/notes?pageSize=1000`).find((note: Body) => note.text === text)
        .createdBy,
    time(ticket, text) {
      const rows = see(`/time/entries?conditions=chargeToId=${ticket}&pageSize=1000`)
      const { member, enteredBy } = rows.find((row: Body) => row.notes === text || row.internalNotes === text)
      return [member.identifier, enteredBy]
    },
  }),
  autotask: (see) => ({
    ticket: (id) => see(`/Tickets/${id}`).item.creatorResourceID,
    note: (ticket, text) =>
      see(`/Tickets/${ticket}/Notes`).items.find((note: Body) => note.description === text).creatorResourceID,
    time(ticket, text) {
      const search = JSON.stringify({ filter: [{ op: 'eq', field: 'ticketID', value: ticket }] })
      const { items } = see(`/TimeEntries/query?search=${encodeURIComponent(search)}`)
      const { resourceID, creatorUserID } = items.find((item: Body) => item.summaryNotes === text)
      return [resourceID, creatorUserID]
    },
  }),
  halo(see) {
    const actions = (ticket: string) => see(`/Actions?ticket_id=${ticket}&count=1000`).actions
    const by = ({ actionby_agent_id: agent, actionby_application_id: application }: Body) => [
      agent,
      application,
    ]
    return {
      ticket: (id) => by(actions(id).toSorted((a: Body, b: Body) => a.id - b.id)[0]),
      note: (ticket, text) => by(actions(ticket).find(({ note }: Body) => note === text)),
      time: (ticket, text) => by(actions(ticket).find(({ note }: Body) => note === text)),
    }
  },
  servicenow(see) {
    const rows = (table: string, query: string) =>
      see(`/table/${table}?sysparm_query=${encodeURIComponent(query)}&sysparm_exclude_reference_link=true`)
        .result
    const sysId = (ticket: string) => ticket.split('.').at(-1)!
    return {
      ticket(id) {
        const [row] = rows('incident', `sys_id=${sysId(id)}`)
        return [row.sys_created_by, row.opened_by]
      },
      note: (ticket, text) =>
        rows('sys_journal_field', `element_id=${sysId(ticket)}`).find(({ value }: Body) => value === text)
          .sys_created_by,
      time(ticket, text) {
        const found = rows('task_time_worked', `task=${sysId(ticket)}`)
        const { user, sys_created_by } = found.find(({ comments }: Body) => comments === text)
        return [user, sys_created_by]
      },
    }
  },
}

/** Who a note says has written it: the one for whom the agent asks, where the vendor lets a note name somebody. */
const NOTED_BY: Readonly<Record<Vendor, number>> = {
  connectwise: JANE,
  autotask: GATEWAY,
  halo: JANE,
  servicenow: GATEWAY,
}

/** API.md of each vendor, "Attribution": what its API writes is whose. */
const WRITTEN: Readonly<Record<Vendor, { ticket: unknown; note: unknown; time(member: number): unknown }>> = {
  // The member that owns the keys; a note and a time entry name their member besides.
  connectwise: {
    ticket: 'automation',
    note: 'jdoe',
    time: (member) => [member === JANE ? 'jdoe' : 'asmith', 'automation'],
  },
  // The API user's own resource; a time entry names its resource besides.
  autotask: { ticket: GATEWAY, note: GATEWAY, time: (member) => [member, GATEWAY] },
  // The application's agent; an action names its agent, and the application stays beside it.
  halo: {
    ticket: [GATEWAY, 'Countersign'],
    note: [JANE, 'Countersign'],
    time: (member) => [member, 'Countersign'],
  },
  // The service account; time worked names its user besides.
  servicenow: {
    ticket: ['automation', sysIdOf('technician', GATEWAY)],
    note: 'automation',
    time: (member) => [sysIdOf('technician', member), 'automation'],
  },
}

describe.each(vendors)('%s: whose a write is', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let dana: { readonly id: string; readonly token: string }
  let agent: string
  let seen: Seen
  beforeAll(async () => {
    t = await startContract([vendor])
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    dana = await t.approver()
    agent = await t.agent('IT_ADMIN', undefined, dana.id)
    const login = desk.simulator.dataset.technicians.find(({ id }) => id === JANE)!.identifier
    seen = SEEN[vendor]((path) => desk.simulator.actAs(login, 'GET', path).body)
  })
  afterAll(() => t.close())

  const ticket = () =>
    told.tickets.find(
      (one) =>
        !told.closed(one) &&
        one.kind === 'service' &&
        one.boardId === 1 &&
        told.contact(one)?.inactive === false,
    )!
  const vendorPart = (id: string) => id.split(':').at(-1)!

  async function written(token: string, name: string, input: object) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    const asked = await t.ask(
      token,
      `mutation ($input: ${type}!) { ${name}(input: $input) { ... on WriteOutcome { request { id planHash } } } }`,
      { input },
    )
    expect(asked.errors).toEqual([])
    const signed = await t.ask(
      dana.token,
      `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) {
        state error { code } ticket { id } } }`,
      asked.data[name].request,
    )
    expect(signed.errors).toEqual([])
    expect(signed.data.approve).toMatchObject({ state: 'EXECUTED', error: null })
    return signed.data.approve.ticket.id as string
  }

  async function read(id: string, fields: string) {
    const { data, errors } = await t.ask(agent, `query ($id: ID!) { ticket(id: $id) { ${fields} } }`, { id })
    expect(errors).toEqual([])
    return data.ticket
  }

  it("a ticket is the gateway's own account's", async () => {
    const like = ticket()
    const id = await written(agent, 'createTicket', {
      connection: desk.slug,
      title: 'Attribution: whose is it',
      company: told.id('Company', like.companyId),
      contact: told.id('Contact', like.contactId!),
      board: told.id('Board', 1),
      priority: told.priority(like).name,
      ...(vendor === 'halo' && { type: 'Incident' }),
    })
    expect(seen.ticket(vendorPart(id))).toEqual(WRITTEN[vendor].ticket)
  })

  it('the author of a note in the PSA is the one whom the schema tells', async () => {
    const id = told.id('Ticket', ticket().id)
    const text = 'Attribution: a note'
    await written(agent, 'addTicketNote', { ticket: id, kind: 'INTERNAL', text })

    expect(seen.note(vendorPart(id), text)).toEqual(WRITTEN[vendor].note)
    const { notes } = await read(id, 'notes(last: 50) { nodes { text author { id } authorName } }')
    const account = desk.simulator.dataset.technicians.find((one) => one.id === NOTED_BY[vendor])!
    expect(notes.nodes.filter((note: { text: string }) => note.text === text)).toEqual([
      { text, author: { id: told.id('Member', NOTED_BY[vendor]) }, authorName: fullName(account) },
    ])
  })

  const { otherMember } = setups[vendor]
  const owners: readonly [string, NonNullable<ConnectionPolicy['timeOwner']>, number][] = [
    ['the requester', { who: 'REQUESTER' }, JANE],
    ['one fixed member', { who: 'MEMBER', member: otherMember }, AMIR],
  ]
  it.each(owners)('time is that of %s, where the policy says so', async (_, timeOwner, member) => {
    const token = await t.agent('IT_ADMIN', (policy) => ({ ...policy, timeOwner }), dana.id)
    const id = told.id('Ticket', ticket().id)
    const text = `Attribution: time of ${member}`
    await written(token, 'logTime', {
      ticket: id,
      hours: 0.25,
      startedAt: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString(),
      workType: 'Remote Support',
      ...(vendor === 'autotask' ? { clientText: text } : { internalText: text }),
    })

    expect(seen.time(vendorPart(id), text)).toEqual(WRITTEN[vendor].time(member))
    const { timeEntries } = await read(
      id,
      'timeEntries(last: 50) { nodes { member { id } clientText internalText } }',
    )
    const mine = timeEntries.nodes.find(
      (one: { clientText: string | null; internalText: string | null }) =>
        one.clientText === text || one.internalText === text,
    )
    expect(mine.member).toEqual({ id: told.id('Member', member) })
  })
})
