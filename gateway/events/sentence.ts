import type { AuditMembers, AuditType } from '../audit/event.ts'

type Body = Partial<AuditMembers>

const groups = ({ groups: named = [] }: Body) => (named.length === 0 ? '' : ` (${named.join(', ')})`)
const times = ({ count = 1 }: Body) => (count === 1 ? 'once' : `${count} times`)
const on = ({ connection }: Body) => (connection === undefined ? '' : ` on ${connection}`)
const subject = ({ subject: of }: Body) => (of === undefined ? '' : `: ${of.name ?? of.id}`)

/** Each type in plain words. No text of a vendor or an agent stands in them, only names that the gateway knows. */
const SENTENCES: Readonly<Record<AuditType, (body: Body) => string>> = {
  DECISION: (body) =>
    `Was refused${on(body)}: ${body.decision?.code ?? body.decision?.verdict}${groups(body)}.`,
  REQUEST_CREATED: (body) => `Asked for a write${on(body)}${groups(body)}.`,
  REQUEST_EDITED: () => 'Planned the write again.',
  REQUEST_SIGNED: ({ signatures = 1 }) => `Signed; ${signatures} of the signatures needed are there.`,
  REQUEST_APPROVED: () => 'Approved the write.',
  REQUEST_REJECTED: () => 'Rejected the write.',
  REQUEST_RETURNED: () => 'Asked back before deciding.',
  REQUEST_CANCELLED: ({ code }) => `Withdrew the write before it was sent${code ? ` (${code})` : ''}.`,
  REQUEST_EXPIRED: () => 'Nobody decided in time.',
  REQUEST_EXPIRING: () => 'The request is about to expire undecided.',
  REQUEST_ESCALATED: () =>
    'Those who were asked first have not decided; it waits for everybody who may sign.',
  REQUEST_REJUDGED: () => 'The policy changed, and the request waits on under the new one.',
  REQUEST_STALE: () => 'The record changed after the plan was made.',
  EXECUTION_STARTED: (body) => `Began to send the write${on(body)}.`,
  EXECUTION_RELEASED: () => 'Gave the write back unsent, to be sent by another gateway.',
  WRITE_INTENT: ({ step = 1, method = '' }) => `About to send step ${step}: ${method} to the PSA.`,
  WRITE_OUTCOME: ({ step, outcome, status, code }) =>
    `${step === undefined ? 'The write' : `Step ${step}`} ended: ${[
      outcome ?? code,
      status && `status ${status}`,
    ]
      .filter((part) => part !== undefined && part !== '')
      .join(', ')}.`,
  RECONCILED: ({ outcome }) => `Settled an unclear outcome by reading${outcome ? `: ${outcome}` : ''}.`,
  RESOLVED_BY_PERSON: ({ outcome }) => `Settled an unclear outcome by hand${outcome ? `: ${outcome}` : ''}.`,
  READ: (body) => `Read ${body.records ?? 0} records${on(body)}${groups(body)}.`,
  AUTH_FAILED: (body) => `A sign-in failed ${times(body)} from one address.`,
  LIMIT_REACHED: (body) => `Reached a limit${subject(body)}.`,
  TOKEN_CREATED: (body) => `Made a token${subject(body)}.`,
  TOKEN_ROTATED: (body) => `Replaced a token${subject(body)}.`,
  TOKEN_REVOKED: (body) => `Revoked a token${subject(body)}.`,
  TOKEN_EXPIRING: (body) => `A token is about to expire${subject(body)}.`,
  AGENT_CREATED: (body) => `Made an AI agent${subject(body)}.`,
  AGENT_REVOKED: (body) => `Revoked an AI agent${subject(body)}.`,
  PERSON_CREATED: (body) => `Added a person${subject(body)}.`,
  PERSON_CHANGED: (body) => `Changed a person${subject(body)}.`,
  PERSON_INVITED: (body) => `Invited a person to sign in${subject(body)}.`,
  PERSON_LINKED: (body) => `Linked a person with a login at the identity provider${subject(body)}.`,
  PERSON_SIGNED_IN: (body) => `Signed in${subject(body)}.`,
  PERSON_SIGNED_OUT: (body) => `Signed out${subject(body)}.`,
  ROLE_GRANTED: (body) => `Granted a role${subject(body)}.`,
  ROLE_REVOKED: (body) => `Took a role away${subject(body)}.`,
  ABSENCE_SET: (body) => `Set an absence${subject(body)}.`,
  ABSENCE_ENDED: (body) => `Ended an absence${subject(body)}.`,
  WORKFLOW_CREATED: (body) => `Made a workflow${subject(body)}.`,
  WORKFLOW_CHANGED: (body) => `Changed a workflow${subject(body)}.`,
  POLICY_CHANGED: (body) => `Changed the policy of a workflow${on(body)}${subject(body)}.`,
  RULE_PROPOSED: (body) => `Proposed to stop asking for some writes${on(body)}${subject(body)}.`,
  RULE_PROPOSAL_ACCEPTED: (body) => `Accepted the proposal to stop asking${on(body)}${subject(body)}.`,
  RULE_PROPOSAL_DECLINED: (body) => `Declined the proposal to stop asking${on(body)}${subject(body)}.`,
  CONNECTION_CREATED: (body) => `Connected a PSA${subject(body)}.`,
  CONNECTION_CHANGED: (body) => `Changed a connection${subject(body)}.`,
  CONNECTION_TESTED: (body) => `Tested a connection${subject(body)}.`,
  CONNECTION_CHECKED: (body) => `Compared the tenant mapping with the PSA${on(body)}.`,
  SECRET_CHANGED: (body) => `Changed credentials${on(body)}.`,
  SECRET_REWRAPPED: () => 'Wrapped the keys of credentials anew.',
  INSTALLATION_CHANGED: () => 'Changed the installation.',
  EXPORTED: ({ firstSeq, lastSeq }) => `Exported the audit trail from ${firstSeq} to ${lastSeq}.`,
  CHECKPOINT: ({ lastSeq }) => `Signed the audit trail up to ${lastSeq}.`,
  PAYLOAD_ERASED: ({ count = 0 }) => `Erased ${count} texts and values from the audit trail.`,
}

export function sentenceOf(type: string, body: Body): string {
  return SENTENCES[type as AuditType](body)
}
