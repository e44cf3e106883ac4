import type { ExecutionResult } from 'graphql'
import { GatewayError } from '../../schema/errors.ts'
import type { DoorLog, GatewayCalls, OperationRequest, RequestInfo } from './calls.ts'
import { publicError } from './errors.ts'
import { isSubscription } from './operation.ts'

type Results = AsyncGenerator<ExecutionResult, void, undefined>

export function publicResult({ errors, ...rest }: ExecutionResult, log: DoorLog): ExecutionResult {
  return errors ? { errors: errors.map((error) => publicError(error, log)), ...rest } : rest
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'UNAUTHENTICATED'
}

/** One answer, as the stream that the streaming doors expect. */
async function* once(result: ExecutionResult): Results {
  yield result
}

/**
 * A stream that a door can stop at any time. An async generator could not: its `return` waits for the pending
 * `next`, which on a quiet subscription comes never. An error becomes the last result.
 */
function stoppable(source: AsyncIterable<ExecutionResult>, log: DoorLog, onRevoked: () => void): Results {
  const inner = source[Symbol.asyncIterator]()
  const end: IteratorReturnResult<void> = { done: true, value: undefined }
  let ended = false
  let release: () => void = () => {}

  const stop = async (): Promise<IteratorReturnResult<void>> => {
    if (!ended) {
      ended = true
      release()
      // Not awaited, see above.
      inner.return?.()?.catch((error: unknown) => publicError(error, log))
    }
    return end
  }

  return {
    next: () =>
      new Promise((resolve) => {
        if (ended) return resolve(end)
        release = () => resolve(end)
        inner.next().then(
          (step) => {
            if (step.done) ended = true
            resolve(step.done ? end : { done: false, value: publicResult(step.value, log) })
          },
          (error: unknown) => {
            ended = true
            resolve({ done: false, value: { errors: [publicError(error, log)] } })
            if (isUnauthenticated(error)) onRevoked()
          },
        )
      }),
    return: stop,
    throw: stop,
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}

export interface Answering<Caller> {
  readonly calls: GatewayCalls<Caller>
  readonly log: DoorLog
  readonly caller: Caller
  readonly info: RequestInfo
  /** The caller lost its token while the stream ran. */
  readonly onRevoked?: () => void
}

/** Any operation as a stream of results; a refused one is a stream of one answer with its errors. */
export async function results<Caller>(request: OperationRequest, by: Answering<Caller>): Promise<Results> {
  const { calls, log, caller, info, onRevoked = () => {} } = by
  if (!isSubscription(request)) return once(publicResult(await calls.run(caller, request, info), log))
  try {
    return stoppable(await calls.subscribe(caller, request), log, onRevoked)
  } catch (error) {
    return once({ errors: [publicError(error, log)] })
  }
}
