import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
let admin = ''
let auditor = ''
let workflow = ''
let agent = ''

beforeAll(async () => {
  t = await startDesk()
  admin = (await t.person({ role: 'policyAdmin' })).token
  auditor = (await t.person({ role: 'auditor' })).token
  const made = await t.agent({ 'acme-cw': { groups: { Tickets: { level: 'READ_ONLY' } } } })
  workflow = made.workflowId
  agent = made.token
})
afterAll(() => t.close())

const VERSION = 'version savedBy reason restoredFrom policy difference { where change effect }'
const save = (policy: object, reason?: string, token = admin) =>
  t.ask(
    token,
    `mutation ($workflow: ID!, $policy: JSON!, $reason: String) {
      saveWorkflowPolicy(workflow: $workflow, connection: "acme-cw", policy: $policy, reason: $reason) { ${VERSION} } }`,
    { workflow, policy, reason },
  )
const versions = (token: string, first = 10, after?: string) =>
  t.ask(
    token,
    `query ($workflow: ID!, $first: Int, $after: String) {
      policyVersions(workflow: $workflow, connection: "acme-cw", first: $first, after: $after) {
        nodes { ${VERSION} first: difference(from: 1) { change } } hasNextPage endCursor } }`,
    { workflow, first, after },
  )
const difference = (token: string, policy: string) =>
  t.ask(
    token,
    `query ($workflow: ID!, $policy: String!) {
      policyDifference(workflow: $workflow, connection: "acme-cw", policy: $policy) { version changes { where change effect } } }`,
    { workflow, policy },
  )
const restore = (version: number, after?: number, token = admin) =>
  t.ask(
    token,
    `mutation ($workflow: ID!, $version: Int!, $after: Int) {
      restorePolicy(workflow: $workflow, connection: "acme-cw", version: $version, after: $after, reason: "It was better") { ${VERSION} } }`,
    { workflow, version, after },
  )

const second = { testMode: false, groups: { Tickets: { level: 'READ_WRITE', delete: true } } }
const third = {
  testMode: false,
  groups: { Tickets: { level: 'READ_WRITE' }, Contacts: { level: 'READ_ONLY' } },
}

describe('versions of a policy', () => {
  it('are kept with who saved them, why, and what changed', async () => {
    expect((await save(second, 'Deletes are asked for')).errors).toEqual([])
    const { data, errors } = await save(third, 'No deletes after all')
    expect(errors).toEqual([])
    expect(data.saveWorkflowPolicy).toEqual({
      version: 3,
      savedBy: 'Test Person',
      reason: 'No deletes after all',
      restoredFrom: null,
      policy: third,
      difference: [
        { where: 'Contacts', change: 'level READ_ONLY, was DISABLED', effect: 'LOOSENS' },
        { where: 'Tickets', change: 'delete off', effect: 'TIGHTENS' },
      ],
    })
    expect((await t.events()).at(-1)).toMatchObject({
      type: 'POLICY_CHANGED',
      payload: { before: second, after: third, reason: 'No deletes after all' },
    })
  })

  it('are read page by page, by those who change policies and those who look after them', async () => {
    for (const token of [admin, auditor]) {
      const { data, errors } = await versions(token, 2)
      expect(errors).toEqual([])
      const { nodes, hasNextPage, endCursor } = data.policyVersions
      expect(nodes.map(({ version }: { version: number }) => version)).toEqual([3, 2])
      expect(nodes[1].first).toEqual([{ change: 'level READ_WRITE, was READ_ONLY' }, { change: 'delete on' }])
      expect(hasNextPage).toBe(true)
      const rest = (await versions(token, 2, endCursor)).data.policyVersions
      expect(rest).toMatchObject({ nodes: [{ version: 1, savedBy: null }], hasNextPage: false })
    }
    expect(codesOf(await versions(agent))).toEqual(['ROLE_REQUIRED'])
    const elsewhere = await t.person({ role: 'approver' })
    expect(codesOf(await versions(elsewhere.token))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await versions(admin, 2, 'nonsense'))).toEqual(['BAD_USER_INPUT'])
  })

  it('come back as new ones', async () => {
    expect(codesOf(await restore(2, 2))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await restore(99))).toEqual(['NOT_FOUND'])
    expect(codesOf(await restore(1, undefined, auditor))).toEqual(['ROLE_REQUIRED'])
    const { data, errors } = await restore(2, 3)
    expect(errors).toEqual([])
    expect(data.restorePolicy).toMatchObject({
      version: 4,
      restoredFrom: 2,
      reason: 'It was better',
      policy: second,
    })
  })
})

