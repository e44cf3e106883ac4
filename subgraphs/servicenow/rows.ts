/**
 * One row as the Table API tells it with raw values and no links: every value a text, "" for nothing, dotted
 * fields under their dotted names. A field that is not there was hidden by an ACL or does not exist.
 */
export interface Row {
  readonly sysId: string
  readonly values: Readonly<Record<string, string>>
}

const SYS_ID = /^[0-9a-f]{32}$/

/** An id that is none of the platform's belongs to no record: nothing is asked. */
export function isSysId(key: string): boolean {
  return SYS_ID.test(key)
}

/** undefined for what is no row; both shapes of a reference are read (API.md 4). */
export function rowOf(value: unknown): Row | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const values: Record<string, string> = {}
  for (const [name, one] of Object.entries(value)) {
    const text = textOf(one)
    if (text === undefined) return undefined
    values[name] = text
  }
  const { sys_id: sysId = '' } = values
  return isSysId(sysId) ? { sysId, values } : undefined
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === null) return ''
  if (typeof value === 'object' && !Array.isArray(value)) {
    const { value: inner } = value as Record<string, unknown>
    return typeof inner === 'object' ? undefined : textOf(inner)
  }
  return undefined
}

/** null for what is empty, hidden or not there. */
export function valueAt(row: Row, path: string): string | null {
  const value = row.values[path]
  return value === undefined || value === '' ? null : value
}

export function flagAt(row: Row, path: string): boolean | null {
  const value = valueAt(row, path)
  return value === null ? null : value === 'true' || value === '1'
}

export function numberAt(row: Row, path: string): number | null {
  const value = valueAt(row, path)
  const number = value === null ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : null
}
