import type { ObjectFieldBuilder, ObjectRef } from '@pothos/core'
import type { GraphQLResolveInfo } from 'graphql'
import { type ByRecord, psa } from '../access.ts'
import type { Builder } from '../builder.ts'
import type { ReadContext } from '../context.ts'
import { GatewayError } from '../errors.ts'
import type { UnifiedGroup } from '../groups.ts'
import { expectId } from '../ids.ts'
import type { EntityType, Reference, ValuesOf, VendorRecord } from '../records.ts'
import { Selections } from '../selection.ts'

export type PsaBuilder = Builder<ReadContext>
export type SchemaTypes = PsaBuilder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never
export type Fields<Shape> = ObjectFieldBuilder<SchemaTypes, Shape>
export type EntityRef<Values extends object> = ObjectRef<
  SchemaTypes,
  VendorRecord<Values>,
  VendorRecord<Values>
>

/** Extensions of a plain field: who may read it, and what the record must have loaded for it. */
export function field(
  group: UnifiedGroup | 'OPEN',
  name: string,
  options: { loads?: readonly string[]; byRecord?: ByRecord } = {},
) {
  return { ...psa(group, name, options.byRecord), loads: options.loads ?? [name] }
}

/** Extensions of a field that leads to another entity. */
export function relation(
  group: UnifiedGroup,
  name: string,
  target: EntityType,
  loads: readonly string[] = [name],
) {
  return { ...psa(group, name), loads, relation: target }
}

/** The referenced record: what came embedded when that is enough, else one read shared with its siblings. */
export async function follow<T extends EntityType>(
  reference: Reference<ValuesOf[T]> | null,
  type: T,
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<VendorRecord<ValuesOf[T]> | null> {
  if (reference === null) return null
  const selections = Selections.of(info)
  const { source, scope } = context.connections.get(reference.connection) ?? {}
  if (source === undefined) return reference
  const following = scope?.follow(reference) ?? 'AS_IT_IS'
  if (following === 'NOWHERE') return null
  const answers = selections.answers(`${info.parentType.name}.${info.fieldName}`)
  if (following === 'AS_IT_IS' && reference.has(answers)) return reference
  return context.reads.load(reference.id, type, selections.wanted(source, type))
}

/** @throws GatewayError NOT_FOUND. Reads by id go through here, entity references of the supergraph too. */
export async function loadById<T extends EntityType>(
  id: string,
  type: T,
  context: ReadContext,
  info: GraphQLResolveInfo,
): Promise<VendorRecord<ValuesOf[T]>> {
  const connection = context.connections.get(expectId(id, type).connection)
  if (connection === undefined) {
    throw new GatewayError('CONNECTION_FORBIDDEN', `The connection in this id is not assigned to you.`, {
      id: id.slice(0, 300),
    })
  }
  const refusal = connection.scope?.refuseAlone(type) ?? null
  if (refusal !== null) throw refusal
  const record = await context.reads.load(id, type, Selections.of(info).wanted(connection.source, type))
  if (record === null)
    throw new GatewayError('NOT_FOUND', `No ${type} with this id is visible to you.`, {
      id: id.slice(0, 300),
    })
  return record
}
