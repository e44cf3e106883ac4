import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { ApprovalEventsDocument, type ApprovalEventsSubscription } from '../../../generated/console.ts'
import { type LineState, openLine } from './line.ts'

type LiveEvent = NonNullable<ApprovalEventsSubscription['approvalEvents']>

interface Listener {
  readonly onEvent: (event: LiveEvent) => void
  readonly onGap: () => void
}

interface Live {
  readonly state: LineState | 'offline'
  readonly listeners: Set<Listener>
}

const LiveContext = createContext<Live>({ state: 'connecting', listeners: new Set() })

export function LiveProvider({
  onSignedOut,
  children,
}: {
  onSignedOut: () => Promise<void>
  children: ReactNode
}) {
  const [line, setLine] = useState<LineState>('connecting')
  const [online, setOnline] = useState(navigator.onLine)
  const [listeners] = useState(() => new Set<Listener>())

  useEffect(() => {
    const look = () => setOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  useEffect(
    () =>
      openLine({
        document: ApprovalEventsDocument,
        eventOf: ({ approvalEvents }) => approvalEvents,
        onEvent: (event) => {
          for (const listener of listeners) listener.onEvent(event)
        },
        onState: setLine,
        onGap: () => {
          for (const listener of listeners) listener.onGap()
        },
        onSignedOut: () => void onSignedOut(),
      }),
    [listeners, onSignedOut],
  )
  return <LiveContext value={{ state: online ? line : 'offline', listeners }}>{children}</LiveContext>
}

export function useLineState(): Live['state'] {
  return useContext(LiveContext).state
}

/** What happens to write requests while the caller is on the page. */
export function useLive(listener: Listener): void {
  const { listeners } = useContext(LiveContext)
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => {
    const own: Listener = {
      onEvent: (event) => latest.current.onEvent(event),
      onGap: () => latest.current.onGap(),
    }
    listeners.add(own)
    return () => void listeners.delete(own)
  }, [listeners])
}
