import type { VendorSession } from '../../schema/source.ts'
import { any, boolean, type Condition, compare, fieldPath } from './conditions.ts'

const DETAIL = fieldPath('detailDescriptionFlag')
const RESOLUTION = fieldPath('resolutionFlag')
const yes = boolean('flag', true)
const no = boolean('flag', false)

/** The flags that `kindOf` reads, as conditions: exactly the same split, so that nothing falls between. */
export const KIND_CONDITIONS = {
  RESOLUTION: compare(RESOLUTION, '=', yes),
  DESCRIPTION: `(${compare(RESOLUTION, '=', no)} and ${compare(DETAIL, '=', yes)})` as Condition,
  INTERNAL: `(${compare(RESOLUTION, '=', no)} and ${compare(DETAIL, '=', no)})` as Condition,
} as const

export const CLIENT_VISIBLE = any([KIND_CONDITIONS.RESOLUTION, KIND_CONDITIONS.DESCRIPTION]) as Condition

export interface NoteReach {
  readonly group: 'Ticket Notes' | 'Client-Facing Notes'
  /** undefined when every note may be read. */
  readonly condition: Condition | undefined
}

/** Notes are two groups behind one endpoint: a caller who may read one of them is shown that one only. */
export function noteReach(session: VendorSession): NoteReach {
  const internal = session.mayRead('Ticket Notes', 'text')
  const client = session.mayRead('Client-Facing Notes', 'text')
  if (internal && !client) return { group: 'Ticket Notes', condition: KIND_CONDITIONS.INTERNAL }
  if (client && !internal) return { group: 'Client-Facing Notes', condition: CLIENT_VISIBLE }
  return { group: 'Ticket Notes', condition: undefined }
}
