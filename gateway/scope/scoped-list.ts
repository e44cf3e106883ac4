import { GatewayError } from '../../schema/errors.ts'
import type { EntityType } from '../../schema/records.ts'
import type { ListPage, ListRequest } from '../../schema/source.ts'
import { NOTHING, type RecordJudge } from './judge.ts'
import type { Narrowed } from './narrow.ts'

/** Pages of the vendor that one page of ours may take; then it ends where it is and the next goes on. */
const MOST_PAGES = 10
/** What is left out makes room for more: the vendor is asked for a whole page again. */
const REFILL = 100

/**
 * A page of what is inside. It is refilled, so that its length tells nothing of what was left out, and looks one
 * record ahead where the vendor's own filter does not do it all, so that `hasNext` does not either.
 */
export async function scopedPage(
  request: ListRequest,
  { whole, filter, added }: Narrowed,
  type: EntityType,
  judge: RecordJudge,
  read: (request: ListRequest) => Promise<ListPage>,
): Promise<ListPage> {
  const wanted = request.first + (whole ? 0 : 1)
  const fields = judge.withNeeded(type, request.fields)
  const kept: {
    record: ListPage['records'][number]
    position: unknown
    sortValue: string | number | null
  }[] = []
  let page = NOTHING
  let isPartial = false
  let after = request.after
  let pages = 0
  for (;;) {
    const first = pages === 0 ? wanted : Math.max(REFILL, wanted)
    page = await readOr(read, { ...request, filter, fields, first, after }, added)
    pages += 1
    isPartial ||= page.partial !== undefined
    const inside = await judge.inside(type, page.records)
    for (const [index, record] of page.records.entries()) {
      if (!inside[index]) continue
      kept.push({ record, position: page.positions[index], sortValue: page.sortValues[index] ?? null })
    }
    after = page.positions.at(-1) ?? after
    if (!page.hasNext || kept.length >= wanted || pages === MOST_PAGES || page.records.length === 0) break
  }
  const shown = kept.slice(0, request.first)
  const isCutShort = page.hasNext && kept.length < wanted
  return {
    records: shown.map(({ record }) => record),
    positions: shown.map(({ position }) => position),
    sortValues: shown.map(({ sortValue }) => sortValue),
    hasNext: kept.length > request.first || isCutShort || (whole && page.hasNext),
    ...(isCutShort && after !== request.after && { behind: after }),
    // The vendor's words may tell of a record that is not to be told of.
    ...(isPartial && { partial: 'Some of it could not be read.' }),
  }
}

/** @throws GatewayError RECORD_OUT_OF_SCOPE where it is not the caller's filter that the vendor cannot have */
async function readOr(
  read: (request: ListRequest) => Promise<ListPage>,
  request: ListRequest,
  added: readonly string[],
): Promise<ListPage> {
  try {
    return await read(request)
  } catch (error) {
    const argument = error instanceof GatewayError ? error.extensions.argument : undefined
    if (!added.some((member) => argument === `filter.${member}`)) throw error
    throw new GatewayError(
      'RECORD_OUT_OF_SCOPE',
      "Not allowed to read this: the policy's record scope names a company or board that this PSA can't have; an administrator must correct it.",
    )
  }
}
