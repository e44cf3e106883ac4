import type { GraphQLSchema } from 'graphql'
import { asSubgraph } from '../../schema/federation.ts'
import { defineAbsences } from './absences.ts'
import { defineActivity } from './activity.ts'
import { defineAdministration } from './administration.ts'
import { defineApprovals } from './approvals.ts'
import { defineAudit } from './audit.ts'
import { defineBudgets } from './budgets.ts'
import { startControl } from './builder.ts'
import { defineCalendar } from './calendar.ts'
import { defineEndpoints } from './endpoints.ts'
import { defineEvents } from './events.ts'
import { defineExplain } from './explain.ts'
import { defineHistory } from './history.ts'
import { defineLooks } from './looks.ts'
import { defineOperations } from './operations.ts'
import { defineOutcomes } from './outcome-types.ts'
import { definePauses } from './pauses.ts'
import { definePeople } from './people.ts'
import { definePlan } from './plan-types.ts'
import { definePutBack } from './put-back.ts'
import { defineQuestions } from './questions.ts'
import { defineRaw, defineRawAnswer } from './raw.ts'
import { defineRequestLists } from './request-lists.ts'
import { defineRequest } from './request-types.ts'
import { defineRetry } from './retry.ts'
import { defineRuleProposals } from './rule-proposals.ts'
import { defineSetup } from './setup.ts'
import { defineViewer } from './viewer.ts'
import { defineWrites } from './writes.ts'

/** The gateway's own subgraph: writes, approvals, events, administration. It refers to PSA entities by key. */
export function controlSubgraph(): GraphQLSchema {
  const control = startControl()
  const Plan = definePlan(control)
  const requests = defineRequest(control, Plan)
  const viewer = defineViewer(control)
  const RawAnswer = defineRawAnswer(control)
  const outcomes = defineOutcomes(control, requests, Plan, RawAnswer)
  defineWrites(control.builder, outcomes)
  const raw = defineRaw(control, RawAnswer, outcomes)
  const { Kind } = defineQuestions(control)
  defineExplain(control, raw, Kind)
  definePutBack(control, outcomes)
  defineRetry(control, outcomes)
  defineAbsences(control, requests)
  defineApprovals(control, requests)
  defineRequestLists(control, requests)
  defineLooks(control, requests)
  defineEvents(control, requests)
  defineHistory(control, requests)
  defineActivity(control)
  defineOperations(control, requests)
  const administration = defineAdministration(control)
  defineSetup(control, administration)
  defineRuleProposals(control, requests, administration.policies)
  definePeople(control, viewer)
  defineAudit(control)
  defineEndpoints(control)
  defineCalendar(control, requests)
  definePauses(control)
  defineBudgets(control)
  const pointer = { key: 'id' as const, resolvable: false }
  return asSubgraph(control.builder.toSchema(), {
    Ticket: pointer,
    Note: pointer,
    TimeEntry: pointer,
    Contact: pointer,
    Company: pointer,
    Site: pointer,
    ConfigurationItem: pointer,
    TicketLineItem: pointer,
    ScheduleEntry: pointer,
    Board: pointer,
    Member: pointer,
    TicketTask: pointer,
    Attachment: pointer,
  })
}
