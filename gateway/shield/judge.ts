import type { Access, ByRecord, PsaAccess } from '../../schema/access.ts'
import type { ReadContext } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import type { UnifiedGroup } from '../../schema/groups.ts'
import { CONNECTION_SLUG, parseId } from '../../schema/ids.ts'
import type { VendorRecord } from '../../schema/records.ts'

/** All that the shield needs of a request. */
export type JudgeContext = Pick<ReadContext, 'judge'>

/** null lets pass. */
export type Verdict = GatewayError | null

/** The connection of a raw record: its own word for it, else the one in its global id. */
export function connectionOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return undefined
  const { connection, id } = record as { connection?: unknown; id?: unknown }
  if (typeof connection === 'string') return connection
  return typeof id === 'string' ? parseId(id)?.connection : undefined
}

/** Judges by the groups that this very record has, where the declaration leaves it to the record. */
export function judgeRecord(
  context: JudgeContext,
  access: Access,
  record: unknown,
  connection: string | null,
): Verdict {
  if (access.of === 'CONTROL' || access.byRecord === undefined) return context.judge(access, connection)
  const { groupsOf } = access.byRecord
  if (groupsOf === undefined) return judgeUnread(context, access, connection)
  const groups = toldBy(groupsOf, record)
  if (groups.length === 0) return unjudged()
  for (const group of groups) {
    const refusal = context.judge(settled(access, group), connection)
    if (refusal !== null) return refusal
  }
  return null
}

/** None where the record does not tell: nobody can judge it then. */
function toldBy(groupsOf: NonNullable<ByRecord['groupsOf']>, record: unknown): readonly UnifiedGroup[] {
  try {
    return groupsOf(record as VendorRecord)
  } catch {
    return []
  }
}

/** Before anybody has read the record: a refusal where each group that it can turn out to be is refused. */
export function judgeUnread(context: JudgeContext, access: Access, connection: string | null): Verdict {
  if (access.of === 'CONTROL' || access.byRecord === undefined) return context.judge(access, connection)
  let first: Verdict = null
  for (const group of access.byRecord.among) {
    const refusal = context.judge(settled(access, group), connection)
    if (refusal === null) return null
    first ??= refusal
  }
  return first
}

const known = new WeakMap<PsaAccess, Map<UnifiedGroup, PsaAccess>>()

/** The declaration with its group settled. A list asks it for each of its records, so it is made once. */
function settled(access: PsaAccess, group: UnifiedGroup): PsaAccess {
  let byGroup = known.get(access)
  if (byGroup === undefined) {
    byGroup = new Map()
    known.set(access, byGroup)
  }
  let one = byGroup.get(group)
  if (one === undefined) {
    one = { of: 'PSA', group, field: access.field }
    byGroup.set(group, one)
  }
  return one
}

/** Closed where nobody knows which policy to ask. */
export function noConnection(coordinate: string): GatewayError {
  return new GatewayError('FORBIDDEN_OPERATION', `"${coordinate}" belongs to no known connection.`, {
    coordinate,
  })
}

/** A judgement that fails is a refusal. */
export function unjudged(): GatewayError {
  return new GatewayError('FORBIDDEN_OPERATION', 'Access could not be judged.')
}

export function undeclared(coordinate: string): GatewayError {
  return new GatewayError('NOT_CATALOGUED', `"${coordinate}" is not in the gateway's catalogue.`, {
    coordinate,
  })
}

export interface Named {
  /** Through global ids: all of them must pass. */
  readonly ids: ReadonlySet<string>
  /** Through `connection` and `connections`: one that passes is enough. */
  readonly connections: ReadonlySet<string>
}

/** Connections that the arguments of a root field name, at any depth of its inputs. */
export function namedConnections(args: unknown): Named {
  const ids = new Set<string>()
  const connections = new Set<string>()
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string') {
      if (name === 'connection' || name === 'connections') {
        if (CONNECTION_SLUG.test(value)) connections.add(value)
      } else {
        const parsed = parseId(value)
        if (parsed !== undefined) ids.add(parsed.connection)
      }
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, name)
    } else if (typeof value === 'object' && value !== null) {
      for (const [member, item] of Object.entries(value)) walk(item, member)
    }
  }
  walk(args, '')
  return { ids, connections }
}
