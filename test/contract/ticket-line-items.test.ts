import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Product, Ticket } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const FIELDS =
  'id product { id name } description quantity price cost margin billableOption billed ticket { id number }'

/** Requests of the document `tickets-with-line-items`, cold: HaloPSA tells the items of one ticket at a time, and which tickets are ordinary by its types. */
const REQUESTS: Readonly<Partial<Record<Vendor, number>>> = { connectwise: 3, autotask: 3, halo: 52 }

/** Whoever sells for more than this asks first. */
const MONEY = [{ when: { amountOver: 567 }, approvers: 1 }, { approvers: 0 }]

const money = (cents: number) => (cents / 100).toFixed(2)

describe.each(vendors)('%s: what is sold with tickets', (vendor) => {
  let w: WritingDesk
  const missing = NOT_SUPPORTED[vendor]
  const none = missing.lists['Ticket.lineItems']
  beforeAll(async () => {
    w = await startWriting(vendor)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const dataset = () => w.desk.simulator.dataset
  const item = (id: number) => dataset().catalog.find((one) => one.id === id)!
  const productName = (id: number) => (vendor === 'connectwise' ? item(id).description : item(id).name)
  const lineId = (ticket: number, line: number) =>
    `${w.desk.slug}:TicketLineItem:${vendor === 'halo' ? `${ticket}.` : ''}${line}`

  function expected(ticket: Ticket, { id, catalogItemId, quantity, price }: Product) {
    const { cost, description } = item(catalogItemId)
    return {
      id: lineId(ticket.id, id),
      product: { id: w.told.id('Product', catalogItemId), name: productName(catalogItemId) },
      description,
      quantity: String(quantity),
      price: money(price * 100),
      cost: money(cost * 100),
      margin: money(Math.round(price * 100 - cost * 100) * quantity),
      billableOption: 'BILLABLE',
      billed: ticket.closedAt !== undefined,
      ticket: { id: w.told.id('Ticket', ticket.id), number: w.told.number(ticket) },
      ...Object.fromEntries(Object.keys(missing.lineItemFields).map((field) => [field, null])),
    }
  }
  const linesOf = (ticket: Ticket) => dataset().products.filter(({ ticketId }) => ticketId === ticket.id)
  const sold = (open: boolean) => {
    const ticket = w.told.tickets.find(
      (one) => linesOf(one).length > 0 && (one.closedAt === undefined) === open,
    )!
    return { ticket, line: linesOf(ticket)[0]! }
  }

  if (none !== undefined) {
    it('has none, and says why wherever they are asked for, instead of an empty list', async () => {
      const ticket = w.told.id('Ticket', w.told.tickets[0]!.id)
      const line = `${w.desk.slug}:TicketLineItem:${'0'.repeat(32)}`
      const { data, errors } = await w.t.ask(
        w.reader,
        `query ($ticket: ID!, $line: ID!) { ticket(id: $ticket) { id lineItems { nodes { id } } }
          ticketLineItem(id: $line) { id } }`,
        { ticket, line },
      )
      expect(data).toEqual({ ticket: { id: ticket, lineItems: null }, ticketLineItem: null })
      expect(errors.map(({ message, path, extensions }) => [message, path, extensions.code])).toEqual([
        [none, ['ticketLineItem'], 'NOT_SUPPORTED'],
        [none, ['ticket', 'lineItems'], 'NOT_SUPPORTED'],
      ])
      const product = w.told.id('Product', 1)
      for (const [name, input] of [
        ['addTicketLineItem', { ticket, product, quantity: '1' }],
        ['updateTicketLineItem', { id: line, quantity: '1' }],
        ['deleteTicketLineItem', { id: line }],
      ] as const)
        expect((await w.write(w.admin, name, input)).errors).toMatchObject([
          { message: expect.stringContaining(none), extensions: { code: 'NOT_SUPPORTED' } },
        ])
      expect(w.desk.sent()).toEqual([])
    })
    return
  }

  it.each(PATHS)('of a ticket, and one by its id, $path', async ({ beside }) => {
    for (const open of [true, false]) {
      const { ticket, line } = sold(open)
      const want = linesOf(ticket).map((one) => expected(ticket, one))
      const { data, errors } = await w.t.ask(
        w.reader,
        `query ($ticket: ID!, $line: ID!, $none: ID!) { ticket(id: $ticket) { lineItems { nodes { ${FIELDS} } } }
          ticketLineItem(id: $line) { ${FIELDS} } node(id: $line) { ... on TicketLineItem { quantity } }
          none: ticketLineItem(id: $none) { id } ${beside} }`,
        {
          ticket: w.told.id('Ticket', ticket.id),
          line: lineId(ticket.id, line.id),
          none: lineId(ticket.id, 4711),
        },
      )
      expect(data).toMatchObject({
        ticket: { lineItems: { nodes: want } },
        ticketLineItem: want[0],
        node: { quantity: want[0]!.quantity },
        none: null,
      })
      expect(errors).toMatchObject([{ path: ['none'], extensions: { code: 'NOT_FOUND' } }])
    }
  })

  it.each(PATHS)('tickets-with-line-items: fifty, $path', async ({ beside }) => {
    await w.t.restart()
    const { data, errors } = await w.t.ask(w.reader, along(document('tickets-with-line-items'), beside))
    expect(errors).toEqual([])
    const want = w.told.tickets.toSorted(w.told.newestFirst).slice(0, 50)
    expect(want.some((ticket) => linesOf(ticket).length > 0)).toBe(true)
    expect(data.tickets.nodes).toEqual(
      want.map((ticket) => ({
        id: w.told.id('Ticket', ticket.id),
        lineItems: {
          nodes: linesOf(ticket).map((line) => {
            const { product, quantity, price, margin } = expected(ticket, line)
            return { product: { name: product.name }, quantity, price, margin }
          }),
        },
      })),
    )
    expect(w.desk.asked().length).toBe(REQUESTS[vendor])
  })

  const linesNow = async (ticket: string) => {
    const { ticket: now } = await w.read(
      `query ($ticket: ID!) { ticket(id: $ticket) { lineItems { nodes { ${FIELDS} } } } }`,
      { ticket },
    )
    return now.lineItems.nodes
  }

  it('addTicketLineItem, updateTicketLineItem, putBack, and deleteTicketLineItem where there is one', async () => {
    const to = w.fresh((one) => linesOf(one).length === 0)
    const ticket = w.idOf(to)
    const { id, name, price, cost } = item(2)
    const product = w.told.id('Product', id)
    const { plan, ...added } = await w.carriedOut('addTicketLineItem', { ticket, product, quantity: '3' })
    // 3 x 189.00 = 567.00, less 3 x 121.50 = 364.50.
    const known = ['product', 'quantity', 'price', 'cost', 'amount', 'margin']
    expect(plan.changes.filter(({ field }: { field: string }) => known.includes(field))).toEqual([
      { field: 'product', before: null, after: productName(id) },
      { field: 'quantity', before: null, after: '3' },
      { field: 'price', before: null, after: money(price * 100) },
      { field: 'cost', before: null, after: money(cost * 100) },
      { field: 'amount', before: null, after: '567.00' },
      { field: 'margin', before: null, after: '202.50 (35.7 %)' },
    ])
    expect(plan.clientMail.verdict).toBe('NO')
    expect(plan.steps).toMatchObject([
      {
        summary: expect.stringContaining('3 at 189.00 each, which cost 121.50'),
        demands: [vendor === 'autotask' ? 'Ticket Charges CREATE' : 'Products CREATE'],
        fields: expect.arrayContaining(['product', 'quantity']),
      },
    ])
    expect(plan.steps[0].fields).not.toContain('price')
    expect(name).toBe('DOCK-USBC')
    const [made, ...others] = await linesNow(ticket)
    expect(others).toEqual([])
    expect(made).toEqual({
      ...expected({ ...to, closedAt: undefined } as unknown as Ticket, {
        id: 0,
        ticketId: to.id,
        catalogItemId: id,
        quantity: 3,
        price,
      }),
      id: made.id,
      description: vendor === 'connectwise' ? item(id).description : null,
    })
    expect(added.state).toBe('EXECUTED')

    w.clear()
    const change = { quantity: '2.5', price: '199.90', description: 'Contract: by the hour' }
    const changed = await w.carriedOut('updateTicketLineItem', { id: made.id, ...change })
    // 2.5 x 199.90 = 499.75, less 2.5 x 121.50 = 303.75.
    expect(changed.plan.changes).toEqual([
      { field: 'quantity', before: '3', after: '2.5' },
      { field: 'price', before: '189.00', after: '199.90' },
      { field: 'description', before: made.description, after: 'Contract: by the hour' },
      { field: 'amount', before: '567.00', after: '499.75' },
      { field: 'margin', before: '202.50 (35.7 %)', after: '196.00 (39.2 %)' },
    ])
    expect(changed.plan.steps).toMatchObject([
      {
        demands: [vendor === 'autotask' ? 'Ticket Charges UPDATE' : 'Products UPDATE'],
        fields: ['description', 'price', 'quantity'],
      },
    ])
    const after = { ...made, ...change, margin: '196.00' }
    expect(await linesNow(ticket)).toEqual([after])

    w.clear()
    const back = await w.t.ask(
      w.admin,
      'mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id planHash } } } }',
      { id: changed.id },
    )
    expect(back.errors).toEqual([])
    // Where the line said nothing, there is no text to give back to it.
    expect(back.data.putBack.changedSince).toEqual([])
    expect(back.data.putBack.left.length).toBe(made.description === null ? 1 : 0)
    expect((await w.sign(back.data.putBack.outcome.request)).state).toBe('EXECUTED')
    expect(await linesNow(ticket)).toEqual([
      { ...made, description: made.description ?? 'Contract: by the hour' },
    ])

    if (missing.writes.deleteTicketLineItem !== undefined) {
      const { errors } = await w.write(w.admin, 'deleteTicketLineItem', { id: made.id })
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining(missing.writes.deleteTicketLineItem),
          extensions: { code: 'NOT_SUPPORTED' },
        },
      ])
      return
    }
    w.clear()
    const gone = await w.carriedOut('deleteTicketLineItem', { id: made.id })
    expect(gone.plan.changes).toContainEqual({ field: 'amount', before: '567.00', after: null })
    expect(await linesNow(ticket)).toEqual([])
  })

  it('a price and a cost of its own, page by page', async () => {
    const ticket = w.idOf(w.fresh((one) => linesOf(one).length === 0))
    const product = w.told.id('Product', 6)
    for (const quantity of ['1', '0.25', '3']) {
      w.clear()
      const given = { ticket, product, quantity, price: '0.1', cost: '0.0375' }
      const { plan } = await w.carriedOut('addTicketLineItem', given)
      expect(plan.steps[0].fields).toEqual(expect.arrayContaining(['cost', 'price', 'product', 'quantity']))
    }
    const page = async (after: string | null) => {
      const { ticket: now } = await w.read(
        `query ($ticket: ID!, $after: String) { ticket(id: $ticket) { lineItems(first: 2, after: $after) {
          nodes { quantity price cost margin } pageInfo { hasNextPage endCursor } } } }`,
        { ticket, after },
      )
      return now.lineItems
    }
    const first = await page(null)
    // As floats, three of them would be 0.30000000000000004.
    expect(first.nodes).toEqual([
      { quantity: '1', price: '0.10', cost: '0.0375', margin: '0.0625' },
      { quantity: '0.25', price: '0.10', cost: '0.0375', margin: '0.015625' },
    ])
    const second = await page(first.pageInfo.endCursor)
    expect(second).toMatchObject({
      nodes: [{ quantity: '3', price: '0.10', cost: '0.0375', margin: '0.1875' }],
      pageInfo: { hasNextPage: false },
    })
  })

  it('a line on an invoice is left alone, where the PSA tells', async () => {
    const { ticket, line } = sold(false)
    if (missing.lineItemFields.billed !== undefined) return
    for (const [name, input] of [
      ['updateTicketLineItem', { quantity: '9' }],
      ['deleteTicketLineItem', {}],
    ] as const) {
      const { errors } = await w.write(w.admin, name, { id: lineId(ticket.id, line.id), ...input })
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('invoice'),
          extensions: { code: 'NOT_SUPPORTED', argument: 'id' },
        },
      ])
    }
    expect(w.desk.sent()).toEqual([])
  })

  it.each([
    ['quantity', '0', 'BAD_USER_INPUT'],
    ['quantity', '-1', 'BAD_USER_INPUT'],
    ['quantity', '1,5', 'BAD_USER_INPUT'],
    ['quantity', '1e3', 'BAD_USER_INPUT'],
    ['quantity', '1234567', 'BAD_USER_INPUT'],
    ['price', '-0.01', 'BAD_USER_INPUT'],
    ['price', '1.23456', 'BAD_USER_INPUT'],
    ['cost', '1234567890', 'BAD_USER_INPUT'],
    ['price', null, 'BAD_USER_INPUT'],
    ['description', 'one\ntwo', 'BAD_USER_INPUT'],
    ['description', 'x'.repeat(2001), 'BAD_USER_INPUT'],
    ['product', 'acme:Product:1', 'CONNECTION_FORBIDDEN'],
    ['product', '1', 'BAD_USER_INPUT'],
    ['billableOption', 'NO_DEFAULT', 'billableOption'],
  ])('a new line with a %s of %j is refused', async (field, value, code) => {
    const { errors } = await w.write(w.admin, 'addTicketLineItem', {
      ticket: w.told.id('Ticket', w.pool[0]!.id),
      product: w.told.id('Product', 1),
      quantity: '1',
      [field]: value,
    })
    const wanted =
      code !== 'billableOption'
        ? code
        : missing.lineItemFields.billableOption
          ? 'NOT_SUPPORTED'
          : 'BAD_USER_INPUT'
    expect(errors).toMatchObject([{ extensions: { code: wanted } }])
    expect(w.desk.sent()).toEqual([])
  })

  it('a product or a ticket that is not there, and a line that already is as asked', async () => {
    const ticket = w.told.id('Ticket', w.pool[0]!.id)
    const product = w.told.id('Product', 1)
    const { ticket: on, line } = sold(true)
    for (const [name, input, code, argument] of [
      [
        'addTicketLineItem',
        { ticket, product: w.told.id('Product', 4711), quantity: '1' },
        'NOT_FOUND',
        'product',
      ],
      [
        'addTicketLineItem',
        { ticket: w.told.id('Ticket', 9_999_999), product, quantity: '1' },
        'NOT_FOUND',
        'id',
      ],
      ['updateTicketLineItem', { id: lineId(on.id, 4711), quantity: '1' }, 'NOT_FOUND', 'id'],
      [
        'updateTicketLineItem',
        { id: lineId(on.id, line.id), quantity: `${line.quantity}.0` },
        'NO_CHANGE',
        undefined,
      ],
      ['updateTicketLineItem', { id: lineId(on.id, line.id) }, 'BAD_USER_INPUT', 'input'],
    ] as const) {
      const { errors } = await w.write(w.admin, name, input)
      expect(errors, code).toMatchObject([{ extensions: { code, ...(argument && { argument }) } }])
    }
    expect(w.desk.sent()).toEqual([])
  })

  it('a ticket that was closed since takes no new line: STALE, and nothing is sent', async () => {
    const one = w.fresh((ticket) => linesOf(ticket).length === 0)
    const ticket = w.idOf(one)
    const asked = await w.write(w.admin, 'addTicketLineItem', {
      ticket,
      product: w.told.id('Product', 6),
      quantity: '1',
    })
    expect(asked.errors).toEqual([])
    const closed = w.told.tickets.find(({ boardId, closedAt }) => boardId === 1 && closedAt !== undefined)!
    await w.carriedOut('updateTicket', { id: ticket, status: w.told.status(closed) })
    w.clear()
    const { id, planHash } = asked.data.addTicketLineItem.request
    const { errors } = await w.t.ask(
      w.approver,
      'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { id } }',
      { id, planHash },
    )
    expect(errors).toMatchObject([
      {
        extensions: {
          code: 'REQUEST_STALE',
          changed: expect.arrayContaining([expect.stringMatching(/closed$/)]),
        },
      },
    ])
    expect(w.desk.sent()).toEqual([])
  })

  it('a rule goes by the money that a line moves, to the cent', async () => {
    const dana = await w.t.approver()
    const agent = await w.t.agent(
      'IT_ADMIN',
      (policy) => ({
        ...policy,
        groups: Object.fromEntries(
          Object.entries(policy.groups).map(([name, group]) => [
            name,
            name === 'Products' || name === 'Ticket Charges' ? { ...group, approval: MONEY } : group,
          ]),
        ),
      }),
      dana.id,
    )
    const ticket = w.told.id('Ticket', w.pool[0]!.id)
    const asks = async (price: string) => {
      const { data, errors } = await w.write(
        agent,
        'addTicketLineItem',
        { ticket, product: w.told.id('Product', 2), quantity: '3', price },
        true,
      )
      expect(errors).toEqual([])
      return data.addTicketLineItem.wouldRequireApproval
    }
    expect([await asks('189'), await asks('189.01')]).toEqual([false, true])
  })

  it('a scope by companies hides the lines of others, and Helpdesk only reads them', async () => {
    const { ticket, line } = sold(true)
    const company = w.told.id('Company', ticket.companyId).split(':').slice(2).join(':')
    const scope = (include: string) =>
      w.t.agent('READ_ONLY', (policy) => ({ ...policy, recordScope: { include: { companies: [include] } } }))
    const query = 'query ($id: ID!) { ticketLineItem(id: $id) { id } }'
    const id = lineId(ticket.id, line.id)
    expect((await w.t.ask(await scope(company), query, { id })).data.ticketLineItem).toEqual({ id })
    expect((await w.t.ask(await scope('4711'), query, { id })).data.ticketLineItem).toBeNull()
    w.clear()
    const { errors } = await w.write(w.helpdesk, 'updateTicketLineItem', { id, quantity: '7' })
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_READ_ONLY' } }])
    expect(w.desk.asked()).toEqual([])
  })
})
