import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway.ts'

let t: TestGateway
let admin: string
beforeAll(async () => {
  t = await startTestGateway({ connections: ['acme-cw', 'beta-cw'] })
  admin = (await t.person({ role: 'connectionAdmin' })).token
})
afterAll(() => t.close())

const SAVE = `mutation ($mapping: JSON!) { saveConnectionMapping(slug: "acme-cw", mapping: $mapping) { slug } }`
const READ = '{ connectionMapping(slug: "acme-cw") { confirmed doubts } }'

it('a confirmed mapping decides what a status means', async () => {
  const agent = await t.agent('READ_ONLY')
  const ask = () =>
    t.ask(agent.token, '{ ticket(id: "acme-cw:Ticket:44805") { status { key name category } } }')
  const before = (await ask()).data.ticket.status
  const saved = await t.ask(admin, SAVE, { mapping: { statusCategories: { [before.key]: 'WAITING_OTHER' } } })
  expect(saved.errors).toEqual([])
  expect((await ask()).data.ticket.status).toEqual({ ...before, category: 'WAITING_OTHER' })
})

it('an unknown member refuses the mapping whole, and the old one stays', async () => {
  const before = (await t.ask(admin, READ)).data.connectionMapping
  const refused = await t.ask(admin, SAVE, { mapping: { emulateMerge: true, closingStatus: '108' } })
  expect(refused.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'mapping' })
  expect((await t.ask(admin, READ)).data.connectionMapping).toEqual(before)
})

it('is for administrators of that connection alone', async () => {
  const agent = await t.agent('FULL_AUTOMATION')
  const other = await t.person({ role: 'connectionAdmin', connection: 'beta-cw' })
  for (const token of [agent.token, other.token]) {
    const { data, errors } = await t.ask(token, SAVE, { mapping: {} })
    expect(data?.saveConnectionMapping ?? null).toBeNull()
    expect(errors[0]?.extensions.code).toBe('ROLE_REQUIRED')
  }
})
