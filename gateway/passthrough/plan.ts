import { isDeepStrictEqual } from 'node:util'
import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { Passthrough, RawReading, RawRequest, RawSetting } from '../../schema/passthrough.ts'
import type {
  Baseline,
  FieldChange,
  PlanDraft,
  PlannedStep,
  PlanTarget,
  Reconcile,
  ScopeFacts,
} from '../../schema/plan.ts'
import type { TargetRef } from '../../schema/source.ts'
import { passthroughOf, readOf, recordAt } from './exchange.ts'
import { type KnownRecord, knownRecord, ticketFacts } from './known-records.ts'

/**
 * A raw write as a plan of one step. The bytes are made here, once, and everything that the plan demands is read
 * back from them.
 *
 * @throws GatewayError
 */
export async function planRaw(connection: OpenConnection, asked: RawRequest): Promise<PlanDraft> {
  const passthrough = passthroughOf(connection)
  const body = asked.body === undefined ? null : JSON.stringify(asked.body)
  const request: RawRequest = { ...asked, body: body === null ? undefined : JSON.parse(body) }
  const read = passthrough.read(request)
  const before = await beforeOf(connection, request, read)
  const reading = (await passthrough.complete?.(connection.session, request, read, before?.record)) ?? read
  expectChange(passthrough, reading, request, before)

  const records = await recordsOf(connection, reading)
  const own = records.find(({ ref }) => sameRef(ref, reading.target))
  const about = reading.target === null ? null : await ticketFacts(connection, reading.target)
  const reaches = reachOf(passthrough, reading, records, own, before)
  const companies = [...new Set(reaches.flatMap(({ company }) => company ?? []))]
  const becomes = reaches.at(-1)
  const step: PlannedStep = {
    method: writeMethod(request),
    path: request.path,
    query: passthrough.writeQuery?.(request) ?? request.query,
    headers: passthrough.headers(connection.session, body !== null),
    body,
    access: reading.access,
    alsoDemands: reading.alsoDemands,
    target: reading.target ?? (before === undefined ? null : before.target),
    creates: reading.creates,
    summary: summaryOf(request, reading),
    reconcile: reconcileOf(request, reading, before),
    // Each raw request stands alone.
    holes: [],
  }
  return {
    steps: [step],
    changes: changesOf(passthrough, reading, before),
    baseline: baselineOf(passthrough, reading, records, before),
    sideEffects: reading.sideEffects,
    warnings: warningsOf(request, reading, before),
    clientMail: reading.clientMail,
    facts: {
      company: becomes?.company ?? null,
      companies,
      board: becomes?.board ?? null,
      reaches,
      priorityRank: reading.priorityRank ?? about?.priorityRank ?? null,
      closes: reading.closes,
      reopens: reading.reopens,
      clientMail: reading.clientMail.verdict,
      billableHours: reading.billableHours,
      values: reading.values,
    },
    ticket: about?.ticket ?? null,
  }
}

interface Before {
  readonly target: PlanTarget
  readonly record: unknown
}

const CHANGES_ITS_PATH: ReadonlySet<string> = new Set(['PUT', 'PATCH', 'DELETE'])

/** The record that is written, where the vendor has a read of it. @throws GatewayError NOT_FOUND */
async function beforeOf(
  connection: OpenConnection,
  request: RawRequest,
  reading: RawReading,
): Promise<Before | undefined> {
  const address = addressOf(passthroughOf(connection), request, reading)
  const read = address === undefined ? undefined : await readOf(connection, address)
  if (address === undefined || read === undefined) return undefined
  const record = await recordAt(connection, read)
  if (record === undefined) throw new GatewayError('NOT_FOUND', 'No such record.', { argument: 'path' })
  return { target: { type: 'Raw', key: address }, record }
}

function addressOf(
  passthrough: Passthrough,
  request: RawRequest,
  { access }: RawReading,
): string | undefined {
  if (passthrough.addressOf !== undefined) return passthrough.addressOf(request)
  return CHANGES_ITS_PATH.has(request.endpoint.method) && access.kind !== 'CREATE' ? request.path : undefined
}

/** @throws GatewayError NO_CHANGE when every value is the record's own; what the body says in other words may be another */
function expectChange(
  passthrough: Passthrough,
  { access, settings }: RawReading,
  { endpoint }: RawRequest,
  before: Before | undefined,
): void {
  if (before === undefined || access.kind !== 'UPDATE' || endpoint.method === 'PUT') return
  const same = ({ member, value }: RawSetting) =>
    value !== undefined && isDeepStrictEqual(value, passthrough.memberValue(before.record, member))
  if (settings.length > 0 && settings.every(same))
    throw new GatewayError('NO_CHANGE', 'The record already is as asked.')
}

