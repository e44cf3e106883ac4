import { setTimeout as sleep } from 'node:timers/promises'
import { revokeRole } from '../../gateway/store/people.ts'
import { CRASH_POINTS, type CrashPoint } from '../../gateway/writes/crash-points.ts'
import { codesIn } from './client.ts'
import { type Desk, type Noted, type Planned, shuffled } from './desk.ts'
import type { Agent, Person } from './installation.ts'
import type { VendorFault } from './psa.ts'
import { storeFaults } from './store-faults.ts'
import { BROKEN_ANSWERS, BROKEN_READS } from './vendor-faults.ts'
import type { Cell } from './write-kinds.ts'

type Scenario = (desk: Desk) => Promise<unknown>

const signer = (desk: Desk) => desk.random.pick(desk.installation.approvers)
const anAgent = (desk: Desk, signatures: 0 | 1) =>
  desk.random.pick(signatures === 0 ? desk.agents.free : desk.agents.signed)
type Step = { readonly method: string; readonly path: string }

/** Faults go by method and path: where the record stands in the body, another write of the vendor may meet it. */
async function faultOn(
  desk: Desk,
  { slug }: Noted,
  steps: readonly Step[],
  fault: VendorFault,
): Promise<void> {
  const { method, path } = desk.random.pick(steps)
  const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{step\d+\.id\}/g, '[^/]+')
  await desk.installation.psas.fault(slug, method, new RegExp(`${pattern}$`), fault)
}

/** What it is going to send, asked without sending it. */
async function stepsOf(desk: Desk, { call, query }: Planned, agent: Agent): Promise<readonly Step[]> {
  const reply = await desk.ask(
    agent.token,
    query(true),
    call.inputType === null ? call.input : { input: call.input },
  )
  const answer = reply?.data?.[call.field]
  return (answer?.outcome ?? answer)?.plan?.steps ?? []
}

/** A write that waits for a signature, or undefined where none came to be. */
async function pending(
  desk: Desk,
  scenario: string,
  agent: Agent = anAgent(desk, 1),
  fits?: (cell: Cell) => boolean,
) {
  const planned = await desk.write(scenario, agent, fits)
  const request = await desk.submit(planned, agent)
  return request === null || request.planHash === '' ? undefined : { ...planned, request, agent }
}
type Pending = NonNullable<Awaited<ReturnType<typeof pending>>>

async function free(desk: Desk): Promise<void> {
  const agent = anAgent(desk, 0)
  await desk.submit(await desk.write('no signature needed', agent), agent)
}

async function signed(desk: Desk): Promise<void> {
  const one = await pending(desk, 'one signature')
  if (one !== undefined) await desk.approve(one.request, signer(desk))
}

async function twoSignatures(desk: Desk): Promise<void> {
  const one = await pending(desk, 'two signatures', await desk.installation.agent(2))
  if (one === undefined) return
  const [a, b] = desk.installation.approvers as readonly [Person, Person]
  await Promise.all([desk.approve(one.request, a), desk.approve(one.request, b)])
}

async function neverSigned(desk: Desk): Promise<void> {
  const one = await pending(desk, 'nobody signs')
  if (one !== undefined) one.noted.neverReaches = 'nobody signed it'
}

async function dry(desk: Desk): Promise<void> {
  const { random, installation } = desk
  const inTestMode = random.chance(0.5)
  const agent = inTestMode ? await installation.agent(0, { testMode: true }) : anAgent(desk, 0)
  // What only the one who wrote may put back is nothing for somebody else's test mode.
  const { noted, call, query } = await desk.write(
    inTestMode ? 'test mode' : 'dry run',
    agent,
    ({ kind }) => kind !== 'putBack',
  )
  noted.neverReaches = noted.scenario
  const reply = await desk.ask(agent.token, query(!inTestMode), { input: call.input })
  const is = reply?.data?.[call.field]?.__typename
  if (is !== undefined && is !== 'DryRunPlan') desk.problems.push(`I3: a ${noted.scenario} answered ${is}`)
}

