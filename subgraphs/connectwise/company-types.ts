import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { readJson } from './client.ts'
import { fieldPath, integer, isIn } from './conditions.ts'
import { IDS_PER_URL, isVendorId } from './read-many.ts'
import { companyWithTypes } from './schema.ts'

/** For a record scope alone, which judges by it and shows nothing of it. */
const FOR_THE_SCOPE: VendorAccess = { group: 'Companies', kind: 'READ', fields: ['types'], reference: true }

export async function companyTypes(
  session: VendorSession,
  companies: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = companies.filter(isVendorId)
  const types = new Map<string, readonly string[]>()
  for (let start = 0; start < ids.length; start += IDS_PER_URL) {
    const chunk = ids.slice(start, start + IDS_PER_URL)
    const condition = isIn(
      fieldPath('id'),
      chunk.map((id) => integer('id', id)),
    )
    const answer = await readJson(session, {
      path: '/company/companies',
      query: [
        ['conditions', condition],
        ['fields', 'id,types'],
        ['pageSize', String(chunk.length)],
      ],
      access: FOR_THE_SCOPE,
    })
    for (const row of Array.isArray(answer) ? answer : []) {
      const parsed = companyWithTypes.safeParse(row)
      if (!parsed.success || parsed.data.types === null) continue
      types.set(
        String(parsed.data.id),
        parsed.data.types.flatMap(({ name }) => name ?? []),
      )
    }
  }
  return types
}
