import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { boardSpec } from '../entities/board.ts'
import { toRecord, wantedFields } from '../projection.ts'
import { queues } from '../reference.ts'
import { stringOf } from './filters.ts'
import { readPosition } from './position.ts'

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/** Queues are a picklist, so the list is there whole. */
export async function boardPage(session: VendorSession, request: ListRequest): Promise<ListPage> {
  const { filter, first, order, fields } = request
  const spec = { ...boardSpec, shape: undefined as never }
  // The picklist is reference data, which the door lets pass; a list of queues is more than that.
  if (!session.mayRead(spec.group, 'name'))
    throw new GatewayError('GROUP_DISABLED', `"${spec.group}" cannot be read here.`, { group: spec.group })
  const wanted = wantedFields(session, spec, fields)
  const { text, active } = filter
  const part = text === undefined || text === null ? '' : stringOf(text, 'filter.text').toLowerCase()
  if (active !== undefined && active !== null && typeof active !== 'boolean')
    throw badInput('filter.active', 'true or false', active)
  for (const name of Object.keys(filter))
    if (name !== 'text' && name !== 'active') throw badInput(`filter.${name}`, '"text" or "active"', name)
  const after = readPosition(request.after)
  const sign = order.direction === 'ASC' ? 1 : -1
  const named = order.key === 'NAME'
  const compare = (a: { name: string; id: number }, b: { name: string; id: number }) =>
    ((named ? collator.compare(a.name, b.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : 0) ||
      a.id - b.id) * sign
  const found = (await queues(session))
    .filter(
      (queue) =>
        queue.name.toLowerCase().includes(part) && (typeof active !== 'boolean' || queue.active === active),
    )
    .toSorted(compare)
    .filter(
      (queue) => after === undefined || compare(queue, { name: String(after.k ?? ''), id: after.id }) > 0,
    )
  const shown = found.slice(0, first)
  const extras = {
    connection: session.connection.slug,
    wanted,
    ...(await boardSpec.extras?.(session, shown, wanted)),
  }
  return {
    records: shown.map((queue) => toRecord(spec, queue, extras)),
    positions: shown.map(({ name, id }) => ({ k: name, id })),
    sortValues: shown.map(({ name, id }) => (named ? name : id)),
    hasNext: found.length > first,
  }
}
