/**
 * I1 to I10 of docs/safety.md (m), told from the PSAs' journals, the store and the audit export. It knows the rules from
 * that document and asks no code of the gateway what is right.
 */
import { readFileSync } from 'node:fs'
import type { ExportedEvent } from '../../gateway/audit/verify.ts'
import { ERROR_CODES } from '../../schema/errors.ts'
import type { Desk, Noted } from './desk.ts'
import { auditCommand, type Evidence, type Received } from './evidence.ts'
import type { Subscriber } from './subscribers.ts'

/** Whatever a revoked principal started may take effect this much later, and no more. */
const REVOCATION_MS = 2_000

interface Write {
  readonly received: Received
  readonly noted: Noted
  readonly name: string
  /** Of the same bytes to the same place. */
  readonly intents: readonly ExportedEvent[]
}

const body = (event: ExportedEvent) => event.body as Readonly<Record<string, unknown>>
const of = (event: ExportedEvent, name: string) => body(event)[name]

/** A planned path may have holes, which the id of an earlier step fills. */
function isPath(path: string, planned: string): boolean {
  const pattern = planned.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{step\d+\.id\}/g, '[^/]+')
  return new RegExp(`${pattern}$`).test(path)
}

/** Every request that was no read, with what belongs to it; one that nobody asked for is a problem of its own. */
function writesOf(
  desk: Pick<Desk, 'noted'>,
  { received, events }: Evidence,
  problems: string[],
): readonly Write[] {
  const intents = events.filter(({ type }) => type === 'WRITE_INTENT')
  return received.flatMap((entry) => {
    const own = intents.filter(
      (event) =>
        of(event, 'sentHash') === entry.bodyHash &&
        of(event, 'method') === entry.method &&
        isPath(entry.path, String(of(event, 'pathTemplate'))) &&
        event.connection === entry.connection,
    )
    const here = desk.noted.filter(({ slug }) => slug === entry.connection)
    const marked = here.find(({ shows }) => shows.present.some((mark) => entry.text.includes(mark)))
    // A deletion says no more than which record: whoever has an intent of these bytes, or else the last to name it.
    const words = new Set(`${entry.path} ${entry.query} ${entry.text}`.match(/[0-9A-Za-z]+/g))
    const named = ({ keys }: Noted) =>
      new Set(keys.filter((key) => words.has(key.split('.').at(-1) as string))).size
    const most = Math.max(1, ...here.map(named))
    const naming = here.filter((one) => named(one) === most)
    const intending = naming.find(({ request }) => own.some((event) => event.request_id === request?.id))
    const noted = marked ?? intending ?? naming.at(-1)
    if (noted === undefined) {
      problems.push(`I1: the PSA got a write that nobody asked for: ${entry.method} ${entry.path}`)
      return []
    }
    const theirs = own.filter((event) => noted.request === null || event.request_id === noted.request.id)
    const name = `write ${noted.number} (${noted.kind} on ${noted.slug}, ${noted.scenario})`
    return [{ received: entry, noted, name, intents: theirs }]
  })
}

function i1(
  desk: Pick<Desk, 'noted' | 'agents'>,
  { events, approvals, requests }: Evidence,
  writes: readonly Write[],
): string[] {
  return writes.flatMap(({ received, noted, name, intents }) => {
    if (noted.neverReaches !== undefined)
      return [`I1: ${name} reached the PSA, although: ${noted.neverReaches}`]
    const before = intents.filter(({ at }) => at.getTime() <= received.at)
    const intent = before.at(-1)
    if (intent === undefined) return [`I1: ${name} reached the PSA without an intent before it`]
    const { id, seq } = { id: intent.request_id, seq: intent.seq }
    if (noted.request !== null && noted.request.id !== id) return [`I1: ${name} went out as ${id}`]
    const request = requests.get(id as string)
    if (request === undefined) return [`I1: ${name} has no request`]
    const earlier = events.filter((event) => event.request_id === id && event.seq < seq)
    const planned = earlier.findLast(({ type }) => type === 'REQUEST_CREATED' || type === 'REQUEST_EDITED')
    const verdict = (of(planned as ExportedEvent, 'decision') as { verdict?: string } | undefined)?.verdict
    if (verdict !== 'ALLOW' && verdict !== 'HOLD') return [`I1: ${name} was decided ${verdict}`]
    const hash = of(planned as ExportedEvent, 'planHash')
    const signatures = earlier.filter(
      (event) =>
        (event.type === 'REQUEST_APPROVED' || event.type === 'REQUEST_SIGNED') &&
        of(event, 'planHash') === hash,
    )
    const people = new Set(signatures.map((event) => (of(event, 'actor') as { id: string }).id))
    const stored = approvals.filter(
      (one) => one.request_id === id && one.plan_hash === hash && people.has(one.person_id),
    )
    const asked = desk.agents.signed.some((agent) => agent.id === noted.agent) ? 1 : 0
    const needed = Math.max(verdict === 'HOLD' ? 1 : 0, asked, request.approvers_needed)
    return people.size < needed || stored.length < needed
      ? [`I1: ${name} has ${people.size} signatures of ${needed}`]
      : []
  })
}

