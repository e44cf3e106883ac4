import { readFile } from 'node:fs/promises'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importPolicies } from '../../gateway/cli/policy-command.ts'
import {
  AddPartDocument,
  AskedBeforeDocument,
  FindCallerDocument,
  FindDeviceDocument,
  FindPartDocument,
  FinishWorkDocument,
  LookAgainDocument,
  OpenTicketDocument,
  ScheduleVisitDocument,
  WhatItIsAboutDocument,
  WhoIsFreeDocument,
} from '../../generated/operations.ts'
import type { Vendor } from '../../schema/source.ts'
import { toldBy } from '../contract/told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from '../contract/vendors.ts'

/** Vendor requests of the whole tour, tokens and addresses left out; most of them are the reads that each write rests on. */
const REQUESTS: Readonly<Record<Vendor, number>> = { connectwise: 37, autotask: 40, halo: 40, servicenow: 28 }
const MOST = 40
const HOUR = 3_600_000

let t: ContractGateway
let dana: { readonly id: string; readonly token: string }
let owner: string
let agent: string
beforeAll(async () => {
  t = await startContract()
  dana = await t.approver()
  owner = (await t.owner()).token
  const asOwner = async (query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const { data, errors } = await t.ask(owner, query, variables)
    expect(errors).toEqual([])
    return data
  }
  const { createWorkflow: workflow } = await asOwner(
    'mutation ($input: CreateWorkflowInput!) { createWorkflow(input: $input) { id } }',
    {
      input: { name: 'Device failures', connections: t.desks.map(({ slug }) => slug), profile: 'READ_ONLY' },
    },
  )
  await asOwner('mutation ($id: ID!) { setTestMode(workflow: $id, on: false) { __typename } }', {
    id: workflow.id,
  })
  const policy = await readFile(new URL('policy.yaml', import.meta.url), 'utf8')
  await importPolicies((query, variables) => t.ask(owner, query, variables), policy, {
    dryRun: false,
    reason: 'The tour.',
  })
  const { createAgentToken } = await asOwner(
    'mutation ($input: CreateAgentTokenInput!) { createAgentToken(input: $input) { token } }',
    { input: { workflow: workflow.id, name: 'Device failures', onBehalfOf: dana.id } },
  )
  agent = createAgentToken.token
})
afterAll(() => t.close())

async function ask<Result, Variables extends Readonly<Record<string, unknown>>>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  refused?: string,
): Promise<Result> {
  const { data, errors } = await t.ask(agent, print(document), variables)
  expect(
    errors.map(({ extensions }) => extensions.code),
    JSON.stringify(errors),
  ).toEqual(refused === undefined ? [] : [refused])
  return data
}

/** What waits for a person is signed by Dana, as she sees it. */
async function sign(
  outcome: { readonly __typename?: string } | null | undefined,
): Promise<{ id: string; state: string }> {
  if (outcome?.__typename !== 'ApprovalPending')
    throw new Error(`Nothing to sign: ${JSON.stringify(outcome)}`)
  const { request } = outcome as unknown as { request: { id: string; planHash: string } }
  const { data, errors } = await t.ask(
    dana.token,
    'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { id state } }',
    request,
  )
  expect(errors).toEqual([])
  return data.approve
}

