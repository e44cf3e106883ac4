import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ClientReach } from '../../schema/plan.ts'
import type { Vendor } from '../../schema/source.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

type Verdict = 'NO' | 'YES' | 'MAY'

interface Expected {
  readonly verdict: Verdict
  /** Of the text that it writes for the client; null when it writes none. */
  readonly reach: ClientReach | null
  /** Whether the simulator's tenant mails the client, by a rule of its own or because it was told to. */
  readonly mails: boolean
}

const quiet: Expected = { verdict: 'NO', reach: null, mails: false }
const inPortal: Expected = { verdict: 'NO', reach: 'PORTAL_ONLY', mails: false }
const mailed: Expected = { verdict: 'YES', reach: 'MAILED', mails: true }
const mayStayQuiet: Expected = { verdict: 'MAY', reach: 'UNKNOWN', mails: false }
const mayMail: Expected = { verdict: 'MAY', reach: 'UNKNOWN', mails: true }
const statusStayedQuiet: Expected = { verdict: 'MAY', reach: null, mails: false }

type Case =
  | 'internal note'
  | 'client-facing note'
  | 'mailed note'
  | 'status change'
  | 'resolution'
  | 'new ticket'
  | 'time with client text'

/**
 * What each PSA does with the same write, as its tenant is set up in the simulator. Nothing mails by our doing but
 * the note that was asked to.
 */
const EXPECTED: Readonly<Record<Vendor, Readonly<Record<Case, Expected | { readonly refuses: string }>>>> = {
  connectwise: {
    'internal note': quiet,
    'client-facing note': inPortal,
    'mailed note': mailed,
    'status change': statusStayedQuiet,
    resolution: mayMail,
    'new ticket': mayStayQuiet,
    'time with client text': quiet,
  },
  autotask: {
    'internal note': quiet,
    'client-facing note': mayStayQuiet,
    'mailed note': { refuses: 'mailClient' },
    'status change': statusStayedQuiet,
    resolution: mayStayQuiet,
    'new ticket': mayMail,
    'time with client text': quiet,
  },
  halo: {
    'internal note': quiet,
    'client-facing note': mayStayQuiet,
    'mailed note': mailed,
    'status change': statusStayedQuiet,
    resolution: mayMail,
    'new ticket': mayStayQuiet,
    'time with client text': mayStayQuiet,
  },
  servicenow: {
    'internal note': quiet,
    'client-facing note': mayMail,
    'mailed note': mailed,
    'status change': statusStayedQuiet,
    resolution: mayMail,
    'new ticket': mayStayQuiet,
    'time with client text': { refuses: 'clientText' },
  },
}

