import { setTimeout as sleep } from 'node:timers/promises'
import { loadKeys } from '../../gateway/secrets/keys.ts'
import { CRASH_POINTS, type CrashPoint } from '../../gateway/writes/crash-points.ts'
import { createRandom } from '../../simulators/dataset/prng.ts'
import { check, type Following, visibleTo } from './checker.ts'
import { openClient } from './client.ts'
import { type Desk, openDesk } from './desk.ts'
import { type Evidence, gather } from './evidence.ts'
import { reachedIn } from './gateways.ts'
import { type Agent, type Installation, install } from './installation.ts'
import { deal, duel, type Job, killing, leaving } from './scenarios.ts'
import { subscribe } from './subscribers.ts'
import { tamper } from './tampering.ts'
import { CELLS } from './write-kinds.ts'

export interface RunOptions {
  readonly seed: number
  readonly requests: number
  readonly duels: number
  readonly killsEach: number
  /** Leave journals, logs and the export where they are. */
  readonly keep: boolean
}

export interface Report {
  readonly requests: number
  readonly faults: ReadonlyMap<string, number>
  readonly kills: ReadonlyMap<CrashPoint, number>
  readonly outcomes: ReadonlyMap<string, number>
  readonly codes: ReadonlyMap<string, number>
  readonly heard: ReadonlyMap<string, number>
  /** Executed writes by kind, connection after connection. */
  readonly matrix: ReadonlyMap<string, number>
  readonly refused: ReadonlyMap<string, number>
  readonly problems: readonly string[]
}

/** Scenarios at a time, and how many of them may end or stop a gateway. */
const AT_ONCE = 6
const ROUGH_AT_ONCE = 2
const REST_MS = 90_000

export async function run({ seed, requests, duels, killsEach, keep }: RunOptions): Promise<Report> {
  const installation = await install()
  let problems: readonly string[] = []
  try {
    const client = openClient(installation.files.answers)
    const agents = {
      free: await Promise.all([1, 2, 3].map(() => installation.agent(0))),
      signed: await Promise.all([1, 2, 3].map(() => installation.agent(1))),
    }
    const desk = openDesk(installation, client, createRandom(seed), agents, `s${seed}`)
    const followers = await follow(desk)
    const jobs = deal(desk, requests, killsEach)
    const leaver = followers.find(({ agent }) => agent !== undefined)?.subscriber
    const half = Math.floor(jobs.length / 2)
    const left = leaving(agents.free[0] as Agent, () => leaver?.heard.length ?? 0)
    await work(desk, jobs.toSpliced(half, 0, left))
    for (let round = 0; round < 3 && missing(installation, killsEach).length > 0; round += 1)
      await work(desk, missing(installation, killsEach).map(killing))
    await installation.psas.clearFaults()
    for (const gateway of installation.gateways) gateway.signal('SIGCONT')
    await Promise.all(installation.gateways.map((gateway) => gateway.back()))
    await inParallel(
      Array.from({ length: duels }, (_, round) => () => duel(desk, round)),
      AT_ONCE,
    )
    await rest(desk)
    for (const one of followers) one.revokedAt = desk.revoked.find(({ agent }) => agent === one.agent)?.at
    const evidence = await gather(installation, desk)
    await caughtUp(evidence, followers)
    for (const { subscriber } of followers) await subscriber.stop()
    problems = [
      ...(await check(desk, evidence, followers, client.codes)),
      ...(await tamper(installation, evidence)),
    ]
    const outcomes = new Map<string, number>()
    for (const { state, error, reconciled } of evidence.requests.values()) {
      const name = [
        state,
        ...(error === null ? [] : [error.code]),
        ...(reconciled ? ['by reading'] : []),
      ].join(' ')
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1)
    }
    return {
      requests: evidence.requests.size,
      faults: desk.faults,
      kills: killsAt(installation),
      outcomes,
      codes: client.codes,
      matrix: executedBy(desk, evidence),
      refused: new Map([...desk.refused].map(([name, words]) => [`${name}: ${words}`, 1])),
      heard: new Map(
        followers.map(({ subscriber: { name, heard, reconnects } }) => [
          `${name} (${reconnects()} connections)`,
          heard.length,
        ]),
      ),
      problems,
    }
  } finally {
    if (keep || problems.length > 0) console.log(`kept: ${installation.dir}`)
    await installation.close(keep || problems.length > 0)
  }
}

