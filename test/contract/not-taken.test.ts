import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ServiceNowSimulator } from '../../simulators/servicenow/index.ts'
import { startWriting, type WritingDesk } from './writing.ts'

/**
 * What the PSA answers to an update of a title that it did not take. Autotask is not among them: it answers with the
 * id of the record and nothing else, so that only reading afterwards can tell.
 */
const ANSWERS: Readonly<Record<'connectwise' | 'halo', (id: number) => object>> = {
  connectwise: (id) => ({
    match: { method: 'PATCH' },
    status: 200,
    body: { id, summary: 'Not taken: the old one' },
  }),
  halo: (id) => ({ match: { method: 'POST' }, status: 201, body: { id, summary: 'Not taken: the old one' } }),
}

const PARTLY = (notTaken: readonly string[]) => ({
  state: 'FAILED',
  partial: true,
  error: { code: 'PARTIALLY_APPLIED', details: expect.objectContaining({ notTaken }) },
})

describe.each(['connectwise', 'halo'] as const)(
  '%s: an answer with another value than was sent',
  (vendor) => {
    let w: WritingDesk
    beforeAll(async () => {
      w = await startWriting(vendor)
    })
    afterAll(() => w.close())

    it('is no success: the request names the field', async () => {
      const ticket = w.fresh()
      await w.desk.fault({ kind: 'status', times: 1, when: 'after', ...ANSWERS[vendor](ticket.id) })
      const { error } = await w.carriedOut(
        'updateTicket',
        { id: w.idOf(ticket), title: 'Not taken: the new one' },
        PARTLY(['title']),
      )
      expect(error.message).toContain('title')
    })
  },
)

describe('servicenow: columns that the user may not write', () => {
  let w: WritingDesk
  let readOnly: Set<string>
  beforeAll(async () => {
    w = await startWriting('servicenow')
    readOnly = (w.desk.simulator as unknown as ServiceNowSimulator).acl.readOnlyColumns
  })
  afterAll(() => w.close())
  beforeEach(() => {
    w.clear()
    readOnly.clear()
  })

  it('createTicket: the ticket exists, and the request names it and what it lacks', async () => {
    const like = w.fresh()
    readOnly.add('incident.due_date').add('incident.category')
    const { ticket, error } = await w.carriedOut(
      'createTicket',
      {
        connection: w.desk.slug,
        title: 'Not taken: due',
        company: w.told.id('Company', like.companyId),
        dueAt: '2031-05-06T10:00:00Z',
        type: w.told.type(like),
      },
      PARTLY(['dueAt', 'type']),
    )

    expect(error.details).toMatchObject({ created: [ticket.id], applied: ['Creates a ticket.'] })
    const read = await w.read('query ($id: ID!) { ticket(id: $id) { title dueAt } }', { id: ticket.id })
    expect(read.ticket).toEqual({ title: 'Not taken: due', dueAt: null })
  })

  it('workTicket: what came after it is not sent', async () => {
    const ticket = w.fresh()
    readOnly.add('incident.short_description')
    const dry = await w.write(
      w.admin,
      'workTicket',
      {
        id: w.idOf(ticket),
        update: { title: 'Not taken: worked' },
        notes: [{ kind: 'INTERNAL', text: 'Not taken: a note' }],
      },
      true,
    )
    expect(dry.data.workTicket.plan.steps).toHaveLength(2)
    const { data } = await w.write(w.admin, 'workTicket', {
      id: w.idOf(ticket),
      update: { title: 'Not taken: worked' },
      notes: [{ kind: 'INTERNAL', text: 'Not taken: a note' }],
    })
    const ended = await w.sign(data.workTicket.request)

    expect(ended).toMatchObject(PARTLY(['title']))
    expect(ended.error.message).toContain('Not sent after it: step 2.')
    expect(w.desk.sent()).toHaveLength(1)
  })
})
