import type { z } from 'zod'
import type { StatusCategory } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { categoryByName } from '../reading/status-category.ts'
import { objectOf, query, readJson } from './client.ts'
import { compare, fieldName, integer } from './conditions.ts'
import * as shapes from './schema.ts'

const CACHE_SECONDS = 600
const SETUP: VendorAccess = { group: 'Boards & Ticket Setup', kind: 'READ', fields: [], reference: true }
const TIME_SETUP: VendorAccess = { group: 'Time Setup', kind: 'READ', fields: [], reference: true }

/** Setup lists are short; the cap is a guard against a tenant that is not. */
const MAX_PAGES = 10
const PAGE_SIZE = 500

type Fields = ReadonlyMap<string, shapes.FieldInfo>

/** What an entity's fields are: picklists, lengths, what is required. Tenant data, so it is read and never known. */
function fieldsOf(
  session: VendorSession,
  entity: string,
  access: VendorAccess,
  udfs = false,
): Promise<Fields> {
  const part = udfs ? 'userDefinedFields' : 'fields'
  return session.cached(`${entity} ${part}`, CACHE_SECONDS, async () => {
    const answer = await readJson(session, { path: `/${entity}/entityInformation/${part}`, access })
    const { fields } = objectOf(answer)
    const found = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).flatMap((one) => {
      const parsed = shapes.fieldInfo.safeParse(one)
      return parsed.success ? [parsed.data] : []
    })
    return new Map(found.map((field) => [field.name, field]))
  })
}

export function ticketFields(session: VendorSession): Promise<Fields> {
  return fieldsOf(session, 'Tickets', SETUP)
}

export function noteFields(session: VendorSession): Promise<Fields> {
  return fieldsOf(session, 'TicketNotes', { ...SETUP, group: 'Ticket Notes' })
}

/** Kinds of configuration items: a picklist of theirs. */
export async function configurationItemTypes(session: VendorSession): Promise<readonly Choice[]> {
  const fields = await fieldsOf(session, 'ConfigurationItems', { ...SETUP, group: 'Configurations' })
  return choicesOf(fields, 'configurationItemType')
}

/** Kinds of contracts: a picklist of theirs. */
export async function agreementTypes(session: VendorSession): Promise<readonly Choice[]> {
  const fields = await fieldsOf(session, 'Contracts', { ...SETUP, group: 'Agreements' })
  return choicesOf(fields, 'contractType')
}

export async function projectStatuses(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await fieldsOf(session, 'Projects', { ...SETUP, group: 'Projects' }), 'status')
}

export async function taskStatuses(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await fieldsOf(session, 'Tasks', { ...SETUP, group: 'Projects' }), 'status')
}

export async function opportunityStages(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await fieldsOf(session, 'Opportunities', { ...SETUP, group: 'Opportunities' }), 'stage')
}

export async function opportunityStatuses(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await fieldsOf(session, 'Opportunities', { ...SETUP, group: 'Opportunities' }), 'status')
}

export async function timeOffStatuses(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await fieldsOf(session, 'TimeOffRequests', { ...SETUP, group: 'Time Off' }), 'status')
}

/** One value of a picklist. */
export interface Choice {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly active: boolean
  readonly isDefault: boolean
  readonly system: boolean
}

/** In the tenant's own order. */
export function choicesOf(fields: Fields, field: string): readonly Choice[] {
  const values = fields.get(field)?.picklistValues ?? []
  return values
    .toSorted((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0) || Number(a.value) - Number(b.value))
    .map(({ value, label, isActive, isDefaultValue, isSystem }) => ({
      id: Number(value),
      key: value,
      name: label ?? value,
      active: isActive !== false,
      isDefault: isDefaultValue ?? false,
      system: isSystem ?? false,
    }))
}

/** A status with the meaning that the unified schema gives it. */
export interface Status extends Choice {
  readonly category: StatusCategory
}

/** The one status that the service itself treats as the end: it sets `completedDate` (API.md 13). */
export const COMPLETE = 5
const NEW_STATUS = 1

export async function statuses(session: VendorSession): Promise<readonly Status[]> {
  const { statusCategories = {} } = session.connection.mapping
  return choicesOf(await ticketFields(session), 'status').map((status) => ({
    ...status,
    // A person's word comes before every guess.
    category: statusCategories[status.key] ?? guessCategory(status.id, status.name),
  }))
}

