import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { AutotaskSimulator, Rec } from '../../simulators/autotask/index.ts'
import { type ContractGateway, startContract } from '../contract/vendors.ts'
import { codesOf, PLAN, REQUEST } from './desk.ts'

/** Autotask names the written record in the body, so that its plan reads another path than the one it writes. */

const WRITE = `mutation ($input: PsaRequestInput!, $dryRun: Boolean! = false) {
  psaRequest(input: $input, dryRun: $dryRun) { __typename
    ... on WriteOutcome { replayed request { ${REQUEST} plan { ${PLAN} } } }
    ... on DryRunPlan { wouldRequireApproval testMode plan { ${PLAN} } }
    ... on RawWritten { status key answer { status body removed { path group } } } } }`

const NOW: ConnectionPolicy['groups'] = {
  Tickets: {
    level: 'READ_WRITE',
    allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
    approval: [{ approvers: 0 }],
    bundle: true,
  },
  'Client-Facing Notes': {
    level: 'READ_WRITE',
    allowedFields: { CREATE: 'ALL' },
    approval: [{ approvers: 0 }],
  },
  Contacts: { level: 'READ_ONLY' },
}
const SIGNED: ConnectionPolicy['groups'] = {
  Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: ['title', 'status'] } },
}
const COMPANY = 302
const TITLE = 'Printer on fire'

let t: ContractGateway
let sim: AutotaskSimulator
let token: string
let held: string

beforeAll(async () => {
  t = await startContract(['autotask'])
  sim = t.desk.simulator as AutotaskSimulator
  token = await t.agent('READ_ONLY', () => ({ groups: NOW, testMode: false }))
  held = await t.agent('READ_ONLY', () => ({ groups: SIGNED, testMode: false }))
})
beforeEach(async () => {
  await t.desk.stopFaults()
  sim.clearJournal()
})
afterAll(() => t.close())

