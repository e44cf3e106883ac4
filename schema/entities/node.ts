import { psa } from '../access.ts'
import { badInput, GatewayError } from '../errors.ts'
import { parseId } from '../ids.ts'
import { ENTITY_TYPES, type EntityType, type VendorRecord } from '../records.ts'
import { loadById, type PsaBuilder } from './fields.ts'

export function defineNode(builder: PsaBuilder) {
  const Node = builder.interfaceRef<VendorRecord>('Node')
  builder.interfaceType(Node, {
    description: 'Any record of a PSA that has an id of its own.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      id: t.field({
        type: 'ID',
        nullable: false,
        description:
          'Global id: `<connection>:<Type>:<the PSA\'s own id>`, for instance "acme-cw:Ticket:1234".',
        extensions: psa('OPEN', 'id'),
        resolve: (record) => record.id,
      }),
    }),
    resolveType: (record) => record.type,
  })
  return Node
}

export function typeOfId(id: string): EntityType {
  const type = parseId(id)?.type
  const known = ENTITY_TYPES.find((name) => name === type)
  if (known === undefined)
    throw badInput('id', `an id like "acme-cw:Ticket:1234" of ${ENTITY_TYPES.join(', ')}`, id)
  return known
}

export function defineNodeQueries(builder: PsaBuilder, Node: ReturnType<typeof defineNode>): void {
  builder.queryField('node', (t) =>
    t.field({
      type: Node,
      description: 'One record by its id, of whichever type the id names.',
      extensions: psa('OPEN', ''),
      args: { id: t.arg.id({ required: true }) },
      resolve: (_, { id }, context, info) =>
        loadById(id, typeOfId(id), context, info) as Promise<VendorRecord>,
    }),
  )
  builder.queryField('nodes', (t) =>
    t.field({
      type: t.listRef(Node, { nullable: true }),
      description:
        'Records by their ids, in the same order, 100 at most. One that fails is null with an error at its place.',
      extensions: psa('OPEN', ''),
      args: { ids: t.arg.idList({ required: true }) },
      resolve: async (_, { ids }, context, info) => {
        if (ids.length > 100) {
          throw new GatewayError('LIMIT_EXCEEDED', `"ids": at most 100, got ${ids.length}.`, {
            limit: 100,
            came: ids.length,
          })
        }
        const settled = await Promise.allSettled(
          ids.map(async (id) => loadById(id, typeOfId(id), context, info) as Promise<VendorRecord>),
        )
        // graphql-js turns an Error in a list into null and an error at its place; the types do not know that.
        return settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason)) as VendorRecord[]
      },
    }),
  )
}
