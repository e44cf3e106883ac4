import { badInput } from '../../schema/errors.ts'
import { expectRoleEverywhere } from '../admin/scope.ts'
import type { GatewayContext } from '../context.ts'
import { checkpointsBetween, findCheckpoint } from '../store/checkpoints.ts'
import { checkpointLine, eventLine } from './lines.ts'
import { exportPage, readHead } from './read.ts'
import { record } from './record.ts'

/** Lines of one page: some 2 MB at most of what events hold. */
const PAGE = 1_000

export interface AuditExport {
  readonly lines: readonly string[]
  /** For the next page; null behind the last line. */
  readonly next: string | null
}

interface Place {
  readonly after: number
  readonly upTo: number
}

/**
 * The trail as NDJSON, page by page: each event, and behind it the checkpoint that signed it. What is appended after
 * the first page is not in it. Beginning an export is an event itself.
 */
export async function exportAudit(
  context: GatewayContext,
  options: { readonly afterCheckpoint: number | null; readonly cursor: string | null },
): Promise<AuditExport> {
  expectRoleEverywhere(context, 'auditor')
  const { db } = context.services.store
  const { place, opening } =
    options.cursor === null
      ? await begin(context, options.afterCheckpoint)
      : { place: placeOf(context, options.cursor), opening: [] }
  const events = await exportPage(db, place.after, place.upTo, PAGE)
  const last = events.at(-1)?.seq ?? place.upTo
  const signed = new Map((await checkpointsBetween(db, place.after, last)).map((one) => [one.seq, one]))
  const lines = events.flatMap((event) => {
    const checkpoint = signed.get(event.seq)
    return checkpoint === undefined ? [eventLine(event)] : [eventLine(event), checkpointLine(checkpoint)]
  })
  const next = last < place.upTo ? context.sealCursor({ after: last, upTo: place.upTo }) : null
  return { lines: [...opening, ...lines], next }
}

async function begin(
  context: GatewayContext,
  afterCheckpoint: number | null,
): Promise<{ readonly place: Place; readonly opening: readonly string[] }> {
  const { services } = context
  const checkpoint =
    afterCheckpoint === null ? undefined : await findCheckpoint(services.store.db, afterCheckpoint)
  if (afterCheckpoint !== null && checkpoint === undefined)
    throw badInput('afterCheckpoint', 'the `seq` of a signed checkpoint', afterCheckpoint)
  const after = afterCheckpoint ?? 0
  const { seq: upTo } = await readHead(services.store.db)
  await services.store.transaction((trx) =>
    record(trx, services, {
      type: 'EXPORTED',
      actor: context.caller,
      operation: context.operation,
      range: { firstSeq: after + 1, lastSeq: upTo },
    }),
  )
  return { place: { after, upTo }, opening: checkpoint === undefined ? [] : [checkpointLine(checkpoint)] }
}

function placeOf(context: GatewayContext, cursor: string): Place {
  const { after, upTo } = context.openCursor(cursor) as { after?: unknown; upTo?: unknown }
  if (typeof after !== 'number' || typeof upTo !== 'number')
    throw badInput('cursor', 'the `next` of a page of an export', cursor)
  return { after, upTo }
}
