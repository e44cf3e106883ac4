import type { RawRequest } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef } from '../../../schema/source.ts'
import type { Members } from '../body-fields.ts'
import { memberOf } from './values.ts'

export type Shape = 'TICKET' | 'ACTION' | 'CONTACT' | 'COMPANY' | 'SITE' | 'ITEM' | 'OTHER'

/** Tickets, projects and opportunities are one table behind three doors (API.md 12.5), and a fourth for one object. */
export function shapeOf(template: string): Shape {
  switch (bodyPath(template)) {
    case '/Tickets':
      return 'TICKET'
    case '/Actions':
      return 'ACTION'
    case '/Users':
      return 'CONTACT'
    case '/Client':
      return 'COMPANY'
    case '/Site':
      return 'SITE'
    case '/Asset':
      return 'ITEM'
    default:
      return 'OTHER'
  }
}

/** The path whose bodies have the same members. */
export function bodyPath(template: string): string {
  return /^\/(tickets(\/object)?|projects|opportunities)(\/\{id\})?$/i.test(template)
    ? '/Tickets'
    : /^\/(actions|users|client|site|asset)(\/\{id\})?$/i.test(template)
      ? template.replace(/\/\{id\}$/, '')
      : template
}

/** A key that records can have: placeholders are 0 and below. */
export function keyOf(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  return /^[1-9]\d{0,9}$/.test(text) ? text : undefined
}

const LED_TO: Readonly<Record<string, EntityType>> = {
  '/tickets/{id}': 'Ticket',
  '/users/{id}': 'Contact',
  '/client/{id}': 'Company',
  '/site/{id}': 'Site',
  '/asset/{id}': 'ConfigurationItem',
  '/agent/{id}': 'Member',
  '/team/{id}': 'Board',
}

/** The record that a path leads to, or that its query names as the parent. */
export function targetOf({ endpoint, parameters, query }: RawRequest): TargetRef | null {
  const type = LED_TO[endpoint.template.toLowerCase()]
  if (type !== undefined && parameters.id !== undefined) return { type, key: parameters.id }
  const [, resource = ''] = endpoint.template.toLowerCase().split('/')
  const named = (name: string) => keyOf(query.find(([one]) => one.toLowerCase() === name)?.[1])
  const ticket = BELOW_TICKET.has(resource) ? named('ticket_id') : undefined
  if (ticket !== undefined) return { type: 'Ticket', key: ticket }
  const client = resource === 'crmnote' ? named('client_id') : undefined
  return client === undefined ? null : { type: 'Company', key: client }
}

const BELOW_TICKET: ReadonlySet<string> = new Set(['actions', 'attachment', 'todo'])

/** The record that a body writes, or below which it writes. */
export function targetOfBody(template: string, members: Members, exists: boolean): TargetRef | null {
  const id = exists ? keyOf(members.get('id')) : undefined
  const ticket = keyOf(members.get('ticket_id'))
  switch (bodyPath(template).toLowerCase()) {
    case '/tickets':
      // What the other doors write has no type in the schema.
      return id === undefined || !/^\/tickets/i.test(template) ? null : { type: 'Ticket', key: id }
    case '/users':
      return id === undefined ? null : { type: 'Contact', key: id }
    case '/site':
      return id === undefined ? null : { type: 'Site', key: id }
    case '/asset':
      return id === undefined ? null : { type: 'ConfigurationItem', key: id }
    case '/client':
      return id === undefined ? null : { type: 'Company', key: id }
    default:
      return ticket === undefined ? null : { type: 'Ticket', key: ticket }
  }
}

const NAMED: Readonly<Record<string, EntityType>> = {
  ticket_id: 'Ticket',
  faultid: 'Ticket',
  parent_id: 'Ticket',
  new_parent_id: 'Ticket',
  merged_into_id: 'Ticket',
  move_to_id: 'Ticket',
  copy_to_id: 'Ticket',
  createdfrom_id: 'Ticket',
  clonedfrom_id: 'Ticket',
  unrelate_from_ticket_id: 'Ticket',
  new_matched_linked_id: 'Ticket',
  client_id: 'Company',
  new_client_id: 'Company',
  user_id: 'Contact',
  new_user_id: 'Contact',
}
const TICKET_LISTS = ['child_ticket_ids', 'related_tickets', 'new_related_tickets'] as const

/** Further records that a body names by id. */
export function refersTo(members: Members): readonly TargetRef[] {
  const found: TargetRef[] = []
  const add = (type: EntityType, value: unknown) => {
    const key = keyOf(value)
    if (key !== undefined) found.push({ type, key })
  }
  for (const [name, type] of Object.entries(NAMED)) add(type, members.get(name))
  for (const name of TICKET_LISTS) {
    const list = members.get(name)
    for (const one of Array.isArray(list) ? (list as readonly unknown[]) : [])
      add('Ticket', typeof one === 'object' ? memberOf(one, 'id') : one)
  }
  return found
}