describe.each(vendors)('%s: a device fails', (vendor) => {
  let desk: VendorDesk
  beforeAll(() => {
    desk = t.desks.find((one) => one.vendor === vendor) as VendorDesk
  })

  it('from the call to the closed ticket', async () => {
    const { slug } = desk
    const { dataset } = desk.simulator
    const told = toldBy(vendor, slug, dataset)
    const device = dataset.devices.find(
      ({ contactId, companyId }) =>
        dataset.contacts.some(({ id, inactive }) => id === contactId && !inactive) &&
        dataset.agreements.some((one) => one.companyId === companyId),
    )!
    const caller = dataset.contacts.find(({ id }) => id === device.contactId)!
    const written: string[] = []
    const done = (
      outcome: { __typename?: string; request?: { id: string; state: string } | null } | null | undefined,
    ) => {
      expect(outcome?.request?.state, JSON.stringify(outcome)).toBe('EXECUTED')
      written.push(outcome!.request!.id)
    }
    desk.simulator.clearJournal()

    const { contacts } = await ask(FindCallerDocument, { connections: [slug], email: caller.email })
    const contact = contacts!.nodes!.find((one) => one!.id === told.id('Contact', caller.id))!
    const company = contact.company!.id
    expect(company).toBe(told.id('Company', caller.companyId))

    const { configurationItems, agreements } = await ask(FindDeviceDocument, {
      connections: [slug],
      company,
      name: device.name,
    })
    const item = configurationItems!.nodes!.find((one) => one!.name === device.name)!
    expect(agreements!.nodes!.length).toBeGreaterThan(0)
    const title = `${device.name} does not start`
    await ask(AskedBeforeDocument, { connection: slug, title: device.name, company })

    const member = told.id('Member', 152)
    const { createTicket } = await ask(OpenTicketDocument, {
      input: {
        connection: slug,
        company,
        contact: contact.id,
        title,
        configurationItem: item.id,
        board: told.id('Board', 1),
        // Autotask plans visits of those alone who are on the ticket.
        assignee: member,
        ...(vendor === 'halo' && { type: 'Incident' }),
      },
    })
    if (createTicket?.__typename !== 'TicketWritten') throw new Error(JSON.stringify(createTicket))
    done(createTicket)
    const ticket = createTicket.ticket!.id

    const startsAt = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 72 * HOUR).toISOString()
    const endsAt = new Date(Date.parse(startsAt) + HOUR).toISOString()
    const hasCalendar = desk.source.capabilities.writes.createScheduleEntry === true
    const { scheduleEntries } = await ask(
      WhoIsFreeDocument,
      { connections: [slug], member, from: startsAt, to: endsAt },
      hasCalendar ? undefined : 'NOT_SUPPORTED',
    )
    if (hasCalendar) expect(scheduleEntries!.nodes!.length).toBeLessThan(10)
    const scheduled = await ask(
      ScheduleVisitDocument,
      { ticket, member, startsAt, endsAt },
      hasCalendar ? undefined : 'NOT_SUPPORTED',
    )
    if (hasCalendar) done(scheduled.createScheduleEntry)

    if (desk.source.capabilities.writes.addTicketLineItem === true) {
      const part = dataset.catalog[0]!
      const { products } = await ask(FindPartDocument, { connections: [slug], name: part.name })
      done((await ask(AddPartDocument, { ticket, product: products!.nodes![0]!.id })).addTicketLineItem)
    }

    const { resolvedStatus } = desk.mapping
    const { workTicket } = await ask(FinishWorkDocument, {
      input: {
        id: ticket,
        time: [
          {
            hours: 0.5,
            workType: 'Remote Support',
            startedAt: new Date(Date.now() - HOUR).toISOString(),
            ...(vendor === 'autotask'
              ? { clientText: 'New power supply.' }
              : { internalText: 'New power supply.' }),
          },
        ],
        notes: [
          { kind: 'CLIENT_FACING', text: 'It starts again: the power supply is new.' },
          { kind: 'RESOLUTION', text: 'The power supply was replaced.' },
        ],
        update: { status: resolvedStatus?.['1'] ?? resolvedStatus?.['*'] ?? '' },
        reason: 'The client asked to hear of it.',
      },
    })
    const finished = await sign(workTicket)
    done({ request: finished })
    const { ticket: closed } = await ask(LookAgainDocument, { id: ticket })
    expect(closed).toMatchObject({
      title,
      status: { category: expect.stringMatching(/^(RESOLVED|CLOSED)$/) },
      contact: { id: contact.id },
    })

    expect(REQUESTS[vendor]).toBeLessThanOrEqual(MOST)
    expect(desk.asked().length).toBe(REQUESTS[vendor])
    expect(await ask(WhatItIsAboutDocument, { id: ticket })).toEqual({
      ticket: { configurationItems: { nodes: [{ id: item.id }] } },
    })
    await agree(desk, written, [finished.id])
  })
})

/** What the PSA got, the audit trail and the approvals tell of the same writes, each once. */
async function agree(desk: VendorDesk, written: readonly string[], signed: readonly string[]): Promise<void> {
  const types = ['REQUEST_CREATED', 'REQUEST_APPROVED', 'WRITE_INTENT', 'WRITE_OUTCOME']
  const { data, errors } = await t.ask(
    owner,
    `query ($filter: EventFilter!) { events(filter: $filter, first: 100, order: OLDEST_FIRST) {
      nodes { type request { id } vendorRequests { method path status } } hasNextPage } }`,
    { filter: { connection: desk.slug, types } },
  )
  expect(errors).toEqual([])
  const events = data.events.nodes as { type: string; request: { id: string } }[]
  const of = (type: string) => events.flatMap((one) => (one.type === type ? [one.request.id] : []))
  expect(of('REQUEST_CREATED')).toEqual(written)
  expect(of('REQUEST_APPROVED')).toEqual(signed)
  expect(of('WRITE_INTENT')).toEqual(of('WRITE_OUTCOME'))
  expect([...new Set(of('WRITE_INTENT'))]).toEqual(written)
  expect(of('WRITE_INTENT').length).toBe(desk.sent().length)
}
