import { badInput } from '../../schema/errors.ts'
import type { Endpoint, EndpointMethod, FoundEndpoint, RawRequest } from '../../schema/passthrough.ts'
import { strictJson } from '../../subgraphs/reading/strict-json.ts'

/** As an agent gives it. */
export interface RawCall {
  readonly connection: string
  readonly method: EndpointMethod
  readonly path: string
  readonly query: readonly { readonly name: string; readonly value: string }[]
  readonly body: string | null
}

/** What servers and proxies still take for an address; encoded, it takes up to nine times this. */
const MAX_QUERY_VALUE = 2_000

/**
 * The call in the terms of the endpoint that answers to it: nothing of it is the caller's own text any more, but
 * for checked values.
 *
 * @throws GatewayError BAD_USER_INPUT
 */
export function rawRequest(found: FoundEndpoint, call: RawCall): RawRequest {
  return { ...found, query: queryOf(found.endpoint, call.query), body: bodyOf(call) }
}

function queryOf({ query: allowed }: Endpoint, given: RawCall['query']): RawRequest['query'] {
  const seen = new Set<string>()
  return given.map(({ name, value }, index) => {
    const wanted = name.toLowerCase()
    const known = allowed.find((one) => one.toLowerCase() === wanted)
    if (known === undefined) {
      const expected =
        allowed.length === 0 ? 'none: this endpoint takes no query' : `one of ${allowed.join(', ')}`
      throw badInput(`query.${index}.name`, expected, 'another name')
    }
    if (seen.has(known)) throw badInput(`query.${index}.name`, 'each name once', known)
    seen.add(known)
    if (value.length > MAX_QUERY_VALUE)
      throw badInput(
        `query.${index}.value`,
        `at most ${MAX_QUERY_VALUE} characters`,
        `${value.length} characters`,
      )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
    if (/[\u0000-\u001f\u007f]/.test(value) || !value.isWellFormed())
      throw badInput(`query.${index}.value`, 'text without control characters', 'something else')
    return [known, value] as const
  })
}

function bodyOf({ method, body }: RawCall): unknown {
  if (body === null) return undefined
  if (method === 'GET' || method === 'DELETE') throw badInput('body', `no body with ${method}`, 'one')
  return strictJson(body)
}
