import type { RawRequest, Removed } from '../../../schema/passthrough.ts'
import { groupOfReference, groupOfValue } from './member-groups.ts'
import { infoGroup } from './path-demands.ts'
import { memberOf } from './values.ts'

type MayRead = (group: string, field: string) => boolean

/** A value that is an address and nothing else; addresses within a text belong to the text. */
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/
const HAS_ADDRESSES: ReadonlySet<string> = new Set(['Contacts', 'Members'])

/** Takes out what belongs to groups that can't be read, by the same map that a query is judged by. */
export function narrow(
  { endpoint: { group, template }, query }: RawRequest,
  answer: unknown,
  mayRead: MayRead,
  isScoped = false,
): { readonly answer: unknown; readonly removed: readonly Removed[] } {
  const removed = new Map<string, Removed>()
  const drop = (path: string, of: string) => {
    removed.set(`${path} ${of}`, { path, group: of })
  }
  const isAll = /allnotes/i.test(template)
  const narrowed = isNotes(template)
    ? ofRecords(answer, (record, path) => {
        const groups = noteGroups(record, isAll, tellsKinds(query, isAll))
        const closed = groups.find((one) => !mayRead(one, 'text'))
        if (closed !== undefined) {
          drop(path, closed)
          return undefined
        }
        return ofRecord(record, groups[0]!, path, mayRead, drop)
      })
    : ofRecords(answer, (record, path) => {
        const own = isScoped ? withoutOthers(template, record, path, drop) : record
        return ofRecord(own, group, path, mayRead, drop)
      })
  return { answer: narrowed, removed: [...removed.values()] }
}

type Drop = (path: string, group: string) => void

function ofRecords(answer: unknown, one: (record: unknown, path: string) => unknown): unknown {
  if (!Array.isArray(answer)) return one(answer, '')
  return (answer as readonly unknown[])
    .map((record) => one(record, '[]'))
    .filter((record) => record !== undefined)
}

/** What stands on a ticket and does not tell of which company it is: under a record scope its id stays. */
function withoutOthers(template: string, record: unknown, path: string, drop: Drop): unknown {
  if (typeof record !== 'object' || record === null) return record
  if (/\/tickets\/\{\w+\}\/configurations(\/\{\w+\})?$/i.test(template))
    return idsOnly(record, path, 'Configurations', drop)
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const isOther =
        name.toLowerCase() === 'mergedparentticket' && typeof value === 'object' && value !== null
      return [name, isOther ? idsOnly(value, path === '' ? name : `${path}.${name}`, 'Tickets', drop) : value]
    }),
  )
}

function isNotes(template: string): boolean {
  return /\/tickets\/\{\w+\}\/(notes|allnotes)(\/\{\w+\})?$/i.test(template)
}

const FLAGS = ['detaildescriptionflag', 'resolutionflag']

/** Whether the caller's `fields`, if it gave any, leave in the answer what tells the notes apart. */
function tellsKinds(query: RawRequest['query'], isAll: boolean): boolean {
  const given = query
    .filter(([name]) => /^(fields|columns)$/i.test(name))
    .map(([, text]) => text.toLowerCase())
  return given.every((text) => {
    const names = text.split(',').map((name) => name.trim())
    return [...FLAGS, ...(isAll ? ['notetype'] : [])].every((name) => names.includes(name))
  })
}

/**
 * By the flags, as everywhere; all the notes of a ticket are those of its time entries, too. A caller who leaves the
 * flags out of `fields` has a note that may be any of them, and needs them all.
 */
function noteGroups(note: unknown, isAll: boolean, told: boolean): readonly string[] {
  const type = memberOf(note, 'notetype')
  if (isAll && typeof type === 'string' && /time/i.test(type)) return ['Time Entries']
  const time = isAll && typeof type !== 'string' && !told ? ['Time Entries'] : []
  if (FLAGS.some((flag) => memberOf(note, flag) === true)) return ['Client-Facing Notes', ...time]
  return told ? ['Ticket Notes'] : ['Ticket Notes', 'Client-Facing Notes', ...time]
}

/** `base` is the group of the record that `value` is. */
function ofRecord(value: unknown, base: string, path: string, mayRead: MayRead, drop: Drop): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => ofRecord(one, base, `${path}[]`, mayRead, drop))
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const narrowed = ofMember(name, member, base, at, mayRead, drop)
    if (narrowed !== undefined) kept[name] = narrowed
  }
  return kept
}

function ofMember(
  name: string,
  value: unknown,
  base: string,
  path: string,
  mayRead: MayRead,
  drop: Drop,
): unknown {
  if (name.toLowerCase() === '_info') return ofInfo(value, base, path, mayRead, drop)
  if (typeof value === 'object' && value !== null) {
    const group = groupOfReference(name, base)
    if (group === base || mayRead(group, name)) return ofRecord(value, group, path, mayRead, drop)
    return idsOnly(value, path, group, drop)
  }
  const group =
    typeof value === 'string' && ADDRESS.test(value) && !HAS_ADDRESSES.has(base)
      ? 'Contacts'
      : groupOfValue(name, base)
  if (group === base || mayRead(group, name)) return value
  drop(path, group)
  return undefined
}

/** A bare id belongs to the record that refers; what is embedded of the other record goes. */
function idsOnly(value: object, path: string, group: string, drop: Drop): unknown {
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).flatMap((one) => {
      if (typeof one === 'number') return [one]
      if (typeof one === 'object' && one !== null) return [idsOnly(one, `${path}[]`, group, drop)]
      drop(`${path}[]`, group)
      return []
    })
  }
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (name === 'id' && typeof member === 'number') kept[name] = member
    else drop(`${path}.${name}`, group)
  }
  return kept
}

/** Dates stay; links and names of members go by their groups. */
function ofInfo(value: unknown, base: string, path: string, mayRead: MayRead, drop: Drop): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const group = infoGroup(name, base)
    if (group === base || mayRead(group, name)) kept[name] = member
    else drop(`${path}.${name}`, group)
  }
  return kept
}
