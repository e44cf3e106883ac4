import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { OPPORTUNITIES, PROJECTS, rowsByIds } from './read-by-id.ts'
import { TICKETS_PER_READ, ticketRows } from './read-tickets.ts'
import { groupOfType } from './reference.ts'

const SHELVES = { Projects: PROJECTS, Opportunities: OPPORTUNITIES } as const

/** Rows of one kind: by its number a door shows any record of the table (API.md 12.5). */
export async function rowsOfKind(
  session: VendorSession,
  kind: keyof typeof SHELVES,
  keys: readonly string[],
  access: VendorAccess,
  single: boolean,
): Promise<ReadonlyMap<string, unknown>> {
  const rows = await rowsByIds(session, SHELVES[kind], keys, access, single)
  const kept = await Promise.all(
    [...rows].map(async ([key, row]) => {
      const type = (row as { readonly tickettype_id?: unknown }).tickettype_id
      const fits = row instanceof Error || (await groupOfType(session, String(type))) === kind
      return fits ? ([[key, row]] as const) : []
    }),
  )
  return new Map(kept.flat())
}

const PROJECT_ACCESS: VendorAccess = { group: 'Projects', kind: 'READ', fields: [] }

/** Ordinary tickets whose parent is a project; others are no tasks of one. */
export async function taskRows(
  session: VendorSession,
  keys: readonly string[],
  access: VendorAccess,
): Promise<ReadonlyMap<string, unknown>> {
  const found = new Map<string, unknown>()
  for (let start = 0; start < keys.length; start += TICKETS_PER_READ)
    for (const [key, row] of await ticketRows(session, keys.slice(start, start + TICKETS_PER_READ), access))
      found.set(key, row)
  const parentOf = (row: unknown) => String((row as { readonly parent_id?: unknown }).parent_id ?? 0)
  const parents = [...new Set([...found.values()].map(parentOf))].filter((key) => Number(key) > 0)
  const projects = await rowsOfKind(session, 'Projects', parents, PROJECT_ACCESS, false)
  return new Map(
    [...found].filter(([, row]) => {
      const project = projects.get(parentOf(row))
      if (project instanceof Error) throw project
      return project !== undefined
    }),
  )
}
