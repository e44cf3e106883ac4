import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

describe.each(vendors)('%s: writing tasks of tickets', (vendor) => {
  let w: WritingDesk
  beforeAll(async () => {
    w = await startWriting(vendor)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const withoutTasks = () =>
    w.fresh(({ id }) => !w.desk.simulator.dataset.tasks.some(({ ticketId }) => ticketId === id))
  const tasksNow = async (ticket: string) =>
    (
      await w.read('query ($id: ID!) { ticket(id: $id) { tasks { nodes { id text done position } } } }', {
        id: ticket,
      })
    ).ticket.tasks.nodes

  it('addTicketTask, updateTicketTask, putBack, and deleteTicketTask where there is one', async () => {
    const ticket = w.idOf(withoutTasks())
    const { plan } = await w.carriedOut('addTicketTask', { ticket, text: 'Contract: call back', position: 7 })
    expect(plan.changes).toEqual([
      { field: 'text', before: null, after: 'Contract: call back' },
      { field: 'position', before: null, after: '7' },
    ])
    expect(plan.steps).toMatchObject([
      { demands: ['Ticket Tasks CREATE'], fields: expect.arrayContaining(['position', 'text']) },
    ])
    expect(plan.clientMail.verdict).toBe('NO')
    const [made, ...others] = await tasksNow(ticket)
    expect(others).toEqual([])
    expect(made).toEqual({ id: made.id, text: 'Contract: call back', done: false, position: 7 })

    w.clear()
    const checked = await w.carriedOut('updateTicketTask', { id: made.id, done: true })
    expect(checked.plan.changes).toEqual([{ field: 'done', before: 'false', after: 'true' }])
    expect(checked.plan.steps).toMatchObject([
      {
        summary: expect.stringContaining('Checks off a task'),
        demands: ['Ticket Tasks UPDATE'],
        fields: ['done'],
      },
    ])
    expect(await tasksNow(ticket)).toEqual([{ ...made, done: true }])

    w.clear()
    const again = await w.write(w.admin, 'updateTicketTask', { id: made.id, done: true })
    expect(again.errors).toMatchObject([{ extensions: { code: 'NO_CHANGE' } }])
    const back = await w.t.ask(
      w.admin,
      'mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id planHash } } } }',
      { id: checked.id },
    )
    expect(back.errors).toEqual([])
    expect(back.data.putBack).toMatchObject({ left: [], changedSince: [] })
    expect((await w.sign(back.data.putBack.outcome.request)).state).toBe('EXECUTED')
    expect(await tasksNow(ticket)).toEqual([made])

    w.clear()
    await w.carriedOut('updateTicketTask', { id: made.id, text: 'Contract: called', position: 3 })
    const changed = { ...made, text: 'Contract: called', position: 3 }
    expect(await tasksNow(ticket)).toEqual([changed])
    if (w.missing.writes.deleteTicketTask !== undefined) return
    w.clear()
    await w.carriedOut('deleteTicketTask', { id: made.id })
    expect(await tasksNow(ticket)).toEqual([])
  })

  it('one task of several is changed and the others stay, in their order', async () => {
    const ticket = w.idOf(withoutTasks())
    for (const [text, position] of [
      ['second', 2],
      ['first', 1],
    ] as const) {
      w.clear()
      await w.carriedOut('addTicketTask', { ticket, text, position })
    }
    const [first, second] = await tasksNow(ticket)
    expect([first.text, second.text]).toEqual(['first', 'second'])
    w.clear()
    await w.carriedOut('updateTicketTask', { id: second.id, done: true })
    expect(await tasksNow(ticket)).toEqual([first, { ...second, done: true }])
  })

  it("the ticket's audit trail at the PSA tells of a change, in order, to who may read all that it tells", async () => {
    const found = w.fresh(({ priorityId }) => priorityId !== 2)
    const id = w.idOf(found)
    const high = w.told.priority(w.told.tickets.find(({ priorityId }) => priorityId === 2)!).name
    const before = new Date(Date.now() - 2000).toISOString()
    await w.carriedOut('updateTicket', { id, priority: high })
    const query = `query ($id: ID!, $last: Int) { ticket(id: $id) { auditTrail(last: $last) {
      entries { at by field before after text } hasEarlier } } }`
    const { entries, hasEarlier } = (await w.read(query, { id })).ticket.auditTrail
    interface Entry {
      readonly at: string
      readonly by: string | null
      readonly field: string
    }
    const times = entries.map(({ at }: Entry) => at)
    expect(times).toEqual(times.toSorted())
    const mine = entries.filter(
      (entry: Entry) =>
        entry.at >= before.slice(0, 19) && /priority|impact|urgency/i.test(JSON.stringify(entry)),
    )
    expect(mine.length).toBeGreaterThan(0)
    for (const { by } of mine) expect(by).toBeTruthy()
    expect(hasEarlier).toBe(false)
    w.clear()
    if (entries.length > 1) {
      const short = (await w.read(query, { id, last: 1 })).ticket.auditTrail
      expect(short).toEqual({ entries: entries.slice(-1), hasEarlier: true })
    }
    const closed = await w.t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: { ...policy.groups, Contacts: { level: 'DISABLED' as const } },
    }))
    w.clear()
    const { data, errors } = await w.t.ask(closed, query, { id })
    expect(data.ticket).toEqual({ auditTrail: null })
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED', group: 'Contacts' } }])
    expect(w.desk.asked().filter(({ path }) => /audit|history/i.test(path))).toEqual([])
    const scoped = await w.t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: {
        include: {
          companies: [w.told.id('Company', found.companyId).slice(`${w.desk.slug}:Company:`.length)],
        },
      },
    }))
    const inside = await w.t.ask(scoped, query, { id })
    expect(inside.errors).toEqual([])
    expect(inside.data.ticket.auditTrail.entries).toEqual(entries)
  })

  it('is refused without the group, and what can not be meant before anything is sent', async () => {
    const ticket = w.idOf(withoutTasks())
    const given = { ticket, text: 'Contract: refused' }
    const readOnly = await w.write(w.helpdesk, 'addTicketTask', given)
    expect(readOnly.errors).toMatchObject([
      { extensions: { code: 'GROUP_READ_ONLY', group: 'Ticket Tasks' } },
    ])
    for (const [wrong, argument] of [
      [{ ...given, position: 0 }, 'position'],
      [{ ...given, position: 10_000 }, 'position'],
      [{ ...given, text: 'two\nlines' }, 'text'],
      [{ ...given, text: ' ' }, 'text'],
    ] as const) {
      const { errors } = await w.write(w.admin, 'addTicketTask', wrong)
      expect(errors, argument).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
    }
    expect(w.desk.sent()).toEqual([])
  })
})
