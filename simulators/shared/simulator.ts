import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Dataset } from '../dataset/index.ts'
import type { Clock } from './clock.ts'
import type { Journal, JournalEntry } from './journal.ts'

/** What every simulator may be told. */
export interface SimulatorOptions {
  /** 0 or left out: a free one. */
  port?: number
  host?: '127.0.0.1'
  anchor?: Date
  /** Behind every name and text, so that a second tenant with the same ids can be told from the first. */
  mark?: string
  journalFile?: string
  /** The clock behind every stamped date and every token; real time unless given. */
  now?: () => Date
}

/** What every running simulator gives to hold it by. */
export interface Simulator<
  State extends { outbox: unknown[] },
  Credentials,
  Entry extends JournalEntry = JournalEntry,
> extends Clock {
  url: string
  credentials: Credentials
  dataset: Dataset
  state: State
  journal(): Entry[]
  clearJournal(): void
  outbox(): State['outbox']
  close(): Promise<void>
}

/** Listens, and gives the handles that all simulators share. */
export async function startListening<
  State extends { outbox: unknown[] },
  Credentials,
  Entry extends JournalEntry,
>(
  options: SimulatorOptions,
  parts: {
    server: Server
    journal: Journal<Entry>
    clock: Clock
    credentials: Credentials
    dataset: Dataset
    state: State
  },
): Promise<Simulator<State, Credentials, Entry>> {
  const { server, journal, clock, credentials, dataset, state } = parts
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    credentials,
    dataset,
    state,
    journal: () => journal.entries,
    clearJournal: journal.clear,
    outbox: () => state.outbox,
    now: clock.now,
    setNow: clock.setNow,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
