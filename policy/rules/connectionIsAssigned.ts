import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

/** The same words whether a connection is off, not assigned or not there at all: a slug must not be probed. */
export function connectionIsAssigned(question: Question): Objection | undefined {
  return firstObjection(question, (demand) =>
    question.principal.connections.has(demand.connection)
      ? undefined
      : objectTo('CONNECTION_FORBIDDEN', demand, 'this connection is switched off or not assigned to you'),
  )
}