function executedBy({ noted }: Desk, { requests }: Evidence): ReadonlyMap<string, number> {
  const counts = new Map(CELLS.map(({ slug, kind }) => [`${kind} on ${slug}`, 0]))
  for (const { request, slug, kind } of noted) {
    const name = `${kind} on ${slug}`
    if (request !== null && requests.get(request.id)?.state === 'EXECUTED')
      counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

async function follow({ installation, agents }: Desk): Promise<readonly Following[]> {
  const keys = await loadKeys({ dataDir: `${installation.dir}/data`, mayMake: true })
  const listening = (name: string, token: string, slowMs = 0) =>
    subscribe(name, token, installation.gateways, keys, slowMs)
  const [agent, leaver] = [agents.signed[0] as Agent, agents.free[0] as Agent]
  return [
    {
      subscriber: listening('an approver', (installation.approvers[0] as { token: string }).token),
      sees: () => true,
    },
    {
      subscriber: listening('a slow approver', (installation.approvers[1] as { token: string }).token, 40),
      sees: () => true,
    },
    {
      subscriber: listening('an approver of one connection', installation.ofHalo.token),
      sees: ({ connection }) => connection === 'acme-halo',
    },
    { subscriber: listening('an agent', agent.token), sees: ({ agent_id }) => agent_id === agent.id },
    {
      subscriber: listening('an agent that is revoked', leaver.token),
      sees: ({ agent_id }) => agent_id === leaver.id,
      agent: leaver.id,
    },
  ]
}

function killsAt({ files }: Installation): Map<CrashPoint, number> {
  const kills = new Map<CrashPoint, number>(CRASH_POINTS.map((point) => [point, 0]))
  for (const { at, what } of reachedIn(files.reached))
    if (what === 'KILL') kills.set(at, (kills.get(at) ?? 0) + 1)
  return kills
}

function missing(installation: Installation, wanted: number): CrashPoint[] {
  return [...killsAt(installation)].flatMap(([point, count]) =>
    Array.from({ length: Math.max(0, wanted - count) }, () => point),
  )
}

async function work(desk: Desk, jobs: readonly Job[]): Promise<void> {
  let rough = 0
  await inParallel(
    jobs.map((job) => async () => {
      // Somebody has to be left who takes over.
      const down = () => desk.installation.gateways.filter(({ up }) => !up).length
      while (job.rough && (rough >= ROUGH_AT_ONCE || down() > 0)) await sleep(50)
      rough += Number(job.rough)
      try {
        await job.run(desk)
      } catch (error) {
        desk.problems.push(`the harness: ${error instanceof Error ? error.stack : String(error)}`)
      } finally {
        rough -= Number(job.rough)
      }
    }),
    AT_ONCE,
  )
}

async function inParallel(work: readonly (() => Promise<unknown>)[], atOnce: number): Promise<void> {
  const queue = [...work]
  const next = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await one()
  }
  await Promise.all(Array.from({ length: atOnce }, next))
}

/** Until everything has ended, or is left to a person. */
async function rest({ installation }: Desk): Promise<void> {
  const deadline = Date.now() + REST_MS
  for (;;) {
    const { count } = await installation.store.db
      .selectFrom('write_request')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where((eb) =>
        eb.or([
          eb('state', 'in', ['PENDING', 'RETURNED', 'STALE', 'APPROVED', 'EXECUTING']),
          eb.and([eb('state', '=', 'UNKNOWN_OUTCOME'), eb('reconcile_at', 'is not', null)]),
        ]),
      )
      .executeTakeFirstOrThrow()
    if (count === 0 || Date.now() > deadline) return
    await sleep(250)
  }
}

async function caughtUp(
  evidence: Parameters<typeof visibleTo>[0],
  followers: readonly Following[],
): Promise<void> {
  const deadline = Date.now() + 15_000
  const behind = () =>
    followers.some(
      (following) =>
        following.revokedAt === undefined &&
        (following.subscriber.heard.at(-1)?.seq ?? 0) < (visibleTo(evidence, following).at(-1)?.seq ?? 0),
    )
  while (behind() && Date.now() < deadline) await sleep(100)
}