async function brokenAnswer(desk: Desk): Promise<void> {
  const { random } = desk
  const { name, fault } = random.pick(BROKEN_ANSWERS)
  const agent = anAgent(desk, random.chance(0.5) ? 0 : 1)
  const planned = await desk.write('broken answer', agent)
  const steps = await stepsOf(desk, planned, agent)
  if (steps.length > 0) {
    await faultOn(desk, planned.noted, steps, fault)
    desk.count(name)
  }
  const request = await desk.submit(planned, agent)
  if (request !== null && request.planHash !== '' && agent.signatures > 0)
    await desk.approve(request, signer(desk))
}

async function brokenRead(desk: Desk): Promise<void> {
  const { name, fault } = desk.random.pick(BROKEN_READS)
  const one = await pending(desk, 'broken read')
  if (one === undefined) return
  await desk.installation.psas.fault(one.noted.slug, 'GET', /ticket|incident/i, fault)
  desk.count(name)
  await desk.approve(one.request, signer(desk))
}

async function rejectedByPsa(desk: Desk): Promise<void> {
  const agent = anAgent(desk, 0)
  const planned = await desk.write('the PSA refuses', agent)
  const steps = await stepsOf(desk, planned, agent)
  if (steps.length === 0) return
  await faultOn(desk, planned.noted, steps, {
    kind: 'status',
    status: 400,
    body: { code: 'InvalidObject', message: 'object is invalid', errors: [] },
  })
  desk.count('400 on a write')
  await desk.submit(planned, agent)
}

/** The agent is revoked while its write waits out a 429. */
async function throttled(desk: Desk): Promise<void> {
  const { random, installation } = desk
  const revoking = random.chance(0.5)
  const one = await pending(desk, 'throttled', revoking ? await installation.agent(1) : undefined)
  if (one === undefined) return
  const seconds = revoking ? 4 : 1
  await faultOn(desk, one.noted, one.request.plan?.steps ?? [], {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': String(seconds) },
  })
  desk.count('429 on a write')
  const approving = desk.approve(one.request, signer(desk))
  if (revoking) {
    const came = await desk.at('after E4', 'HOLD', one.request.id, () => approving)
    if (came !== undefined) {
      came.release()
      await revoke(desk, one.agent)
      desk.count('agent revoked while a 429 is waited out')
    }
  }
  await approving
}

async function killed(desk: Desk, point: CrashPoint): Promise<void> {
  const one = await pending(desk, `killed ${point}`)
  if (one === undefined) return
  const approve = () => desk.approve(one.request, signer(desk))
  const id = one.request.id
  if (point === 'before recovery' || point === 'after recovery') {
    const first = desk.random.pick(['after E1', 'after E3', 'after E4'] as const)
    const dead = await desk.at(first, 'KILL', id, approve)
    if (dead === undefined) return
    const recovering = await desk.at(point, 'KILL', id, () => sleep(RECOVERY_MS))
    await Promise.all([dead.acting, recovering?.acting])
    return
  }
  if (point === 'before reconciling' || point === 'after reconciling') {
    await faultOn(desk, one.noted, one.request.plan?.steps ?? [], {
      kind: 'reset',
      when: 'after',
    })
    desk.count('applied, then reset')
  }
  await (await desk.at(point, 'KILL', id, approve))?.acting
}

/** Past the lease and the next poll of whoever is left, also on a busy machine. */
const RECOVERY_MS = 8_000

const STOPS = ['before E3', 'after E3', 'before E4', 'after E4', 'before E5'] as const

/** The process stands still past its lease, and goes on as if nothing had been. */
async function stopped(desk: Desk): Promise<void> {
  const point = desk.random.pick(STOPS)
  const one = await pending(desk, `stopped ${point}`)
  if (one === undefined) return
  const came = await desk.at(point, 'STOP', one.request.id, () => desk.approve(one.request, signer(desk)))
  if (came === undefined) {
    // On a slow machine it may have come by unseen: nobody stays behind.
    for (const gateway of desk.installation.gateways) gateway.signal('SIGCONT')
    return
  }
  desk.count(`SIGSTOP past the lease ${point}`)
  await sleep(3_500)
  came.gateway.signal('SIGCONT')
  await came.acting
}

/** Whose title and status people change by hand. */
const ofTicket = ({ kind }: Cell) => kind === 'updateTicket' || kind === 'workTicket'

