import pg from 'pg'

export interface Listener {
  close(): Promise<void>
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** LISTEN on a connection of its own, which comes back by itself. */
export function listen(
  url: string,
  channel: string,
  onWake: (payload: string | undefined) => void,
  log: (message: string) => void,
): Listener {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let pause = FIRST_PAUSE_MS

  const again = (lost: pg.Client, why: string): void => {
    // A connection tells of its end more than once (error, then end): only the first counts.
    if (closed || client !== lost) return
    client = undefined
    log(`store: not listening on ${channel} (${why}); again in ${pause} ms`)
    timer = setTimeout(() => void connect(), pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    void lost.end().catch(() => {})
  }

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'countersign-listen',
    })
    client = next
    next.on('error', (error) => again(next, error.message))
    next.on('end', () => again(next, 'connection ended'))
    next.on('notification', ({ payload }) => onWake(payload))
    try {
      await next.connect()
      await next.query(`listen ${pg.escapeIdentifier(channel)}`)
      pause = FIRST_PAUSE_MS
      onWake(undefined)
    } catch (error) {
      again(next, error instanceof Error ? error.message : String(error))
    }
  }

  const started = connect()
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      await started
      await client?.end().catch(() => {})
    },
  }
}