/** 1 and 5 are the system's; every other one is the tenant's own, told by its name until a person maps it. */
export function guessCategory(id: number, name: string): StatusCategory {
  if (id === COMPLETE) return 'CLOSED'
  if (id === NEW_STATUS) return 'NEW'
  return categoryByName(name)
}

export interface Priority extends Choice {
  /** 1 is the most urgent: the tenant's own order of the list, since ids say nothing (4 is Critical by default). */
  readonly rank: number
}

export async function priorities(session: VendorSession): Promise<readonly Priority[]> {
  const choices = choicesOf(await ticketFields(session), 'priority')
  return choices.map((choice, index) => ({ ...choice, rank: index + 1 }))
}

export async function queues(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await ticketFields(session), 'queueID')
}

export async function ticketTypes(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await ticketFields(session), 'ticketType')
}

export async function slas(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await ticketFields(session), 'serviceLevelAgreementID')
}

/** Who touched a ticket last. Not every tenant's metadata lists these values; those of its creator are the same. */
export async function personTypes(session: VendorSession): Promise<readonly Choice[]> {
  const fields = await ticketFields(session)
  const known = choicesOf(fields, 'lastActivityPersonType')
  return known.length > 0 ? known : choicesOf(fields, 'creatorType')
}

export async function companyTypes(session: VendorSession): Promise<readonly Choice[]> {
  return choicesOf(await fieldsOf(session, 'Companies', { ...SETUP, group: 'Companies' }), 'companyType')
}

/** Custom fields of tickets, by name: the name is their key. */
export async function userDefinedFields(session: VendorSession): Promise<readonly shapes.FieldInfo[]> {
  return [...(await fieldsOf(session, 'Tickets', { ...SETUP, group: 'Tickets' }, true)).values()]
}

async function list<T extends z.ZodType<{ readonly id: number }>>(
  session: VendorSession,
  key: string,
  entity: string,
  fields: readonly string[],
  shape: T,
  access: VendorAccess,
): Promise<readonly z.infer<T>[]> {
  return session.cached(key, CACHE_SECONDS, async () => {
    const found: z.infer<T>[] = []
    let from = -1
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const id = fieldName('id')
      const filter = [
        from < 0 ? compare(id, 'gte', integer('id', 0)) : compare(id, 'gt', integer('id', from)),
      ]
      const { rows, cut } = await query(session, {
        entity,
        filter,
        fields: ['id', ...fields],
        max: PAGE_SIZE,
        access,
      })
      for (const row of rows) {
        const parsed = shape.safeParse(row)
        if (!parsed.success) continue
        found.push(parsed.data)
        from = Math.max(from, parsed.data.id)
      }
      if (!cut) break
    }
    return found
  })
}

export interface SetupValue {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly active: boolean
}

/** General work types are the billing codes of use 1 (API.md 12.6); others bill products and expenses. */
export async function workTypes(session: VendorSession): Promise<readonly SetupValue[]> {
  const fields = ['name', 'isActive', 'useType']
  const rows = await list(session, 'billing codes', 'BillingCodes', fields, shapes.billingCode, TIME_SETUP)
  return rows.flatMap(({ id, name, isActive, useType }) =>
    useType === 1 ? [{ id, key: String(id), name: name ?? String(id), active: isActive !== false }] : [],
  )
}

export async function workRoles(session: VendorSession): Promise<readonly SetupValue[]> {
  const rows = await list(session, 'roles', 'Roles', ['name', 'isActive'], shapes.role, TIME_SETUP)
  return rows.map(({ id, name, isActive }) => ({
    id,
    key: String(id),
    name: name ?? String(id),
    active: isActive !== false,
  }))
}

/** In which roles each resource works on tickets: what an assignment and time need beside the resource. */
export async function serviceDeskRoles(session: VendorSession): Promise<readonly shapes.ResourceRole[]> {
  const fields = ['resourceID', 'roleID', 'isActive', 'isDefault']
  const access: VendorAccess = { ...TIME_SETUP, group: 'Members' }
  return list(session, 'service desk roles', 'ResourceServiceDeskRoles', fields, shapes.resourceRole, access)
}
