import type { CombinedError } from '@urql/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import {
  type EventFilter,
  EventHistoryDocument,
  type EventRowFragment,
  EventsDocument,
} from '../../../../generated/console.ts'
import { openLine } from '../../live/line.ts'

/** Events come in swarms; the list is asked for once a swarm. */
const SETTLE_MS = 250
/** So many pages are looked through for the newest event that is shown; behind a longer gap the list begins anew. */
const MOST_PAGES = 4

interface State {
  readonly events: readonly EventRowFragment[] | undefined
  readonly error: CombinedError | undefined
  readonly loading: boolean
  /** Where older ones begin; null: there are none. */
  readonly older: string | null
}

export interface Events extends State {
  loadOlder(): void
  reload(): void
}

/** The newest events that fit the filter, kept as they happen. `onMore` hears when the newest of new ones happened. */
export function useEvents(filter: EventFilter, onMore: (at: string) => void): Events {
  const client = useClient()
  const [state, setState] = useState<State>({
    events: undefined,
    error: undefined,
    loading: true,
    older: null,
  })
  const shown = useRef(state)
  shown.current = state
  const round = useRef(0)
  const wanted = JSON.stringify(filter)
  const heard = useRef(onMore)
  heard.current = onMore

  const page = useCallback(
    async (after: string | null) => {
      const { data, error } = await client
        .query(EventsDocument, { filter: JSON.parse(wanted) as EventFilter, after })
        .toPromise()
      return { page: data?.events, error }
    },
    [client, wanted],
  )

  const load = useCallback(async () => {
    round.current += 1
    const own = round.current
    setState({ events: undefined, error: undefined, loading: true, older: null })
    const { page: first, error } = await page(null)
    if (own !== round.current) return
    setState({
      events: first?.nodes,
      error: first === undefined ? error : undefined,
      loading: false,
      older: first?.hasNextPage ? first.endCursor : null,
    })
  }, [page])

  /** Puts what happened since on top. */
  const follow = useCallback(async () => {
    const { events } = shown.current
    if (events === undefined) return load()
    const own = round.current
    const newest = events[0]?.seq ?? 0
    const found: EventRowFragment[] = []
    let after: string | null = null
    let reached = false
    for (let pages = 0; pages < MOST_PAGES && !reached; pages += 1) {
      const { page: next } = await page(after)
      // The list stays as it is; the next event, or the line when it is back, asks again.
      if (own !== round.current || next === undefined) return
      found.push(...next.nodes.filter(({ seq }) => seq > newest))
      reached = next.nodes.some(({ seq }) => seq <= newest) || !next.hasNextPage
      after = next.endCursor
    }
    const [first] = found
    if (first === undefined) return
    setState((now) =>
      reached
        ? { ...now, events: [...found, ...(now.events ?? []).filter(({ seq }) => seq <= newest)] }
        : { events: found, error: undefined, loading: false, older: after },
    )
    heard.current(first.at)
  }, [page, load])

  useEffect(() => {
    void load()
    return () => {
      round.current += 1
    }
  }, [load])

  const latest = useRef(follow)
  latest.current = follow
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let asking = Promise.resolve()
    const soon = () => {
      clearTimeout(timer)
      // One after the other: two answers would bring the same events twice.
      timer = setTimeout(() => {
        asking = asking.then(() => latest.current())
      }, SETTLE_MS)
    }
    const close = openLine({
      document: EventHistoryDocument,
      eventOf: ({ eventHistory }) => eventHistory,
      onEvent: soon,
      onGap: soon,
      // The shell's own line tells both.
      onState: () => {},
      onSignedOut: () => {},
    })
    return () => {
      clearTimeout(timer)
      close()
    }
  }, [])

  async function loadOlder() {
    const { older } = state
    if (older === null || state.loading) return
    const own = round.current
    setState((now) => ({ ...now, loading: true }))
    const { page: next, error } = await page(older)
    if (own !== round.current) return
    setState((now) => ({
      ...now,
      loading: false,
      error,
      ...(next !== undefined && {
        events: [...(now.events ?? []), ...next.nodes],
        older: next.hasNextPage ? next.endCursor : null,
      }),
    }))
  }

  return { ...state, loadOlder: () => void loadOlder(), reload: () => void load() }
}
