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

export interface Journal<Entry extends JournalEntry = JournalEntry> {
  entries: Entry[]
  add(entry: Entry): void
  clear(): void
}

export function createJournal<Entry extends JournalEntry = JournalEntry>(file?: string): Journal<Entry> {
  const entries: Entry[] = []
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
