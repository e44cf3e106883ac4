import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-sse'
import { sealCursor } from '../../gateway/cursor.ts'
import type { Keys } from '../../gateway/secrets/keys.ts'
import type { GatewayProcess } from './gateways.ts'

export interface Heard {
  readonly seq: number
  readonly at: string
  readonly cursor: string
  readonly request: { readonly id: string } | null
}

/** An event, and when it came, by the harness's clock. */
export interface Received extends Heard {
  readonly arrived: number
}

/** Somebody who follows the events, and comes back after every break with the cursor of the last one heard. */
export interface Subscriber {
  readonly name: string
  readonly heard: readonly Received[]
  readonly reconnects: () => number
  /** Codes of the errors that ended a stream. */
  readonly ended: ReadonlySet<string>
  stop(): Promise<void>
}

const QUERY = `subscription ($after: String) {
  approvalEvents(after: $after) { seq at cursor request { id } } }`

/** Reads on only after a while, so that the answer waits in the gateway. */
function slowly(slowMs: number): typeof fetch {
  return async (...request) => {
    const response = await fetch(...request)
    const pause = new TransformStream({
      async transform(piece, controller) {
        await sleep(slowMs)
        controller.enqueue(piece)
      },
    })
    return new Response(response.body?.pipeThrough(pause), response)
  }
}

export function subscribe(
  name: string,
  token: string,
  gateways: readonly GatewayProcess[],
  keys: Keys,
  /** How long it takes for each piece that it reads. */
  slowMs: number,
): Subscriber {
  const heard: Received[] = []
  const ended = new Set<string>()
  let reconnects = 0
  let stopped = false
  let leave: () => void = () => {}

  async function listen(gateway: GatewayProcess): Promise<void> {
    const client = createClient({
      url: `${gateway.url}/graphql/stream`,
      headers: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      ...(slowMs > 0 && { fetchFn: slowly(slowMs) }),
    })
    const after = heard.at(-1)?.cursor ?? sealCursor(keys.cursor.bytes(), { seq: 0 })
    await new Promise<void>((resolve) => {
      const unsubscribe = client.subscribe<{ approvalEvents: Heard }>(
        { query: QUERY, variables: { after } },
        {
          next({ data, errors }) {
            for (const { extensions } of errors ?? []) ended.add(String(extensions?.code))
            if (data?.approvalEvents != null) heard.push({ ...data.approvalEvents, arrived: Date.now() })
          },
          error: () => resolve(),
          complete: () => resolve(),
        },
      )
      leave = () => {
        unsubscribe()
        resolve()
      }
    })
    client.dispose()
  }

  const running = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      const gateway = gateways[turn % gateways.length] as GatewayProcess
      if (gateway.up) {
        reconnects += 1
        await listen(gateway)
      }
      await sleep(100)
    }
  })()
  // Nobody's network is as good as that: every few seconds the stream breaks.
  const breaking = setInterval(() => leave(), 7_000)

  return {
    name,
    heard,
    ended,
    reconnects: () => reconnects,
    async stop() {
      stopped = true
      clearInterval(breaking)
      leave()
      await running
    },
  }
}
