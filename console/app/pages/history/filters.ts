import type { EventFilter, EventOutcome, EventType } from '../../../../generated/console.ts'

/** What people look for, and the events that are about it. A type that is in none of them does not compile. */
const KINDS_OF_TYPES: Readonly<Record<EventType, Kind>> = {
  REQUEST_CREATED: 'asked',
  REQUEST_EDITED: 'asked',
  REQUEST_STALE: 'asked',
  REQUEST_EXPIRING: 'asked',
  REQUEST_EXPIRED: 'asked',
  REQUEST_ESCALATED: 'asked',
  REQUEST_REJUDGED: 'asked',
  REQUEST_SIGNED: 'decided',
  REQUEST_APPROVED: 'decided',
  REQUEST_REJECTED: 'decided',
  REQUEST_RETURNED: 'decided',
  REQUEST_CANCELLED: 'decided',
  EXECUTION_STARTED: 'sent',
  EXECUTION_RELEASED: 'sent',
  WRITE_INTENT: 'sent',
  WRITE_OUTCOME: 'sent',
  RECONCILED: 'sent',
  RESOLVED_BY_PERSON: 'sent',
  DECISION: 'refused',
  LIMIT_REACHED: 'refused',
  READ: 'read',
  AUTH_FAILED: 'access',
  TOKEN_CREATED: 'access',
  TOKEN_ROTATED: 'access',
  TOKEN_REVOKED: 'access',
  TOKEN_EXPIRING: 'access',
  AGENT_CREATED: 'access',
  AGENT_REVOKED: 'access',
  PERSON_CREATED: 'access',
  PERSON_CHANGED: 'access',
  PERSON_INVITED: 'access',
  PERSON_LINKED: 'access',
  PERSON_SIGNED_IN: 'access',
  PERSON_SIGNED_OUT: 'access',
  ROLE_GRANTED: 'access',
  ROLE_REVOKED: 'access',
  ABSENCE_SET: 'access',
  ABSENCE_ENDED: 'access',
  WORKFLOW_CREATED: 'settings',
  WORKFLOW_CHANGED: 'settings',
  POLICY_CHANGED: 'settings',
  RULE_PROPOSED: 'settings',
  RULE_PROPOSAL_ACCEPTED: 'settings',
  RULE_PROPOSAL_DECLINED: 'settings',
  CONNECTION_CREATED: 'settings',
  CONNECTION_CHANGED: 'settings',
  CONNECTION_TESTED: 'settings',
  CONNECTION_CHECKED: 'settings',
  SECRET_CHANGED: 'settings',
  SECRET_REWRAPPED: 'settings',
  INSTALLATION_CHANGED: 'settings',
  EXPORTED: 'trail',
  CHECKPOINT: 'trail',
  PAYLOAD_ERASED: 'trail',
}

export const KINDS = {
  asked: 'Asked for',
  decided: 'Decided by people',
  sent: 'Sent to the PSA',
  refused: 'Refused',
  read: 'Read',
  access: 'Sign-ins, people and tokens',
  settings: 'Workflows and connections',
  trail: 'The trail itself',
} as const
export type Kind = keyof typeof KINDS

export function kindOf(type: EventType): Kind {
  return KINDS_OF_TYPES[type]
}

export const OUTCOMES: Readonly<Record<EventOutcome, string>> = {
  ALLOW: 'Allowed',
  HOLD: 'Waits for a person',
  DENY: 'Refused',
  DONE: 'Done in the PSA',
  VENDOR_REJECTED: 'Refused by the PSA',
  THROTTLED: 'The PSA asked to wait',
  NOT_SENT: 'Never sent',
  UNKNOWN: 'Not sure it went through',
}

const HOUR = 3_600_000
/** `points`: bars of the chart, each as long as people count time. */
export const SPANS = {
  hour: { label: 'Last hour', ms: HOUR, points: 12 },
  day: { label: 'Last 24 hours', ms: 24 * HOUR, points: 24 },
  week: { label: 'Last 7 days', ms: 7 * 24 * HOUR, points: 28 },
  month: { label: 'Last 30 days', ms: 30 * 24 * HOUR, points: 30 },
  all: { label: 'Any time', ms: null, points: 30 },
  between: { label: 'Between …', ms: null, points: 30 },
} as const
export type Span = keyof typeof SPANS

export interface Asked {
  readonly span: Span
  readonly filter: EventFilter
}

const isKey = <T extends object>(of: T, key: string | null): key is Extract<keyof T, string> =>
  key !== null && Object.hasOwn(of, key)

function momentOf(text: string | null): string | undefined {
  const moment = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString()
}

/** The address is the filter: a link to it shows the same to somebody else. */
export function askedBy(search: URLSearchParams, now: number): Asked {
  const wanted = search.get('time')
  const span: Span = isKey(SPANS, wanted) ? wanted : 'day'
  const { ms } = SPANS[span]
  const from =
    ms !== null
      ? new Date(now - ms).toISOString()
      : span === 'between'
        ? momentOf(search.get('from'))
        : undefined
  const to = span === 'between' ? momentOf(search.get('to')) : undefined
  const kind = search.get('kind')
  const outcome = search.get('outcome')
  const text = (name: 'connection' | 'workflow' | 'agent' | 'ticket' | 'request' | 'group') => {
    const value = search.get(name)
    return value === null ? {} : { [name]: value }
  }
  const types = (Object.keys(KINDS_OF_TYPES) as EventType[]).filter((type) => kindOf(type) === kind)
  return {
    span,
    filter: {
      ...text('connection'),
      ...text('workflow'),
      ...text('agent'),
      ...text('ticket'),
      ...text('request'),
      ...text('group'),
      ...(isKey(KINDS, kind) && { types }),
      ...(isKey(OUTCOMES, outcome) && { outcome: [outcome] }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
  }
}

/** What the chart shows: the span up to this moment, or 30 days where it has no beginning. */
export function chartOf(
  { span, filter }: Asked,
  now: number,
): { readonly from: string; readonly to: string; readonly points: number } {
  const { ms, points } = SPANS[span]
  const to = filter.to ?? new Date(now).toISOString()
  const from = ms === null ? filter.from : new Date(now - ms).toISOString()
  return { from: from ?? new Date(Date.parse(to) - 30 * 24 * HOUR).toISOString(), to, points }
}
