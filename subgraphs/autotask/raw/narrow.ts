import type { RawRequest, Removed } from '../../../schema/passthrough.ts'
import { groupOfMember, HAS_PEOPLE, isSecret } from './member-groups.ts'
import { groupsOfNote, isNotes, noteGroups } from './note-split.ts'
import { isOfAnotherParent } from './parents.ts'

type MayRead = (group: string, field: string) => boolean
type Drop = (path: string, group: string) => void
type Shape = Readonly<Record<string, unknown>>

/** A value that is an address and nothing else; addresses within a text belong to the text. */
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/

/** Takes out what belongs to groups that can't be read, by the same map that a query is judged by. */
export function narrow(
  request: RawRequest,
  answer: unknown,
  mayRead: MayRead,
): { readonly answer: unknown; readonly removed: readonly Removed[] } {
  const { group, template } = request.endpoint
  // Field lists and counts hold no records.
  if (/entityinformation|\/count$/i.test(template)) return { answer, removed: [] }
  const removed = new Map<string, Removed>()
  const drop: Drop = (path, of) => {
    removed.set(`${path} ${of}`, { path, group: of })
  }
  const possible = isNotes(template) ? noteGroups(request) : [group]
  const recordAt = (record: unknown, path: string): unknown => {
    if (isOfAnotherParent(request, record)) {
      drop(path, group)
      return undefined
    }
    if (!isNotes(template)) return ofRecord(record, group, path, mayRead, drop)
    const closed = groupsOfNote(record, possible).find((one) => !mayRead(one, 'text'))
    if (closed === undefined || record === null) return ofRecord(record, group, path, mayRead, drop)
    drop(path, closed)
    return undefined
  }
  return { answer: ofAnswer(answer, recordAt), removed: [...removed.values()] }
}

function ofAnswer(answer: unknown, one: (record: unknown, path: string) => unknown): unknown {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return one(answer, '')
  const { items, item, pageDetails, ...others } = answer as Shape
  if (items === undefined && item === undefined) return one(answer, '')
  const told = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, one(value, name)]))
  if (items === undefined) return { ...told, item: one(item, 'item') ?? null }
  const kept = (Array.isArray(items) ? (items as readonly unknown[]) : [])
    .map((record) => one(record, 'items[]'))
    .filter((record) => record !== undefined)
  return {
    ...told,
    items: kept,
    ...(pageDetails !== undefined && { pageDetails: pageOf(pageDetails, kept.length) }),
  }
}

/** Without the addresses of other pages, which name a host to call: how to go on is told beside the answer. */
function pageOf(details: unknown, count: number): unknown {
  const { requestCount } = (typeof details === 'object' && details !== null ? details : {}) as Shape
  return { count, ...(typeof requestCount === 'number' && { requestCount }) }
}

/** `base` is the group of the record that `value` is. */
function ofRecord(value: unknown, base: string, path: string, mayRead: MayRead, drop: Drop): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).map((one) => ofRecord(one, base, `${path}[]`, mayRead, drop))
  }
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const group = groupOf(name, member, base)
    if (isSecret(name) || (group !== base && !mayRead(group, name))) drop(at, group)
    else kept[name] = typeof member === 'object' ? ofRecord(member, group, at, mayRead, drop) : member
  }
  return kept
}

function groupOf(name: string, value: unknown, base: string): string {
  if (typeof value === 'string' && ADDRESS.test(value) && !HAS_PEOPLE.has(base)) return 'Contacts'
  if (typeof value !== 'object' || value === null || isIds(value)) return groupOfMember(name, base)
  // Records are flat: one within another is of a newer release, and stays closed until somebody has read it.
  return name.toLowerCase() === 'userdefinedfields' ? base : 'System'
}

function isIds(value: object): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'number')
}
