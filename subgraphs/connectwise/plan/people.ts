import { UnfitRecord } from '../../../schema/errors.ts'
import type { VendorRecord } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { memberOf } from '../../planning/member-now.ts'
import { readMany } from '../read-many.ts'
import type { TicketBody } from '../schema.ts'

const GROUPS = { Company: 'Companies', Contact: 'Contacts', Member: 'Members' } as const

/** Of a contact that is written and mailed, asked in the same words: a plan reads it once. */
const CONTACT: ReadonlySet<string> = new Set(['name', 'company', 'email'])

export interface Named {
  readonly key: string
  /** What a technician reads. */
  readonly shown: string
  readonly record: VendorRecord | null
}

/** A record that a write refers to: looked up for its name where the caller may read that, else left to the vendor. */
export async function referred(
  session: VendorSession,
  type: keyof typeof GROUPS,
  key: string,
  argument: string,
): Promise<Named> {
  if (!session.mayRead(GROUPS[type], 'name')) return { key, shown: `${type} ${key}`, record: null }
  if (type === 'Member') {
    const member = await memberOf(session, readMany, key)
    if (member === null) throw new UnfitRecord(argument, 'a Member that exists', key)
    return { key, shown: member.name ?? key, record: null }
  }
  const fields = type === 'Contact' ? CONTACT : new Set(['name'])
  const [found] = await readMany(session, type, [key], fields)
  if (found instanceof Error) throw found
  if (found === null || found === undefined) throw new UnfitRecord(argument, `a ${type} that exists`, key)
  const record = found as VendorRecord
  return { key, shown: String(record.get('name') ?? key), record }
}

/** Where mail to the client would go: the contact's address, and the copies that the ticket itself asks for. */
export async function recipients(
  session: VendorSession,
  contact: string | null,
  ticket: TicketBody | null,
): Promise<readonly string[]> {
  const found: string[] = []
  if (contact !== null) {
    const [record] = await readMany(session, 'Contact', [contact], CONTACT)
    if (record instanceof Error) throw record
    const email = record?.get('email')
    if (email) found.push(email)
  }
  if (ticket?.automaticEmailCcFlag === true) found.push(...(ticket.automaticEmailCc ?? '').split(/[;,\s]+/))
  return found
}
