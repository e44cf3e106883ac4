import type { RawRequest, Removed } from '../../../schema/passthrough.ts'
import { groupsOfNested, groupsOfValue } from './member-groups.ts'
import { memberOf } from './values.ts'

type MayRead = (group: string, field: string) => boolean
type Drop = (path: string, group: string) => void

interface Cut {
  readonly mayRead: MayRead
  readonly drop: Drop
  /** Under a record scope: the company of the record that the answer is about. Others that it tells of have to be its own. */
  readonly company?: unknown
  readonly isScoped: boolean
}

/** A value that is an address and nothing else; addresses within a text belong to the text. */
const ADDRESS = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/
const HAS_ADDRESSES: ReadonlySet<string> = new Set(['Contacts', 'Members'])

/** What a list tells beside its rows. */
const ENVELOPE: ReadonlySet<string> = new Set(['record_count', 'page_no', 'page_size'])

/** Takes out what belongs to groups that can't be read, by the same map that a query is judged by. */
export function narrow(
  { endpoint: { group, template } }: RawRequest,
  answer: unknown,
  mayRead: MayRead,
  isScoped = false,
): { readonly answer: unknown; readonly removed: readonly Removed[] } {
  const removed = new Map<string, Removed>()
  const drop: Drop = (path, of) => {
    removed.set(`${path} ${of}`, { path, group: of })
  }
  const ofOne = (record: unknown, path: string) => {
    const closed = groupsOfRecord(template, group, record).find((one) => !mayRead(one, 'id'))
    if (closed === undefined) {
      const [own = group] = groupsOfRecord(template, group, record)
      const company = /^\/client(\/|$)/i.test(template)
        ? memberOf(record, 'id')
        : memberOf(record, 'client_id')
      return ofRecord(record, own, path, { mayRead, drop, company, isScoped })
    }
    drop(path, closed)
    return undefined
  }
  const narrowed = isList(template, answer) ? ofList(answer, ofOne, drop) : ofOne(answer, '')
  return { answer: narrowed, removed: [...removed.values()] }
}

/** A list is a bare array or an envelope with one (API.md 3); a single record has its id in the path. */
function isList(template: string, answer: unknown): answer is object {
  if (Array.isArray(answer)) return true
  return !template.endsWith('}') && Array.isArray(rowsOf(answer)?.[1])
}

function rowsOf(answer: unknown): readonly [name: string, rows: readonly unknown[]] | undefined {
  if (typeof answer !== 'object' || answer === null || memberOf(answer, 'id') !== undefined) return undefined
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value))
  const known = lists.find(([name]) => LISTS.has(name.toLowerCase()))
  return (known ?? lists[0]) as readonly [string, readonly unknown[]] | undefined
}

/** Names that envelopes give their rows (API.md 3). */
const LISTS: ReadonlySet<string> = new Set(
  (
    'tickets actions clients sites users assets items appointments contracts agents attachments articles invoices ' +
    'quotes salesorders purchaseorders suppliers services timesheets releases licences'
  ).split(' '),
)

function ofList(answer: object, one: (record: unknown, path: string) => unknown, drop: Drop): unknown {
  const kept = (rows: readonly unknown[], path: string) =>
    rows.map((row) => one(row, `${path}[]`)).filter((row) => row !== undefined)
  if (Array.isArray(answer)) return kept(answer, '')
  const [name = '', rows = []] = rowsOf(answer) ?? []
  const narrowed: Record<string, unknown> = {}
  const left = kept(rows, name)
  for (const [member, value] of Object.entries(answer)) {
    if (member === name) narrowed[member] = left
    // How many there are would tell of those that went.
    else if (member.toLowerCase() === 'record_count' && left.length < rows.length) drop(member, 'System')
    else if (ENVELOPE.has(member.toLowerCase())) narrowed[member] = value
    else drop(member, 'System')
  }
  return narrowed
}

/** The record's own group, with those that are needed besides where it may be any of them. */
function groupsOfRecord(template: string, group: string, record: unknown): readonly string[] {
  if (/^\/(tickets|projects|opportunities)(\/|$)/i.test(template)) return groupsOfTicket(record)
  if (!/^\/actions(\/|$)/i.test(template)) return [group]
  return memberOf(record, 'hiddenfromuser') === true ? ['Ticket Notes'] : ['Client-Facing Notes']
}

/** One table holds three groups (API.md 12.5). A record that does not tell which is all of them. */
function groupsOfTicket(record: unknown): readonly string[] {
  const use = memberOf(record, 'use')
  const said = typeof use === 'string' ? use.toLowerCase() : ''
  if (/^(opp|opps|opportunity)$/.test(said) || memberOf(record, 'is_opportunity') === true)
    return ['Opportunities']
  if (/^(prj|prjs|project)$/.test(said) || memberOf(record, 'is_project') === true) return ['Projects']
  return /^(ticket|reqs)$/.test(said) ? ['Tickets'] : ['Tickets', 'Projects', 'Opportunities']
}

/** `base` is the group of the record that `value` is. */
function ofRecord(value: unknown, base: string, path: string, cut: Cut): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { mayRead, drop } = cut
  if (Array.isArray(value)) {
    const own = value.filter((one) => !isOfAnother(one, path, cut))
    if (own.length < value.length) drop(`${path}[]`, base)
    return own.map((one) => ofRecord(one, base, `${path}[]`, cut))
  }
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`
    const nested = typeof member === 'object' && member !== null
    const groups = nested ? groupsOfNested(name, base) : groupsOfPlain(name, member, base)
    const closed = groups.find((group) => group !== base && !mayRead(group, name))
    if (closed !== undefined) drop(at, closed)
    else if (nested && isOfAnother(member, at, cut)) drop(at, groups[0] ?? base)
    else kept[name] = nested ? ofRecord(member, groups[0] ?? base, at, cut) : member
  }
  return kept
}

/** Tickets beside it may be of anybody, and need not say of whom. */
const OF_ANYBODY = /(^|\.)related_tickets$/i

function isOfAnother(value: unknown, path: string, { isScoped, company }: Cut): boolean {
  if (!isScoped || typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const theirs = memberOf(value, 'client_id')
  return theirs === undefined ? OF_ANYBODY.test(path) : theirs !== company
}

function groupsOfPlain(name: string, value: unknown, base: string): readonly string[] {
  if (typeof value === 'string' && ADDRESS.test(value) && !HAS_ADDRESSES.has(base)) return ['Contacts']
  return groupsOfValue(name, base)
}