async function changeByHand(desk: Desk, { noted }: Pending, what?: 'title' | 'status'): Promise<void> {
  const { slug, ticket: key } = noted
  await desk.installation.psas.call('change', {
    slug,
    key,
    what: what ?? desk.random.pick(['title', 'status']),
  })
}

async function changedBeforeApproval(desk: Desk): Promise<void> {
  const one = await pending(desk, 'changed before approval', undefined, ofTicket)
  if (one === undefined) return
  await changeByHand(desk, one)
  desk.count('record changed between plan and approval')
  one.noted.neverReaches = 'its record changed before it was approved'
  await desk.approve(one.request, signer(desk))
}

async function changedBeforeE2(desk: Desk): Promise<void> {
  const one = await pending(desk, 'changed before E2', undefined, ofTicket)
  if (one === undefined) return
  const came = await desk.at('before E2', 'HOLD', one.request.id, () =>
    desk.approve(one.request, signer(desk)),
  )
  if (came === undefined) return
  await changeByHand(desk, one)
  desk.count('record changed between approval and E2')
  one.noted.neverReaches = 'its record changed before E2'
  came.release()
  await came.acting
}

async function changedBeforeE4(desk: Desk): Promise<void> {
  // A note or time beside it may move a status by the PSA's own rules, so that of those nothing is told.
  const one = await pending(desk, 'changed before E4', undefined, ({ kind }) => kind === 'updateTicket')
  if (one === undefined) return
  const came = await desk.at('before E4', 'HOLD', one.request.id, () =>
    desk.approve(one.request, signer(desk)),
  )
  if (came === undefined) return
  // Of a title nobody could tell: the write puts its own in that place.
  await changeByHand(desk, one, 'status')
  one.noted.changedBeside = true
  desk.count('record changed between E2 and E4')
  came.release()
  await came.acting
}

async function revoke(desk: Desk, agent: Agent): Promise<void> {
  const reply = await desk.ask(
    desk.installation.owner.token,
    'mutation ($id: ID!) { revokeAgentToken(tokenId: $id) { __typename } }',
    { id: agent.tokenId },
  )
  if (reply?.data?.revokeAgentToken == null) return
  desk.revoked.push({ agent: agent.id, at: Date.now() })
  const place = desk.agents.free.indexOf(agent)
  if (place >= 0) desk.agents.free.splice(place, 1)
}

/** Between APPROVED and E2 somebody takes away what allowed it. */
async function takenAway(desk: Desk): Promise<void> {
  const { installation, random } = desk
  const agent = await installation.agent(1)
  const person = await installation.person(null, 'approver')
  const one = await pending(desk, 'taken away', agent)
  if (one === undefined) return
  const owner = installation.owner.token
  const ways: Record<string, () => Promise<boolean>> = {
    'agent revoked before E2': async () => {
      await revoke(desk, agent)
      return desk.revoked.some((gone) => gone.agent === agent.id)
    },
    'approver removed before E2': async () =>
      (await revokeRole(installation.store.db, person.roleId)) !== undefined,
    'policy tightened before E2': async () => {
      const reply = await desk.ask(
        owner,
        `mutation ($workflow: ID!, $connection: String!) {
          applyAccessProfile(workflow: $workflow, connection: $connection, profile: READ_ONLY) { version } }`,
        { workflow: agent.workflowId, connection: one.noted.slug },
      )
      return reply?.data?.applyAccessProfile != null
    },
    'test mode on before E2': async () => {
      const reply = await desk.ask(
        owner,
        'mutation ($workflow: ID) { setTestMode(on: true, workflow: $workflow) { on } }',
        { workflow: agent.workflowId },
      )
      return reply?.data?.setTestMode != null
    },
  }
  const [name, takeAway] = random.pick(Object.entries(ways)) as [string, () => Promise<boolean>]
  const came = await desk.at('before E2', 'HOLD', one.request.id, () => desk.approve(one.request, person))
  if (came === undefined) return
  if (await takeAway()) {
    desk.count(name)
    one.noted.neverReaches = name
  }
  came.release()
  await came.acting
}

