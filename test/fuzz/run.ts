import fc from 'fast-check'
import { parse, print } from 'graphql'
import { checkDueMappings } from '../../gateway/admin/mapping-check.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor, VendorSource } from '../../schema/source.ts'
import { sources } from '../../subgraphs/index.ts'
import { setups, startContract, vendors } from '../contract/vendors.ts'
import type { Answer } from '../gateway.ts'
import { told } from './answers.ts'
import { Choices, numbers } from './choices.ts'
import type { Keys } from './honest.ts'
import { endpointsOf, judged } from './judge.ts'
import { operation, type Pool } from './operations.ts'
import { policy } from './policies.ts'
import { type RawAttempt, rawAttempt } from './raw.ts'
import { type Records, recordsOf } from './records.ts'
import { watchRequests } from './requests.ts'

/** Every code that an answer may have: docs/safety.md (l), and the one of the GraphQL standard's own parser. */
const CODES = new Set(
  `UNAUTHENTICATED CONNECTION_FORBIDDEN GROUP_DISABLED GROUP_READ_ONLY ACTION_DISABLED FORBIDDEN_OPERATION
  FIELD_NOT_ALLOWED VALUE_NOT_ALLOWED NOT_CONFIGURED NOT_SUPPORTED PARTIAL ROLE_REQUIRED RECORD_OUT_OF_SCOPE
  NOT_FOUND NOT_CATALOGUED BAD_USER_INPUT GRAPHQL_VALIDATION_FAILED LIMIT_EXCEEDED RATE_LIMITED BACKPRESSURE
  IDEMPOTENCY_KEY_REUSED IDEMPOTENCY_IN_PROGRESS NO_CHANGE APPROVAL_NOT_PENDING PLAN_CHANGED SELF_APPROVAL_FORBIDDEN
  APPROVER_ROLE_REQUIRED REQUEST_STALE REQUEST_RETURNED REQUEST_EXPIRED REQUEST_REJECTED REQUEST_CANCELLED
  VENDOR_REJECTED VENDOR_UNAVAILABLE NOT_APPLIED OUTCOME_UNKNOWN PARTIALLY_APPLIED AUDIT_UNAVAILABLE
  STORE_UNAVAILABLE CURSOR_EXPIRED SLOW_CONSUMER`.split(/\s+/),
)

const READ = `query ($connection: String!, $method: HttpMethod!, $path: String!, $query: [QueryParameterInput!], $body: String) {
  psaRequest(connection: $connection, method: $method, path: $path, query: $query, body: $body) { status body removed { group } } }`
const WRITE = `mutation ($input: PsaRequestInput!, $dryRun: Boolean!) {
  psaRequest(input: $input, dryRun: $dryRun) { __typename ... on RawWritten { answer { status body } } } }`
const IDS = `query ($connection: String!) {
  tickets(first: 12, connections: [$connection]) { nodes { id company { id } contact { id } assignee { id } board { id }
    notes(first: 2) { nodes { id } } timeEntries(first: 2) { nodes { id } } } } }`

const POLICIES = 28
/** An operation that takes longer hangs. */
const HANGS_AFTER_MS = 60_000
/** Seconds until what could not be read back, or is unclear, is looked for again: in no run. */
const NEVER = 10 ** 6
/** Put behind every name and text of a PSA, so that an answer shows whose it is. */
const MARKS: Readonly<Record<Vendor, string>> = {
  connectwise: ' Qcw',
  autotask: ' Qat',
  halo: ' Qha',
  servicenow: ' Qsn',
}

type Counts = Record<string, number>

export interface FuzzReport {
  readonly seed: number
  /** By what was asked: operations, reads and writes, by hand and by the schema. */
  readonly requests: Counts
  /** By profile and what came of it. */
  readonly profiles: Counts
  readonly verdicts: Counts
  /** By vendor: requests that reached it, and what came of those that name it. */
  readonly vendors: Counts
  readonly seconds: number
  /** What has to occur and did not: then the rest says little. */
  readonly missing: readonly string[]
  /** Null: nothing was found. */
  readonly failure: string | null
}

interface Actor {
  /** Another one once an operation has replaced it. */
  token: string
  readonly policies: ReadonlyMap<string, ConnectionPolicy>
  readonly names: ReadonlyMap<string, string>
}

interface Attempt {
  readonly actor: Actor
  readonly kind: 'read' | 'write' | 'raw read' | 'raw write'
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly dryRun: boolean
}

