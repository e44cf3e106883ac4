import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql'
import { type Access, accessOf } from '../../schema/access.ts'
import { stubTypes } from '../../schema/federation.ts'

export type Field = GraphQLField<unknown, unknown>

/** What stands before (and behind) a field that needs a judgement. */
export interface Gate {
  readonly type: GraphQLObjectType
  readonly field: Field
  readonly coordinate: string
  /**
   * ROOT: judged by the connections its arguments name. FIELD: judged by the connection of the parent record.
   * UNDECLARED: no declaration on field or type, denied to everyone. NONE: open itself, leads to `records`.
   */
  readonly before: 'ROOT' | 'FIELD' | 'UNDECLARED' | 'NONE'
  /** Undefined for UNDECLARED. */
  readonly access: Access | undefined
  /** The records it answers are judged one by one, by their own type and connection. */
  readonly records: boolean
}

/** Federation's own fields; `_entities` is judged by `entities.ts`. */
const MACHINERY = new Set(['_service', '_entities'])

/** Every field of the schema that is not simply part of the record that holds it. */
export function gatesOf(schema: GraphQLSchema): readonly Gate[] {
  const stubs = stubTypes(schema)
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
  const gates: Gate[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type.name === '_Service') continue
    for (const field of Object.values(type.getFields())) {
      const isRoot = roots.has(type)
      if (isRoot && MACHINERY.has(field.name)) continue
      const ofType = accessOf(type)
      const access = accessOf(field) ?? ofType
      const coordinate = `${type.name}.${field.name}`
      if (access === undefined) {
        gates.push({ type, field, coordinate, before: 'UNDECLARED', access, records: false })
        continue
      }
      const before = gateBefore(access, ofType, isRoot)
      const records = leadsToRecords(schema, field, isRoot ? undefined : access, stubs)
      if (before !== 'NONE' || records) gates.push({ type, field, coordinate, before, access, records })
    }
  }
  return gates
}

function gateBefore(access: Access, ofType: Access | undefined, isRoot: boolean): Gate['before'] {
  if (isRoot) return 'ROOT'
  if (access.of === 'PSA' && access.group === 'OPEN') return 'NONE'
  return access === ofType || sameDoor(access, ofType) ? 'NONE' : 'FIELD'
}

/** True when whoever passed the one, on this very record, has passed the other. */
function sameDoor(one: Access, other: Access | undefined): boolean {
  if (other === undefined) return false
  if (one.of === 'CONTROL' || other.of === 'CONTROL') return JSON.stringify(one) === JSON.stringify(other)
  return one.group === other.group && one.byRecord === other.byRecord
}

/** An open envelope, a root field, or a field of another group can hand out records nobody has judged yet. */
function leadsToRecords(
  schema: GraphQLSchema,
  field: Field,
  access: Access | undefined,
  stubs: ReadonlySet<string>,
): boolean {
  const named = getNamedType(field.type)
  const types = isAbstractType(named) ? schema.getPossibleTypes(named) : isObjectType(named) ? [named] : []
  return types.some((type) => {
    const ofType = accessOf(type)
    if (ofType?.of !== 'PSA' || ofType.group === 'OPEN' || stubs.has(type.name)) return false
    // Values inside a record (a status, a priority) have no id of their own and are judged with the record.
    if (type.getFields().id === undefined && ofType.byRecord === undefined) return false
    // Two records that are told apart by themselves are two doors.
    return access === undefined || ofType.byRecord !== undefined || !sameDoor(access, ofType)
  })
}
