import type { PlannedStep } from '../../schema/plan.ts'
import { words } from '../sending/window.ts'
import { type Body, policyName } from './field-names.ts'

const BODIES: Readonly<Record<string, Body>> = {
  Ticket: 'TICKET',
  Note: 'NOTE',
  TimeEntry: 'TIME_ENTRY',
  Contact: 'CONTACT',
  Company: 'COMPANY',
  Site: 'SITE',
  ConfigurationItem: 'ITEM',
  TicketLineItem: 'LINE_ITEM',
  TicketTask: 'TASK',
  ScheduleEntry: 'SCHEDULE',
}

/** Orders to the server, which need not come back, and an array whose rows get numbers of their own. */
const NOT_ECHOED = /^(processNotifications|initial\w+|addTo\w+Flag|email\w+Flag|communicationItems)$/

/**
 * Fields that came back with another value than was sent: a patch of a nested path has been answered with 200 and
 * changed nothing (API.md 5). A member that did not come back proves nothing.
 */
export function differing(
  { method, creates, target }: PlannedStep,
  sent: string | null,
  written: Readonly<Record<string, unknown>>,
): readonly string[] {
  const shape = BODIES[creates ?? target?.type ?? ''] ?? 'OTHER'
  const body: unknown = JSON.parse(sent ?? '{}')
  const members = method === 'PATCH' ? patched(body) : Object.entries(body as object)
  const names = members.flatMap(([member, value]) => {
    const found = written[member]
    if (NOT_ECHOED.test(member)) return []
    // What was removed is left out of the answer, or null.
    if (value === undefined) return found == null ? [] : [policyName(shape, member)]
    if (found === undefined) return []
    if (member === 'customFields') return otherCustomFields(value, found)
    return sameValue(value, found) ? [] : [policyName(shape, member)]
  })
  return [...new Set(names)].toSorted()
}

const FILE_FIELDS = { fileName: 'fileName', title: 'title', size: 'content' } as const

/** The same of a file, whose body is a form. */
export function otherFile(
  { reconcile }: PlannedStep,
  written: Readonly<Record<string, unknown>>,
): readonly string[] {
  const content = reconcile.by === 'FINGERPRINT' ? reconcile.content : {}
  return Object.entries(FILE_FIELDS).flatMap(([member, field]) =>
    written[member] === undefined || sameValue(content[member], written[member]) ? [] : [field],
  )
}

function patched(body: unknown): readonly (readonly [string, unknown])[] {
  return (body as readonly { readonly op: string; readonly path: string; readonly value?: unknown }[]).map(
    ({ op, path, value }) => [path, op === 'remove' ? undefined : value] as const,
  )
}

/** A reference by what was sent of it; texts but for line ends; times however they are written. */
function sameValue(sent: unknown, found: unknown): boolean {
  if (sent === found) return true
  if (isObject(sent) && isObject(found))
    return Object.entries(sent).every(([name, value]) => sameValue(value, found[name]))
  if (typeof sent !== 'string' || typeof found !== 'string') return false
  return words(sent) === words(found) || (isTime(sent) && Date.parse(sent) === Date.parse(found))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T/.test(text)
}

function otherCustomFields(sent: unknown, found: unknown): readonly string[] {
  if (!Array.isArray(sent) || !Array.isArray(found)) return ['customFields']
  const kept = new Map(found.filter(isObject).map(({ id, value }) => [id, value ?? null]))
  return sent
    .filter(isObject)
    .flatMap(({ id, value }) => (sameValue(value ?? null, kept.get(id) ?? null) ? [] : [`custom:${id}`]))
}
