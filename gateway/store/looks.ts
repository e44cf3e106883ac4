import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db } from './index.ts'
import { anyOf } from './requests.ts'

/** A page that is open says so again before this is over; one that vanished is forgotten after it. */
const LEASE_SECONDS = 20

export interface Look {
  readonly request: string
  readonly person: { readonly id: string; readonly name: string }
}

export async function lookAt(db: Db, request: string, person: string): Promise<void> {
  const lease_until = fromNow(LEASE_SECONDS)
  await db
    .insertInto('request_look')
    .values({ request_id: request, person_id: person, lease_until })
    .onConflict((conflict) => conflict.columns(['request_id', 'person_id']).doUpdateSet({ lease_until }))
    .execute()
}

export async function lookAway(db: Db, request: string, person: string): Promise<void> {
  await db
    .deleteFrom('request_look')
    .where('request_id', '=', request)
    .where('person_id', '=', person)
    .execute()
}

/** Who has what open at this moment, whatever gateway they use. */
export async function listLooks(
  db: Db,
  of: { readonly requests: readonly string[] } | { readonly connections: readonly string[] },
): Promise<Look[]> {
  const rows = await db
    .selectFrom('request_look as look')
    .innerJoin('person', 'person.id', 'look.person_id')
    .innerJoin('write_request as asked', 'asked.id', 'look.request_id')
    .select(['look.request_id as request', 'person.id', 'person.name'])
    .where('look.lease_until', '>', clock)
    .where(
      'requests' in of
        ? sql<boolean>`asked.id = ${anyOf(of.requests)}`
        : sql<boolean>`asked.connection = ${anyOf(of.connections)}`,
    )
    .orderBy('person.name')
    .orderBy('person.id')
    .execute()
  return rows.map(({ request, id, name }) => ({ request, person: { id, name } }))
}

export async function forgetLooks(db: Db): Promise<void> {
  await db.deleteFrom('request_look').where('lease_until', '<=', clock).execute()
}