describe('a difference before saving', () => {
  it('tells what would change and saves nothing', async () => {
    const { data, errors } = await difference(auditor, JSON.stringify({ ...second, testMode: true }))
    expect(errors).toEqual([])
    expect(data.policyDifference).toEqual({
      version: 4,
      changes: [{ where: 'Policy', change: 'test mode on', effect: 'TIGHTENS' }],
    })
    expect((await difference(admin, JSON.stringify(second))).data.policyDifference.changes).toEqual([])
    expect((await versions(admin)).data.policyVersions.nodes).toHaveLength(4)
  })

  it.each([
    ['{ "groups": { "Tickets": { "level": "READ_WRITE", "fly": true } } }', 'groups.Tickets'],
    ['{ "groups": { "Tickts": { "level": "READ_ONLY" } } }', 'groups'],
    ['{ "groups": {}, "testmode": true }', 'the policy'],
  ])('refuses what saving would refuse, by its path: %s', async (policy, path) => {
    const refused = await difference(admin, policy)
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', problems: [{ path }] } }])
    const saved = await save(JSON.parse(policy))
    expect(saved.errors[0]?.extensions).toEqual(refused.errors[0]?.extensions)
    expect((await versions(admin)).data.policyVersions.nodes[0].version).toBe(4)
  })

  it('refuses text that is no JSON, and callers who may not read policies', async () => {
    expect(codesOf(await difference(admin, '{ groups'))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await difference(agent, '{}'))).toEqual(['ROLE_REQUIRED'])
  })
})

describe('a connection that is taken from a workflow', () => {
  const take = (token: string, of: string, version: number | null = null) =>
    t.ask(
      token,
      `mutation ($of: ID!, $version: Int) {
        unassignConnection(workflow: $of, connection: "acme-cw", version: $version, reason: "Not theirs") { version policy reason } }`,
      { of, version },
    )

  it('is reached no longer, what waits there is withdrawn, and a profile assigns it anew', async () => {
    const asker = await t.agent('HELPDESK')
    const { data } = await t.write(asker.token, 'updateTicket', { id: t.ticket().id, title: 'Renamed' })
    expect(codesOf(await take(auditor, asker.workflowId))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await take(admin, asker.workflowId, 7))).toEqual(['BAD_USER_INPUT'])
    const taken = await take(admin, asker.workflowId, 1)
    expect(taken.errors).toEqual([])
    expect(taken.data.unassignConnection).toEqual({ version: 2, policy: null, reason: 'Not theirs' })
    const { request } = data.updateTicket
    expect(await t.request(admin, request.id)).toMatchObject({
      state: 'CANCELLED',
      error: { code: 'CONNECTION_FORBIDDEN' },
    })
    expect((await t.ask(asker.token, '{ viewer { connections { slug } } }')).data.viewer.connections).toEqual(
      [],
    )
    expect(codesOf(await take(admin, asker.workflowId))).toEqual(['BAD_USER_INPUT'])

    const again = await t.ask(
      admin,
      'mutation ($of: ID!) { applyAccessProfile(workflow: $of, connection: "acme-cw", profile: HELPDESK) { version policy } }',
      { of: asker.workflowId },
    )
    expect(again.data.applyAccessProfile).toMatchObject({ version: 3, policy: { testMode: true } })
  })
})

