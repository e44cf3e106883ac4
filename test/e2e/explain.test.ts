import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnection } from '../../gateway/store/connections.ts'
import {
  ACCESS_PROFILES,
  type AccessProfile,
  profileNeedsConfirmation,
  profilePolicy,
} from '../../policy/profiles.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import { sources } from '../../subgraphs/index.ts'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
let admin = ''
let auditor = ''

const OTHERS = ['autotask', 'halo', 'servicenow'] as const

beforeAll(async () => {
  t = await startDesk()
  admin = (await t.person({ role: 'policyAdmin' })).token
  auditor = (await t.person({ role: 'auditor' })).token
  // Nobody is there, and nobody may call.
  const baseUrl = 'https://psa.invalid'
  for (const vendor of OTHERS)
    await createConnection(t.store.db, {
      slug: `acme-${vendor}`,
      vendor,
      name: vendor,
      baseUrl,
      enabled: true,
      testMode: false,
    })
})
beforeEach(() => t.simulator.clearJournal())
afterEach(async () => {
  expect(t.simulator.journal()).toEqual([])
  expect(await t.gateway.calls.metrics()).not.toMatch(
    /requests_total\{connection="acme-(autotask|halo|servicenow)"/,
  )
})
afterAll(() => t.close())

const slugOf = (vendor: string) => (vendor === 'connectwise' ? 'acme-cw' : `acme-${vendor}`)

/** A profile whole, as an administrator confirms it. */
function policyOf(profile: AccessProfile, vendor = 'connectwise'): ConnectionPolicy {
  const source = [...sources.values()].find((one) => one.vendor === vendor)!
  const confirmedGroups = profileNeedsConfirmation(profile, source.vendor, source.groups)
  return { ...profilePolicy(profile, source.vendor, source.groups, { confirmedGroups }), testMode: false }
}

const DECISION = 'verdict code message rules mayBeRefused approvers { atLeast atMost }'
const REMEDY = 'setting connection group name add text'
const EXPLAIN = `query ($operation: ExplainOperationInput, $request: ExplainRequestInput, $workflow: ID, $instead: PolicyInsteadInput) {
  explainAccess(operation: $operation, request: $request, workflow: $workflow, instead: $instead) {
    text testMode canBeAllowed decision { ${DECISION} } remedies { ${REMEDY} }
    demands { connection group kind fields values { field values } part from perRecord decision { ${DECISION} } remedies { setting } } } }`

const explain = (token: string, variables: Record<string, unknown>) => t.ask(token, EXPLAIN, variables)
const update = (id: string, input: object) => ({
  query: 'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { __typename } }',
  variables: JSON.stringify({ input: { id, ...input } }),
})
const ANY_TICKET = 'acme-cw:Ticket:999999999'

describe('explainAccess', () => {
  it('tells an agent that its write waits for a person, and by which rule', async () => {
    const { token } = await t.agent('HELPDESK')
    const { data, errors } = await explain(token, { operation: update(ANY_TICKET, { title: 'New' }) })
    expect(errors).toEqual([])
    expect(data.explainAccess).toMatchObject({
      testMode: [],
      canBeAllowed: true,
      remedies: [],
      decision: {
        verdict: 'NEEDS_APPROVAL',
        approvers: { atLeast: 1, atMost: 1 },
        rules: ['approval Tickets 0: 1 approver'],
      },
      demands: [
        {
          connection: 'acme-cw',
          group: 'Tickets',
          kind: 'UPDATE',
          fields: ['title'],
          part: 'updateTicket',
          from: ['input'],
        },
      ],
    })
    expect(data.explainAccess.text).toContain('dryRun')
  })

  it('names everything that would have to change, and what it names suffices', async () => {
    const { token, workflowId } = await t.agent('READ_ONLY')
    const operation = update(ANY_TICKET, { title: 'New' })
    const { data } = await explain(token, { operation })
    expect(data.explainAccess).toMatchObject({
      canBeAllowed: true,
      decision: { verdict: 'REFUSED', code: 'GROUP_READ_ONLY', rules: ['writesNeedReadWrite'] },
      remedies: [
        { setting: 'LEVEL', group: 'Tickets', name: 'READ_WRITE', text: 'Tickets at READ_WRITE.' },
        { setting: 'ALLOWED_FIELDS', name: 'UPDATE', add: ['title'] },
      ],
    })
    const refused = await t.writeBlind(token, 'updateTicket', { id: ANY_TICKET, title: 'New' })
    expect(codesOf(refused)).toEqual(['GROUP_READ_ONLY'])
    const { groups } = policyOf('READ_ONLY')
    const changed = {
      groups: { ...groups, Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: ['title'] } } },
    }
    const instead = { connection: 'acme-cw', policy: JSON.stringify(changed) }
    const asked = await explain(auditor, { operation, workflow: workflowId, instead })
    expect(asked.errors).toEqual([])
    // What a policy leaves out is the safe one: approval, and test mode.
    expect(asked.data.explainAccess).toMatchObject({
      testMode: ['workflow'],
      decision: {
        verdict: 'NEEDS_APPROVAL',
        rules: ['approval Tickets default: 1 approver, since no other rule holds'],
      },
    })
    expect(asked.data.explainAccess.text).toContain('Test mode is on (workflow)')
  })

  it('agrees with the guard on reads, whole and in part', async () => {
    const { token } = await t.agent({ 'acme-cw': { groups: { Tickets: { level: 'READ_ONLY' } } } })
    const tickets = 'query { tickets(first: 2) { nodes { title } } }'
    expect((await explain(token, { operation: { query: tickets } })).data.explainAccess).toMatchObject({
      decision: { verdict: 'ALLOWED', approvers: null },
      demands: [
        { group: 'Tickets', kind: 'READ', fields: ['title'], from: ['Query.tickets', 'Ticket.title'] },
      ],
    })
    const contacts = 'query { contacts(connections: ["acme-cw"], first: 2) { nodes { name } } }'
    const { data } = await explain(token, { operation: { query: contacts } })
    expect(data.explainAccess).toMatchObject({
      decision: { verdict: 'REFUSED', code: 'GROUP_DISABLED' },
      remedies: [{ setting: 'LEVEL', group: 'Contacts', name: 'READ_ONLY' }],
    })
    expect(codesOf(await t.ask(token, contacts))).toEqual(['GROUP_DISABLED'])
  })

  it('leaves to the plan what only the plan knows', async () => {
    const approval = [{ when: { closes: true }, approvers: 2 }, { approvers: 0 }]
    const Tickets = { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' }, approval } as const
    const { token } = await t.agent({ 'acme-cw': { groups: { Tickets } } })
    const { data } = await explain(token, { operation: update(ANY_TICKET, { status: 'Closed' }) })
    expect(data.explainAccess.decision).toMatchObject({
      verdict: 'PLAN_DECIDES',
      approvers: { atLeast: 0, atMost: 2 },
    })
    expect(data.explainAccess.decision.rules).toHaveLength(2)
  })

  it('explains a raw request, and says the same whether a record is there or not', async () => {
    const { token } = await t.agent('HELPDESK')
    const body = JSON.stringify([{ op: 'replace', path: 'summary', value: 'New' }])
    const { key } = t.ticket()
    t.simulator.clearJournal()
    const request = (id: number) => ({
      connection: 'acme-cw',
      method: 'PATCH',
      path: `/service/tickets/${id}`,
      body,
    })
    const there = await explain(token, { request: request(key) })
    const gone = await explain(token, { request: request(999999999) })
    expect(there.data).toEqual(gone.data)
    expect(there.data.explainAccess).toMatchObject({
      decision: { verdict: 'NEEDS_APPROVAL' },
      demands: [{ group: 'Tickets', kind: 'UPDATE', fields: ['title'], from: ['method', 'path', 'body'] }],
    })
    const unknown = { connection: 'acme-cw', method: 'GET', path: '/service/unheard-of' }
    expect((await explain(token, { request: unknown })).data.explainAccess).toMatchObject({
      canBeAllowed: false,
      decision: { verdict: 'REFUSED', code: 'NOT_CATALOGUED' },
    })
    const foreign = await explain(token, { request: { ...unknown, connection: 'acme-halo' } })
    expect(codesOf(foreign)).toEqual(['CONNECTION_FORBIDDEN'])
    const byId = await explain(token, { operation: update('acme-halo:Ticket:1', { title: 'New' }) })
    expect(byId.data.explainAccess.decision).toMatchObject({
      verdict: 'REFUSED',
      code: 'CONNECTION_FORBIDDEN',
    })
  })

  it('keeps to the limits of operations and to who may ask', async () => {
    const { token, workflowId } = await t.agent('HELPDESK')
    const deep = `query { tickets { nodes { ${'company { tickets { nodes { '.repeat(4)} id ${'} } }'.repeat(4)} } } }`
    expect(codesOf(await explain(token, { operation: { query: deep } }))).toEqual(['LIMIT_EXCEEDED'])
    expect(codesOf(await explain(token, { operation: { query: '{ nothing }' } }))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ])
    const ids = '{ viewer { id } }'
    expect(codesOf(await explain(token, { operation: { query: ids, variables: '[1]' } }))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect(codesOf(await explain(token, {}))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await explain(token, { operation: { query: ids }, workflow: workflowId }))).toEqual([
      'BAD_USER_INPUT',
    ])
    expect(codesOf(await explain(admin, { operation: { query: ids } }))).toEqual(['BAD_USER_INPUT'])
    const other = await t.person({ role: 'policyAdmin', connection: 'acme-halo' })
    expect(codesOf(await explain(other.token, { operation: { query: ids }, workflow: workflowId }))).toEqual([
      'ROLE_REQUIRED',
    ])
    const approver = await t.person({ role: 'approver' })
    expect(
      codesOf(await explain(approver.token, { operation: { query: ids }, workflow: workflowId })),
    ).toEqual(['ROLE_REQUIRED'])
  })
})

