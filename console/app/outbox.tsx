import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'

const UNDO_MS = 5_000

interface Held {
  /** Ids of the requests that it decides. */
  readonly ids: readonly string[]
  readonly label: string
  readonly send: () => Promise<void>
}

interface Outbox {
  /** Sends in a moment, unless the person takes it back. */
  hold(held: Held): void
  /** What is held or under way. */
  readonly waiting: ReadonlySet<string>
}

const OutboxContext = createContext<Outbox>({ hold: () => {}, waiting: new Set() })

export function useOutbox(): Outbox {
  return useContext(OutboxContext)
}

/** Stands above the pages: going to another page takes nothing back. */
export function OutboxProvider({ children }: { children: ReactNode }) {
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set())

  const hold = useCallback(({ ids, label, send }: Held) => {
    const free = () => setWaiting((now) => new Set([...now].filter((id) => !ids.includes(id))))
    setWaiting((now) => new Set([...now, ...ids]))
    let noticeId = ''
    const timer = setTimeout(() => {
      notifications.hide(noticeId)
      void send().finally(free)
    }, UNDO_MS)
    const undo = () => {
      clearTimeout(timer)
      notifications.hide(noticeId)
      free()
    }
    noticeId = notifications.show({
      autoClose: false,
      withCloseButton: false,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{label}</Text>
          <Button size="compact-sm" variant="default" onClick={undo}>
            Undo
          </Button>
        </Group>
      ),
    })
  }, [])

  useEffect(() => {
    if (waiting.size === 0) return
    // Closing the page would take back what the person believes sent.
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [waiting])
  return <OutboxContext value={useMemo(() => ({ hold, waiting }), [hold, waiting])}>{children}</OutboxContext>
}
