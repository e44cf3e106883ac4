import { stringifyDocument, type TypedDocumentNode } from '@urql/core'
import { createClient } from 'graphql-ws'

export type LineState = 'connecting' | 'live' | 'reconnecting'

interface Subscription<Data, Event> {
  /** Takes the cursor to go on behind as `$after`. */
  readonly document: TypedDocumentNode<Data, { after?: string | null }>
  readonly eventOf: (data: Data) => Event | null
  readonly onEvent: (event: Event) => void
  readonly onState: (state: LineState) => void
  /** What came before was not heard: look at the whole again. */
  readonly onGap: () => void
  readonly onSignedOut: () => void
}

const UNAUTHORIZED = 4401
const LONGEST_WAIT_MS = 15_000

/** A subscription that goes on behind the last event seen, so that a broken line loses none. */
export function openLine<Data, Event extends { readonly cursor: string }>({
  document,
  eventOf,
  onEvent,
  onState,
  onGap,
  onSignedOut,
}: Subscription<Data, Event>): () => void {
  let ended = false
  let after: string | null = null
  let wait = 500
  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/graphql`,
    // Trying again is done below, where the cursor is known.
    retryAttempts: 0,
    keepAlive: 10_000,
    on: {
      connected: () => {
        wait = 500
        onState('live')
        if (after === null) onGap()
      },
      closed: (event) => {
        if (!ended && (event as CloseEvent).code === UNAUTHORIZED) onSignedOut()
      },
    },
  })

  async function listen(): Promise<void> {
    const query = stringifyDocument(document)
    for await (const { data } of client.iterate<Data>({ query, variables: { after } })) {
      const event = data ? eventOf(data) : null
      if (event === null) {
        // An error in its place, such as a cursor that is too old.
        after = null
        continue
      }
      after = event.cursor
      onEvent(event)
    }
  }

  async function run(): Promise<void> {
    while (!ended) {
      await listen().catch(() => undefined) // told by the state
      if (ended) return
      onState('reconnecting')
      await new Promise((resolve) => setTimeout(resolve, wait))
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    }
  }
  void run()
  return () => {
    ended = true
    void client.dispose()
  }
}