const ANSWER =
  'answer text cases permitted witnesses { group kind fields code approvers rules text facts { closes clientMail priorityRank } }'
const question = (token: string, workflow: string, connection: string, asked: object, policy?: string) =>
  t.ask(
    token,
    `query ($workflow: ID!, $connection: String!, $question: PolicyQuestionInput!, $policy: String) {
      policyQuestion(workflow: $workflow, connection: $connection, question: $question, policy: $policy) { ${ANSWER} } }`,
    { workflow, connection, question: asked, policy },
  )

describe.each(['connectwise', ...OTHERS])('questions over the profiles on %s', (vendor) => {
  it.each([
    ['READ_ONLY', 'NO', 'NO', 'NO'],
    ['HELPDESK', 'NO', 'YES', 'YES'],
    ['IT_ADMIN', 'NO', 'YES', 'YES'],
    ['FULL_AUTOMATION', 'YES', 'YES', 'YES'],
  ] as const)('%s: unsigned mail %s, closing a P1 %s, any write %s', async (profile, mail, p1, write) => {
    const slug = slugOf(vendor)
    const { workflowId } = await t.agent({ [slug]: policyOf(profile, vendor) })
    const ask = async (asked: object) => {
      const { data, errors } = await question(auditor, workflowId, slug, asked)
      expect(errors).toEqual([])
      return data.policyQuestion
    }
    expect(await ask({ clientMail: true, withoutSignature: true })).toMatchObject({ answer: mail })
    expect(await ask({ closes: true, priorityAtMost: 1 })).toMatchObject({ answer: p1 })
    expect(await ask({ kinds: ['CREATE', 'UPDATE'] })).toMatchObject({ answer: write })
    const deletes = await ask({ kinds: ['DELETE'] })
    expect(deletes).toMatchObject({ answer: 'NO', permitted: 0 })
    expect(deletes.cases).toBeGreaterThan(0)
    expect(deletes.witnesses[0].code).toMatch(/GROUP_|ACTION_|FORBIDDEN_/)
  })
})

