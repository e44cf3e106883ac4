import type { FastifyReply, FastifyRequest } from 'fastify'
import { createHandler } from 'graphql-sse'
import type { OperationRequest } from './calls.ts'
import { type Answering, results } from './results.ts'

/** What one event stream carries through graphql-sse. */
interface Stream<Caller> {
  readonly by: Answering<Caller>
  readonly request: OperationRequest
  /** Resolves when every event handed over so far has left for the network. */
  flushed(): Promise<void>
}

/**
 * graphql-sse queues without a bound what the source yields. Counting events in and out makes the source wait for
 * a slow reader, so that the gateway's own bound on waiting events holds.
 */
function flowMeter() {
  let waiting = 0
  let wake: () => void = () => {}
  return {
    async flushed() {
      while (waiting > 0) await new Promise<void>((resolve) => (wake = resolve))
      waiting += 1
    },
    left() {
      if (waiting > 0) waiting -= 1
      wake()
    },
    open() {
      waiting = Number.NEGATIVE_INFINITY
      wake()
    },
  }
}

/** GraphQL over server-sent events, distinct connections mode: one POST, one operation, one stream. */
export function eventStreams<Caller>() {
  const open = new Set<AsyncGenerator<string, void, undefined>>()
  const handle = createHandler<null, Stream<Caller>>({
    // No token: the mode in which several operations share a connection stays closed.
    authenticate: () => null,
    onSubscribe: ({ context }) => results(context.request, context.by),
    onNext: (_context, { context }) => context.flushed(),
  })

  async function serve(
    request: FastifyRequest,
    reply: FastifyReply,
    by: Answering<Caller>,
    operation: OperationRequest,
  ) {
    const flow = flowMeter()
    const [body, init] = await handle({
      method: 'POST',
      url: request.url,
      // This address speaks event streams only, whatever the client accepts besides.
      headers: {
        get: (name) => (name === 'accept' ? 'text/event-stream' : request.headers[name]?.toString()),
      },
      body: { ...operation },
      raw: null,
      context: { by, request: operation, flushed: flow.flushed },
    })
    if (!body || typeof body === 'string') throw new Error(`graphql-sse answered ${init.status}`)

    open.add(body)
    let drained: () => void = () => {}
    const stop = () => {
      drained()
      flow.open()
      void body.return()
    }
    const { raw } = reply.hijack()
    raw.once('close', stop)
    raw.writeHead(init.status, { ...(reply.getHeaders() as Record<string, string>), ...init.headers })
    try {
      for await (const chunk of body) {
        if (raw.closed || raw.destroyed) break
        if (!raw.write(chunk)) {
          await new Promise<void>((resolve) => {
            drained = resolve
            raw.once('drain', resolve)
          })
        }
        if (chunk.startsWith('event: next')) flow.left()
      }
    } finally {
      open.delete(body)
      stop()
      raw.end()
    }
  }

  return {
    serve,
    async close() {
      await Promise.all([...open].map((body) => body.return()))
    },
  }
}