/** The target and every record that the request names, each once. @throws GatewayError NOT_FOUND for a target that is none */
async function recordsOf(
  connection: OpenConnection,
  { target, refersTo }: RawReading,
): Promise<readonly KnownRecord[]> {
  const refs = [...(target === null ? [] : [target]), ...refersTo]
  const once = refs.filter((ref, index) => refs.findIndex((other) => sameRef(other, ref)) === index)
  const found = await Promise.all(
    once.map((ref) => (sameRef(ref, target) ? knownRecord(connection, ref) : namedRecord(connection, ref))),
  )
  if (found.includes(undefined)) {
    throw new GatewayError('NOT_FOUND', 'A record that this writes or names is not there.', {})
  }
  return found.filter((one) => one !== undefined)
}

/** One that is only named: where the agent can't read it, it stays unknown, and a record scope refuses that. */
async function namedRecord(connection: OpenConnection, ref: TargetRef): Promise<KnownRecord | undefined> {
  try {
    return await knownRecord(connection, ref)
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'GROUP_DISABLED') throw error
    const scope: ScopeFacts = ref.type === 'Ticket' ? {} : { notApplicable: ['board'] }
    return { ref, scope, fields: {}, version: null }
  }
}

function sameRef(one: TargetRef, other: TargetRef | null): boolean {
  return one.type === other?.type && one.key === other.key
}

/** Every record as it is, and last the written one as it will be. Empty where nothing is known. */
function reachOf(
  passthrough: Passthrough,
  { becomes }: RawReading,
  records: readonly KnownRecord[],
  own: KnownRecord | undefined,
  before: Before | undefined,
): readonly ScopeFacts[] {
  const named = records.filter((record) => record !== own).map(({ scope }) => scope)
  const now = own?.scope ?? (before === undefined ? null : passthrough.scopeOf(before.record))
  if (now === null || now === undefined) return becomes === null ? named : [...named, becomes]
  return becomes === null ? [...named, now] : [...named, now, { ...now, ...becomes }]
}

function writeMethod({ endpoint: { method } }: RawRequest): PlannedStep['method'] {
  if (method === 'GET')
    throw new GatewayError('NOT_SUPPORTED', 'A GET that changes something can not be planned.')
  return method
}

/** The path is the catalogue's own words with checked ids in it. */
function summaryOf({ endpoint: { method }, path }: RawRequest, { access }: RawReading): string {
  const fields = access.fields.length === 0 ? '' : `: ${access.fields.join(', ')}`
  return `${method} ${path}${fields}.`
}

function changesOf(
  passthrough: Passthrough,
  { settings, access }: RawReading,
  before: Before | undefined,
): readonly FieldChange[] {
  const target = before?.target ?? null
  return settings.map(({ member, field, value }) => ({
    target,
    field,
    before: before === undefined ? null : shown(passthrough.memberValue(before.record, member)),
    after: value === undefined ? null : shown(value),
    ...(value === undefined && access.kind !== 'DELETE' && { unknown: true }),
  }))
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function baselineOf(
  passthrough: Passthrough,
  { settings, access: { kind } }: RawReading,
  records: readonly KnownRecord[],
  before: Before | undefined,
): readonly Baseline[] {
  const known = records
    .filter(({ fields }) => Object.keys(fields).length > 0)
    // The version marker of a deletion is compared at the deleted record itself.
    .map(
      ({ ref, fields, version }): Baseline => ({
        target: ref,
        version,
        fields,
        kind: kind === 'DELETE' ? 'UPDATE' : kind,
      }),
    )
  if (before === undefined) return known
  const fields = Object.fromEntries(
    settings.map(({ member }) => [member, passthrough.memberValue(before.record, member)]),
  )
  return [...known, { target: before.target, version: passthrough.versionOf(before.record), fields, kind }]
}

/** By reading, or with the reason why only a person can tell. */
function reconcileOf(
  { endpoint }: RawRequest,
  { access, settings }: RawReading,
  before: Before | undefined,
): Reconcile {
  if (before === undefined) {
    const reason =
      access.kind === 'CREATE'
        ? 'A record made by a raw request can not be told from others.'
        : `The catalogue has no read that tells what ${endpoint.method} ${endpoint.template} did.`
    return { by: 'PERSON', reason }
  }
  if (access.kind === 'DELETE') return { by: 'VALUES', target: before.target, planned: {} }
  if (settings.length === 0 || settings.some(({ value }) => value === undefined)) {
    return { by: 'PERSON', reason: 'The body does not say its values the way that the PSA tells them.' }
  }
  return {
    by: 'VALUES',
    target: before.target,
    planned: Object.fromEntries(settings.map(({ member, value }: RawSetting) => [member, value])),
  }
}

function warningsOf(
  { endpoint }: RawRequest,
  { access, settings }: RawReading,
  before: Before | undefined,
): string[] {
  const warnings: string[] = []
  if (endpoint.method === 'PUT')
    warnings.push('PUT replaces the record: what the body leaves out is cleared.')
  if (before === undefined && access.kind !== 'CREATE')
    warnings.push('What it changes could not be read: the catalogue has no read of this record.')
  if (settings.length === 0 && access.kind !== 'DELETE')
    warnings.push('What it does is not told by its body.')
  return warnings
}