describe.each(vendors)('%s: what the client is mailed', (vendor) => {
  let w: WritingDesk
  beforeAll(async () => {
    w = await startWriting(vendor)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  /** A ticket whose contact has an address that mail can reach. */
  function ticketOfSomebody() {
    const there = new Set(
      w.desk.simulator.dataset.contacts.flatMap(({ id, inactive }) => (inactive ? [] : [id])),
    )
    const ticket = w.fresh(({ contactId }) => there.has(contactId!))
    return { ticket, email: w.told.contact(ticket)!.email }
  }

  const writes: Readonly<Record<Case, (ticket: string, of: ReturnType<typeof ticketOfSomebody>) => object>> =
    {
      'internal note': (ticket) => ({ ticket, kind: 'INTERNAL', text: 'Mail: for us' }),
      'client-facing note': (ticket) => ({ ticket, kind: 'CLIENT_FACING', text: 'Mail: for you' }),
      'mailed note': (ticket) => ({ ticket, kind: 'CLIENT_FACING', text: 'Mail: to you', mailClient: true }),
      'status change': (id) => ({ id, status: 'New' }),
      resolution: (id) => ({ id, resolution: 'Mail: it works again' }),
      'new ticket': (_, { ticket }) => ({
        connection: w.desk.slug,
        title: 'Mail: a new one',
        description: 'Mail: what it is about',
        company: w.told.id('Company', ticket.companyId),
        contact: w.told.id('Contact', ticket.contactId!),
        board: w.told.id('Board', 1),
        ...(vendor === 'halo' && { type: 'Incident' }),
      }),
      'time with client text': (ticket) => ({
        ticket,
        hours: 0.25,
        clientText: 'Mail: what we did',
        workType: 'Remote Support',
        startedAt: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString(),
      }),
    }
  const names = {
    'internal note': 'addTicketNote',
    'client-facing note': 'addTicketNote',
    'mailed note': 'addTicketNote',
    'status change': 'updateTicket',
    resolution: 'resolveTicket',
    'new ticket': 'createTicket',
    'time with client text': 'logTime',
  } as const

  it.each(Object.keys(names) as Case[])('%s', async (one) => {
    const expected = EXPECTED[vendor][one]
    const of = ticketOfSomebody()
    const input = writes[one](w.idOf(of.ticket), of)
    if ('refuses' in expected) {
      const { errors } = await w.write(w.admin, names[one], input)
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED', argument: expected.refuses } }])
      expect(w.mailed()).toEqual([])
      return
    }

    // The walk itself holds the rule: what was mailed stands in the plan, and after a NO nothing was.
    const { plan, clientReach } = await w.carriedOut(names[one], input)

    expect(plan.clientMail.verdict, JSON.stringify(plan.clientMail)).toBe(expected.verdict)
    expect(plan.clientMail.recipients).toEqual(expected.verdict === 'NO' ? [] : [of.email])
    expect(w.mailed()).toEqual(expected.mails ? [of.email] : [])
    expect(clientReach).toBe(expected.reach)
    const planned = plan.steps.map(({ clientReach: reach }: { clientReach: unknown }) => reach)
    expect(planned.filter((reach: unknown) => reach !== null)).toEqual(
      expected.reach === null ? [] : [expected.reach],
    )
  })

  it('an agent that may not read contacts is told no address, not even the copies that a ticket asks for', async () => {
    const blind = await w.t.agent('IT_ADMIN', (policy) => ({
      ...policy,
      groups: { ...policy.groups, Contacts: { level: 'DISABLED' } },
    }))
    const { ticket, email } = ticketOfSomebody()
    const copy = `boss@${email.split('@')[1]}`
    if (vendor === 'connectwise') {
      w.desk.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${ticket.id}`, [
        { op: 'replace', path: 'automaticEmailCcFlag', value: true },
        { op: 'replace', path: 'automaticEmailCc', value: copy },
      ])
    }
    if (vendor === 'halo')
      w.desk.simulator.actAs('jdoe', 'POST', '/Tickets', [{ id: ticket.id, emailcclist: copy }])
    const input = { id: w.idOf(ticket), resolution: 'Mail: to whom?' }
    const { data, errors } = await w.write(blind, 'resolveTicket', input, true)
    expect(errors).toEqual([])
    expect(data.resolveTicket.plan.clientMail).toMatchObject({
      verdict: 'MAY',
      recipients: [],
      reasons: expect.arrayContaining(['Whom it reaches is not shown: Contacts cannot be read here.']),
    })
    expect(JSON.stringify(data)).not.toContain(`@${email.split('@')[1]}`)
    const copied = vendor === 'connectwise' || vendor === 'halo' ? [copy] : []
    const seen = await w.write(w.admin, 'resolveTicket', input, true)
    expect(seen.data.resolveTicket.plan.clientMail.recipients).toEqual([email, ...copied])
  })

  describe('what an administrator marked as silent', () => {
    afterAll(() => w.t.remap(w.desk.slug, { silentStatuses: [] }))

    /** Only what mails the client, or may, needs a signature. */
    const onlyMailIsSigned = () =>
      w.t.agent('IT_ADMIN', (policy) => ({
        ...policy,
        groups: Object.fromEntries(
          Object.entries(policy.groups).map(([name, group]) => [
            name,
            { ...group, approval: [{ when: { clientMail: true }, approvers: 1 }, { approvers: 0 }] },
          ]),
        ),
      }))

    async function planned(agent: string, name: 'updateTicket' | 'addTicketNote', input: object) {
      const { data, errors } = await w.write(agent, name, input, true)
      expect(errors).toEqual([])
      return data[name]
    }

    it('a status: MAY counts as NO, for the rules of approval too, and the plan says why', async () => {
      const agent = await onlyMailIsSigned()
      const { ticket } = ticketOfSomebody()
      const input = { id: w.idOf(ticket), status: 'New' }
      expect(await planned(agent, 'updateTicket', input)).toMatchObject({
        wouldRequireApproval: true,
        plan: { clientMail: { verdict: 'MAY' } },
      })
      const { board } = await w.read('query ($id: ID!) { board(id: $id) { statuses { key name } } }', {
        id: w.told.id('Board', ticket.boardId),
      })
      const { key } = board.statuses.find(({ name }: { name: string }) => name === 'New')
      await w.t.remap(w.desk.slug, { silentStatuses: [vendor === 'halo' ? `status:${key}` : key] })

      expect(await planned(agent, 'updateTicket', input)).toMatchObject({
        wouldRequireApproval: false,
        plan: {
          clientMail: {
            verdict: 'NO',
            recipients: [],
            reasons: ['An administrator marked the status "New" as silent: it mails nobody.'],
          },
        },
      })
    })

    it('a note: it stands in the portal only', async () => {
      // ConnectWise is told not to notify about the note, which is certain by itself.
      if (vendor === 'connectwise') return
      const agent = await onlyMailIsSigned()
      const { ticket } = ticketOfSomebody()
      const input = { ticket: w.idOf(ticket), kind: 'CLIENT_FACING', text: 'Mail: silent' }
      expect(await planned(agent, 'addTicketNote', input)).toMatchObject({ wouldRequireApproval: true })
      const outcomes = Object.values(w.desk.mapping.outcomes ?? {}).flatMap(
        ({ CLIENT_FACING }) => CLIENT_FACING ?? [],
      )
      await w.t.remap(w.desk.slug, { silentStatuses: vendor === 'halo' ? outcomes : ['notes'] })

      const { wouldRequireApproval, plan } = await planned(agent, 'addTicketNote', input)
      expect(wouldRequireApproval).toBe(false)
      expect(plan.clientMail).toMatchObject({ verdict: 'NO', reasons: [expect.stringContaining('silent')] })
      expect(plan.steps).toMatchObject([{ clientReach: 'PORTAL_ONLY' }])
    })
  })
})
