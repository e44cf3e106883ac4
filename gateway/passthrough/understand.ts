import type { Demand } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../schema/passthrough.ts'
import type { VendorAccess } from '../../schema/source.ts'
import type { GatewayContext } from '../context.ts'
import { passthroughOf } from './exchange.ts'
import { plainPath } from './path.ts'
import { type RawCall, rawRequest } from './request.ts'

export type RawDemand = Omit<Demand, 'connection'>

/** A raw call as the policy sees it. Where `request` is missing, its demands say that nobody may. */
export interface Understood {
  readonly connection: OpenConnection
  readonly demands: readonly RawDemand[]
  readonly understood?: { readonly request: RawRequest; readonly reading: RawReading }
}

type UnderstandContext = Pick<GatewayContext, 'connections'>

/** Which of the two fields of the same name was asked: reads stand in Query, writes in Mutation. */
export type Field = 'QUERY' | 'MUTATION'

/**
 * Checks the call, finds its endpoint and reads what it would do. Nothing is sent.
 *
 * @throws GatewayError CONNECTION_FORBIDDEN, NOT_SUPPORTED, BAD_USER_INPUT
 */
export async function understand(
  context: UnderstandContext,
  call: RawCall,
  field: Field | 'EITHER',
): Promise<Understood> {
  const connection = context.connections.get(call.connection)
  if (connection === undefined)
    throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
  const passthrough = passthroughOf(connection)
  const found = (await connection.endpoints()).find(call.method, plainPath(call.path))
  const unread = { kind: field === 'MUTATION' ? 'UPDATE' : 'READ', fields: [] } as const
  // What nobody may is for `decide` to say, so that it stands in the audit trail like every other refusal.
  if (found === undefined) return { connection, demands: [{ ...unread, group: undefined }] }
  const { group, kind, denied } = found.endpoint
  if (denied !== undefined) return { connection, demands: [{ group, kind, fields: [], forbidden: denied }] }
  const request = rawRequest(found, call)
  const reading = passthrough.read(request)
  if (field !== 'EITHER') expectField(field, reading)
  expectOwnFields(request, reading)
  return { connection, demands: demandsOf(reading), understood: { request, reading } }
}

/** By the call alone: a value that is only an id gets its name with the plan, which is judged once more. */
function demandsOf({ access, alsoDemands, values }: RawReading): readonly RawDemand[] {
  const inWords = Object.entries(values).filter(([, all]) => !all.some((value) => /^\d+$/.test(value)))
  return [access, ...alsoDemands].map(({ group, kind, fields }: VendorAccess) => ({
    group,
    kind,
    fields,
    values: Object.fromEntries(inWords.filter(([field]) => fields.includes(field))),
  }))
}

function expectField(field: Field, { access: { kind } }: RawReading): void {
  const isRead = kind === 'READ'
  if (isRead === (field === 'QUERY')) return
  throw badInput(
    'method',
    isRead
      ? 'a write here: this endpoint reads, so ask the query field "psaRequest"'
      : 'a read here: this endpoint writes, so ask the mutation field "psaRequest"',
    kind,
  )
}

/** An administrator's own entry says what its bodies may hold. */
function expectOwnFields({ endpoint: { own } }: RawRequest, { access }: RawReading): void {
  if (own === undefined || own.fields === 'ALL' || access.kind === 'READ') return
  const outside = access.fields.filter((one) => !own.fields.includes(one))
  if (outside.length === 0) return
  throw new GatewayError('FIELD_NOT_ALLOWED', "The endpoint's own entry does not have these fields.", {
    fields: outside,
    allowed: own.fields,
  })
}
