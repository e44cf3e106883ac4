import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Key } from '../secrets/keyMaterial.ts'

export const AUDIT_TYPES = [
  'DECISION',
  'REQUEST_CREATED',
  'REQUEST_EDITED',
  'REQUEST_SIGNED',
  'REQUEST_APPROVED',
  'REQUEST_REJECTED',
  'REQUEST_RETURNED',
  'REQUEST_CANCELLED',
  'REQUEST_EXPIRED',
  'REQUEST_EXPIRING',
  'REQUEST_ESCALATED',
  'REQUEST_STALE',
  'REQUEST_REJUDGED',
  'EXECUTION_STARTED',
  'EXECUTION_RELEASED',
  'WRITE_INTENT',
  'WRITE_OUTCOME',
  'RECONCILED',
  'RESOLVED_BY_PERSON',
  'READ',
  'AUTH_FAILED',
  'LIMIT_REACHED',
  'TOKEN_CREATED',
  'TOKEN_ROTATED',
  'TOKEN_REVOKED',
  'TOKEN_EXPIRING',
  'AGENT_CREATED',
  'AGENT_REVOKED',
  'PERSON_CREATED',
  'PERSON_CHANGED',
  'PERSON_INVITED',
  'PERSON_LINKED',
  'PERSON_SIGNED_IN',
  'PERSON_SIGNED_OUT',
  'ABSENCE_SET',
  'ABSENCE_ENDED',
  'ROLE_GRANTED',
  'ROLE_REVOKED',
  'WORKFLOW_CREATED',
  'WORKFLOW_CHANGED',
  'POLICY_CHANGED',
  'RULE_PROPOSED',
  'RULE_PROPOSAL_ACCEPTED',
  'RULE_PROPOSAL_DECLINED',
  'CONNECTION_CREATED',
  'CONNECTION_CHANGED',
  'CONNECTION_TESTED',
  'CONNECTION_CHECKED',
  'SECRET_CHANGED',
  'SECRET_REWRAPPED',
  'INSTALLATION_CHANGED',
  'EXPORTED',
  'CHECKPOINT',
  'PAYLOAD_ERASED',
] as const
export type AuditType = (typeof AUDIT_TYPES)[number]

/** Longer text belongs into the payload, and here its hash and length. */
const LONGEST_TEXT = 500
const text = z.string().max(LONGEST_TEXT)
const hex = z.string().regex(/^[0-9a-f]+$/)
const count = z.number().int().nonnegative()

/** A value before or after: as it is, or what can be told of it. */
const value = z.union([
  text,
  z.number(),
  z.boolean(),
  z.null(),
  z.strictObject({ hmac: hex }),
  z.strictObject({ sha256: hex, length: count }),
])
export type AuditValue = z.infer<typeof value>

/**
 * All that an event may hold. The objects are strict: a member that nobody has listed here is refused, so what an
 * error, a header or a vendor's answer carries along can't slip into the trail.
 */
const members = z.strictObject({
  /** Which gateway wrote it. */
  instance: text,
  actor: z.strictObject({
    kind: z.enum(['AGENT', 'PERSON', 'GATEWAY', 'NOBODY']),
    id: text.nullable(),
    tokenId: text.optional(),
    onBehalfOf: text.nullable().optional(),
  }),
  sourceAddress: text.optional(),
  workflowId: text.optional(),
  agentId: text.optional(),
  connection: text.optional(),
  vendor: text.optional(),
  operation: z
    .strictObject({ name: text.nullable(), documentHash: hex.optional(), field: text.optional() })
    .optional(),
  demands: z
    .array(
      z.strictObject({
        connection: text,
        group: text.optional(),
        kind: text,
        fields: z.array(text),
        target: text.optional(),
      }),
    )
    .optional(),
  decision: z
    .strictObject({
      verdict: z.enum(['ALLOW', 'HOLD', 'DENY']),
      rules: z.array(text),
      code: text.optional(),
      approvers: count.optional(),
    })
    .optional(),
  policyVersion: count.optional(),
  requestId: text.optional(),
  revision: count.optional(),
  state: text.optional(),
  planHash: text.optional(),
  idempotencyKeyHash: hex.optional(),
  attemptId: text.optional(),
  step: count.optional(),
  try: count.optional(),
  /** Hash of the bytes sent, with their holes filled. */
  sentHash: text.optional(),
  method: text.optional(),
  pathTemplate: text.optional(),
  targetId: text.optional(),
  ticketId: text.optional(),
  outcome: text.optional(),
  code: text.optional(),
  status: count.optional(),
  vendorRequestId: text.optional(),
  durationMs: count.optional(),
  records: count.optional(),
  /** Permission groups of the demands, or of the write request: what lists filter by. */
  groups: z.array(text).optional(),
  /** Requests to the PSA that one read took, those to one endpoint with one status together. */
  vendorRequests: z
    .array(z.strictObject({ method: text, path: text, status: count.nullable(), count, durationMs: count }))
    .optional(),
  /** How many alike this event stands for. */
  count: count.optional(),
  changes: z
    .array(z.strictObject({ target: text.optional(), field: text, before: value, after: value }))
    .optional(),
  /** The token, role, person, policy or connection that an administrative event is about. */
  subject: z.strictObject({ kind: text, id: text, name: text.optional() }).optional(),
  /** Names of the credential fields that were set; never a value. */
  secretFields: z.array(text).optional(),
  signatures: count.optional(),
  partial: z.boolean().optional(),
  edited: z.boolean().optional(),
  reconciled: z.boolean().optional(),
  concurrentChange: z.boolean().optional(),
  comment: z.strictObject({ sha256: hex, length: count }).optional(),
  firstSeq: count.optional(),
  lastSeq: count.optional(),
})

export type AuditMembers = z.input<typeof members>

export interface AuditEventInput extends AuditMembers {
  readonly type: AuditType
  /** Long text and full values, in a row of its own that can be erased. */
  readonly payload?: unknown
}

/** @throws TypeError naming the member that is unknown or does not fit, never its value */
export function checkEvent({ type, payload, ...rest }: AuditEventInput): {
  readonly type: AuditType
  readonly body: Readonly<Record<string, unknown>>
  readonly payload: unknown
} {
  const checked = members.safeParse(rest)
  if (!AUDIT_TYPES.includes(type) || !checked.success) {
    const issues = checked.error?.issues.map(({ code, path, ...issue }) =>
      code === 'unrecognized_keys'
        ? `unknown member ${'keys' in issue ? issue.keys.join(', ') : ''}`
        : path.join('.'),
    )
    throw new TypeError(
      `Expected an audit event of listed members, got ${type}: ${issues?.join('; ') ?? 'unknown type'}`,
    )
  }
  return { type, body: plain(checked.data), payload: payload === undefined ? undefined : plain(payload) }
}

/** As it will be read back: no undefined members, and no text that PostgreSQL's jsonb can't hold. */
function plain<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'string' ? member.toWellFormed().replaceAll('\0', '\uFFFD') : member,
    ),
  ) as T
}

/** What may stand in `changes`: a secret field shows only whether it stayed the same, long text its hash. */
export function auditValue(of: string | number | boolean | null, secretFor?: Key): AuditValue {
  if (secretFor !== undefined && of !== null) {
    return { hmac: createHmac('sha256', secretFor.bytes()).update(String(of)).digest('hex') }
  }
  return typeof of === 'string' && of.length > LONGEST_TEXT ? textDigest(of) : of
}

export function textDigest(of: string): { readonly sha256: string; readonly length: number } {
  return { sha256: createHash('sha256').update(of).digest('hex'), length: of.length }
}
