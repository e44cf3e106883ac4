import type { ScopeFacts } from '../../../schema/plan.ts'
import type { TargetRef } from '../../../schema/source.ts'

/** Members of a body in small letters, as ConnectWise reads them. */
export type Members = ReadonlyMap<string, unknown>

/** The key of a reference: null when it is cleared, undefined when the body names the record in another way. */
export function keyOf(value: unknown): string | null | undefined {
  if (value === null) return null
  const id = typeof value === 'object' ? idOf(value) : value
  return typeof id === 'number' && Number.isInteger(id) && id > 0 ? String(id) : undefined
}

function idOf(value: object): unknown {
  return Object.entries(value).find(([name]) => name.toLowerCase() === 'id')?.[1]
}

const TYPES: Readonly<Record<string, TargetRef['type']>> = {
  company: 'Company',
  contact: 'Contact',
  ticket: 'Ticket',
  parentticketid: 'Ticket',
  mergedparentticket: 'Ticket',
}

/** Records that a body refers to by id. */
export function refersTo(members: Members): readonly TargetRef[] {
  const found: TargetRef[] = []
  const add = (type: TargetRef['type'], value: unknown) => {
    const key = keyOf(value)
    if (typeof key === 'string') found.push({ type, key })
  }
  for (const [name, value] of members) {
    const type = TYPES[name]
    if (type !== undefined) add(type, value)
    if (name === 'mergeticketids' || name === 'childticketids')
      for (const id of Array.isArray(value) ? (value as readonly unknown[]) : []) add('Ticket', id)
  }
  const charged = members.get('chargetoid')
  if (charged !== undefined && isServiceTicket(members.get('chargetotype'))) add('Ticket', charged)
  return found
}

function isServiceTicket(type: unknown): boolean {
  return typeof type === 'string' && type.toLowerCase() === 'serviceticket'
}

/** Company and board as the body sets them. */
export function becomes(members: Members): ScopeFacts | null {
  const company = members.has('company') ? { company: keyOf(members.get('company')) } : {}
  const board = members.has('board') ? { board: keyOf(members.get('board')) } : {}
  const facts = { ...company, ...board }
  return Object.keys(facts).length === 0 ? null : facts
}
