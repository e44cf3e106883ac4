import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type RoleGrant, savePerson } from '../../gateway/store/people.ts'
import { profilePolicy } from '../../policy/profiles.ts'
import type { ApprovalRule, ConnectionPolicy } from '../../policy/types.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import { codesOf, type Desk, SECURITY, SERVICE_DESK, startDesk, until } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk({ settings: { settleWait: 4, poll: 0.2, escalateAfter: 3_600 } })
})
afterAll(() => t.close())
beforeEach(async () => {
  t.simulator.clearJournal()
  // Everybody of the tests before is gone: recipients are all who may sign.
  await t.store.db.deleteFrom('person_role').execute()
})

const policy = (approval: readonly ApprovalRule[], merge = false): ConnectionPolicy => {
  const { groups, ...rest } = profilePolicy(
    merge ? 'IT_ADMIN' : 'HELPDESK',
    'connectwise',
    connectwise.groups,
  )
  return { ...rest, testMode: false, groups: { ...groups, Tickets: { ...groups.Tickets!, approval } } }
}

async function ask(agent: { token: string }, over: Record<string, unknown> = {}) {
  const ticket = t.ticket(over)
  const { data, errors } = await t.write(agent.token, 'updateTicket', {
    id: ticket.id,
    title: `Sign ${randomUUID()}`,
  })
  expect(errors).toEqual([])
  return { ticket, request: data.updateTicket.request as { id: string; planHash: string } }
}

async function recipients(token: string, id: string) {
  const { data, errors } = await t.ask(
    token,
    'query ($id: ID!) { writeRequest(id: $id) { escalatesAt recipients { as now person { id } deputies { id } } } }',
    { id },
  )
  expect(errors).toEqual([])
  return data.writeRequest
}

const list = async (token: string, field: string) => {
  const { data, errors } = await t.ask(token, `{ ${field} { nodes { id } } }`)
  expect(errors).toEqual([])
  return Object.values(data as Record<string, { nodes: { id: string }[] }>).flatMap(({ nodes }) =>
    nodes.map(({ id }) => id),
  )
}

/** Known to the PSA as this login. */
async function technician(login: string, ...roles: readonly Omit<RoleGrant, 'personId'>[]) {
  const person = await t.person(...roles)
  await savePerson(t.store.db, person.id, { member_keys: { 'acme-cw': login } })
  return person
}

