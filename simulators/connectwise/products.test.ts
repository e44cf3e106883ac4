import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, newTicket, startBench } from './harness.ts'

let bench: Bench
let ticket: number
beforeAll(async () => {
  bench = await startBench()
  ticket = await newTicket(bench)
})
afterAll(() => bench.simulator.close())

const add = (body: Record<string, unknown>) =>
  bench.call('POST', '/procurement/products', {
    catalogItem: { id: 2 },
    billableOption: 'Billable',
    ticket: { id: ticket },
    ...body,
  })

it('takes what is not said from the catalogue, and computes what it comes to', async () => {
  const { status, body } = await add({ quantity: 3 })
  expect(status).toBe(201)
  expect(body).toMatchObject({
    catalogItem: { id: 2, identifier: 'DOCK-USBC' },
    description: 'USB-C dock',
    quantity: 3,
    price: 189,
    cost: 121.5,
    extPrice: 567,
    extCost: 364.5,
    margin: 202.5,
    company: { id: 257 },
  })
  const changed = await bench.call('PATCH', `/procurement/products/${body.id}`, [
    { op: 'replace', path: 'price', value: 200 },
    { op: 'replace', path: 'margin', value: 1 },
  ])
  expect(changed.body).toMatchObject({ price: 200, extPrice: 600, margin: 235.5 })
  expect(await bench.find(`ticket/id=${ticket}`, '/procurement/products')).toEqual([body.id])
  expect((await bench.call('DELETE', `/procurement/products/${body.id}`)).status).toBe(204)
  expect(await bench.find(`chargeToType='Ticket' AND chargeToId=${ticket}`, '/procurement/products')).toEqual(
    [],
  )
})

it.each([
  [{ catalogItem: undefined }, 'catalogItem'],
  [{ billableOption: undefined }, 'billableOption'],
  [{ catalogItem: { id: 99 } }, 'catalogItem/id'],
  [{ ticket: { id: 9_999_999 } }, 'ticket/id'],
])('refuses %j', async (body, field) => {
  const { status, body: answer } = await add(body)
  expect(status).toBe(400)
  expect(answer).toMatchObject({ message: 'productItem object is invalid', errors: [{ field }] })
})

it('refuses an option that is none, and a member that it does not know', async () => {
  expect((await add({ billableOption: 'Maybe' })).status).toBe(400)
  expect((await add({ amount: 5 })).status).toBe(400)
})
