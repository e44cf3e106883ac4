import type { VendorSession } from '../../schema/source.ts'
import type { ActionBody } from './schema.ts'

export interface NoteReach {
  readonly group: 'Ticket Notes' | 'Client-Facing Notes'
  shows(note: Pick<ActionBody, 'hiddenfromuser'>): boolean
}

/** Notes are two groups behind one endpoint: a caller who may read one of them is shown that one only. */
export function noteReach(session: VendorSession): NoteReach {
  const internal = session.mayRead('Ticket Notes', 'text')
  const client = session.mayRead('Client-Facing Notes', 'text')
  if (internal && !client) return { group: 'Ticket Notes', shows: (note) => note.hiddenfromuser === true }
  if (client && !internal)
    return { group: 'Client-Facing Notes', shows: (note) => note.hiddenfromuser !== true }
  return { group: 'Ticket Notes', shows: () => true }
}