function ticket(over: Rec = {}): number {
  const queue = [...(sim.state.tables.get('Tickets')?.rows.values() ?? [])].find(
    (row) => row.queueID,
  )?.queueID
  const contact = sim.dataset.contacts.find((one) => one.companyId === COMPANY && !one.inactive)
  const body: Rec = {
    title: TITLE,
    queueID: queue ?? null,
    companyID: COMPANY,
    contactID: contact?.id ?? null,
    status: 8,
    priority: 2,
    ...over,
  }
  const answer = sim.actAs('jdoe', 'POST', '/Tickets', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return (answer.body as { itemId: number }).itemId
}

const inPsa = (key: number) => (sim.actAs('jdoe', 'GET', `/Tickets/${key}`).body as { item: Rec }).item
const change = (id: number, members: Rec) => ({
  connection: t.desk.slug,
  method: 'PATCH',
  path: '/Tickets',
  body: JSON.stringify({ id, ...members }),
})
const write = (who: string, input: object, dryRun = false) => t.ask(who, WRITE, { input, dryRun })
const approve = async ({ id, planHash }: { id: string; planHash: string }) =>
  t.ask(
    (await t.approver()).token,
    `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { ${REQUEST} } }`,
    { id, planHash },
  )

describe('a raw write of Autotask', () => {
  it('waits for a person, and is sent once as it was shown', async () => {
    const key = ticket()
    const { data, errors } = await write(held, { ...change(key, { title: 'Raw' }), reason: 'asked to' })
    expect(errors).toEqual([])
    expect(t.desk.sent()).toEqual([])
    const { request } = data.psaRequest
    expect(data.psaRequest).toMatchObject({
      __typename: 'ApprovalPending',
      request: { ticket: { id: `acme-at:Ticket:${key}` } },
    })
    expect(request.plan).toMatchObject({
      steps: [
        {
          method: 'PATCH',
          path: '/Tickets',
          body: `{"id":${key},"title":"Raw"}`,
          group: 'Tickets',
          kind: 'UPDATE',
          fields: ['title'],
        },
      ],
      changes: [{ field: 'title', target: `Raw /Tickets/${key}`, before: TITLE, after: 'Raw' }],
      clientMail: { verdict: 'NO' },
      closes: false,
    })
    const approved = await approve(request)
    expect(approved.errors).toEqual([])
    expect(approved.data.approve).toMatchObject({
      state: 'EXECUTED',
      steps: [{ outcome: 'DONE', status: 200 }],
    })
    expect(inPsa(key).title).toBe('Raw')
    expect(t.desk.sent().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PATCH /ATServicesRest/V1.0/Tickets',
    ])
  })

  it.each([
    ['the field that it writes has changed', { title: 'Theirs' }],
    ['the ticket went to another company', { companyID: 251, contactID: null }],
  ])('goes stale when %s', async (_why, theirs) => {
    const key = ticket()
    const { data } = await write(held, change(key, { title: 'Raw' }))
    expect(sim.actAs('jdoe', 'PATCH', '/Tickets', { id: key, ...theirs }).status).toBe(200)
    expect(codesOf(await approve(data.psaRequest.request))).toEqual(['REQUEST_STALE'])
    expect(t.desk.sent()).toEqual([])
  })

  it('shows its plan and sends nothing in a dry run', async () => {
    const key = ticket()
    const { data, errors } = await write(token, change(key, { status: 5 }), true)
    expect(errors).toEqual([])
    expect(data.psaRequest).toMatchObject({
      __typename: 'DryRunPlan',
      plan: {
        changes: [{ field: 'status', before: '8', after: '5' }],
        closes: true,
        clientMail: { verdict: 'MAY', recipients: [expect.stringContaining('@')] },
        sideEffects: ['A new status may complete or reopen the ticket and mail people.'],
      },
    })
    expect(t.desk.sent()).toEqual([])
  })

  it('under a silent status mails nobody', async () => {
    const key = ticket()
    await t.remap(t.desk.slug, { silentStatuses: ['12'] })
    const { data } = await write(token, change(key, { status: 12 }), true)
    await t.remap(t.desk.slug, { silentStatuses: [] })
    expect(data.psaRequest.plan).toMatchObject({ closes: false, clientMail: { verdict: 'NO' } })
  })

  it('answers the same call, in whatever spelling, with the same request', async () => {
    const key = ticket()
    const input = { ...change(key, { title: 'Once' }), idempotencyKey: `at-${key}-1` }
    const first = await write(token, input)
    expect(first.data.psaRequest).toMatchObject({ __typename: 'RawWritten', key: String(key) })
    const again = await write(token, { ...input, path: '/TICKETS', body: ` ${input.body} ` })
    expect(again.data.psaRequest).toMatchObject({
      __typename: 'RawWritten',
      replayed: true,
      request: { id: first.data.psaRequest.request.id },
    })
    expect(JSON.parse(again.data.psaRequest.answer.body).item).toMatchObject({ id: key, title: 'Once' })
    expect(t.desk.sent()).toHaveLength(1)
    const other = await write(token, { ...input, body: JSON.stringify({ id: key, title: 'Twice' }) })
    expect(codesOf(other)).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  })

  it('is not sent again when nobody knows what became of it', async () => {
    const key = ticket()
    await t.desk.fault({ match: { method: 'PATCH' }, kind: 'reset', when: 'after', times: 1 })
    const input = { ...change(key, { title: 'Lost' }), idempotencyKey: `at-${key}-2` }
    expect(codesOf(await write(token, input))).toEqual(['OUTCOME_UNKNOWN'])
    expect((await write(token, input)).data.psaRequest).toMatchObject({
      __typename: 'WriteInProgress',
      replayed: true,
    })
    expect(t.desk.sent()).toHaveLength(1)
  })

  it('says what the PSA refused, which it does with 500', async () => {
    const key = ticket()
    const answer = await write(token, change(key, { assignedResourceID: 151 }))
    expect(codesOf(answer)).toEqual(['VENDOR_REJECTED'])
    expect(JSON.stringify(answer.errors)).toContain('assignedResourceRoleID')
  })

  it('that changes nothing is none', async () => {
    const key = ticket()
    expect(codesOf(await write(token, change(key, { title: TITLE, status: 8 })))).toEqual(['NO_CHANGE'])
    expect(t.desk.sent()).toEqual([])
  })

  it('of what is not there is none', async () => {
    expect(codesOf(await write(token, change(2_000_000_000, { title: 'x' })))).toEqual(['NOT_FOUND'])
  })

  it('that replaces says what it clears', async () => {
    const key = ticket()
    const { data } = await write(token, { ...change(key, { title: 'x' }), method: 'PUT' }, true)
    expect(data?.psaRequest ?? null).toMatchObject({
      plan: { closes: true, warnings: ['PUT replaces the record: what the body leaves out is cleared.'] },
    })
  })
})

it('an edit stays on the record that the body names', async () => {
  const dana = await t.approver()
  const id = ticket()
  const input = (title: string) => ({
    connection: t.desk.slug,
    method: 'PATCH',
    path: '/Tickets',
    body: JSON.stringify({ id, title }),
  })
  const { data, errors } = await t.ask(held, WRITE, { input: input('Raw') })
  expect(errors).toEqual([])
  const edit = (body: object) =>
    t.ask(
      dana.token,
      `mutation ($id: ID!, $changes: JSON!) { editWriteRequest(id: $id, revision: 1, changes: $changes) {
        state revision plan { steps { body } } } }`,
      { id: data.psaRequest.request.id, changes: { body: JSON.stringify(body) } },
    )
  expect(codesOf(await edit({ id: ticket(), title: 'Other' }))).toEqual(['BAD_USER_INPUT'])
  const edited = await edit({ id, title: 'By a person' })
  expect(edited.errors).toEqual([])
  expect(edited.data.editWriteRequest).toMatchObject({
    state: 'PENDING',
    revision: 2,
    plan: { steps: [{ body: `{"id":${id},"title":"By a person"}` }] },
  })
})
