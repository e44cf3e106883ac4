import { appendFileSync } from 'node:fs'
import type { Json } from './json.ts'

export interface JournalEntry {
  time: string
  method: string
  path: string
  query: Record<string, string>
  /** Names only: the values hold keys. */
  headers: string[]
  body: Json | undefined
  /** 0 when the connection was cut without an answer. */
  status: number
  /** Why the simulator itself refused the request for strictness. */
  refused?: string
  /** The kind of the fault that was played. */
  fault?: string
}

export interface Journal {
  entries: JournalEntry[]
  add(entry: JournalEntry): void
  clear(): void
}

export function createJournal(file?: string): Journal {
  const entries: JournalEntry[] = []
  return {
    entries,
    add(entry) {
      entries.push(entry)
      if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`)
    },
    clear() {
      entries.length = 0
    },
  }
}
