import type { Access } from '../../schema/access.ts'
import type { ReadContext } from '../../schema/context.ts'
import { GatewayError } from '../../schema/errors.ts'
import { judgeUnread } from '../shield/judge.ts'
import { isSlug } from './inputs.ts'
import { type Judge, type OpenedRoot, type WalkedOperation, walk } from './walk.ts'

export interface GuardContext extends Pick<ReadContext, 'judge'> {
  /** Connections of the caller, by slug. */
  readonly connections: { has(slug: string): boolean }
}

export interface GuardRequest extends WalkedOperation {
  readonly context: GuardContext
}

/**
 * Refuses an operation before it is planned when something that it selects, filters or sorts by is denied on
 * every connection that it can touch. It never rewrites the document: what is denied on one connection of
 * several is judged record by record, by the shield. Coordinates are cached per document, verdicts never.
 * @throws GatewayError of the first denial, in the order of the document
 */
export function guard({ context, ...operation }: GuardRequest): void {
  walk(operation, (opened) => {
    refuseForeign(opened, context)
    return judgeAll(opened.connections, context)
  })
}

/** A denial counts only when every connection that can be touched denies. */
function judgeAll(connections: readonly string[] | null, context: GuardContext): Judge {
  return (access, coordinate) => {
    if (access === undefined) {
      throw new GatewayError('NOT_CATALOGUED', `"${coordinate}" is not in the gateway's catalogue.`, {
        coordinate,
      })
    }
    if (access.of === 'PSA' && access.group === 'OPEN') return
    if (connections === null) {
      const refusal = judgeUnread(context, access, null)
      if (refusal !== null) throw refusal
      return
    }
    let first: GatewayError | undefined
    for (const connection of connections) {
      const refusal = judgeUnread(context, access, connection)
      if (refusal === null) return
      first ??= refusal
    }
    if (first !== undefined) throw first
  }
}

function refuseForeign({ connections, access }: OpenedRoot, context: GuardContext): void {
  if (connections === null || isAdministration(access)) return
  const foreign = connections.find((slug) => !context.connections.has(slug))
  if (foreign !== undefined) throw forbidden(foreign)
}

/** People administer connections that are off, or not yet assigned to anyone: their roles decide about that. */
function isAdministration(access: Access | undefined): boolean {
  return access?.of === 'CONTROL' && !access.agents
}

function forbidden(slug: string): GatewayError {
  const connection = isSlug(slug) ? slug : undefined
  return new GatewayError(
    'CONNECTION_FORBIDDEN',
    connection === undefined ? 'No such connection.' : `The connection "${connection}" is not open to you.`,
    { connection },
  )
}