async function whileItWaits(desk: Desk): Promise<void> {
  const { installation, random } = desk
  const agent = await installation.agent(1)
  const one = await pending(desk, 'policy tightened while it waits', agent)
  if (one === undefined) return
  const tightened = await desk.ask(
    installation.owner.token,
    `mutation ($workflow: ID!, $connection: String!) {
      applyAccessProfile(workflow: $workflow, connection: $connection, profile: READ_ONLY) { version } }`,
    { workflow: agent.workflowId, connection: one.noted.slug },
  )
  if (tightened?.data?.applyAccessProfile == null) return
  desk.count('policy tightened while a request waits')
  one.noted.neverReaches = 'its policy refuses it by now'
  await desk.approve(one.request, random.pick(installation.approvers))
}

/** Held while it is paused, and executed when that is over. */
async function paused(desk: Desk): Promise<void> {
  const { installation } = desk
  const agent = await installation.agent(1)
  const one = await pending(desk, 'paused while it waits', agent)
  if (one === undefined) return
  const say = (what: 'pause' | 'resume') =>
    desk.ask(
      installation.owner.token,
      `mutation ($workflow: ID) { ${what}(workflow: $workflow) { __typename } }`,
      {
        workflow: agent.workflowId,
      },
    )
  if ((await say('pause'))?.data?.pause == null) return
  desk.count('workflow paused while a request waits')
  await desk.approve(one.request, signer(desk))
  const { state } = await installation.store.db
    .selectFrom('write_request')
    .select('state')
    .where('id', '=', one.request.id)
    .executeTakeFirstOrThrow()
  if (!['PENDING', 'APPROVED', 'STALE', 'EXPIRED'].includes(state))
    desk.problems.push(`I1: ${one.request.id} is ${state}, although its workflow is paused`)
  while ((await say('resume'))?.data?.resume == null) await sleep(200)
}

/** The same call with the same key, on every gateway at once. */
async function duplicated(desk: Desk): Promise<void> {
  const { gateways } = desk.installation
  const agent = anAgent(desk, 0)
  const planned = await desk.write('asked three times at once', agent, ({ kind }) => kind !== 'putBack')
  desk.count('the same call on three gateways at once')
  const submitted = await Promise.all(gateways.map((gateway) => desk.submit(planned, agent, gateway)))
  const ids = new Set(submitted.flatMap((one) => one?.id ?? []))
  if (ids.size > 1) desk.problems.push(`I2: one key became ${ids.size} requests: ${[...ids]}`)
}

/** Four people, 50 clicks, three gateways. */
async function manyClicks(desk: Desk): Promise<void> {
  const one = await pending(desk, '50 clicks')
  if (one === undefined) return
  desk.count('50 approve/reject at once')
  const clicks = Array.from({ length: 50 }, () => (desk.random.chance(0.5) ? 'approve' : 'reject'))
  await clash(desk, one, clicks)
}

/** One winner, and every loser hears which. */
export async function clash(
  desk: Desk,
  one: Pending,
  clicks: readonly ('approve' | 'reject')[],
  delayMs: (click: number) => number = () => 0,
): Promise<string | undefined> {
  const { approvers, gateways } = desk.installation
  const queries = {
    approve: 'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { state } }',
    reject: 'mutation ($id: ID!) { reject(id: $id, reason: "no") { state } }',
  }
  const answers = await Promise.all(
    clicks.map(async (click, index) => {
      await sleep(delayMs(index))
      const { id, planHash } = one.request
      const variables = click === 'approve' ? { id, planHash } : { id }
      const gateway = gateways[index % gateways.length] as (typeof gateways)[number]
      const person = approvers[index % approvers.length] as Person
      return { click, reply: await desk.ask(person.token, queries[click], variables, gateway) }
    }),
  )
  const won = (click: string) =>
    answers.filter((answer) => answer.click === click && answer.reply?.data?.[click] != null).length
  const { id } = one.request
  if (won('reject') > 1) desk.problems.push(`I4: ${id} was rejected ${won('reject')} times`)
  if (won('approve') > 0 && won('reject') > 0) desk.problems.push(`I4: ${id} was both approved and rejected`)
  if (won('reject') > 0) one.noted.neverReaches = 'it was rejected'
  for (const { reply } of answers) {
    const strange = codesIn(reply).filter((code) => !LOSERS.has(code))
    if (strange.length > 0) desk.problems.push(`I4: a click on ${id} was answered ${strange.join(', ')}`)
  }
  return won('reject') > 0 ? 'REJECTED' : won('approve') > 0 ? 'APPROVED' : undefined
}

