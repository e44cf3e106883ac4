import DataLoader from 'dataloader'
import { decide } from '../../policy/decide.ts'
import type { Decision } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import type { LeftOut, VendorFields } from '../../schema/entities/vendor-record.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type { RecordsCall, RecordsRead, Removed } from '../../schema/passthrough.ts'
import type { EntityType, VendorRecord } from '../../schema/records.ts'
import type { GatewayContext } from '../context.ts'
import { passthroughOf } from './exchange.ts'
import { expectAgent, judgedRead } from './read.ts'
import type { RawCall } from './request.ts'
import { understand } from './understand.ts'

const MOST_FIELDS = 50
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/

/** What is asked for of each of these records. */
interface Asked {
  readonly connection: OpenConnection
  readonly type: EntityType
  readonly fields: readonly string[]
}

/**
 * Records in the vendor's own shape. They go through the gate of raw reads and are asked for together where the
 * vendor can; like every loader they end with their read scope.
 */
export class VendorRecords {
  readonly #context: GatewayContext
  readonly #loaders = new Map<string, DataLoader<string, VendorFields>>()

  constructor(context: GatewayContext) {
    this.#context = context
  }

  /** @throws GatewayError */
  async load({ id, type, connection: slug }: VendorRecord, given: readonly string[]): Promise<VendorFields> {
    const fields = namesIn(given)
    const connection = this.#context.connections.get(slug)
    const key = parseId(id)?.key
    if (connection === undefined || key === undefined)
      throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
    expectAgent(this.#context.caller)
    const reason = passthroughOf(connection).records.none[type]
    if (reason !== undefined) throw new GatewayError('NOT_SUPPORTED', reason, { connection: slug })
    const name = JSON.stringify([slug, type, fields])
    let loader = this.#loaders.get(name)
    if (loader === undefined) {
      const asked: Asked = { connection, type, fields }
      loader = new DataLoader(async (keys) => readAll(this.#context, asked, keys), { name })
      this.#loaders.set(name, loader)
    }
    return loader.load(key)
  }
}

function namesIn(given: readonly string[]): readonly string[] {
  const fields = [...new Set(given)].toSorted()
  if (fields.length === 0 || given.length > MOST_FIELDS)
    throw badInput('fields', `1 to ${MOST_FIELDS} names`, `${given.length}`)
  const odd = fields.find((field) => !NAME.test(field))
  if (odd !== undefined) throw badInput('fields', "the vendor's own names, without a path into them", odd)
  return fields
}

type Answers = Map<string, VendorFields | Error>

async function readAll(
  context: GatewayContext,
  asked: Asked,
  keys: readonly string[],
): Promise<readonly (VendorFields | Error)[]> {
  const { connection, type } = asked
  const answers: Answers = new Map()
  const known = await knownKeys(asked, keys, answers)
  const inside = await insideOf(asked, known)
  const reads = passthroughOf(connection).records.reads(connection.session, type, inside)
  await Promise.all(
    reads.map(async (read) => {
      try {
        await readOne(context, asked, read, answers)
      } catch (error) {
        // The other reads stand for themselves: only these records met the error.
        for (const key of read.keys) answers.set(key, error instanceof Error ? error : new Error('unknown'))
      }
    }),
  )
  return keys.map(
    (key) => answers.get(key) ?? new GatewayError('NOT_FOUND', `No ${type} with this id is visible to you.`),
  )
}

/** Keys of records that have all the fields; of others the error says what they have. */
async function knownKeys({ connection, type, fields }: Asked, keys: readonly string[], answers: Answers) {
  const { records } = passthroughOf(connection)
  const known: string[] = []
  for (const key of keys) {
    try {
      const names = await records.fieldsOf(connection.session, type, key, fields)
      const unknown = fields.filter((field) => !names.has(field))
      if (unknown.length === 0) known.push(key)
      else answers.set(key, unknownFields(connection, type, unknown, answers.size === 0 ? names : undefined))
    } catch (error) {
      answers.set(key, error instanceof Error ? error : new Error('unknown'))
    }
  }
  return known
}

/** The whole list once: fifty records of a page would repeat it. */
function unknownFields(
  { slug }: OpenConnection,
  type: EntityType,
  unknown: readonly string[],
  names: ReadonlySet<string> | undefined,
): GatewayError {
  return new GatewayError(
    'BAD_USER_INPUT',
    `"fields": expected the PSA's own names of what a ${type} has on connection "${slug}".`,
    {
      argument: 'fields',
      connection: slug,
      came: unknown,
      ...(names !== undefined && { allowed: [...names].toSorted() }),
    },
  )
}

/** Under a record scope each is judged once more, all together, by what answers nothing outside of it. */
async function insideOf({ connection, type }: Asked, keys: readonly string[]): Promise<readonly string[]> {
  const { scope, source, session } = connection
  if (scope === undefined || keys.length === 0) return keys
  const refusal = scope.refuseAlone(type)
  if (refusal !== null) throw refusal
  const found = await source.readMany(session, type, keys, new Set())
  return keys.filter((_key, index) => {
    const one = found[index]
    if (one instanceof Error) throw one
    return one !== null
  })
}

async function readOne(
  context: GatewayContext,
  { connection, fields }: Asked,
  read: RecordsRead,
  answers: Answers,
): Promise<void> {
  const leftOut: LeftOut[] = []
  const allowed: string[] = []
  for (const field of fields) {
    const group = read.selects ? await closedGroup(context, rawCall(connection, read.asking([field]))) : null
    if (group === null) allowed.push(field)
    else leftOut.push({ field, group })
  }
  // What is closed as a whole is refused, and said by nothing that could be read: then no field is the reason.
  const { answer, removed } = await judgedRead(context, rawCall(connection, read.asking(allowed)), null)
  leftOut.push(...removed.flatMap((one) => placeIn(one, allowed)))
  const gone = new Set(leftOut.map(({ field }) => field))
  for (const [key, record] of read.recordsOf(answer)) {
    const values = allowed
      .filter((field) => record[field] !== undefined || !gone.has(field))
      .map((field) => [field, record[field] ?? null] as const)
    answers.set(key, { values: Object.fromEntries(values), leftOut })
  }
}

function rawCall({ slug }: OpenConnection, { query, ...call }: RecordsCall): RawCall {
  return { ...call, connection: slug, query: query.map(([name, value]) => ({ name, value })) }
}

/** The group that a call would be refused for. */
async function closedGroup(context: GatewayContext, call: RawCall): Promise<string | null> {
  const { demands } = await understand(context, call, 'QUERY')
  for (const demand of demands) {
    const decision: Decision = decide(context.known.principal, [{ connection: call.connection, ...demand }])
    if (decision.verdict === 'DENY') return demand.group ?? 'System'
  }
  return null
}

/** `items[].contact.name` is `contact.name` of a record; what was not asked for goes without a word. */
function placeIn({ path, group }: Removed, fields: readonly string[]): readonly LeftOut[] {
  const parts = path.split('.')
  const start = parts.slice(0, 2).findIndex((part) => fields.includes(part.replaceAll('[]', '')))
  return start < 0 ? [] : [{ field: parts.slice(start).join('.'), group }]
}
