import type { Dataset } from '../dataset/index.ts'
import type { Json, Rec } from '../shared/json.ts'
import { roots } from './allowlists.ts'

export interface Mail {
  time: string
  to: string[]
  subject: string
  /** The workflow rule that sent it. */
  reason: string
  ticketId?: number
}
export interface PicklistValue {
  value: number
  label: string
  parent?: number
  inactive?: boolean
  system?: boolean
  isDefault?: boolean
}
export interface Picklist {
  values: PicklistValue[]
  /** The field on whose value these depend. */
  parentField?: string
}
export interface Udf {
  name: string
  type: 'Text' | 'Number' | 'Date' | 'List'
  list?: { value: string; label: string }[]
}
/** Rules that an administrator set up in the web interface; no call of the API shows or bypasses them. */
export const WORKFLOW_RULES = [
  'ticketCreated',
  'ticketAssigned',
  'ticketCompleted',
  'clientNote',
  'serviceCall',
] as const
export type WorkflowRule = (typeof WORKFLOW_RULES)[number]

export interface Table {
  root: string
  rows: Map<number, Rec>
  nextId: number
}
export interface State {
  dataset: Dataset
  tables: ReadonlyMap<string, Table>
  /** By `Root.field`. */
  picklists: ReadonlyMap<string, Picklist>
  /** By root. */
  udfs: ReadonlyMap<string, readonly Udf[]>
  outbox: Mail[]
  workflowRules: ReadonlySet<WorkflowRule>
  /** What the API user's security level forbids, as `create TimeEntries`. */
  denied: ReadonlySet<string>
  /** Times and sizes of attachments, for the limit on their bytes. */
  uploads: { at: number; bytes: number }[]
}

export const createTables = (): Map<string, Table> =>
  new Map(roots.map((root) => [root, { root, rows: new Map<number, Rec>(), nextId: 1 }]))

export function table(state: State, root: string): Table {
  const found = state.tables.get(root)
  if (!found) throw new Error(`No table ${root}`)
  return found
}
/** The only order the vendor knows: by ascending id. */
export const all = (state: State, root: string): Rec[] =>
  [...table(state, root).rows.values()].sort((a, b) => Number(a.id) - Number(b.id))
export const get = (state: State, root: string, id: Json | undefined): Rec | undefined =>
  typeof id === 'number' ? table(state, root).rows.get(id) : undefined

export function insert(state: State, root: string, row: Rec): Rec {
  const into = table(state, root)
  const id = typeof row.id === 'number' ? row.id : into.nextId
  if (into.rows.has(id)) throw new Error(`${root} has ${id} already`)
  row.id = id
  into.rows.set(id, row)
  into.nextId = Math.max(into.nextId, id + 1)
  return row
}