function i2(writes: readonly Write[]): string[] {
  const byStep = Map.groupBy(
    writes,
    ({ name, received: { method, path, query, bodyHash } }) =>
      `${name}: ${method} ${path}?${query} ${bodyHash.slice(0, 8)}`,
  )
  return [...byStep].flatMap(([name, all]) => {
    const again = all.toSorted((a, b) => a.received.at - b.received.at).slice(0, -1)
    const unexcused = again.filter(({ received }) => received.status !== 429)
    return unexcused.length === 0 ? [] : [`I2: ${name} reached the PSA ${all.length} times`]
  })
}

/** docs/safety.md (b), the table of transitions. */
const TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['PENDING', 'APPROVED', 'REJECTED', 'RETURNED', 'STALE', 'CANCELLED', 'EXPIRED'],
  STALE: ['PENDING', 'EXPIRED'],
  RETURNED: ['PENDING', 'EXPIRED'],
  APPROVED: ['EXECUTING', 'CANCELLED', 'EXPIRED'],
  EXECUTING: ['APPROVED', 'STALE', 'CANCELLED', 'EXECUTED', 'FAILED', 'UNKNOWN_OUTCOME'],
  UNKNOWN_OUTCOME: ['EXECUTED', 'FAILED'],
}
const TERMINAL = new Set(['EXECUTED', 'FAILED', 'REJECTED', 'EXPIRED', 'CANCELLED'])

function i4({ events, requests }: Evidence): string[] {
  const problems: string[] = []
  const states = new Map<string, string>()
  for (const event of events) {
    const { request_id: id } = event
    const state = of(event, 'state') as string | undefined
    if (id === null || state === undefined) continue
    const before = states.get(id)
    states.set(id, state)
    if (before === undefined) {
      if (state !== 'PENDING' && state !== 'APPROVED') problems.push(`I4: ${id} began ${state}`)
    } else if (before !== state && !TRANSITIONS[before]?.includes(state)) {
      problems.push(`I4: ${id} went from ${before} to ${state} at event ${event.seq}`)
    }
  }
  for (const { id, state, reconcile_at } of requests.values()) {
    if (states.get(id) !== state)
      problems.push(`I4: ${id} is ${state}, and its last event says ${states.get(id)}`)
    const atRest = TERMINAL.has(state) || (state === 'UNKNOWN_OUTCOME' && reconcile_at === null)
    if (!atRest) problems.push(`I4: ${id} never came to an end: ${state}`)
  }
  return problems
}

