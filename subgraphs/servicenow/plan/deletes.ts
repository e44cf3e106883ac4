import { GatewayError } from '../../../schema/errors.ts'
import type { DeleteInput, PlanDraft, WriteName } from '../../../schema/plan.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { toldTicket } from '../../planning/ticket-of.ts'
import { servicenowCapabilities } from '../capabilities.ts'
import { valueAt } from '../rows.ts'
import { companiesOf, rankOf, reachesOf } from './many-tickets.ts'
import { step, ticketRef } from './steps.ts'
import { keyOf, ticketNow, ticketValues, versionOf } from './ticket-now.ts'
import { expectOpenCard, ticketOf, timeNow } from './time-entries.ts'

export async function planDeleteTicket(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const now = await ticketNow(session, keyOf(session, id, 'Ticket', 'id'))
  const company = valueAt(now.row, now.table.company)
  return {
    ...deletion(
      session,
      now.table.table,
      now.sysId,
      ticketRef(now.key),
      versionOf(now.row),
      `ticket ${now.number}`,
    ),
    sideEffects: ['Notes, documents and SLA clocks go with it; the PSA has no way back.'],
    warnings: ['ServiceNow lets administrators delete tickets only; canceling one keeps its history.'],
    facts: {
      ...FACTS,
      company,
      companies: companiesOf([now]),
      board: valueAt(now.row, 'assignment_group'),
      reaches: reachesOf([now]),
      priorityRank: rankOf(now),
    },
    ticket: toldTicket(now.key, now.number, ticketValues(session, now)),
  }
}

export async function planDeleteTimeEntry(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const key = keyOf(session, id, 'TimeEntry', 'id')
  const now = await timeNow(session, key)
  expectOpenCard(now)
  const company = valueAt(now, 'task.company')
  return {
    ...deletion(session, 'task_time_worked', key, { type: 'TimeEntry', key }, versionOf(now), 'a time entry'),
    sideEffects: ['The timer on the ticket and a time card may keep the hours; the PSA has no way back.'],
    warnings: [],
    facts: {
      ...FACTS,
      company,
      companies: company === null ? [] : [company],
      reaches: [{ company, notApplicable: ['board'] }],
    },
    ticket: ticketOf(session, now),
  }
}

/** @throws GatewayError NOT_SUPPORTED with the reason that the capabilities give */
export function refuse(write: WriteName): never {
  const capability = servicenowCapabilities.writes[write]
  throw new GatewayError('NOT_SUPPORTED', capability === true ? '' : capability.unsupported)
}

function deletion(
  session: VendorSession,
  table: string,
  sysId: string,
  target: TargetRef,
  version: string | null,
  what: string,
) {
  return {
    steps: [
      step(session, {
        method: 'DELETE',
        table,
        sysId,
        body: null,
        target,
        creates: null,
        summary: `Deletes ${what} for good.`,
        reconcile: { by: 'VALUES', target, planned: {} },
      }),
    ],
    changes: [{ target, field: 'deleted', before: 'false', after: 'true' }],
    baseline: [{ target, version, fields: {}, kind: 'DELETE' }],
    clientMail: NO_MAIL,
  } as const
}

const FACTS = {
  company: null,
  companies: [],
  board: null,
  priorityRank: null,
  closes: false,
  reopens: false,
  clientMail: 'NO',
  billableHours: 0,
  values: {},
} as const
