import type { Rec } from '../shared/json.ts'
import type { Call } from './call.ts'

/** What an entity does beyond what all of them do. */
export interface Behaviour {
  /** Fills defaults and derived fields into the draft, before the general checks. */
  prepare?(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void
  /** Refuses what only this entity refuses. */
  check?(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void
  /** Side effects of a saved record; `before` is how it stood. */
  after?(call: Call, row: Rec, change: Rec, before: Rec | undefined): void
  beforeDelete?(call: Call, row: Rec): void
  afterDelete?(call: Call, row: Rec): void
}