function i5(desk: Pick<Desk, 'noted'>, { requests, holding, left, linked }: Evidence): string[] {
  return desk.noted.flatMap((noted) => {
    const { present, gone } = noted.shows
    const name = `write ${noted.number} (${noted.kind} on ${noted.slug}, ${noted.scenario})`
    const row = noted.request === null ? undefined : requests.get(noted.request.id)
    // The agent never learnt of a request; the store may have one all the same.
    if (row === undefined || noted.superseded === true) return []
    const all = [
      ...present.map((mark) => (holding[mark] ?? 0) > 0),
      ...gone.map((mark) => (holding[mark] ?? 0) === 0),
      ...noted.shows.linked.map((mark) => linked.has(mark)),
    ]
    const applied = all.filter(Boolean).length
    const told = `${applied} of the ${all.length} things that show it`
    const problems: string[] = []
    const still = gone.flatMap((mark) => left.get(mark) ?? []).map((text) => text.slice(0, 200))
    if (row.state === 'EXECUTED' && applied < all.length)
      problems.push(`I5: ${name} shows EXECUTED, and the PSA holds ${told} ${still.join(' | ')}`)
    if (row.state === 'FAILED' && !row.partial && applied > 0)
      problems.push(`I5: ${name} shows FAILED (${row.error?.code}), and the PSA holds ${told}`)
    if (!['EXECUTED', 'FAILED', 'UNKNOWN_OUTCOME'].includes(row.state) && applied > 0)
      problems.push(`I5: ${name} shows ${row.state}, and the PSA holds ${told}`)
    const readBack = row.result !== null && 'after' in row.result
    if (noted.changedBeside === true && row.state === 'EXECUTED' && readBack && !row.concurrent_change)
      problems.push(`I5: ${name}: the record was changed beside it, and it does not say so`)
    return problems
  })
}

export function verify({ keyFile, checkpointsFile }: Evidence, trail: string) {
  return auditCommand(['verify', trail, '--key', keyFile, '--checkpoints', checkpointsFile])
}

/** Outcomes that only an answer of the PSA can have led to. */
const ANSWERED = new Set(['DONE', 'VENDOR_REJECTED', 'THROTTLED'])

async function chain(evidence: Evidence): Promise<string[]> {
  const { out, code } = await verify(evidence, evidence.trailFile)
  return code === 0 ? [] : [`I6: the trail does not verify: ${out.trim()}`]
}

function i6({ events }: Evidence, writes: readonly Write[]): string[] {
  const problems: string[] = []
  // Each answered intent has its request in the journal, and each request in the journal an intent of its own.
  const journal = Map.groupBy(
    writes,
    ({ intents }) => `${intents[0]?.request_id}/${of(intents[0] as ExportedEvent, 'step')}`,
  )
  const trail = Map.groupBy(
    events.filter(({ type }) => type === 'WRITE_INTENT' || type === 'WRITE_OUTCOME'),
    (event) => `${event.request_id}/${of(event, 'step')}`,
  )
  for (const [name, all] of trail) {
    const intents = all.filter(({ type }) => type === 'WRITE_INTENT')
    const answered = all.filter(
      ({ type, body: { outcome } }) => type === 'WRITE_OUTCOME' && ANSWERED.has(String(outcome)),
    )
    const sent = journal.get(name) ?? []
    if (sent.length > intents.length)
      problems.push(`I6: ${name} was received ${sent.length} times on ${intents.length} intents`)
    if (answered.length > sent.length)
      problems.push(`I6: ${name} is said to be answered, and was not received`)
    for (const outcome of answered) {
      const status = of(outcome, 'status')
      if (!sent.some(({ received }) => received.status === status))
        problems.push(
          `I6: ${name} is said to be answered with ${status}; the PSA answered ${sent.map(({ received }) => received.status)}`,
        )
    }
  }
  return problems
}

async function i7(desk: Desk, { trailFile }: Evidence): Promise<string[]> {
  const { files, secrets, admin } = desk.installation
  const texts = [...files.logs, files.answers, trailFile, ...Object.values(files.journals)].map(
    (file) => [file.split('/').at(-1) as string, readFileSync(file, 'utf8')] as const,
  )
  const { rows: tables } = await admin.query<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  )
  const stored: (readonly [string, string])[] = []
  for (const { name } of tables) {
    const { rows } = await admin.query<{ text: string | null }>(
      `select string_agg(t::text, E'\\n') as text from "${name}" t`,
    )
    stored.push([`table ${name}`, rows[0]?.text ?? ''])
  }
  return leaks([...texts, ...stored], secrets)
}

