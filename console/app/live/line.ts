import { stringifyDocument } from '@urql/core'
import { createClient } from 'graphql-ws'
import { ApprovalEventsDocument, type ApprovalEventsSubscription } from '../../../generated/console.ts'

export type LiveEvent = NonNullable<ApprovalEventsSubscription['approvalEvents']>
export type LineState = 'connecting' | 'live' | 'reconnecting'

interface Hooks {
  readonly onEvent: (event: LiveEvent) => void
  readonly onState: (state: LineState) => void
  /** What came before was not heard: look at the whole again. */
  readonly onGap: () => void
  readonly onSignedOut: () => void
}

const UNAUTHORIZED = 4401
const LONGEST_WAIT_MS = 15_000

/** One subscription for all pages. It goes on behind the last event seen, so that a broken line loses none. */
export function openLine({ onEvent, onState, onGap, onSignedOut }: Hooks): () => void {
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
    const query = stringifyDocument(ApprovalEventsDocument)
    for await (const { data } of client.iterate<ApprovalEventsSubscription>({
      query,
      variables: { after },
    })) {
      const event = data?.approvalEvents
      if (!event) {
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