describe('whom a request waits for', () => {
  it("the ticket's owner, then the board's team, and everybody who may sign when it escalates", async () => {
    const everybody = await technician('nobody', { role: 'approver' })
    const team = await technician('nobody', { role: 'approver', boards: [String(SERVICE_DESK)] })
    const owner = await technician('asmith', { role: 'approver' })
    await technician('nobody', { role: 'approver', boards: [String(SECURITY)] })
    await technician('nobody', { role: 'viewer' })
    const { request } = await ask(await t.agent('HELPDESK'))
    expect(await recipients(owner.token, request.id)).toEqual({
      escalatesAt: expect.any(String),
      recipients: [
        { as: 'OWNER', now: true, person: { id: owner.id }, deputies: [] },
        { as: 'TEAM', now: true, person: { id: team.id }, deputies: [] },
        { as: 'ESCALATION', now: false, person: { id: everybody.id }, deputies: [] },
      ],
    })
    expect(await list(owner.token, 'approvals(needsMe: true)')).toEqual([request.id])
    expect(await list(team.token, 'approvals(needsMe: true)')).toEqual([request.id])
    expect(await list(everybody.token, 'approvals(needsMe: true)')).toEqual([])
    expect(await list(owner.token, 'approvals(mine: true)')).toEqual([request.id])
    expect(await list(team.token, 'approvals(mine: true)')).toEqual([])

    await t.store.db
      .updateTable('write_request')
      .set({ escalate_at: new Date(Date.now() - 1_000) })
      .where('id', '=', request.id)
      .execute()
    t.gateway.services.executor.wake()
    await until(async () => (await list(everybody.token, 'approvals(needsMe: true)')).length === 1)
    const escalated = (await t.events()).filter(({ type }) => type === 'REQUEST_ESCALATED')
    expect(escalated.map(({ request_id }) => request_id)).toEqual([request.id])
    // Whoever may sign may do so at any time: the order says who is asked.
    expect((await t.approve(everybody.token, request)).data.approve.state).toBe('EXECUTED')
    expect(await list(owner.token, 'approvals(needsMe: true)')).toEqual([])
  })

  it('everybody at once where there is neither owner nor team', async () => {
    const one = await technician('nobody', { role: 'approver' })
    const { request } = await ask(await t.agent('HELPDESK'))
    expect(await recipients(one.token, request.id)).toMatchObject({
      escalatesAt: null,
      recipients: [{ as: 'ESCALATION', now: true, person: { id: one.id } }],
    })
  })

  it('nobody whom the rule excludes, told by the internal id', async () => {
    const requester = await technician('asmith', { role: 'approver' })
    const other = await technician('nobody', { role: 'approver' })
    const agent = await t.agent({ 'acme-cw': policy([{ approvers: 1, notRequester: true }]) }, requester.id)
    const { request } = await ask(agent)
    expect((await recipients(other.token, request.id)).recipients).toMatchObject([
      { person: { id: other.id } },
    ])
    expect(await list(requester.token, 'approvals(mine: true)')).toEqual([request.id])
    // The same name and the same login do not make it the same person, and another name does not help.
    await savePerson(t.store.db, other.id, { name: 'Same Name', member_keys: { 'acme-cw': 'asmith' } })
    await savePerson(t.store.db, requester.id, { name: 'Another Name', email: `${randomUUID()}@example.com` })
    expect(codesOf(await t.approve(requester.token, request))).toEqual(['SELF_APPROVAL_FORBIDDEN'])
    expect((await t.approve(other.token, request)).data.approve.state).toBe('EXECUTED')
  })

  it('anew when the policy changes whom the rule excludes', async () => {
    const admin = await technician('nobody', { role: 'policyAdmin' })
    const requester = await technician('asmith', { role: 'approver' })
    const other = await technician('nobody', { role: 'approver' })
    const agent = await t.agent({ 'acme-cw': policy([{ approvers: 1 }]) }, requester.id)
    const { request } = await ask(agent)
    const waitsFor = async () =>
      (await recipients(other.token, request.id)).recipients.map(
        ({ as, now, person }: { as: string; now: boolean; person: { id: string } }) => [person.id, as, now],
      )
    expect(await waitsFor()).toEqual([
      [requester.id, 'OWNER', true],
      [other.id, 'ESCALATION', false],
    ])
    const save = (rules: readonly ApprovalRule[]) =>
      t.ask(
        admin.token,
        'mutation ($w: ID!, $p: JSON!) { saveWorkflowPolicy(workflow: $w, connection: "acme-cw", policy: $p) { version } }',
        { w: agent.workflowId, p: policy(rules) },
      )
    expect((await save([{ approvers: 1, notRequester: true }])).errors).toEqual([])
    // The owner may not sign any more: nobody is left to be asked first.
    expect(await waitsFor()).toEqual([[other.id, 'ESCALATION', true]])
    expect((await recipients(other.token, request.id)).escalatesAt).toBeNull()
    expect(await list(other.token, 'approvals(needsMe: true)')).toEqual([request.id])
    expect((await t.events()).findLast(({ type }) => type !== 'READ')).toMatchObject({
      type: 'REQUEST_REJUDGED',
      body: { requestId: request.id },
    })
    await save([{ approvers: 1 }])
    expect(new Set((await waitsFor()).map(([id]: [string]) => id))).toEqual(new Set([requester.id, other.id]))
  })

  it('also somebody who became an approver meanwhile, where the grant reaches', async () => {
    const owner = await technician('nobody', { role: 'owner' })
    const { request } = await ask(await t.agent('HELPDESK'))
    const join = async (boards: readonly number[]) => {
      const person = await t.person()
      const { data, errors } = await t.ask(
        owner.token,
        `mutation ($person: ID!, $boards: [String!]) { grantRole(person: $person,
          role: { role: approver, connection: "acme-cw", boards: $boards }) { id } }`,
        { person: person.id, boards: boards.map(String) },
      )
      expect(errors).toEqual([])
      return { ...person, grant: data.grantRole.id as string }
    }
    const elsewhere = await join([SECURITY])
    const here = await join([SERVICE_DESK])
    // Those of the tests before wait for this person as well.
    expect(await list(here.token, 'approvals(needsMe: true)')).toContain(request.id)
    expect(await list(elsewhere.token, 'approvals(needsMe: true)')).toEqual([])

    const waitsFor = async () => {
      const { recipients: all } = await recipients(owner.token, request.id)
      return all.map(({ person }: { person: { id: string } }) => person.id)
    }
    expect(await waitsFor()).toContain(here.id)
    const taken = await t.ask(owner.token, 'mutation ($id: ID!) { revokeRole(id: $id) { id } }', {
      id: here.grant,
    })
    expect(taken.errors).toEqual([])
    expect(await waitsFor()).not.toContain(here.id)
  })

  it('is not asked for a second signature of the same person', async () => {
    const [a, b] = [await technician('x', { role: 'approver' }), await technician('y', { role: 'approver' })]
    const { request } = await ask(await t.agent({ 'acme-cw': policy([{ approvers: 2 }]) }))
    await t.approve(a.token, request)
    expect(await list(a.token, 'approvals(needsMe: true)')).toEqual([])
    expect(await list(b.token, 'approvals(needsMe: true)')).toEqual([request.id])
  })

  it('the deputy while somebody is away, by rights of their own', async () => {
    const owner = await technician('asmith', { role: 'approver' })
    const deputy = await technician('nobody', { role: 'approver' })
    const viewer = await technician('nobody', { role: 'viewer' })
    const { request } = await ask(await t.agent('HELPDESK'))
    expect(await list(deputy.token, 'approvals(needsMe: true)')).toEqual([])
    const away = (token: string, input: string) =>
      t.ask(token, `mutation { setAbsence(input: { ${input} }) { id person { id } deputy { id } } }`)
    const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
    const dates = `from: "${hours(-1)}", until: "${hours(1)}"`
    expect(codesOf(await away(owner.token, `deputy: "${viewer.id}", ${dates}`))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await away(owner.token, `deputy: "${owner.id}", ${dates}`))).toEqual(['BAD_USER_INPUT'])
    const turned = `deputy: "${deputy.id}", from: "${hours(1)}", until: "${hours(-1)}"`
    expect(codesOf(await away(owner.token, turned))).toEqual(['BAD_USER_INPUT'])
    const foreign = `person: "${owner.id}", deputy: "${deputy.id}", ${dates}`
    expect(codesOf(await away(deputy.token, foreign))).toEqual(['ROLE_REQUIRED'])
    const set = await away(owner.token, `deputy: "${deputy.id}", ${dates}`)
    expect(set.data.setAbsence).toMatchObject({ person: { id: owner.id }, deputy: { id: deputy.id } })

    expect(await list(deputy.token, 'approvals(needsMe: true)')).toEqual([request.id])
    expect((await recipients(owner.token, request.id)).recipients[0]).toMatchObject({
      person: { id: owner.id },
      deputies: [{ id: deputy.id }],
    })
    const end = await t.ask(owner.token, 'mutation ($id: ID!) { endAbsence(id: $id) { id } }', {
      id: set.data.setAbsence.id,
    })
    expect(end.errors).toEqual([])
    expect(await list(deputy.token, 'approvals(needsMe: true)')).toEqual([])
    const types = (await t.events()).map(({ type }) => type)
    expect(types).toContain('ABSENCE_SET')
    expect(types).toContain('ABSENCE_ENDED')
  })
})

