import type { PlannedStep, Reconcile } from '../../../schema/plan.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef } from '../../../schema/source.ts'
import { type DemandOptions, demandsOf } from '../body-fields.ts'

export const JSON_HEADERS = {
  accept: 'application/json',
  'content-type': 'application/json; charset=utf-8',
} as const

export interface StepSpec {
  readonly path: string
  /** The one element of the array; null for a deletion. */
  readonly element: Readonly<Record<string, unknown>> | null
  readonly query?: PlannedStep['query']
  readonly demands?: Omit<DemandOptions, 'except'>
  /** Policy names that the planner put there itself; see `demandsOf`. */
  readonly except: readonly string[]
  readonly target: TargetRef | null
  readonly creates: EntityType | null
  readonly clientReach?: PlannedStep['clientReach']
  readonly summary: string
  readonly reconcile: Reconcile
}

/** The bytes are made here, once; access is then read back from them. Every write is one element (API.md 5). */
export function step(spec: StepSpec): PlannedStep {
  const method = spec.element === null ? 'DELETE' : 'POST'
  const body = spec.element === null ? null : JSON.stringify([spec.element])
  const options = { ...spec.demands, except: new Set(spec.except) }
  const [access, ...alsoDemands] = demandsOf(method, spec.path, body, options)
  return {
    method,
    path: spec.path,
    query: spec.query ?? [],
    headers: JSON_HEADERS,
    body,
    access,
    alsoDemands,
    target: spec.target,
    creates: spec.creates,
    ...(spec.clientReach === undefined ? {} : { clientReach: spec.clientReach }),
    summary: spec.summary,
    reconcile: spec.reconcile,
    // Each of these writes stands alone.
    holes: [],
  }
}

/** What is deleted is settled by its being gone. */
export function deletionStep(path: string, target: TargetRef, summary: string): PlannedStep {
  return step({
    path,
    element: null,
    except: [],
    target,
    creates: null,
    summary,
    reconcile: { by: 'VALUES', target, planned: {} },
  })
}

export function ticketRef(key: string | number): TargetRef {
  return { type: 'Ticket', key: String(key) }
}
