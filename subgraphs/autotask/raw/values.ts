import type { ScopeFacts } from '../../../schema/plan.ts'
import { textValue } from '../plan/ticket-now.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/

/** A member in a form that two reads, and a body, can be compared by: times may stand without their zone (API.md 7). */
export function valueForm(value: unknown): unknown {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value !== 'string') return value
  const zone = INSTANT.exec(value)
  if (zone === null) return textValue(value)
  const time = Date.parse(zone[1] === undefined ? `${value}Z` : value)
  return Number.isNaN(time) ? value : new Date(time).toISOString()
}

/** The values of custom fields are texts on the wire (API.md 6). */
export function customForm(value: unknown): unknown {
  return value === undefined || value === null ? null : valueForm(String(value))
}

/** `member` in small letters; `custom:<name>` for a custom field. */
export function memberValue(record: unknown, member: string): unknown {
  if (!member.startsWith('custom:')) return valueForm(memberOf(record, member))
  const fields = memberOf(record, 'userdefinedfields')
  const wanted = member.slice('custom:'.length).toLowerCase()
  const found = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).find((one) => {
    const name = memberOf(one, 'name')
    return typeof name === 'string' && name.toLowerCase() === wanted
  })
  return customForm(memberOf(found, 'value'))
}

/** Bumped by changes that a history keeps before those that anything bumps; each entity has its own (API.md 6). */
const VERSIONS = [
  'lasttrackedmodificationdatetime',
  'lasttrackedmodifieddatetime',
  'lastmodifieddatetime',
  'lastmodifieddate',
  'lastmodifiedtime',
  'lastactivitydate',
  'lastactivitydatetime',
] as const

export function versionOf(record: unknown): string | null {
  for (const name of VERSIONS) {
    const version = memberOf(record, name)
    if (typeof version === 'string') return version
  }
  return null
}

export function scopeOf(record: unknown): ScopeFacts | null {
  const company = memberOf(record, 'companyid')
  if (company === undefined) return null
  const queue = memberOf(record, 'queueid')
  return {
    company: keyOf(company),
    ...(queue === undefined ? { notApplicable: ['board'] } : { board: keyOf(queue) }),
  }
}

function keyOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : null
}

/** Without regard to case, as the service reads names. */
export function memberOf(record: unknown, member: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined
  return Object.entries(record).find(([name]) => name.toLowerCase() === member)?.[1]
}

/** One record without its envelope; undefined when there is none: a missing id is answered with `{"item":null}`. */
export function recordOf(answer: unknown): unknown {
  return memberOf(answer, 'item') ?? undefined
}
