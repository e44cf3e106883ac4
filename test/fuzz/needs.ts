import type { Vendor } from '../../schema/source.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import type { Row } from './endpoints.ts'

export type Kind = 'READ' | 'CREATE' | 'UPDATE' | 'DELETE' | 'MERGE' | 'BUNDLE'

/** What a vendor request needs of a policy, as docs/safety.md (a) and (f) and the vendor's documents have it. */
export interface Need {
  /** One of these is enough. */
  readonly groups: readonly string[]
  readonly kind: Kind
  /** By their names in a policy; of a write alone. */
  readonly fields?: readonly string[]
  /** What the status becomes, by name or number. */
  readonly status?: string | null
}

/** A record that a write is about or names, by its number at the vendor. */
export interface Reached {
  readonly type: 'Ticket' | 'Contact' | 'Company' | 'Board'
  readonly key: string
}

export interface Heard {
  readonly entry: JournalEntry
  /** Path as the vendor's table has it. */
  readonly path: string
  readonly row: Row
  /** Asked for by method and path, and not by a field of the schema. */
  readonly raw: boolean
  /** Asked for by a write, whose plan may have to look something up. */
  readonly planning: boolean
}

export interface Dialect {
  readonly vendor: Vendor
  /** Null for what is no request to the API, such as a sign-in. */
  pathOf(path: string): string | null
  /** Names and choices that records are told with, which no group closes: `METHOD /path`, and the columns asked for. */
  isReference(heard: Heard): boolean
  /** A typed write to a table that nobody writes to otherwise. */
  isOwnWrite(entry: JournalEntry, path: string): boolean
  reads(heard: Heard): readonly Need[]
  writes(heard: Heard): readonly Need[]
  /** What a write is about and what it names. */
  reaches(heard: Heard): readonly Reached[]
}

export const NOTES = ['Ticket Notes', 'Client-Facing Notes'] as const

export const read = (...groups: readonly string[]): Need => ({ groups, kind: 'READ' })

/** Names without regard to case, as the vendors bind them. */
export function member(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined
  const wanted = name.toLowerCase()
  return Object.entries(body).find(([one]) => one.toLowerCase() === wanted)?.[1]
}

export function membersOf(body: unknown): readonly string[] {
  return typeof body === 'object' && body !== null ? Object.keys(body) : []
}

/** An id on its own, or in a reference `{ "id": 1 }`. */
export function keyIn(value: unknown): string | null {
  const own = typeof value === 'object' && value !== null ? member(value, 'id') : value
  return typeof own === 'number' || typeof own === 'string' ? String(own) : null
}

export const isYes = (value: unknown) => value !== undefined && value !== null && value !== false