describe('approving several at once', () => {
  const approveMany = (token: string, items: readonly { id: string; planHash: string }[]) =>
    t.ask(
      token,
      'mutation ($items: [ApproveItem!]!) { approveMany(items: $items) { id request { state } error { code details } } }',
      { items: items.map(({ id, planHash }) => ({ id, planHash })) },
    )

  it('each by its own hash, with its own checks and its own result', async () => {
    const approver = await t.person({ role: 'approver' })
    const agent = await t.agent('HELPDESK')
    const [one, two, three] = [await ask(agent), await ask(agent), await ask(agent)]
    t.simulator.clearJournal()
    t.simulator.actAs('jdoe', 'PATCH', `/service/tickets/${three.ticket.key}`, [
      { op: 'replace', path: 'summary', value: 'By hand' },
    ])
    const { data, errors } = await approveMany(approver.token, [
      one.request,
      { ...two.request, planHash: 'f'.repeat(64) },
      three.request,
      { id: 'wr_unknown', planHash: 'f'.repeat(64) },
    ])
    expect(errors).toEqual([])
    expect(data.approveMany).toMatchObject([
      { id: one.request.id, request: { state: 'EXECUTED' }, error: null },
      { id: two.request.id, request: null, error: { code: 'PLAN_CHANGED' } },
      { id: three.request.id, request: null, error: { code: 'REQUEST_STALE' } },
      { request: null, error: { code: 'NOT_FOUND' } },
    ])
    expect(t.sent()).toHaveLength(1)
    expect(codesOf(await approveMany(approver.token, []))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await approveMany(approver.token, [one.request, one.request]))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await approveMany(agent.token, [one.request]))).toEqual(['ROLE_REQUIRED'])
  })

  it.each([
    [undefined, 'ACTION_DISABLED'],
    [true, null],
  ])('a merge with a rule that says bulk: %s', async (bulk, code) => {
    const approver = await t.person({ role: 'approver' })
    const agent = await t.agent({ 'acme-cw': policy([{ approvers: 1, ...(bulk && { bulk }) }], true) })
    const [into, other] = [t.ticket(), t.ticket()]
    const asked = await t.write(agent.token, 'mergeTickets', { into: into.id, tickets: [other.id] })
    const { request } = asked.data.mergeTickets
    const { data } = await approveMany(approver.token, [request])
    expect(data.approveMany[0].error?.code ?? null).toBe(code)
    if (code === null) return
    expect(data.approveMany[0].error.details).toMatchObject({ reasons: expect.arrayContaining(['MERGE']) })
    expect((await t.request(agent.token, request.id)).state).toBe('PENDING')
    // On its own it can be approved.
    expect((await t.approve(approver.token, request)).data.approve.state).toBe('EXECUTED')
  })

  it('client mail is left out', async () => {
    const approver = await t.person({ role: 'approver' })
    const agent = await t.agent('HELPDESK')
    const note = { ticket: t.ticket().id, kind: 'CLIENT_FACING', text: 'Hello', mailClient: true }
    const asked = await t.write(agent.token, 'addTicketNote', note)
    const { data } = await approveMany(approver.token, [asked.data.addTicketNote.request])
    expect(data.approveMany[0].error).toMatchObject({
      code: 'ACTION_DISABLED',
      details: { reasons: ['clientMail'] },
    })
  })
})