describe('who can', () => {
  it('names the agents of every workflow with the answer for it', async () => {
    const agents = Object.fromEntries(
      await Promise.all(
        ACCESS_PROFILES.map(async (profile) => [profile, await t.agent({ 'acme-cw': policyOf(profile) })]),
      ),
    )
    const { data, errors } = await t.ask(
      admin,
      `query ($question: PolicyQuestionInput!) { whoCan(connection: "acme-cw", question: $question) {
        workflow name agents { id } answer { ${ANSWER} } } }`,
      { question: { closes: true, priorityAtMost: 1, withoutSignature: true } },
    )
    expect(errors).toEqual([])
    const of = (profile: AccessProfile) =>
      data.whoCan.find(({ workflow }: { workflow: string }) => workflow === agents[profile].workflowId)
    expect(of('FULL_AUTOMATION')).toMatchObject({
      agents: [{ id: agents.FULL_AUTOMATION.id }],
      answer: { answer: 'YES' },
    })
    expect(of('HELPDESK').answer).toMatchObject({
      answer: 'NO',
      witnesses: expect.arrayContaining([expect.objectContaining({ kind: 'UPDATE', approvers: 1 })]),
    })
    expect(of('READ_ONLY').answer).toMatchObject({ answer: 'NO' })
  })

  it('refuses a question that names nothing, or a group that there is not, and those who may not read policies', async () => {
    const { workflowId, token } = await t.agent('HELPDESK')
    for (const asked of [{ groups: ['Tickts'] }, { groups: [] }, { priorityAtMost: 0 }])
      expect(codesOf(await question(admin, workflowId, 'acme-cw', asked))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await question(token, workflowId, 'acme-cw', {}))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await question(admin, 'nobody', 'acme-cw', {}))).toEqual(['NOT_FOUND'])
  })
})
