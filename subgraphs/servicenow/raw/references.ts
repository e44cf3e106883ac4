import type { ScopeFacts } from '../../../schema/plan.ts'
import type { TargetRef } from '../../../schema/source.ts'
import { columnOf } from '../columns.ts'
import type { Members } from './settings.ts'
import { refTo } from './targets.ts'

const COMPANY = ['account', 'company'] as const

/** Records that a body refers to by id. */
export function refersTo(table: string, members: Members): readonly TargetRef[] {
  return [...members].flatMap(([column, value]): readonly TargetRef[] => {
    if (typeof value !== 'string' || !/^[0-9a-f]{32}$/.test(value)) return []
    const { reference } = columnOf(table, column) ?? {}
    if (reference === undefined) return []
    // The generic parent may be of any class: one of its own, or there is no such record (API.md 13, Bundle).
    if (column === 'parent' && reference === 'task') return known(refTo(table, value))
    // So may the task that time was spent on; `complete` finds its class.
    if (column === 'task' && reference === 'task') return [{ type: 'Ticket', key: `incident.${value}` }]
    // Whom a ticket names is a contact where it says so; technicians are in no scope.
    if (reference === 'sys_user')
      return /^(caller_id|requested_for)$/.test(column) ? [{ type: 'Contact', key: value }] : []
    return reference === 'sys_user_group' ? [] : known(refTo(reference, value))
  })
}

function known(ref: TargetRef | null): readonly TargetRef[] {
  return ref === null ? [] : [ref]
}

/** Company and board as the body sets them. */
export function becomes(members: Members): ScopeFacts | null {
  const column = COMPANY.find((name) => members.has(name))
  const company = column === undefined ? {} : { company: keyOf(members.get(column)) }
  const board = members.has('assignment_group') ? { board: keyOf(members.get('assignment_group')) } : {}
  const facts = { ...company, ...board }
  return Object.keys(facts).length === 0 ? null : facts
}

function keyOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
