import fc from 'fast-check'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor, VendorSource } from '../../schema/source.ts'
import { sources } from '../../subgraphs/index.ts'
import { startContract, vendors } from '../contract/vendors.ts'
import type { Answer } from '../gateway.ts'
import { Choices, numbers } from './choices.ts'
import { endpointsOf, outside } from './judge.ts'
import { operation, type Pool } from './operations.ts'
import { policy } from './policies.ts'
import { type RawAttempt, rawAttempt } from './raw.ts'

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
  psaRequest(connection: $connection, method: $method, path: $path, query: $query, body: $body) { status removed { group } } }`
const WRITE = `mutation ($input: PsaRequestInput!, $dryRun: Boolean!) {
  psaRequest(input: $input, dryRun: $dryRun) { __typename ... on RawWritten { status } } }`
const IDS = `query ($connection: String!) {
  tickets(first: 12, connections: [$connection]) { nodes { id company { id } contact { id } assignee { id } board { id }
    notes(first: 2) { nodes { id } } timeEntries(first: 2) { nodes { id } } } } }`

const POLICIES = 16
/** An operation that takes longer hangs. */
const HANGS_AFTER_MS = 60_000
/** What is written is read back after the answer. */
const READ_BACK_MS = 60

export interface FuzzReport {
  readonly seed: number
  readonly requests: Readonly<Record<string, number>>
  readonly verdicts: Readonly<Record<string, number>>
  readonly vendorRequests: Readonly<Record<string, number>>
  readonly seconds: number
  /** Null: nothing was found. */
  readonly failure: string | null
}

interface Actor {
  readonly token: string
  readonly policies: ReadonlyMap<string, ConnectionPolicy>
}

interface Attempt {
  readonly actor: Actor
  readonly kind: string
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly dryRun: boolean
}

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
    vendors,
    { mappingCheck: 10 ** 7, poll: 60 },
    { sources: unlimited(), undescribed: true, threshold: 10 ** 9 },
  )
  try {
    const count = { requests: {}, verdicts: {}, vendorRequests: {} } as Record<
      'requests' | 'verdicts' | 'vendorRequests',
      Record<string, number>
    >
    const add = (of: keyof typeof count, what: string, more = 1) => {
      count[of][what] = (count[of][what] ?? 0) + more
    }
    const ids = await pooled()
    const pool: Pool = { ids, connections: t.desks.map(({ slug }) => slug) }
    const raw = t.desks.filter(({ source }) => source.passthrough !== undefined)
    const actors = await Promise.all(
      fc.sample(numbers, { seed, numRuns: POLICIES }).map((given) => actorOf(new Choices(spread(given)))),
    )
    const { apiSchema } = t.gateway.supergraph
    const started = performance.now()
    const result = await fc.check(
      fc.asyncProperty(numbers, async (given) => {
        const attempt = attemptOf(new Choices(given))
        const problem = await tried(attempt)
        if (problem !== null)
          throw new Error(`${problem}\n${attempt.query}\n${JSON.stringify(attempt.variables)}`)
      }),
      { seed, numRuns: runs, endOnFailure: false, maxSkipsPerRun: 0 },
    )
    return {
      seed,
      ...count,
      seconds: Math.round((performance.now() - started) / 1000),
      failure: result.failed ? String(result.errorInstance ?? 'interrupted') : null,
    }

    async function pooled(): Promise<Pool['ids']> {
      const reader = await t.agent('FULL_AUTOMATION')
      const found = new Set<string>()
      for (const { slug } of t.desks) {
        const { data } = await t.ask(reader, IDS, { connection: slug })
        for (const [, id] of JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)) found.add(id ?? '')
      }
      return Object.fromEntries(Map.groupBy(found, (id) => id.split(':')[1] ?? ''))
    }

    async function actorOf(choose: Choices): Promise<Actor> {
      const policies = new Map<string, ConnectionPolicy>()
      for (const { slug, source } of t.desks)
        policies.set(slug, policy(choose, [...new Set([...source.groups, 'Client-Facing Notes'])]))
      const slugs = [...policies.values()]
      let at = 0
      // One policy a connection, in the order of the desks.
      const token = await t.agent('READ_ONLY', () => slugs[at++] as ConnectionPolicy)
      return { token, policies }
    }

    function attemptOf(choose: Choices): Attempt {
      const actor = choose.of(actors)
      if (raw.length === 0 || choose.chance(50)) {
        const { query, dryRun } = operation(choose, apiSchema, pool)
        return { actor, kind: 'operations', query, variables: {}, dryRun }
      }
      const { vendor, slug } = choose.of(raw)
      const keys = Object.values(ids)
        .flat()
        .filter((id) => id.startsWith(`${slug}:`))
        .map((id) => id.split(':')[2] ?? '')
      return {
        actor,
        ...asked(rawAttempt(choose, { vendor, connection: slug, endpoints: endpointsOf(vendor), keys })),
      }
    }

    /** What is wrong with what it did; null when nothing is. */
    async function tried({ actor, kind, query, variables, dryRun }: Attempt): Promise<string | null> {
      for (const { simulator } of t.desks) simulator.clearJournal()
      add('requests', kind)
      const answer = await within(t.ask(actor.token, query, variables))
      if (answer === null) return 'It hangs'
      const codes = answer.errors.map(({ extensions }) => String(extensions.code))
      for (const code of codes.length === 0 ? ['ANSWERED'] : new Set(codes)) add('verdicts', code)
      const unknown = codes.find((code) => !CODES.has(code))
      if (unknown !== undefined)
        return `It answers ${unknown}: ${JSON.stringify(answer.errors)}\n${t.logged.at(-1)}`
      if (/Written"/.test(JSON.stringify(answer.data)))
        await new Promise((resolve) => setTimeout(resolve, READ_BACK_MS))
      for (const { vendor, slug, simulator } of t.desks) {
        const journal = simulator.journal().filter(({ path }) => !path.startsWith('/__'))
        add('vendorRequests', vendor, journal.length)
        for (const entry of journal) {
          const why = outside(entry, { vendor, policy: actor.policies.get(slug) ?? { groups: {} }, dryRun })
          if (why !== null) return `Outside of the policy: ${why}`
        }
      }
      return null
    }
  } finally {
    await t.close()
  }
}

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
    ? { kind: 'raw writes', query: WRITE, variables: { input: call, dryRun }, dryRun }
    : { kind: 'raw reads', query: READ, variables: call, dryRun: false }
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