describe('"stop asking for changes like this"', () => {
  const PROPOSAL = `id state reason note policyVersion proposedBy { id } decidedBy { id } workflow { id } request { id }
    evidence { asked approvedUnchanged edited rejected failed }`
  const propose = (token: string, request: string, reason?: string) =>
    t.ask(
      token,
      `mutation ($request: ID!, $reason: String) { proposeRule(request: $request, reason: $reason) { ${PROPOSAL} } }`,
      { request, reason },
    )
  const open = (token: string, of: string) =>
    t.ask(
      token,
      `query ($of: ID!) { ruleProposals(workflow: $of) { ${PROPOSAL} effect { version obstacle changes { where change effect } } } }`,
      { of },
    )
  const decideAs = (token: string, field: string, variables: object) =>
    t.ask(
      token,
      field === 'acceptRuleProposal'
        ? `mutation ($id: ID!, $version: Int!) { acceptRuleProposal(id: $id, version: $version) { ${PROPOSAL} } }`
        : `mutation ($id: ID!) { declineRuleProposal(id: $id, note: "Not yet") { ${PROPOSAL} } }`,
      variables as Record<string, unknown>,
    )

  it('is proposed by an approver with the evidence, and becomes a version when an administrator accepts it', async () => {
    const approver = await t.person({ role: 'approver' })
    const asker = await t.agent('HELPDESK')
    const ask = async (change: object = { title: 'Renamed' }) => {
      const asked = await t.write(asker.token, 'updateTicket', { id: t.ticket().id, ...change })
      return asked.data.updateTicket.request as { id: string; planHash: string } | null
    }
    const approved = (await ask())!
    await t.approve(approver.token, approved)
    const rejected = (await ask({ title: 'Another name' }))!
    await t.ask(approver.token, 'mutation ($id: ID!) { reject(id: $id, reason: "No") { id } }', {
      id: rejected.id,
    })
    const mailing = (await ask({ status: 'Waiting on Vendor' }))!
    const waiting = (await ask())!

    expect(codesOf(await propose(asker.token, waiting.id))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await propose(admin, waiting.id))).toEqual(['APPROVER_ROLE_REQUIRED'])
    expect(codesOf(await propose(approver.token, mailing.id))).toEqual(['NOT_SUPPORTED'])
    const { data, errors } = await propose(approver.token, waiting.id, 'Always the same')
    expect(errors).toEqual([])
    expect(data.proposeRule).toMatchObject({
      state: 'OPEN',
      reason: 'Always the same',
      proposedBy: { id: approver.id },
      workflow: { id: asker.workflowId },
      request: { id: waiting.id },
      // The one that mails is no like of it.
      evidence: { asked: 3, approvedUnchanged: 1, edited: 0, rejected: 1, failed: 0 },
    })
    // Twice is once.
    expect((await propose(approver.token, waiting.id)).data.proposeRule.id).toBe(data.proposeRule.id)
    expect(await ask()).not.toBeNull()

    const { id } = data.proposeRule
    const listed = (await open(auditor, asker.workflowId)).data.ruleProposals[0]
    expect(listed).toMatchObject({ id, effect: { version: 1, obstacle: null } })
    expect(listed.effect.changes).toMatchObject([{ where: 'Tickets', effect: 'EITHER' }])
    for (const token of [auditor, approver.token])
      expect(codesOf(await decideAs(token, 'acceptRuleProposal', { id, version: 1 }))).toEqual([
        'ROLE_REQUIRED',
      ])
    expect(codesOf(await decideAs(admin, 'acceptRuleProposal', { id, version: 9 }))).toEqual([
      'BAD_USER_INPUT',
    ])
    const accepted = await decideAs(admin, 'acceptRuleProposal', { id, version: 1 })
    expect(accepted.errors).toEqual([])
    expect(accepted.data.acceptRuleProposal).toMatchObject({ state: 'ACCEPTED', policyVersion: 2 })
    expect(codesOf(await decideAs(admin, 'declineRuleProposal', { id }))).toEqual(['APPROVAL_NOT_PENDING'])

    const written = await t.write(asker.token, 'updateTicket', { id: t.ticket().id, title: 'Without asking' })
    expect(written.data.updateTicket.__typename).toBe('TicketWritten')
    const still = await t.write(asker.token, 'updateTicket', {
      id: t.ticket().id,
      title: 'x',
      status: 'Closed',
    })
    expect(still.data.updateTicket.__typename).not.toBe('TicketWritten')
    // A person was asked, so a person decides.
    expect((await t.request(asker.token, waiting.id)).state).toBe('PENDING')
  })

  it('stays as it is when it is declined, and both are on record', async () => {
    const approver = await t.person({ role: 'approver' })
    const asker = await t.agent('HELPDESK')
    const asked = await t.write(asker.token, 'updateTicket', { id: t.ticket().id, title: 'Renamed' })
    const request = asked.data.updateTicket.request.id
    const { id } = (await propose(approver.token, request)).data.proposeRule
    const declined = (await decideAs(admin, 'declineRuleProposal', { id })).data.declineRuleProposal
    expect(declined).toMatchObject({ state: 'DECLINED', note: 'Not yet', policyVersion: null })
    expect((await open(admin, asker.workflowId)).data.ruleProposals).toEqual([])
    const shown = await t.ask(
      approver.token,
      `{ approval(id: "${request}") { ruleProposal { state note } } }`,
    )
    expect(shown.data.approval.ruleProposal).toEqual({ state: 'DECLINED', note: 'Not yet' })
    const types = (await t.events()).map(({ type }) => type).filter((type) => type.startsWith('RULE_'))
    expect(types).toEqual([
      'RULE_PROPOSED',
      'RULE_PROPOSAL_ACCEPTED',
      'RULE_PROPOSED',
      'RULE_PROPOSAL_DECLINED',
    ])
  })
})
