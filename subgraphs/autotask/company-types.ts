import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { query } from './client.ts'
import { fieldName, integer, isIn } from './conditions.ts'
import { IDS_PER_READ, isVendorId } from './read-many.ts'
import { companyTypes as choices } from './reference.ts'
import { company } from './schema.ts'

/** For a record scope alone, which judges by it and shows nothing of it. */
const FOR_THE_SCOPE: VendorAccess = {
  group: 'Companies',
  kind: 'READ',
  fields: ['status'],
  reference: true,
}

/** A company has one type here, of a picklist that the tenant may change. */
export async function companyTypes(
  session: VendorSession,
  companies: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = companies.filter(isVendorId)
  const types = new Map<string, readonly string[]>()
  if (ids.length === 0) return types
  const names = new Map((await choices(session)).map(({ id, name }) => [id, name]))
  for (let start = 0; start < ids.length; start += IDS_PER_READ) {
    const { rows } = await query(session, {
      entity: 'Companies',
      filter: [
        isIn(
          fieldName('id'),
          ids.slice(start, start + IDS_PER_READ).map((id) => integer('id', id)),
        ),
      ],
      fields: ['id', 'companyType'],
      max: IDS_PER_READ,
      access: FOR_THE_SCOPE,
    })
    for (const row of rows) {
      const parsed = company.safeParse(row)
      const name =
        parsed.success && parsed.data.companyType !== null ? names.get(parsed.data.companyType) : undefined
      if (parsed.success && name !== undefined) types.set(String(parsed.data.id), [name])
    }
  }
  return types
}
