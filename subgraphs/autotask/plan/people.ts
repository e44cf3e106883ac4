import { badInput, UnfitRecord } from '../../../schema/errors.ts'
import type { VendorRecord } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { memberOf } from '../../planning/member-now.ts'
import { MAX_RECORDS, objectOf, query } from '../client.ts'
import { fieldName, integer, isIn } from '../conditions.ts'
import { readMany } from '../read-many.ts'

const GROUPS = { Company: 'Companies', Contact: 'Contacts', Member: 'Members' } as const

/** Of a contact that is written and mailed, asked in the same words: a plan reads it once. */
const CONTACT: ReadonlySet<string> = new Set(['name', 'active', 'company', 'email'])

export interface Named {
  readonly key: string
  /** What a technician reads. */
  readonly shown: string
  readonly record: VendorRecord | null
}

/**
 * Records that a write refers to, the old one and the new: looked up for their names where the caller may read
 * those, else left to the vendor.
 *
 * @throws GatewayError BAD_USER_INPUT when the new one does not exist or is inactive
 */
export async function referred(
  session: VendorSession,
  type: keyof typeof GROUPS,
  key: string,
  argument: string,
  before: number | null = null,
): Promise<{ readonly after: Named; readonly before: Named | null }> {
  const old = before === null ? null : String(before)
  const unnamed = (one: string): Named => ({ key: one, shown: `${type} ${one}`, record: null })
  if (!session.mayRead(GROUPS[type], 'name'))
    return { after: unnamed(key), before: old === null ? null : unnamed(old) }
  if (type === 'Member' && old === null) {
    const member = await memberOf(session, readMany, key)
    if (member === null) throw new UnfitRecord(argument, 'a Member that exists', key)
    if (member.active === false)
      throw badInput(argument, 'a Member that is active: Autotask takes no other', key)
    return { after: { key, shown: member.name ?? key, record: null }, before: null }
  }
  const fields = type === 'Contact' ? CONTACT : new Set(['name', 'active'])
  const keys = old === null || old === key ? [key] : [key, old]
  const [found, foundOld] = (await readMany(session, type, keys, fields)) as (VendorRecord | null | Error)[]
  if (found instanceof Error) throw found
  if (found === null || found === undefined) throw new UnfitRecord(argument, `a ${type} that exists`, key)
  // Autotask takes none that is inactive, and says so in a 500 that proves nothing (API.md 9).
  if (old !== key && found.has(['active']) && found.get('active') === false)
    throw badInput(argument, `a ${type} that is active: Autotask takes no other`, key)
  const named = (record: VendorRecord, one: string): Named => ({
    key: one,
    shown: String(record.get('name') ?? one),
    record,
  })
  const after = named(found, key)
  if (old === null) return { after, before: null }
  if (old === key) return { after, before: after }
  const known = foundOld instanceof Error || foundOld == null ? unnamed(old) : named(foundOld, old)
  return { after, before: known }
}

/** Names of one reference that is being cleared. */
export async function nameOf(
  session: VendorSession,
  type: keyof typeof GROUPS,
  id: number | null,
): Promise<string | null> {
  if (id === null) return null
  const unnamed = `${type} ${id}`
  if (!session.mayRead(GROUPS[type], 'name')) return unnamed
  const [found] = (await readMany(session, type, [String(id)], new Set(['name']))) as (
    | VendorRecord
    | null
    | Error
  )[]
  return found instanceof Error || found == null ? unnamed : String(found.get('name') ?? unnamed)
}

/** Where mail to the client would go: the contact's address, and those of the ticket's additional contacts. */
export async function recipients(
  session: VendorSession,
  contacts: readonly (string | null)[],
  tickets: readonly string[],
): Promise<readonly string[]> {
  const keys = new Set(contacts.filter((key) => key !== null))
  if (tickets.length > 0) {
    const { rows } = await query(session, {
      entity: 'TicketAdditionalContacts',
      filter: [
        isIn(
          fieldName('ticketID'),
          tickets.map((id) => integer('ticket', id)),
        ),
      ],
      fields: ['id', 'contactID'],
      max: MAX_RECORDS,
      access: { group: 'Tickets', kind: 'READ', fields: ['contact'] },
    })
    for (const row of rows) {
      const { contactID } = objectOf(row)
      if (typeof contactID === 'number') keys.add(String(contactID))
    }
  }
  if (keys.size === 0) return []
  const records = await readMany(session, 'Contact', [...keys], CONTACT)
  const addresses = records.flatMap((record) => {
    if (record instanceof Error) throw record
    const email = record?.get('email')
    return email ? [email] : []
  })
  return addresses
}
