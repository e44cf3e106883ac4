import type { GraphQLFormattedError } from 'graphql'
import type { ErrorCode } from '../../schema/errors.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { Happening } from './record.ts'

/** Codes that say that somebody asked for what they may not: docs/safety.md (a), and the roles of people. */
const REFUSALS: ReadonlySet<unknown> = new Set<ErrorCode>([
  'CONNECTION_FORBIDDEN',
  'GROUP_DISABLED',
  'GROUP_READ_ONLY',
  'ACTION_DISABLED',
  'FORBIDDEN_OPERATION',
  'FIELD_NOT_ALLOWED',
  'VALUE_NOT_ALLOWED',
  'RECORD_OUT_OF_SCOPE',
  'NOT_CATALOGUED',
  'ROLE_REQUIRED',
  'APPROVER_ROLE_REQUIRED',
  'SELF_APPROVAL_FORBIDDEN',
])

type Details = Readonly<Record<string, unknown>>

/** The same refusal on fifty records of an answer is one. */
export function refusalKey(details: Details): string {
  const { code, rule, connection, group, kind } = details
  return JSON.stringify([code, rule, connection, group, kind])
}

/** What of an answer's errors is a refusal, each once, without those that are on record already. */
export function refusalsIn(
  errors: readonly Pick<GraphQLFormattedError, 'extensions'>[],
  onRecord: ReadonlySet<string>,
): Pick<Happening, 'type' | 'connection' | 'demands' | 'decision'>[] {
  const found = new Map<string, Details>()
  for (const { extensions = {} } of errors) {
    const key = refusalKey(extensions)
    if (REFUSALS.has(extensions.code) && !onRecord.has(key)) found.set(key, extensions)
  }
  return [...found.values()].map(({ code, rule, connection, group, kind, fields }) => {
    const slug = textOf(connection)
    return {
      type: 'DECISION',
      ...(slug !== undefined && { connection: slug }),
      ...(slug !== undefined &&
        typeof kind === 'string' && {
          demands: [
            {
              connection: slug,
              group: textOf(group),
              // By `decide`, whose details these are.
              kind: kind as AccessKind,
              fields: Array.isArray(fields) ? fields.map(String) : [],
            },
          ],
        }),
      decision: { verdict: 'DENY', code: String(code), rules: typeof rule === 'string' ? [rule] : [] },
    }
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 200) : undefined
}
