import DataLoader from 'dataloader'
import type { OpenConnection } from './context.ts'
import { GatewayError } from './errors.ts'
import { formatId, parseId } from './ids.ts'
import type { EntityType, ValuesOf, VendorRecord } from './records.ts'
import type { ChildrenRequest, ListPage } from './source.ts'

/** Fields wanted per entity type: the union over the whole document, so that every batch asks for the same. */
export type WantedFields = (type: EntityType) => ReadonlySet<string>

/** The record that a list stands below. */
export interface Parent {
  readonly key: string
  /** What was loaded with it and belongs to the list, where the source embeds it. */
  readonly brought?: unknown
}

/**
 * Loaders live and die with one scope: planning, the check before execution, reconciliation and the answer's
 * re-read each open a new one, so that nobody reads yesterday's record.
 */
export class ReadScope {
  readonly #connections: ReadonlyMap<string, OpenConnection>
  readonly #children = new Map<string, DataLoader<Parent, ListPage>>()
  readonly #loaders = new Map<string, DataLoader<string, VendorRecord | null>>()

  constructor(connections: ReadonlyMap<string, OpenConnection>) {
    this.#connections = connections
  }

  /** The record, or null when the PSA has none under this id (or the id names no connection of the caller). */
  load<T extends EntityType>(
    id: string,
    type: T,
    fields: ReadonlySet<string>,
  ): Promise<VendorRecord<ValuesOf[T]> | null> {
    const parsed = parseId(id)
    const connection = parsed && this.#connections.get(parsed.connection)
    if (parsed === undefined || connection === undefined || parsed.type !== type) {
      throw new GatewayError('NOT_FOUND', `No ${type} with this id is visible to you.`, {
        id: id.slice(0, 300),
      })
    }
    return this.#loader(connection, type, fields).load(parsed.key) as Promise<VendorRecord<
      ValuesOf[T]
    > | null>
  }

  /** Lends a record that a list brought to the loaders, so that a second path to it costs nothing. */
  prime(record: VendorRecord, fields: ReadonlySet<string>): void {
    const connection = this.#connections.get(record.connection)
    const key = parseId(record.id)?.key
    if (connection !== undefined && key !== undefined)
      this.#loader(connection, record.type, fields).prime(key, record)
  }

  /** The first page of a list below a record, asked together with those below its siblings where the vendor can. */
  loadChildren(
    connectionSlug: string,
    parent: Parent,
    request: Omit<ChildrenRequest, 'parents' | 'brought'>,
  ): Promise<ListPage> {
    const connection = this.#connections.get(connectionSlug) as OpenConnection
    const { source, session } = connection
    const { list, filter, order, first, fields } = request
    if (source.childPages === undefined) {
      return source.listPage(session, { list, parent: parent.key, filter, order, first, after: null, fields })
    }
    const name = JSON.stringify([connectionSlug, list, filter, order, first, [...fields].sort()])
    let loader = this.#children.get(name)
    if (loader === undefined) {
      loader = new DataLoader(
        async (parents) =>
          source.childPages!(session, {
            ...request,
            parents: parents.map(({ key }) => key),
            brought: new Map(
              parents.flatMap(({ key, brought }) => (brought == null ? [] : [[key, brought]])),
            ),
          }),
        { name, cache: false },
      )
      this.#children.set(name, loader)
    }
    return loader.load(parent)
  }

  #loader(
    connection: OpenConnection,
    type: EntityType,
    fields: ReadonlySet<string>,
  ): DataLoader<string, VendorRecord | null> {
    const name = `${formatId(connection.slug, type, '')}${[...fields].sort().join(',')}`
    let loader = this.#loaders.get(name)
    if (loader === undefined) {
      loader = new DataLoader(
        async (keys) => connection.source.readMany(connection.session, type, keys, fields),
        { name, maxBatchSize: connection.source.capabilities.maxIdsPerRead[type] },
      )
      this.#loaders.set(name, loader)
    }
    return loader
  }
}
