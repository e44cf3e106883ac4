import { sql } from 'kysely'
import { clock, fromNow } from './clock.ts'
import type { Db, Trx } from './index.ts'
import { TERMINAL } from './requests.ts'
import type { NewUpload, UploadRow, WriteRequestRow } from './tables.ts'

/** Bytes that an agent has waiting, with nobody else counting for the agent until the transaction ends. */
export async function bytesWaitingAlone(trx: Trx, agentId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtext('upload'), hashtext(${agentId}))`.execute(trx)
  const { bytes } = await trx
    .selectFrom('upload')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('size'), sql<number>`0`).as('bytes'))
    .where('agent_id', '=', agentId)
    .executeTakeFirstOrThrow()
  return Number(bytes)
}

export function insertUpload(
  trx: Trx,
  upload: Omit<NewUpload, 'expires_at'>,
  keptFor: number,
): Promise<UploadRow> {
  return trx
    .insertInto('upload')
    .values({ ...upload, expires_at: fromNow(keptFor) })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A file of one agent for one connection. */
export function findUpload(
  db: Db,
  { id, agentId, connection }: { readonly id: string; readonly agentId: string; readonly connection: string },
): Promise<UploadRow | undefined> {
  return db
    .selectFrom('upload')
    .selectAll()
    .where('id', '=', id)
    .where('agent_id', '=', agentId)
    .where('connection', '=', connection)
    .executeTakeFirst()
}

/** The newest requests that put this file onto a ticket, as many as anybody makes of one. */
export function requestsHolding(db: Db, id: string): Promise<WriteRequestRow[]> {
  return db
    .selectFrom('write_request')
    .selectAll()
    .where('write', '=', 'uploadAttachment')
    .where(sql<boolean>`input ->> 'upload' = ${id}`)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute()
}

/** Those whose time is over and that no open request holds. */
export async function purgeUploads(db: Db): Promise<void> {
  await db
    .deleteFrom('upload')
    .where('expires_at', '<=', clock)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('write_request')
            .select('write_request.id')
            .where('write_request.write', '=', 'uploadAttachment')
            .where(sql<boolean>`write_request.input ->> 'upload' = upload.id`)
            .where('write_request.state', 'not in', TERMINAL),
        ),
      ),
    )
    .execute()
}