type Outcome = 'answered' | 'sent' | 'pending' | 'planned' | 'denied' | 'refused'

/** From this many on, what has to occur is missed. */
const EXPECTED_FROM = 1_000
/** From this many on, what is seldom has to occur with each vendor. */
const SELDOM_OF_EACH_FROM = 20_000

/** Budgets are not what is tried here, and would make it a matter of days. */
function unlimited(): ReadonlyMap<Vendor, VendorSource> {
  return new Map(
    [...sources].map(([vendor, source]) => {
      const { throttleOf } = source.limits
      return [vendor, { ...source, limits: { concurrency: { most: 100, why: 'A simulator.' }, throttleOf } }]
    }),
  )
}

/** Generated requests and operations under generated policies; every vendor request that they cause is judged. */
export async function fuzz({
  runs,
  seed,
}: {
  readonly runs: number
  readonly seed: number
}): Promise<FuzzReport> {
  const t = await startContract(
    vendors.map((vendor) => ({ vendor, slug: setups[vendor].slug, mark: MARKS[vendor] })),
    { mappingCheck: NEVER, lease: NEVER, sendWithin: NEVER, poll: 60 },
    { sources: unlimited(), undescribed: true, threshold: 10 ** 9 },
  )
  // The gateway's own look at its mappings is no agent's: once now, and not in the middle of a long run.
  await checkDueMappings(t.gateway.services)
  const vendorRequests = watchRequests()
  try {
    const count = { requests: {}, profiles: {}, verdicts: {}, vendors: {} } as Record<
      'requests' | 'profiles' | 'verdicts' | 'vendors',
      Counts
    >
    const add = (of: keyof typeof count, what: string, more = 1) => {
      count[of][what] = (count[of][what] ?? 0) + more
    }
    const records = new Map<string, Records>(
      t.desks.map(({ vendor, slug, simulator }) => [slug, recordsOf(vendor, simulator.dataset)]),
    )
    const ids = await pooled()
    const pool: Pool = { ids, connections: t.desks.map(({ slug }) => slug), cursors: [] }
    const actors: Actor[] = []
    for (const [at, given] of fc.sample(numbers, { seed, numRuns: POLICIES }).entries())
      actors.push(await actorOf(new Choices(spread(given)), at))
    const { apiSchema } = t.gateway.supergraph
    const started = performance.now()
    const result = await fc.check(
      fc.asyncProperty(numbers, async (given) => {
        const attempt = attemptOf(new Choices(given))
        const problem = await tried(attempt)
        if (problem !== null) throw new Error(`${problem}\n\n${inWords(attempt)}`)
      }),
      { seed, numRuns: runs, endOnFailure: false, maxSkipsPerRun: 0 },
    )
    return {
      seed,
      requests: sorted(count.requests),
      profiles: sorted(count.profiles),
      verdicts: sorted(count.verdicts),
      vendors: sorted(count.vendors),
      seconds: Math.round((performance.now() - started) / 1000),
      missing: runs < EXPECTED_FROM || result.failed ? [] : missing(),
      failure: result.failed ? String(result.errorInstance ?? 'interrupted') : null,
    }

    /** In a short run what is seldom need not occur with each vendor, or it would fail for its luck. */
    function missing(): readonly string[] {
      const seen = (vendor: Vendor, what: string) => count.vendors[`${vendor}: ${what}`] !== undefined
      const often = ['read answered', 'raw read answered', 'raw write sent', 'raw write denied']
      const seldom = ['write sent', 'write planned', 'write denied', 'raw write pending', 'raw write planned']
      const ofEach = runs < SELDOM_OF_EACH_FROM ? often : [...often, ...seldom]
      return [
        ...vendors.flatMap((vendor) =>
          ofEach.filter((what) => !seen(vendor, what)).map((what) => `${vendor}: ${what}`),
        ),
        ...seldom.filter((what) => !vendors.some((vendor) => seen(vendor, what))),
      ]
    }

    async function pooled(): Promise<Pool['ids']> {
      const reader = await t.agent('FULL_AUTOMATION')
      const found: Record<string, Readonly<Record<string, readonly string[]>>> = {}
      for (const { slug } of t.desks) {
        const { data } = await t.ask(reader, IDS, { connection: slug })
        const own = new Set([...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id ?? ''))
        found[slug] = Object.fromEntries(Map.groupBy(own, (id) => id.split(':')[1] ?? ''))
      }
      return found
    }

    async function actorOf(choose: Choices, at: number): Promise<Actor> {
      const policies = new Map<string, ConnectionPolicy>()
      const names = new Map<string, string>()
      // Some do not have every connection.
      const desks = choose.chance(85) ? t.desks : [choose.of(t.desks)]
      for (const { slug, vendor, source } of desks) {
        const groups = [...new Set([...source.groups, 'Client-Facing Notes'])]
        const made = policy(choose, at, vendor, groups, records.get(slug) as Records)
        policies.set(slug, made.policy)
        names.set(slug, made.name)
      }
      return { token: await tokenUnder(policies), policies, names }
    }

    function tokenUnder(policies: Actor['policies']): Promise<string> {
      const given = [...policies.values()]
      let next = 0
      // One policy a connection, in the order of the desks.
      return t.agent('READ_ONLY', () => given[next++] as ConnectionPolicy, undefined, [...policies.keys()])
    }

    function attemptOf(choose: Choices): Attempt {
      const actor = choose.of(actors)
      if (choose.chance(50)) {
        const { query, dryRun, isWrite } = operation(choose, apiSchema, pool)
        return { actor, kind: isWrite ? 'write' : 'read', query, variables: {}, dryRun }
      }
      const { vendor, slug } = choose.of(t.desks)
      const own = ids[slug] ?? {}
      const vendorKey = (id: string) => id.split(':')[2]?.split('.').at(-1) ?? ''
      const key: Keys = (type) => vendorKey(choose.of(own[type] ?? Object.values(own).flat()))
      const keys = Object.values(own)
        .flat()
        .map((id) => id.split(':')[2] ?? '')
      return {
        actor,
        ...asked(rawAttempt(choose, { vendor, connection: slug, endpoints: endpointsOf(vendor), keys, key })),
      }
    }

    /** What is written is read back after the answer, under the policy of who asked. */
    async function writesAtRest(): Promise<void> {
      const deadline = performance.now() + HANGS_AFTER_MS
      for (;;) {
        const { open } = await t.gateway.services.store.db
          .selectFrom('write_request')
          .select((eb) => eb.fn.countAll<string>().as('open'))
          .where((eb) =>
            eb.or([
              eb('state', 'in', ['APPROVED', 'EXECUTING']),
              eb.and([eb('state', '=', 'EXECUTED'), eb('reconcile_at', 'is not', null)]),
            ]),
          )
          .executeTakeFirstOrThrow()
        const given = t.logged.filter((line) => line.includes('could not be read back')).length
        if (Number(open) <= given) return
        if (performance.now() > deadline) {
          const rows = await t.gateway.services.store.db
            .selectFrom('write_request')
            .select(['id', 'write', 'connection', 'state', 'error', 'reconcile_at', 'lease_until'])
            .where('state', 'in', ['APPROVED', 'EXECUTING', 'EXECUTED'])
            .orderBy('created_at', 'desc')
            .limit(3)
            .execute()
          throw new Error(
            `${Number(open) - given} writes never come to rest: ${JSON.stringify(rows)} ${t.logged.slice(-3).join(' / ')}`,
          )
        }
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }

    /** What is wrong with what it did; null when nothing is. */
    async function tried({ actor, kind, query, variables, dryRun }: Attempt): Promise<string | null> {
      for (const { simulator } of t.desks) simulator.clearJournal()
      add('requests', kind)
      const answer = await within(t.ask(actor.token, query, variables))
      if (query.includes('rotateAgentToken')) actor.token = await tokenUnder(actor.policies)
      if (answer === null) return 'It hangs'
      const codes = answer.errors.map(({ extensions }) => String(extensions.code))
      for (const code of codes.length === 0 ? ['ANSWERED'] : new Set(codes)) add('verdicts', code)
      const unknown = codes.find((code) => !CODES.has(code))
      if (unknown !== undefined)
        return `It answers ${unknown}: ${JSON.stringify(answer.errors)}\n${t.logged.at(-1)}`
      const text = JSON.stringify(answer.data)
      for (const [, cursor] of text.matchAll(/"(?:end|start)Cursor":"([^"]+)"/g))
        if (pool.cursors.length < 50 && cursor !== undefined) pool.cursors.push(cursor)
      if (/Written"|WriteInProgress"/.test(text)) await writesAtRest()
      await vendorRequests.atRest()
      const outcome = outcomeOf(answer, text)
      const asks = query + JSON.stringify(variables)
      for (const { vendor, slug, simulator } of t.desks) {
        const own = records.get(slug) as Records
        const policy = actor.policies.get(slug)
        const shown = told([answer.data, answer.errors], policy, own)
        if (shown !== null) return `The answer shows ${shown}: ${text.slice(0, 4_000)}`
        const journal = simulator.journal().filter(({ path }) => !path.startsWith('/__'))
        add('vendors', `${vendor}: requests`, journal.length)
        let sent = 0
        for (const entry of journal) {
          const judgedAs = (raw: boolean) =>
            judged(entry, {
              vendor,
              policy,
              dryRun,
              inQuery: kind === 'read' || kind === 'raw read',
              raw,
              records: own,
            })
          const isRaw = kind === 'raw read' || kind === 'raw write'
          const asked = judgedAs(isRaw)
          // Beside what it asks for in the schema's own terms, a typed operation may read records raw.
          const readsRaw = !isRaw && asked.outside !== null && query.includes('vendorRecord')
          const { isWrite, outside, reached } = readsRaw ? judgedAs(true) : asked
          if (outside !== null) return `Outside of the policy: ${outside}`
          if (isWrite) {
            sent += 1
            for (const one of reached) own.moved(one)
          }
        }
        if (!asks.includes(slug)) continue
        add('profiles', `${actor.names.get(slug) ?? 'no connection'}: ${outcome}`)
        // An answer counts for the vendor that it was asked of.
        const came = outcome === 'answered' && journal.length === 0 ? 'answered without it' : outcome
        if (came !== 'sent' || sent > 0) add('vendors', `${vendor}: ${kind} ${came}`)
      }
      return null
    }
  } finally {
    vendorRequests.close()
    await t.close()
  }
}

function outcomeOf({ errors }: Answer, text: string): Outcome {
  if (/"(\w*Written|WriteInProgress)"/.test(text)) return 'sent'
  if (text.includes('"ApprovalPending"')) return 'pending'
  if (text.includes('"DryRunPlan"')) return 'planned'
  if (errors.length === 0) return 'answered'
  const codes = errors.map(({ extensions }) => String(extensions.code))
  return codes.some((code) => DENIALS.has(code)) ? 'denied' : 'refused'
}

const DENIALS = new Set(
  `CONNECTION_FORBIDDEN GROUP_DISABLED GROUP_READ_ONLY ACTION_DISABLED FORBIDDEN_OPERATION FIELD_NOT_ALLOWED
  VALUE_NOT_ALLOWED RECORD_OUT_OF_SCOPE NOT_CATALOGUED`.split(/\s+/),
)

/** The counterexample as a person reads it. */
function inWords({ actor, kind, query, variables, dryRun }: Attempt): string {
  const asks = query + JSON.stringify(variables)
  const named = [...actor.policies].filter(([slug]) => asks.includes(slug))
  const policies = (named.length > 0 ? named : [...actor.policies]).map(([slug, { groups, ...rest }]) => {
    const levels = Object.entries(groups).filter(([, { level }]) => level !== 'DISABLED')
    const lines = levels.map(([name, { level, ...more }]) => `    ${name}: ${level} ${JSON.stringify(more)}`)
    return `  ${slug} (${actor.names.get(slug)}) ${JSON.stringify(rest)}\n${lines.join('\n')}`
  })
  const variablesIn =
    Object.keys(variables).length === 0 ? '' : `\nwith ${JSON.stringify(variables, null, 2)}`
  return `${kind}${dryRun ? ' (dry run)' : ''}:\n${pretty(query)}${variablesIn}\nunder the policy\n${policies.join('\n')}`
}

function pretty(query: string): string {
  try {
    return print(parse(query))
  } catch {
    return query
  }
}

const sorted = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).toSorted(([one], [other]) => (one < other ? -1 : 1)))

function asked({
  inMutation,
  dryRun,
  connection,
  method,
  path,
  query,
  body,
}: RawAttempt): Omit<Attempt, 'actor'> {
  const call = { connection, method, path, query, body }
  return inMutation
    ? { kind: 'raw write', query: WRITE, variables: { input: call, dryRun }, dryRun }
    : { kind: 'raw read', query: READ, variables: call, dryRun: false }
}

/** Enough choices for the policies of four vendors out of one short list. */
function spread(given: readonly number[]): readonly number[] {
  return Array.from({ length: 2_000 }, (_, at) => {
    const number = (given[at % given.length] ?? 0) + at * 7_919
    return (Math.imul(number ^ (number >>> 7), 0x9e37_79b1) >>> 8) & 0xff_ffff
  })
}

async function within(answer: Promise<Answer>): Promise<Answer | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), HANGS_AFTER_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
