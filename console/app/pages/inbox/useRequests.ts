import type { CombinedError } from '@urql/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useClient } from 'urql'
import type { RowFragment } from '../../../../generated/console.ts'
import { useLive } from '../../live/LiveProvider.tsx'
import type { Narrowing } from './narrowing.ts'
import type { VIEWS } from './views.ts'

/** As many as one page holds; older ones are found by narrowing it. */
const MOST = 5_000
/** Events come in swarms; the list is asked for once a swarm. */
const SETTLE_MS = 150

export interface Requests {
  readonly rows: readonly RowFragment[] | undefined
  readonly error: CombinedError | undefined
  /** More are being loaded. */
  readonly loading: boolean
  /** There are more than the page holds. */
  readonly cut: boolean
  reload(): void
  /** Asks again and keeps what is shown meanwhile; for when the live line is down. */
  refresh(): void
}

/** Every request of a view, page after page, kept as the gateway sees it. */
export function useRequests(view: (typeof VIEWS)[number], narrowing: Narrowing): Requests {
  const client = useClient()
  const [state, setState] = useState<Omit<Requests, 'reload' | 'refresh'>>({
    rows: undefined,
    error: undefined,
    loading: true,
    cut: false,
  })
  const round = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const wanted = JSON.stringify(narrowing)

  const load = useCallback(
    async (fresh: boolean) => {
      round.current += 1
      const own = round.current
      if (fresh) setState({ rows: undefined, error: undefined, loading: true, cut: false })
      const rows: RowFragment[] = []
      const narrowed = JSON.parse(wanted) as Narrowing
      let after: string | null = null
      do {
        const variables: Record<string, unknown> = { ...view.variables, ...narrowed, after }
        const { data, error } = await client.query(view.document, variables).toPromise()
        if (own !== round.current) return
        if (!data?.page) {
          setState((now) => ({ ...now, loading: false, error }))
          return
        }
        rows.push(...data.page.nodes)
        after = data.page.hasNextPage ? data.page.endCursor : null
        const more = after !== null && rows.length < MOST
        // While a list is on the screen, it is exchanged as a whole.
        if (fresh || !more)
          setState({ rows: [...rows], error: undefined, loading: more, cut: after !== null && !more })
      } while (after !== null && rows.length < MOST)
    },
    [client, view, wanted],
  )
  useEffect(() => {
    void load(true)
    return () => {
      round.current += 1
      clearTimeout(timer.current)
    }
  }, [load])
  const soon = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void load(false), SETTLE_MS)
  }
  useLive({ onEvent: soon, onGap: soon })
  return { ...state, reload: () => void load(true), refresh: soon }
}
