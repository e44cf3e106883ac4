import { isDeepStrictEqual } from 'node:util'
import { badInput } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import { passthroughOf } from './exchange.ts'
import type { RawCall } from './request.ts'
import { understand } from './understand.ts'

type Input = Readonly<Record<string, unknown>>

/** A raw write is stored as it was understood; this is the input that says the same. */
export function storedCall({ connection, method, path, query, body }: Input): Input {
  const pairs = query as readonly (readonly [name: string, value: string])[]
  return {
    connection,
    method,
    path,
    query: pairs.map(([name, value]) => ({ name, value })),
    body: body === null ? null : JSON.stringify(body),
  }
}

/** The mutation's coerced input. */
export function rawCall(input: Input): RawCall {
  const { connection, method, path, query, body } = input as unknown as RawCall
  return { connection, method, path, query: query ?? [], body: body ?? null }
}

/** Which record it is about stays: some PSAs are told it by the body. @throws GatewayError BAD_USER_INPUT */
export async function expectSameRecord(context: GatewayContext, before: Input, after: Input): Promise<void> {
  const [one, other] = await Promise.all([before, after].map((input) => recordOf(context, rawCall(input))))
  if (isDeepStrictEqual(one, other)) return
  throw badInput(
    'changes',
    'what names the same record; which record it is about stays: reject it instead',
    'another record',
  )
}

async function recordOf(context: GatewayContext, call: RawCall) {
  const { connection, understood } = await understand(context, call, 'MUTATION')
  if (understood === undefined) return null
  const { request, reading } = understood
  const { target, creates, access } = reading
  return { target, creates, kind: access.kind, address: passthroughOf(connection).addressOf?.(request) }
}