export function leaks(
  texts: readonly (readonly [where: string, text: string])[],
  secrets: readonly string[],
) {
  return texts.flatMap(([where, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [`I7: a secret stands in ${where}`] : [],
  )
}

/** Events of the trail that subscribers are told of: docs/safety.md (d) and (j). */
const TOLD = /^(REQUEST_|EXECUTION_STARTED$|WRITE_OUTCOME$|RECONCILED$|RESOLVED_BY_PERSON$)/

export interface Following {
  readonly subscriber: Subscriber
  sees(event: ExportedEvent): boolean
  /** Set for one whose token may be revoked, and when it was. */
  readonly agent?: string
  revokedAt?: number | undefined
}

export function visibleTo(
  { events }: Pick<Evidence, 'events'>,
  { sees }: Following,
): readonly ExportedEvent[] {
  return events.filter((event) => event.request_id !== null && TOLD.test(event.type) && sees(event))
}

function i8(evidence: Evidence, followers: readonly Following[]): string[] {
  return followers.flatMap((following) => {
    const { subscriber, revokedAt } = following
    const { name, heard } = subscriber
    const seqs = heard.map(({ seq }) => seq)
    const problems: string[] = []
    if (seqs.some((seq, index) => index > 0 && seq <= (seqs[index - 1] as number)))
      problems.push(`I8: ${name} heard events out of order`)
    const expected = visibleTo(evidence, following)
    const allowed = new Set(expected.map(({ seq }) => seq))
    const foreign = seqs.filter((seq) => !allowed.has(seq))
    if (foreign.length > 0) problems.push(`I8: ${name} heard of ${foreign.slice(0, 5)}, which it may not see`)
    const known = new Set(seqs)
    const until = revokedAt ?? Number.POSITIVE_INFINITY
    const missed = expected.filter(({ seq, at }) => !known.has(seq) && at.getTime() < until)
    if (revokedAt === undefined && missed.length > 0)
      problems.push(
        `I8: ${name} missed ${missed.length} of ${expected.length}, the first is ${missed[0]?.seq}`,
      )
    // Who heard nothing before proves nothing afterwards.
    if (revokedAt !== undefined && heard.length === 0) problems.push(`I8: ${name} never heard of anything`)
    const late = heard.filter(({ arrived }) => arrived > until + REVOCATION_MS)
    if (late.length > 0) problems.push(`I8: ${name} heard of ${late[0]?.seq} after its token was revoked`)
    return problems
  })
}

function i9(codes: ReadonlyMap<string, number>): string[] {
  const known = new Set<string>(ERROR_CODES)
  return [...codes.keys()].flatMap((code) =>
    !known.has(code)
      ? [`I9: an error has the code ${code}`]
      : code === 'INTERNAL'
        ? [`I9: ${codes.get(code)} errors are INTERNAL, which is a bug by definition`]
        : [],
  )
}

function i10(desk: Pick<Desk, 'revoked'>, writes: readonly Write[]): string[] {
  return desk.revoked.flatMap(({ agent, at }) =>
    writes
      .filter(({ noted, received }) => noted.agent === agent && received.at > at + REVOCATION_MS)
      .map(
        ({ name, received }) =>
          `I10: ${name} reached the PSA ${received.at - at} ms after its agent was revoked`,
      ),
  )
}

/** All that needs nothing but what was gathered. */
export function judge(
  desk: Pick<Desk, 'noted' | 'agents' | 'revoked'>,
  evidence: Evidence,
  followers: readonly Following[],
  codes: ReadonlyMap<string, number>,
): readonly string[] {
  const problems: string[] = []
  const writes = writesOf(desk, evidence, problems)
  return [
    ...problems,
    ...i1(desk, evidence, writes),
    ...i2(writes),
    // I3: what only tests or dry runs stands under `neverReaches`, and so under I1.
    ...i4(evidence),
    ...i5(desk, evidence),
    ...i6(
      evidence,
      writes.filter(({ intents }) => intents.length > 0),
    ),
    ...i8(evidence, followers),
    ...i9(codes),
    ...i10(desk, writes),
  ]
}

export async function check(
  desk: Desk,
  evidence: Evidence,
  followers: readonly Following[],
  codes: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  return [
    ...desk.problems,
    ...judge(desk, evidence, followers, codes),
    ...(await chain(evidence)),
    ...(await i7(desk, evidence)),
  ]
}
