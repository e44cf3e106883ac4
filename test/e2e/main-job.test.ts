import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway.ts'

let t: TestGateway
beforeAll(async () => {
  t = await startTestGateway()
})
afterAll(() => t.close())
beforeEach(() => t.simulator.clearJournal())

const OPEN = 'acme-cw:Ticket:44805'

it('an agent asks, a person approves, exactly the planned bytes are sent, and the answer is what the PSA holds', async () => {
  const agent = await t.agent('HELPDESK')
  const technician = await t.person({ role: 'approver' })
  const asked = await t.ask(
    agent.token,
    `mutation ($id: ID!) { updateTicket(input: { id: $id, status: "In Progress", reason: "work starts" }) {
      __typename ... on WriteOutcome { request { id planHash state plan { steps { method path body } } } } } }`,
    { id: OPEN },
  )
  expect(asked.errors).toEqual([])
  expect(asked.data.updateTicket.__typename).toBe('ApprovalPending')
  expect(t.simulator.journal().every(({ method }) => method === 'GET')).toBe(true)

  const { id, planHash, plan } = asked.data.updateTicket.request
  const approved = await t.ask(
    technician.token,
    'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { state ticket { status { name } } } }',
    { id, planHash },
  )
  expect(approved.errors).toEqual([])
  expect(approved.data.approve).toEqual({ state: 'EXECUTED', ticket: { status: { name: 'In Progress' } } })
  const sent = t.simulator.journal().filter(({ method }) => method !== 'GET')
  expect(sent).toHaveLength(1)
  expect(sent[0]?.method).toBe(plan.steps[0].method)
  expect(sent[0]?.path.endsWith(plan.steps[0].path)).toBe(true)
  expect(JSON.stringify(sent[0]?.body)).toBe(plan.steps[0].body)

  const after = await t.ask(
    agent.token,
    'query ($id: ID!) { writeRequest(id: $id) { state ticket { status { name } } } }',
    { id },
  )
  expect(after.data.writeRequest).toEqual({ state: 'EXECUTED', ticket: { status: { name: 'In Progress' } } })
})
