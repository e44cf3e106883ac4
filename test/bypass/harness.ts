import { expect } from 'vitest'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor } from '../../schema/source.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import { type ContractGateway, startContract, type VendorDesk } from '../contract/vendors.ts'
import type { Answer } from '../gateway.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A raw request as an agent would send it. A body that is no text goes as its JSON. */
export interface Attempt {
  readonly method?: Method
  readonly path: string
  readonly query?: readonly (readonly [name: string, value: string])[]
  readonly body?: unknown
  /** Asked in the field that is for the other kind, or where the method alone does not say. */
  readonly field?: 'QUERY' | 'MUTATION'
  readonly dryRun?: boolean
  readonly idempotencyKey?: string
}

/**
 * What a request at the vendor touches, told by this folder's own table and by nothing of the product. `read` is
 * true for a request that changes nothing.
 */
export interface Judged {
  readonly group: string
  readonly read: boolean
}

/** One row of a vendor's table: the first whose method and path fit. */
export type Row = readonly [method: string, path: RegExp, group: string, read?: boolean]

export interface Bypass {
  readonly t: ContractGateway
  readonly desk: VendorDesk
  /** A token under a policy that opens these groups alone. */
  agent(groups: ConnectionPolicy['groups'], more?: Partial<ConnectionPolicy>): Promise<string>
  attempt(token: string, attempt: Attempt): Promise<Answer>
  /** Refused with one of these codes, and nothing outside of the policy reached the vendor. */
  expectRefused(token: string, attempt: Attempt, codes: readonly string[]): Promise<Answer>
  /** Answered, and nothing outside of the policy reached the vendor. */
  expectAnswered(token: string, attempt: Attempt): Promise<RawAnswer>
  /** Written, planned or pending, and nothing outside of the policy reached the vendor. */
  expectWritten(token: string, attempt: Attempt): Promise<Answer['data']>
  close(): Promise<void>
}

export interface RawAnswer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into a vendor's own shape
  readonly body: any
  readonly removed: readonly { readonly path: string; readonly group: string }[]
  readonly partial: string | null
  readonly cost: number
}

const READ = `query ($connection: String!, $method: HttpMethod!, $path: String!, $query: [QueryParameterInput!], $body: String) {
  psaRequest(connection: $connection, method: $method, path: $path, query: $query, body: $body) {
    status body removed { path group } partial cost } }`

const PLAN = `steps { method path query { name value } body group kind fields demands } changes { field before after unknown }
  warnings sideEffects closes clientMail { verdict }`

const WRITE = `mutation ($input: PsaRequestInput!, $dryRun: Boolean!) {
  psaRequest(input: $input, dryRun: $dryRun) { __typename
    ... on WriteOutcome { replayed request { id state planHash groups error { code } plan { ${PLAN} } } }
    ... on RawWritten { status key answer { status body removed { path group } } }
    ... on DryRunPlan { wouldRequireApproval testMode plan { ${PLAN} } } } }`

/** A whole gateway in front of one vendor's simulator, and a judge at its journal. */
export async function startBypass(vendor: Vendor, table: readonly Row[]): Promise<Bypass> {
  const t = await startContract([vendor])
  const { desk } = t
  const policies = new Map<string, ConnectionPolicy['groups']>()

  const judge = ({ method, path }: JournalEntry): Judged | undefined => {
    const row = table.find(([verb, pattern]) => (verb === '*' || verb === method) && pattern.test(path))
    return row === undefined ? undefined : { group: row[2], read: row[3] ?? method === 'GET' }
  }

  /** Requests that the policy does not cover; an endpoint that the table does not have counts as one. */
  const outside = (token: string): readonly string[] => {
    const groups = policies.get(token) ?? {}
    return desk.asked().flatMap((entry) => {
      const judged = judge(entry)
      const level = judged === undefined ? undefined : groups[judged.group]?.level
      const allowed =
        judged?.group === 'REFERENCE'
          ? judged.read
          : level === 'READ_WRITE' || (level === 'READ_ONLY' && judged?.read === true)
      return allowed ? [] : [`${entry.method} ${entry.path} (${judged?.group ?? 'unknown'})`]
    })
  }

  async function attempt(token: string, given: Attempt): Promise<Answer> {
    desk.simulator.clearJournal()
    const { method = 'GET', path, query = [], body, dryRun = false, idempotencyKey } = given
    const field = given.field ?? (method === 'GET' ? 'QUERY' : 'MUTATION')
    const call = {
      connection: desk.slug,
      method,
      path,
      query: query.map(([name, value]) => ({ name, value })),
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    }
    return field === 'QUERY'
      ? t.ask(token, READ, call)
      : t.ask(token, WRITE, {
          input: { ...call, ...(idempotencyKey !== undefined && { idempotencyKey }) },
          dryRun,
        })
  }

  return {
    t,
    desk,
    attempt,
    async agent(groups, more = {}) {
      const token = await t.agent('READ_ONLY', () => ({ groups, testMode: false, ...more }))
      policies.set(token, groups)
      return token
    },
    async expectRefused(token, given, codes) {
      const answer = await attempt(token, given)
      expect(outside(token), 'outside of the policy').toEqual([])
      expect(desk.sent(), 'writes at the vendor').toEqual([])
      expect(answer.data?.psaRequest ?? null, JSON.stringify(answer.data)).toBeNull()
      expect(codes, JSON.stringify(answer.errors)).toContain(answer.errors[0]?.extensions.code)
      return answer
    },
    async expectAnswered(token, given) {
      const answer = await attempt(token, given)
      expect(answer.errors).toEqual([])
      expect(outside(token), 'outside of the policy').toEqual([])
      expect(desk.sent(), 'writes at the vendor').toEqual([])
      const { body, ...rest } = answer.data.psaRequest
      return { ...rest, body: body === null ? null : JSON.parse(body) }
    },
    async expectWritten(token, given) {
      const answer = await attempt(token, given)
      expect(answer.errors).toEqual([])
      expect(outside(token), 'outside of the policy').toEqual([])
      return answer.data.psaRequest
    },
    close: () => t.close(),
  }
}

/** `$T` and its like stand for ids that only a running simulator has; a whole text that is one is the id itself. */
export function filledWith(ids: Readonly<Record<string, string | number>>): (attempt: Attempt) => Attempt {
  const fill = (text: string) =>
    text.replace(/"\$([A-Z]+)"|\$([A-Z]+)/g, (_all, whole?: string, part?: string) =>
      whole === undefined ? String(ids[part ?? ''] ?? '') : JSON.stringify(ids[whole] ?? ''),
    )
  return (attempt) => {
    const { body, query } = attempt
    return {
      ...attempt,
      path: fill(attempt.path),
      ...(query !== undefined && { query: query.map(([name, value]) => [name, fill(value)] as const) }),
      ...(body !== undefined && { body: fill(typeof body === 'string' ? body : JSON.stringify(body)) }),
    }
  }
}
