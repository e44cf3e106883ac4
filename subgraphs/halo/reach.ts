import { readFileSync } from 'node:fs'
import type { AccessKind } from '../../schema/groups.ts'

/**
 * What reaches another group, or another kind of access than the request's own. Names in small letters, since
 * Halo binds them without regard to case.
 */
export interface Reach {
  readonly group: string
  readonly kind: AccessKind
  /** What it does, in the vendor documents' words. */
  readonly effect: string
}
export type ReachTable = ReadonlyMap<string, Reach>

const NOTHING: ReachTable = new Map()

/** By method and template in small letters; made by `scripts/halo-side-effects.ts`, so its shape is trusted here. */
const tables = parse(readFileSync(new URL('./side-effects.tsv', import.meta.url), 'utf8'))

function parse(text: string): ReadonlyMap<string, ReachTable> {
  const found = new Map<string, Map<string, Reach>>()
  const rows = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  for (const row of rows.slice(1)) {
    const [endpoint = '', name = '', group = '', kind, effect = ''] = row.split('\t')
    const table = found.get(endpoint.toLowerCase()) ?? new Map<string, Reach>()
    table.set(name.toLowerCase(), { group, kind: kind as AccessKind, effect })
    found.set(endpoint.toLowerCase(), table)
  }
  return found
}

/** Of a body or a query: `POST /Client`. */
export function reachOf(endpoint: string): ReachTable {
  return tables.get(endpoint.toLowerCase()) ?? NOTHING
}

function without(table: ReachTable, own: (reach: Reach, name: string) => boolean): ReachTable {
  return new Map([...table].filter(([name, one]) => !own(one, name)))
}

export const TICKET_REACH = without(
  reachOf('POST /Tickets'),
  ({ group, kind }) => group === 'Tickets' && kind === 'UPDATE',
)

/** Members of an action that write a second note, or that write to another ticket's. */
const BESIDES: ReadonlySet<string> = new Set(['move_to_id', 'copy_to_id', 'private_note'])

export const ACTION_REACH = without(
  reachOf('POST /Actions'),
  ({ group }, name) => group === 'Ticket Notes' && !BESIDES.has(name),
)

export const CONTACT_REACH = reachOf('POST /Users')

export const COMPANY_REACH = reachOf('POST /Client')

export const SITE_REACH = reachOf('POST /Site')

export const ASSET_REACH = reachOf('POST /Asset')
