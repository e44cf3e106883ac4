import { psa } from '../access.ts'
import type { Edge, Incomplete, RecordList } from '../lists.ts'
import type { EntityRef, PsaBuilder } from './fields.ts'

/** Relay's list envelope; it carries nothing of its own, so its access is OPEN and its nodes are judged. */
export function defineEnvelopes(builder: PsaBuilder) {
  const IncompleteRef = builder.objectRef<Incomplete>('IncompleteConnection').implement({
    description: 'A connection whose part of a list is missing. The next page asks it again.',
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      connection: t.exposeString('connection', { nullable: false, description: "The connection's slug." }),
      code: t.exposeString('code', { nullable: false, description: 'The stable error code.' }),
      message: t.exposeString('message', { nullable: false, description: 'What is missing.' }),
    }),
  })
  const PageInfo = builder.objectRef<RecordList>('PageInfo').implement({
    description: 'Where this page stands in its list, and what is missing from it.',
    directives: { shareable: {} },
    extensions: psa('OPEN', ''),
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false, description: 'More records follow.' }),
      hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
        nullable: false,
        description: 'Records came before.',
      }),
      startCursor: t.string({
        description: 'Cursor of the first edge.',
        resolve: (list) => list.edges[0]?.cursor(),
      }),
      endCursor: t.string({
        description: 'Give it as `after` to go on behind this page.',
        resolve: (list) => list.edges.at(-1)?.cursor() ?? (list.hasNextPage ? list.end?.() : null),
      }),
      incomplete: t.field({
        type: [IncompleteRef],
        nullable: false,
        description: 'Connections of which a part is missing here; empty when the page is whole.',
        resolve: (list) => [...list.incomplete],
      }),
    }),
  })

  return function envelopeOf<Values extends object>(name: string, node: EntityRef<Values>) {
    const EdgeRef = builder.objectRef<Edge<Values>>(`${name}Edge`).implement({
      description: `One ${name} of a list with its cursor.`,
      extensions: psa('OPEN', ''),
      fields: (t) => ({
        cursor: t.string({
          nullable: false,
          description: 'Give it as `after` to go on behind this one.',
          resolve: (edge) => edge.cursor(),
        }),
        node: t.field({ type: node, description: 'The record.', resolve: (edge) => edge.node }),
      }),
    })
    return builder.objectRef<RecordList<Values>>(`${name}Connection`).implement({
      description: `A page of a list of ${name} records.`,
      extensions: psa('OPEN', ''),
      fields: (t) => ({
        edges: t.field({
          type: [EdgeRef],
          nullable: false,
          description: 'Records with their cursors.',
          resolve: (list) => list.edges,
        }),
        nodes: t.field({
          type: t.listRef(node, { nullable: true }),
          nullable: false,
          description: 'The records alone.',
          resolve: (list) => list.edges.map((edge) => edge.node),
        }),
        pageInfo: t.field({
          type: PageInfo,
          nullable: false,
          description: 'Where this page stands.',
          resolve: (list) => list as unknown as RecordList,
        }),
      }),
    })
  }
}