describe('the lists of requests', () => {
  it('narrow and order by what the tickets were when they were planned, for people', async () => {
    const signer = await technician('nobody', { role: 'approver' })
    const agent = await t.agent('HELPDESK')
    const owned = await ask(agent, { requiredDate: '2031-01-02T03:04:05Z' })
    const other = await ask(agent, {
      board: { id: SECURITY },
      status: { name: 'New' },
      owner: null,
      requiredDate: '2030-01-02T03:04:05Z',
    })
    const workflow = `"${(await t.store.db.selectFrom('agent').select('workflow_id').where('id', '=', agent.id).executeTakeFirstOrThrow()).workflow_id}"`
    const narrowed = (filter: string) =>
      list(signer.token, `approvals(filter: { workflows: [${workflow}] ${filter} })`)
    expect(await narrowed('')).toEqual([other.request.id, owned.request.id])
    expect(await narrowed(`boards: ["acme-cw:Board:${SECURITY}"]`)).toEqual([other.request.id])
    const { data, errors } = await t.ask(
      signer.token,
      `{ approvals(orderBy: DUE, first: 1, filter: { workflows: [${workflow}] }) { endCursor nodes { id ticketDueAt } }
        writeRequestFacets(states: [PENDING]) { boards { board { id name } count } owners { owner { id identifier } } groups { group } } }`,
    )
    expect(errors).toEqual([])
    expect(data.approvals.nodes).toEqual([{ id: other.request.id, ticketDueAt: '2030-01-02T03:04:05Z' }])
    const { boards, owners, groups } = data.writeRequestFacets
    expect(boards).toContainEqual({
      board: { id: `acme-cw:Board:${SECURITY}`, name: expect.any(String) },
      count: expect.any(Number),
    })
    const { owner } = (owners as { owner: { id: string; identifier: string } }[])[0]!
    expect(owner.identifier).toBe('asmith')
    expect(await narrowed(`owners: ["${owner.id}"]`)).toEqual([owned.request.id])
    expect(groups).toContainEqual({ group: 'Tickets' })

    const next = `orderBy: DUE, after: "${data.approvals.endCursor}", filter: { workflows: [${workflow}] }`
    expect(await list(signer.token, `approvals(${next})`)).toEqual([owned.request.id])
    const refused = async (token: string, field: string) =>
      codesOf(await t.ask(token, `{ ${field} { nodes { id } } }`))
    expect(await refused(signer.token, `approvals(after: "${data.approvals.endCursor}")`)).toEqual([
      'BAD_USER_INPUT',
    ])
    for (const filter of ['boards: ["acme-cw:Ticket:1"]', 'owners: ["7"]', 'olderThanMinutes: -1'])
      expect(await refused(signer.token, `needsYou(filter: { ${filter} })`)).toEqual(['BAD_USER_INPUT'])
    // It would tell an AI agent of the ticket what its policy may keep from it.
    expect(await refused(agent.token, 'writeRequests(filter: { priorityAtLeast: 1 })')).toEqual([
      'ROLE_REQUIRED',
    ])
  })
})

