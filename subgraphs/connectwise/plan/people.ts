import { UnfitRecord } from '../../../schema/errors.ts'
import type { VendorRecord } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { readMany } from '../read-many.ts'
import type { TicketBody } from '../schema.ts'

const GROUPS = { Company: 'Companies', Contact: 'Contacts', Member: 'Members' } as const

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
  const fields = new Set(type === 'Contact' ? ['name', 'company'] : ['name'])
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
    const [record] = await readMany(session, 'Contact', [contact], new Set(['email']))
    if (record instanceof Error) throw record
    const email = record?.get('email')
    if (email) found.push(email)
  }
  if (ticket?.automaticEmailCcFlag === true) found.push(...(ticket.automaticEmailCc ?? '').split(/[;,\s]+/))
  return found
}
