import type { ScopeFacts } from '../../../schema/plan.ts'

/** A member in a form that two reads, and a body, can be compared by: a reference is its id, a list its JSON. */
export function valueForm(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object') return value
  const id = (value as Record<string, unknown>).id
  return !Array.isArray(value) && typeof id === 'number' ? String(id) : JSON.stringify(value)
}

/** `member` in small letters; `custom:<id>` for a custom field. */
export function memberValue(record: unknown, member: string): unknown {
  const custom = /^custom:(\d+)$/.exec(member)?.[1]
  if (custom === undefined) return valueForm(memberOf(record, member))
  const fields = memberOf(record, 'customfields')
  const found = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).find(
    (one) => String(memberOf(one, 'id')) === custom,
  )
  return valueForm(memberOf(found, 'value'))
}

export function versionOf(record: unknown): string | null {
  const version = memberOf(memberOf(record, '_info'), 'lastupdated')
  return typeof version === 'string' ? version : null
}

export function scopeOf(record: unknown): ScopeFacts | null {
  const company = memberOf(record, 'company')
  if (company === undefined) return null
  const board = memberOf(record, 'board')
  return {
    company: text(valueForm(company)),
    ...(board === undefined ? { notApplicable: ['board'] } : { board: text(valueForm(board)) }),
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** Without regard to case, as the vendor reads names. */
export function memberOf(record: unknown, member: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined
  return Object.entries(record).find(([name]) => name.toLowerCase() === member)?.[1]
}