describe('what needs a person', () => {
  it('signer and requester hear of what failed, went stale or is unclear; others do not', async () => {
    const requester = await t.person({ role: 'approver' })
    const signer = await t.person({ role: 'approver' })
    const bystander = await t.person({ role: 'approver' })
    const agent = await t.agent('HELPDESK', requester.id)
    const { request } = await ask(agent)
    await t.fault({
      method: 'PATCH',
      kind: 'status',
      status: 400,
      body: { code: 'InvalidObject', message: 'ticket object is invalid', errors: [] },
    })
    expect((await t.approve(signer.token, request)).data.approve.state).toBe('FAILED')
    const unclear = await ask(agent)
    await t.fault({ method: 'PATCH', kind: 'reset' })
    expect((await t.approve(signer.token, unclear.request)).data.approve.state).toBe('UNKNOWN_OUTCOME')
    const fine = await ask(agent)
    expect((await t.approve(signer.token, fine.request)).data.approve.state).toBe('EXECUTED')

    expect(await list(signer.token, 'needsYou')).toEqual([unclear.request.id, request.id])
    expect(await list(requester.token, 'needsYou')).toEqual([unclear.request.id, request.id])
    expect(await list(bystander.token, 'needsYou')).toEqual([])

    const failed = (await t.events()).filter(
      ({ type, request_id }) => type === 'WRITE_OUTCOME' && request_id === request.id,
    )[0]
    const event = async (token: string) =>
      (
        await t.ask(
          token,
          'query ($seq: Int!) { approvalEvent(seq: $seq) { type forYou concerns { id } } }',
          {
            seq: failed?.seq,
          },
        )
      ).data.approvalEvent
    const concerns = [{ id: signer.id }, { id: requester.id }]
    expect(await event(signer.token)).toEqual({ type: 'WRITE_OUTCOME', forYou: true, concerns })
    expect((await event(requester.token)).forYou).toBe(true)
    expect((await event(bystander.token)).forYou).toBe(false)

    // The unclear one is settled by a person, with a note.
    const resolve = (token: string, note: string) =>
      t.ask(
        token,
        `mutation ($id: ID!, $note: String!) { resolveUnknownOutcome(id: $id, applied: false, note: $note) {
          state error { code } comments { kind text } steps { outcome } } }`,
        { id: unclear.request.id, note },
      )
    expect(codesOf(await resolve(signer.token, ''))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await resolve(agent.token, 'me'))).toEqual(['ROLE_REQUIRED'])
    expect((await resolve(signer.token, 'Looked: not there.')).data.resolveUnknownOutcome).toEqual({
      state: 'FAILED',
      error: { code: 'NOT_APPLIED' },
      comments: [{ kind: 'RESOLVED', text: 'Looked: not there.' }],
      steps: [{ outcome: 'NOT_APPLIED' }],
    })
    const again = await resolve(signer.token, 'once more')
    expect(again.errors[0]?.extensions).toMatchObject({ code: 'APPROVAL_NOT_PENDING', state: 'FAILED' })
    expect((await t.events()).map(({ type }) => type)).toContain('RESOLVED_BY_PERSON')
  })
})
