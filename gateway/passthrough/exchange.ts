import type { OpenConnection } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { Passthrough, RawReading, RawRequest } from '../../schema/passthrough.ts'
import type { VendorResponse } from '../../schema/source.ts'
import { readFailure, unavailable } from '../../subgraphs/http/errors.ts'

/** @throws GatewayError NOT_SUPPORTED */
export function passthroughOf({ slug, source }: OpenConnection): Passthrough {
  if (source.passthrough !== undefined) return source.passthrough
  throw new GatewayError('NOT_SUPPORTED', `Raw requests are not supported on connection "${slug}".`)
}

export interface RawResponse {
  readonly response: VendorResponse
  /** Undefined for an empty answer. */
  readonly answer: unknown
}

/** Sends a raw read by the same door and the same check as every read. @throws GatewayError */
export async function readRaw(
  connection: OpenConnection,
  request: RawRequest,
  { access }: Pick<RawReading, 'access'>,
): Promise<RawResponse> {
  const { slug, session } = connection
  const passthrough = passthroughOf(connection)
  const sent = await passthrough.request(session, request, access)
  const response = await (passthrough.send?.(session, sent) ?? session.read(sent))
  if (response.status < 200 || response.status > 299)
    throw readFailure(slug, response, passthrough.refusal(response) ?? '')
  if (response.body === '') return { response, answer: undefined }
  try {
    return { response, answer: JSON.parse(response.body) as unknown }
  } catch {
    throw unavailable(slug, 'answered with something that is no JSON', {
      vendor: { status: response.status, message: '' },
    })
  }
}

/**
 * The by-id read at an address of ours: a path, with a query where one is needed to tell the record. Undefined where
 * the catalogue has no read there that tells of one record.
 */
export async function readOf(connection: OpenConnection, address: string): Promise<RawRequest | undefined> {
  const [path = '', query = ''] = address.split('?')
  const found = (await connection.endpoints()).find('GET', path)
  if (found === undefined || found.endpoint.kind !== 'READ') return undefined
  if (found.endpoint.denied !== undefined || found.endpoint.generic === true) return undefined
  return { ...found, query: [...new URLSearchParams(query)], body: undefined }
}

/** The record at a path as it stands; undefined when there is none. @throws GatewayError */
export async function recordAt(connection: OpenConnection, request: RawRequest): Promise<unknown> {
  const passthrough = passthroughOf(connection)
  try {
    const { answer } = await readRaw(connection, request, passthrough.read(request))
    return passthrough.recordOf(answer)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
