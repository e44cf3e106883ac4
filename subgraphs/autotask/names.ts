import type { VendorSession } from '../../schema/source.ts'
import { MAX_RECORDS, objectOf, query } from './client.ts'
import { fieldName, integer, isIn } from './conditions.ts'
import { fullName } from './projection.ts'

type Names = ReadonlyMap<string, string>

const OF = {
  Members: { entity: 'Resources' },
  Contacts: { entity: 'Contacts' },
} as const

/**
 * Names of people, for what Autotask tells by id only. They belong to groups of their own: a caller who may
 * not read those gets none, and nothing is asked.
 */
export async function namesOf(
  session: VendorSession,
  group: keyof typeof OF,
  ids: readonly (number | null)[],
): Promise<Names> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0 || !session.mayRead(group, 'name')) return new Map()
  const names = new Map<string, string>()
  for (let start = 0; start < wanted.length; start += MAX_RECORDS) {
    const chunk = wanted.slice(start, start + MAX_RECORDS)
    const { rows } = await query(session, {
      entity: OF[group].entity,
      filter: [
        isIn(
          fieldName('id'),
          chunk.map((id) => integer('id', id)),
        ),
      ],
      fields: ['id', 'firstName', 'lastName'],
      max: MAX_RECORDS,
      access: { group, kind: 'READ', fields: ['name'] },
    })
    for (const row of rows) {
      const { id, firstName, lastName } = objectOf(row)
      if (typeof id === 'number') names.set(String(id), fullName(textOr(firstName), textOr(lastName)))
    }
  }
  return names
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
