import type { AccessKind } from '../../schema/groups.ts'

/** One line of `vendors/<vendor>/groups.tsv`. */
export interface GroupsRow {
  readonly method: string
  readonly path: string
  readonly group: string
  readonly action: string
  readonly notes: string
}

/** What became of a row, or of a family of rows, after somebody looked at it. The first of its kind counts. */
export type Verdict =
  /** Nobody may call it, whatever a policy says; the text under this key in `reasons` goes to whoever is refused. */
  | { readonly deny: string }
  /** Not an endpoint that can be called as it stands: left out of the catalogue, and so refused. */
  | { readonly omit: string }
  /** The vendor's reader judges what the call names. */
  | { readonly generic: string }
  /** The vendor's reader judges members that reach other groups. */
  | { readonly sideEffects: string }
  /** The kind of an `execute`. */
  | { readonly kind: AccessKind; readonly why: string }
  /** A stricter group than the documents give it. */
  | { readonly group: string; readonly why: string }
  /** Looked at and found to be judged rightly by group and kind alone. */
  | { readonly accept: string }

export interface Decision {
  /** Of `METHOD /path`, without regard to letter case. */
  readonly rows: RegExp
  /** Of the row's notes. */
  readonly notes?: RegExp
  readonly group?: string
  readonly actions?: readonly string[]
  readonly verdict: Verdict
}

export interface VendorDecisions {
  /** Beginning of the documents' paths that every connection's address already holds. */
  readonly base?: string
  /** Key -> why an endpoint is denied, in words that go on after "nobody may call this endpoint: ". */
  readonly reasons: Readonly<Record<string, string>>
  readonly decisions: readonly Decision[]
  /** Paths that an administrator's own entry can't open, besides those that the catalogue holds. */
  readonly never: readonly { readonly path: RegExp; readonly reason: string }[]
  /** Query names that are never sent, with the reason. */
  readonly withheld: readonly { readonly names: RegExp; readonly why: string }[]
  /** Query names that the description lacks. */
  readonly furtherQuery?: (method: string, path: string) => readonly string[]
  /** Names of path parameters by type, where the description says no more than `string`. */
  readonly parameters: readonly { readonly names: RegExp; readonly type: string; readonly path?: RegExp }[]
}

export const WRITES = ['create', 'update', 'delete', 'execute', 'merge', 'bundle'] as const

export function matches(decision: Decision, row: GroupsRow): boolean {
  return (
    decision.rows.test(`${row.method} ${row.path}`) &&
    (decision.notes === undefined || decision.notes.test(row.notes)) &&
    (decision.group === undefined || decision.group === row.group) &&
    (decision.actions === undefined || decision.actions.includes(row.action))
  )
}
