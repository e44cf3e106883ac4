import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { ListPage, ListRequest, VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, toRecord, wantedFields } from '../projection.ts'
import type { Choice } from '../reference.ts'
import { filterNames, stringOf } from './filters.ts'
import { readPosition } from './position.ts'

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/** Queues and SLAs are picklists, so the list is there whole. */
export async function picklistPage(
  session: VendorSession,
  request: ListRequest,
  picklist: Omit<EntitySpec<Choice>, 'shape'>,
  choices: (session: VendorSession) => Promise<readonly Choice[]>,
): Promise<ListPage> {
  const { filter, first, order, fields } = request
  const spec = { ...picklist, shape: undefined as never }
  // The picklist is reference data, which the door lets pass; a list of what is on it is more than that.
  if (!session.mayRead(spec.group, 'name'))
    throw new GatewayError('GROUP_DISABLED', `"${spec.group}" cannot be read here.`, { group: spec.group })
  const wanted = wantedFields(session, spec, fields)
  const { text, active } = filter
  const part = text === undefined || text === null ? '' : stringOf(text, 'filter.text').toLowerCase()
  if (active !== undefined && active !== null && typeof active !== 'boolean')
    throw badInput('filter.active', 'true or false', active)
  for (const name of Object.keys(filter))
    if (!filterNames(request.list).includes(name))
      throw badInput(`filter.${name}`, filterNames(request.list).join(' or '), name)
  const after = readPosition(request.after)
  const sign = order.direction === 'ASC' ? 1 : -1
  const named = order.key === 'NAME'
  const compare = (a: { name: string; id: number }, b: { name: string; id: number }) =>
    ((named ? collator.compare(a.name, b.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : 0) ||
      a.id - b.id) * sign
  const found = (await choices(session))
    .filter(
      (one) =>
        one.name.toLowerCase().includes(part) && (typeof active !== 'boolean' || one.active === active),
    )
    .toSorted(compare)
    .filter((one) => after === undefined || compare(one, { name: String(after.k ?? ''), id: after.id }) > 0)
  const shown = found.slice(0, first)
  const extras = {
    connection: session.connection.slug,
    wanted,
    ...(await spec.extras?.(session, shown, wanted)),
  }
  return {
    records: shown.map((one) => toRecord(spec, one, extras)),
    positions: shown.map(({ name, id }) => ({ k: name, id })),
    sortValues: shown.map(({ name, id }) => (named ? name : id)),
    hasNext: found.length > first,
  }
}
