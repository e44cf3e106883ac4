import { GatewayError } from '../../../schema/errors.ts'
import type { ScopeFacts } from '../../../schema/plan.ts'

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value in a form that two reads, and a body, can be compared by: a text, null for nothing (API.md 1). */
export function valueForm(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return null
  if (isObject(value)) return 'value' in value ? valueForm(value.value) : JSON.stringify(value)
  return Array.isArray(value) ? JSON.stringify(value) : String(value)
}

export function memberValue(record: unknown, member: string): unknown {
  return isObject(record) && Object.hasOwn(record, member) ? valueForm(record[member]) : null
}

/** One more with each update, and the second of the last one (API.md 9). */
export function versionOf(record: unknown): string | null {
  const [count, updated] = ['sys_mod_count', 'sys_updated_on'].map((name) => memberValue(record, name))
  return count === null ? null : `${String(count)} ${String(updated ?? '')}`.trim()
}

/** Cases tell their client as an account (API.md 13, Ticket). */
export function scopeOf(record: unknown): ScopeFacts | null {
  if (!isObject(record)) return null
  const company = ['account', 'company'].find((name) => Object.hasOwn(record, name))
  if (company === undefined) return null
  return {
    company: key(memberValue(record, company)),
    ...(Object.hasOwn(record, 'assignment_group')
      ? { board: key(memberValue(record, 'assignment_group')) }
      : { notApplicable: ['board'] }),
  }
}

function key(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** @throws GatewayError VENDOR_UNAVAILABLE for rows and an error in one body (API.md 6) */
export function recordOf(answer: unknown): unknown {
  if (!isObject(answer)) return undefined
  if (answer.error !== undefined)
    throw new GatewayError('VENDOR_UNAVAILABLE', 'ServiceNow broke its answer off.')
  return isObject(answer.result) ? answer.result : undefined
}
