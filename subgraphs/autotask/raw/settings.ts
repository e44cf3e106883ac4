import type { RawRequest, RawSetting } from '../../../schema/passthrough.ts'
import type { ScopeFacts } from '../../../schema/plan.ts'
import type { TargetRef } from '../../../schema/source.ts'
import { type Body, policyName } from '../field-names.ts'
import { customForm, memberOf, valueForm } from './values.ts'

/** Members of a body in small letters, as Autotask reads them; without the id, which picks the record. */
export type Members = ReadonlyMap<string, unknown>

export function membersOf({ endpoint: { method }, body }: RawRequest): Members {
  if (typeof body !== 'object' || body === null || method === 'DELETE') return new Map()
  const members = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]))
  members.delete('id')
  return members
}

/** The id of the record that a PATCH or PUT writes; `demandsOf` refuses a body without one. */
export function idOf({ endpoint: { method }, body }: RawRequest): string | null {
  if (method !== 'PATCH' && method !== 'PUT') return null
  const id = memberOf(body, 'id')
  return typeof id === 'number' ? String(id) : null
}

/** What the members are once they are written. */
export function settingsOf(body: Body, members: Members): readonly RawSetting[] {
  return [...members].flatMap(([member, value]): readonly RawSetting[] => {
    if (member === 'userdefinedfields') return customFieldSettings(value)
    return [{ member, field: policyName(body, member), value: valueForm(value) }]
  })
}

function customFieldSettings(value: unknown): readonly RawSetting[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : []).map((one) => {
    const name = `custom:${String(memberOf(one, 'name'))}`
    return { member: name, field: name, value: customForm(memberOf(one, 'value')) }
  })
}

const TYPES: Readonly<Record<string, TargetRef['type']>> = {
  companyid: 'Company',
  parentcompanyid: 'Company',
  billtocompanyid: 'Company',
  contactid: 'Contact',
  ticketid: 'Ticket',
  problemticketid: 'Ticket',
  changerequestticketid: 'Ticket',
  problemorincidentticketid: 'Ticket',
}

/** Records that a body refers to. */
export function refersTo(members: Members): readonly TargetRef[] {
  return [...members].flatMap(([name, value]) => {
    const type = TYPES[name]
    return type === undefined || typeof value !== 'number' ? [] : [{ type, key: String(value) }]
  })
}

/** Company and queue as the body sets them. */
export function becomes(members: Members): ScopeFacts | null {
  const key = (value: unknown) =>
    typeof value === 'number' ? String(value) : value === null ? null : undefined
  const facts = {
    ...(members.has('companyid') && { company: key(members.get('companyid')) }),
    ...(members.has('queueid') && { board: key(members.get('queueid')) }),
  }
  return Object.keys(facts).length === 0 ? null : facts
}