/** A race that was lost, or a gateway that was at a fault's mercy. */
const LOSERS = new Set([
  'APPROVAL_NOT_PENDING',
  'STORE_UNAVAILABLE',
  'AUDIT_UNAVAILABLE',
  'BACKPRESSURE',
  'VENDOR_UNAVAILABLE',
])

async function storeFails(desk: Desk): Promise<void> {
  const one = await pending(desk, 'the store fails')
  if (one === undefined) return
  const [name, fail] = desk.random.pick(Object.entries(storeFaults))
  desk.count(name)
  const gateway = await desk.living()
  const number = desk.installation.gateways.indexOf(gateway)
  await Promise.all([
    fail(desk.installation, number),
    sleep(desk.random.int(0, 60)).then(() => desk.approve(one.request, signer(desk), gateway)),
  ])
}

const MIX: readonly (readonly [weight: number, Scenario])[] = [
  [14, free],
  [12, signed],
  [3, twoSignatures],
  [2, neverSigned],
  [5, dry],
  [18, brokenAnswer],
  [4, brokenRead],
  [3, rejectedByPsa],
  [5, throttled],
  [5, stopped],
  [4, changedBeforeApproval],
  [4, changedBeforeE2],
  [3, changedBeforeE4],
  [8, takenAway],
  [3, whileItWaits],
  [3, paused],
  [4, duplicated],
  [2, manyClicks],
  [8, storeFails],
]

const PROCESS: ReadonlySet<Scenario> = new Set([stopped])

export interface Job {
  /** It ends a process or holds it up; a few of these go at once, so that a gateway is left. */
  readonly rough: boolean
  run(desk: Desk): Promise<unknown>
}

/** A run's scenarios, in the order of a shuffled deck: kills as often as wanted, the others by weight. */
export function deal(desk: Desk, requests: number, killsEach: number): Job[] {
  const { random } = desk
  const jobs: Job[] = CRASH_POINTS.flatMap((point) => Array.from({ length: killsEach }, () => killing(point)))
  const total = MIX.reduce((sum, [weight]) => sum + weight, 0)
  // Each kind once, however small the run; then by weight.
  const scenarios = MIX.map(([, scenario]) => scenario)
  while (jobs.length + scenarios.length < requests) {
    let left = random.next() * total
    const found = MIX.find(([weight]) => {
      left -= weight
      return left < 0
    })
    scenarios.push(found?.[1] ?? free)
  }
  jobs.push(...scenarios.map((scenario) => ({ rough: PROCESS.has(scenario), run: scenario })))
  return shuffled(jobs, random)
}

/** The agent is revoked while it listens, and after it has heard of a write of its own. */
export function leaving(leaver: Agent, heard: () => number): Job {
  return {
    rough: false,
    async run(desk) {
      const deadline = Date.now() + 20_000
      await desk.submit(await desk.write('before its agent is revoked', leaver), leaver)
      while (heard() === 0 && Date.now() < deadline) await sleep(50)
      await revoke(desk, leaver)
      desk.count('agent revoked while it listens')
    },
  }
}

export function killing(point: CrashPoint): Job {
  return { rough: true, run: (desk) => killed(desk, point) }
}

/** Two people approve and reject at once on two gateways, while nothing else is wrong: one of them wins. */
export async function duel(desk: Desk, round: number): Promise<void> {
  const one = await pending(
    desk,
    'duel',
    undefined,
    ({ slug, kind }) => slug === 'acme-cw' && kind === 'updateTicket',
  )
  if (one === undefined) return void desk.problems.push(`I4: duel ${round} could not begin`)
  // An approval reads the record first, so a rejection that starts with it would always win.
  const winner = await clash(desk, one, ['approve', 'reject'], (click) =>
    click === 0 ? 0 : (round % 10) * 8,
  )
  if (winner === undefined) desk.problems.push(`I4: duel ${round} had no winner`)
  else desk.count(`duel, ${winner}`)
}
