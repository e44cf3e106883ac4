import { GatewayError, UnfitRecord } from '../../../schema/errors.ts'
import type { VendorRecord } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { CACHE_SECONDS } from '../choices.ts'
import { readRows } from '../client.ts'
import { compare, text } from '../encoded-query.ts'
import { readMany } from '../read-many.ts'
import { isSysId, valueAt } from '../rows.ts'
import { rowsById } from '../rows-by-id.ts'

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

/** Where mail to the client would go: the contact, and everybody on the watch list. */
export async function recipients(
  session: VendorSession,
  contact: string | null,
  watchList: string | null,
): Promise<readonly string[]> {
  const watchers = (watchList ?? '').split(',').map((one) => one.trim())
  const ids = [...new Set([...(contact === null ? [] : [contact]), ...watchers.filter(isSysId)])]
  const found = watchers.filter((one) => one.includes('@'))
  if (ids.length > 0) {
    // Watchers may be colleagues: they are mailed like the contact, whichever company they are of.
    const rows = await rowsById(session, 'sys_user', ids.slice(0, 50), {
      fields: ['email'],
      access: { group: 'Contacts', kind: 'READ', fields: ['email'] },
    })
    found.unshift(
      ...ids.flatMap((id) => {
        const row = rows.find(({ sysId }) => sysId === id)
        return row === undefined ? [] : [valueAt(row, 'email') ?? '']
      }),
    )
  }
  return found
}

/** A member by id, or by login: reference columns take ids only. */
export async function memberId(session: VendorSession, member: string): Promise<string> {
  if (isSysId(member)) return member
  const login = text('member', member)
  return session.cached(`member ${member}`, CACHE_SECONDS, async () => {
    const { rows } = await readRows(session, {
      table: 'sys_user',
      clauses: [compare('user_name', '=', login)],
      fields: ['user_name'],
      limit: 2,
      access: { group: 'Members', kind: 'READ', fields: [], reference: true },
    })
    const found = rows.filter(
      (row) => row !== undefined && valueAt(row, 'user_name')?.toLowerCase() === member.toLowerCase(),
    )
    const [only] = found
    if (only === undefined || found.length !== 1) {
      throw new GatewayError('NOT_CONFIGURED', 'ServiceNow has no user with the login that time goes to.', {
        missing: 'timeOwner',
      })
    }
    return only.sysId
  })
}
