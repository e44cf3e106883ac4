import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, contactOf, newTicket, QUEUE, STAMP, startBench } from './harness.ts'

let bench: Bench
let id: number
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(async () => {
  id = await newTicket(bench)
  bench.simulator.state.outbox.length = 0
})
afterAll(() => bench.simulator.close())

const note = { title: 't', description: 'said', noteType: 3, publish: 2 }
const add = (fields: Record<string, unknown> = {}, ticket = id) =>
  bench.write('POST', `/Tickets/${ticket}/Notes`, { ...note, ...fields })
const change = (fields: Record<string, unknown>, ticket = id) =>
  bench.write('PATCH', `/Tickets/${ticket}/Notes`, fields)

describe('writing a note', () => {
  it('is done below the ticket and read from the root', async () => {
    const made = await add()
    expect(await bench.item(`/TicketNotes/${made}`)).toEqual({
      id: made,
      ...note,
      ticketID: id,
      creatorResourceID: 190,
      createdByContactID: null,
      createDateTime: STAMP,
      lastActivityDate: STAMP,
      impersonatorCreatorResourceID: null,
      impersonatorUpdaterResourceID: null,
    })
    expect(await bench.find('TicketNotes', { op: 'eq', field: 'ticketID', value: id })).toEqual([made])
    expect((await bench.get(`/Tickets/90001/Notes/${made}`)).body).toEqual({ item: null })
  })

  it.each([
    ['no text', { description: '' }, /required field description/],
    ['no type', { noteType: null }, /required field noteType/],
    ['no publish', { publish: null }, /required field publish/],
    ['an unknown publish', { publish: 3 }, /Picklist value \[3\] does not exist for publish/],
    ['a system type', { noteType: 13 }, /reserved/],
    ['an inactive type', { noteType: 20 }, /Picklist/],
    ['a long title', { title: 'x'.repeat(251) }, /250 characters/],
  ])('refuses %s', async (_name, fields, message) => {
    expect(await add(fields)).toMatch(message)
  })

  it('needs a title where the category says so', async () => {
    const incident = await newTicket(bench, {
      ticketCategory: 4,
      queueID: QUEUE,
      dueDateTime: '2026-11-22T10:00:00',
    })
    expect(await add({ title: null }, incident)).toBe('title is required')
    expect(await add({ title: null })).toEqual(expect.any(Number))
  })

  it('fails on a ticket that is not there', async () => {
    expect(await add({}, 5)).toMatch(/Unable to find id \[5\] in the Ticket Entity/)
  })

  it('moves the ticket, and its visible side only when everybody sees it', async () => {
    bench.simulator.setNow(new Date('2026-11-20T18:00:00Z'))
    await add()
    expect(await bench.item(`/Tickets/${id}`)).toMatchObject({
      lastActivityDate: '2026-11-20T18:00:00.000',
      lastCustomerVisibleActivityDateTime: null,
    })
    await add({ publish: 1 })
    bench.simulator.setNow(undefined)
    expect((await bench.item(`/Tickets/${id}`)).lastCustomerVisibleActivityDateTime).toBe(
      '2026-11-20T18:00:00.000',
    )
  })
})

describe('mail', () => {
  it('is not what publishing does', async () => {
    await add({ publish: 1 })
    expect(bench.simulator.outbox()).toEqual([])
  })

  it('comes of a rule for notes to everybody, never of an internal one', async () => {
    const other = await startBench({ workflowRules: ['clientNote'] })
    const ticket = await newTicket(other)
    await other.write('POST', `/Tickets/${ticket}/Notes`, note)
    expect(other.simulator.outbox()).toEqual([])
    await other.write('POST', `/Tickets/${ticket}/Notes`, { ...note, publish: 1 })
    expect(other.simulator.outbox()).toMatchObject([{ reason: 'workflow rule clientNote', ticketId: ticket }])
    await other.simulator.close()
  })
})

describe('in a contact’s name', () => {
  it('only to everybody and only of the same company', async () => {
    const createdByContactID = contactOf(bench)
    expect(await add({ createdByContactID })).toMatch(/All Autotask Users/)
    expect(await add({ createdByContactID: 1001, publish: 1 })).toMatch(/company of the ticket/)
    const made = await add({ createdByContactID, publish: 1 })
    expect(await bench.item(`/TicketNotes/${made}`)).toMatchObject({
      createdByContactID,
      creatorResourceID: null,
    })
  })
})

describe('changing a note', () => {
  it('repeats type and publish', async () => {
    const made = await add()
    expect(await change({ id: made, description: 'better' })).toBe(
      'noteType is required | publish is required',
    )
    expect(await change({ id: made, description: 'better', noteType: 3, publish: 2 })).toBe(made)
    expect(await bench.item(`/TicketNotes/${made}`)).toMatchObject({ description: 'better', title: 't' })
  })

  it('stays with its ticket and its author', async () => {
    const made = await add()
    const other = await newTicket(bench)
    expect(await change({ id: made, noteType: 3, publish: 2 }, other)).toMatch(/Unable to find id/)
    expect(await change({ id: made, noteType: 3, publish: 1, createdByContactID: 1001 })).toMatch(
      /createdByContactID cannot be changed/,
    )
  })

  it('is not for system notes, and deleting is for none', async () => {
    const [merged] = (await bench.query('TicketNotes', [{ op: 'eq', field: 'noteType', value: 91 }])).items
    expect(await change({ id: merged!.id, noteType: 91, publish: 2 }, Number(merged!.ticketID))).toMatch(
      /System/,
    )
    expect((await bench.call('DELETE', `/Tickets/${id}/Notes/${await add()}`)).status).toBe(405)
  })
})
