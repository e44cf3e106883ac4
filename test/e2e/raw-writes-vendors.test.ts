import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { ServiceNowSimulator } from '../../simulators/servicenow/index.ts'
import { type Told, toldBy } from '../contract/told.ts'
import { type ContractGateway, startContract, type VendorDesk } from '../contract/vendors.ts'
import { PLAN, REQUEST } from './desk.ts'

/** What ConnectWise and Autotask show at length, on the two others: one gateway, and what differs by vendor. */

const WRITE = `mutation ($input: PsaRequestInput!, $dryRun: Boolean! = false) {
  psaRequest(input: $input, dryRun: $dryRun) { __typename
    ... on WriteOutcome { request { ${REQUEST} plan { ${PLAN} } } }
    ... on DryRunPlan { wouldRequireApproval plan { ${PLAN} } } } }`
const SIGNED: ConnectionPolicy['groups'] = {
  Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: ['title'] } },
}

interface Dialect {
  /** A raw call that gives the ticket of this key another title. */
  rename(
    key: string,
    title: string,
  ): { readonly method: string; readonly path: string; readonly body: string }
  /** The PSA takes the call, and leaves the title as it was. */
  drop(desk: VendorDesk, id: number): Promise<void>
}

const DIALECTS: Readonly<Record<'halo' | 'servicenow', Dialect>> = {
  halo: {
    rename: (key, title) => ({
      method: 'POST',
      path: '/Tickets',
      body: JSON.stringify([{ id: Number(key), summary: title }]),
    }),
    drop: (desk, id) =>
      desk.fault({
        kind: 'status',
        times: 1,
        when: 'after',
        match: { method: 'POST' },
        status: 201,
        body: { id, summary: 'The old one' },
      }),
  },
  servicenow: {
    rename: (key, title) => ({
      method: 'PATCH',
      path: `/api/now/table/${key.replace('.', '/')}`,
      body: JSON.stringify({ short_description: title }),
    }),
    async drop(desk) {
      ;(desk.simulator as ServiceNowSimulator).acl.readOnlyColumns.add('incident.short_description')
    },
  },
}

let t: ContractGateway
beforeAll(async () => {
  t = await startContract(['halo', 'servicenow'])
})
afterAll(() => t.close())

describe.each(['halo', 'servicenow'] as const)('a raw write of %s', (vendor) => {
  let desk: VendorDesk
  let told: Told
  let token: string
  let approver: string
  beforeAll(async () => {
    desk = t.desks.find((one) => one.vendor === vendor)!
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    token = await t.agent('READ_ONLY', () => ({ groups: SIGNED, testMode: false }), undefined, [desk.slug])
    approver = (await t.approver()).token
  })
  beforeEach(() => desk.simulator.clearJournal())

  const open = () => told.tickets.filter((one) => !told.closed(one) && one.boardId === 1)
  const call = (index: number, title: string) => {
    const id = told.id('Ticket', open()[index]!.id)
    return { id, input: { connection: desk.slug, ...DIALECTS[vendor].rename(id.split(':')[2]!, title) } }
  }
  const write = async (input: object, dryRun = false) => {
    const { data, errors } = await t.ask(token, WRITE, { input, dryRun })
    expect(errors).toEqual([])
    return data.psaRequest
  }
  const approve = async ({ id, planHash }: { readonly id: string; readonly planHash: string }) => {
    const { data, errors } = await t.ask(
      approver,
      `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { ${REQUEST} } }`,
      { id, planHash },
    )
    expect(errors).toEqual([])
    return data.approve
  }

  it('shows its plan in a dry run, waits for a person, and is sent once, byte for byte as it was shown', async () => {
    const { id, input } = call(0, 'Raw')
    const dry = await write(input, true)
    expect(dry).toMatchObject({ __typename: 'DryRunPlan', wouldRequireApproval: true })
    expect(desk.sent()).toEqual([])

    const pending = await write(input)
    expect(pending).toMatchObject({
      __typename: 'ApprovalPending',
      request: { state: 'PENDING', ticket: { id } },
    })
    expect(desk.sent()).toEqual([])
    const { plan } = pending.request
    expect(plan).toEqual(dry.plan)
    expect(plan).toMatchObject({
      steps: [{ body: input.body, group: 'Tickets', kind: 'UPDATE', fields: ['title'] }],
      changes: [{ field: 'title', before: open()[0]!.title, after: 'Raw' }],
      closes: false,
    })

    expect(await approve(pending.request)).toMatchObject({ state: 'EXECUTED', steps: [{ outcome: 'DONE' }] })
    const sent = desk.sent()
    expect(sent.map(({ method, body }) => ({ method, body: JSON.stringify(body) }))).toEqual([
      { method: input.method, body: plan.steps[0].body },
    ])
    expect(sent[0]!.path.endsWith(input.path)).toBe(true)
  })

  it('that the PSA took and left as it was is told so, and names the field', async () => {
    const { input } = call(1, 'Dropped')
    const { request } = await write(input)
    await DIALECTS[vendor].drop(desk, open()[1]!.id)
    const ended = await approve(request)
    expect(ended).toMatchObject({
      state: 'FAILED',
      error: { code: 'PARTIALLY_APPLIED', details: { notTaken: ['title'] } },
    })
    expect(desk.sent()).toHaveLength(1)
  })
})
