import { afterAll, beforeAll, expect, it } from 'vitest'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
let admin = ''

beforeAll(async () => {
  t = await startDesk()
  admin = (await t.person({ role: 'policyAdmin' })).token
})
afterAll(() => t.close())

const effects = (workflow: string, policy: object, token = admin) =>
  t.ask(
    token,
    `query ($workflow: ID!, $policy: String!) { policyEffects(workflow: $workflow, connection: "acme-cw", policy: $policy) {
      cases changed changes agents { id } effects { group kind effect before after text } waiting { id write state outcome code approvers } } }`,
    { workflow, policy: JSON.stringify(policy) },
  )

const Tickets = { level: 'READ_WRITE', allowedFields: { UPDATE: ['title'] } } as const
const before = { groups: { Tickets, Contacts: { level: 'READ_ONLY' } }, testMode: false } as const

it('tells what changes for whom, and what becomes of a waiting request, exactly as saving then does', async () => {
  const agent = await t.agent({ 'acme-cw': before })
  const { id } = t.ticket()
  const { data: written } = await t.writeBlind(agent.token, 'updateTicket', { id, title: 'New' })
  const { request } = written.updateTicket
  t.simulator.clearJournal()

  const off = { ...before, groups: { ...before.groups, Tickets: { level: 'DISABLED' } } }
  const { data, errors } = await effects(agent.workflowId, off)
  expect(errors).toEqual([])
  expect(data.policyEffects).toMatchObject({
    agents: [{ id: agent.id }],
    changes: expect.arrayContaining(['Tickets: level DISABLED, was READ_WRITE']),
    waiting: [
      {
        id: request.id,
        write: 'updateTicket',
        state: 'PENDING',
        outcome: 'CANCELLED',
        code: 'GROUP_DISABLED',
      },
    ],
  })
  expect(data.policyEffects.effects.map(({ text }: { text: string }) => text)).toEqual([
    'READ Tickets: refused (GROUP_DISABLED), was allowed without a signature.',
    'UPDATE Tickets (title): refused (GROUP_DISABLED), was needs 1 approver.',
  ])

  const two = {
    ...before,
    groups: { ...before.groups, Tickets: { ...Tickets, approval: [{ approvers: 2 }] } },
  }
  expect((await effects(agent.workflowId, two)).data.policyEffects).toMatchObject({
    effects: [{ group: 'Tickets', kind: 'UPDATE', effect: 'APPROVAL_CHANGED' }],
    waiting: [{ id: request.id, outcome: 'HELD', code: null, approvers: 2 }],
  })
  expect((await effects(agent.workflowId, { ...before, testMode: true })).data.policyEffects).toMatchObject({
    changed: 0,
    changes: ['Policy: test mode on'],
    waiting: [{ outcome: 'CANCELLED', code: 'REQUEST_CANCELLED' }],
  })
  expect((await effects(agent.workflowId, before)).data.policyEffects).toMatchObject({
    changed: 0,
    effects: [],
    waiting: [],
  })
  expect(t.simulator.journal()).toEqual([])

  // Nothing was saved by asking, and saving does what was foreseen.
  expect(await t.request(agent.token, request.id)).toMatchObject({ state: 'PENDING' })
  const saved = await t.ask(
    admin,
    'mutation ($workflow: ID!, $policy: JSON!) { saveWorkflowPolicy(workflow: $workflow, connection: "acme-cw", policy: $policy) { version } }',
    { workflow: agent.workflowId, policy: off },
  )
  expect(saved.errors).toEqual([])
  expect(await t.request(agent.token, request.id)).toMatchObject({
    state: 'CANCELLED',
    error: { code: 'GROUP_DISABLED' },
  })
})

it('tells the rest where the cases are too many to be counted out', async () => {
  const names = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
  const when = {
    closes: true,
    reopens: false,
    clientMail: true,
    boards: names('1', 20),
    companies: names('2', 30),
  }
  const many = {
    ...before,
    groups: { ...before.groups, Tickets: { ...Tickets, approval: [{ when, approvers: 2 }] } },
  }
  const { workflowId } = await t.agent({ 'acme-cw': before })
  const found = await effects(workflowId, many)
  expect(codesOf(found)).toEqual(['LIMIT_EXCEEDED'])
  expect(found.data.policyEffects).toMatchObject({ cases: null, changed: null, effects: null, waiting: [] })
  expect(found.data.policyEffects.changes[0]).toContain('approval: 2 approvers when it closes the ticket')
  // What differs elsewhere is counted out all the same.
  const { data } = await effects((await t.agent({ 'acme-cw': many })).workflowId, {
    ...many,
    groups: { ...many.groups, Contacts: { level: 'DISABLED' } },
  })
  expect(data.policyEffects.effects).toMatchObject([{ group: 'Contacts', effect: 'REFUSED' }])
})

it('refuses what saving would refuse, and those who may not read policies', async () => {
  const { workflowId, token } = await t.agent({ 'acme-cw': before })
  expect(codesOf(await effects(workflowId, { groups: { Tickts: { level: 'READ_ONLY' } } }))).toEqual([
    'BAD_USER_INPUT',
  ])
  expect(codesOf(await effects(workflowId, before, token))).toEqual(['ROLE_REQUIRED'])
})
