import type { PlannedStep, Reconcile } from '../../../schema/plan.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { list } from '../../planning/texts.ts'
import { demandsOf } from '../body-fields.ts'
import { ACCEPT, RAW, tablePath } from '../client.ts'
import { ticketTables } from '../ticket-tables.ts'
import type { Setting } from './settings.ts'
import type { TicketNow } from './ticket-now.ts'

export interface StepSpec {
  readonly method: PlannedStep['method']
  readonly table: string
  readonly sysId?: string
  readonly body: Readonly<Record<string, string>> | null
  /** Policy names that the planner put there itself; see `demandsOf`. */
  readonly except?: readonly string[]
  /** Columns that were appended to. */
  readonly appended?: readonly string[]
  /** The whole of a merge; see `demandsOf`. */
  readonly merges?: boolean
  /** See `demandsOf`. */
  readonly attaches?: boolean
  /** See `demandsOf`. */
  readonly tasks?: boolean
  /** Columns to read back besides those that are sent. */
  readonly alsoBack?: readonly string[]
  readonly target: TargetRef | null
  readonly creates: EntityType | null
  readonly clientReach?: NonNullable<PlannedStep['clientReach']>
  readonly summary: string
  readonly reconcile: Reconcile
}

/** Journals give nothing back raw; with display values they give the whole history, new entry included (API.md 13). */
export const JOURNAL_COLUMNS = ['work_notes', 'comments'] as const

/**
 * The bytes are made here, once; access is then read back from them. The answer is asked for what was sent,
 * since a field that the user may not write is left out without a word (API.md 6).
 */
export function step(session: VendorSession, spec: StepSpec): PlannedStep {
  const path = tablePath(spec.table, spec.sysId)
  const body = spec.body === null ? null : JSON.stringify(spec.body)
  const [access, ...alsoDemands] = demandsOf(spec.method, path, body, {
    except: new Set(spec.except ?? []),
    appended: new Set(spec.appended ?? []),
    merges: spec.merges === true,
    attaches: spec.attaches === true,
    tasks: spec.tasks === true,
    ticketTables: ticketTables(session).map(({ table }) => table),
  })
  const sent = Object.keys(spec.body ?? {})
  const journal = sent.some((column) => JOURNAL_COLUMNS.some((known) => known === column))
  return {
    method: spec.method,
    path,
    query:
      spec.method === 'DELETE'
        ? []
        : [
            [
              'sysparm_fields',
              [...new Set(['sys_id', 'sys_mod_count', ...sent, ...(spec.alsoBack ?? [])])].join(','),
            ],
            ...(journal ? WITH_JOURNALS : RAW),
          ],
    headers: body === null ? ACCEPT : { ...ACCEPT, 'content-type': 'application/json' },
    body,
    access,
    alsoDemands,
    target: spec.target,
    creates: spec.creates,
    ...(spec.clientReach === undefined ? {} : { clientReach: spec.clientReach }),
    summary: spec.summary,
    reconcile: spec.reconcile,
    // Every id that a plan needs stands in it already.
    holes: [],
  }
}

const WITH_JOURNALS = [
  ['sysparm_display_value', 'all'],
  ['sysparm_exclude_reference_link', 'true'],
] as const

export function ticketRef(key: string): TargetRef {
  return { type: 'Ticket', key }
}

export interface Change {
  readonly columns: Readonly<Record<string, string>>
  readonly planned: Readonly<Record<string, unknown>>
  readonly fields: readonly string[]
}

export function changeOf(settings: readonly Setting[]): Change {
  const fields = settings.flatMap((setting) => setting.fields)
  return {
    columns: Object.assign({}, ...settings.map(({ columns }) => columns)) as Record<string, string>,
    planned: Object.fromEntries(fields.map(({ field, planned }) => [field, planned])),
    fields: fields.map(({ field }) => field),
  }
}

/** Changes the named columns of one ticket and no other (API.md 4). */
export function patchStep(
  session: VendorSession,
  now: TicketNow,
  { columns, planned, fields }: Change,
  more: Partial<Pick<StepSpec, 'except' | 'appended' | 'merges' | 'clientReach' | 'summary'>> = {},
): PlannedStep {
  return step(session, {
    method: 'PATCH',
    table: now.table.table,
    sysId: now.sysId,
    body: columns,
    // What is computed from what is written.
    alsoBack: 'priority' in planned ? ['priority'] : [],
    target: ticketRef(now.key),
    creates: null,
    summary: `Changes ${list(fields)} of ticket ${now.number}.`,
    reconcile: { by: 'VALUES', target: ticketRef(now.key), planned },
    ...more,
  })
}
