import type { GraphQLSchema } from 'graphql'
import { asSubgraph } from '../../schema/federation.ts'
import { defineAdministration } from './administration.ts'
import { defineApprovals } from './approvals.ts'
import { defineAudit } from './audit.ts'
import { startControl } from './builder.ts'
import { defineEndpoints } from './endpoints.ts'
import { defineEvents } from './events.ts'
import { defineHistory } from './history.ts'
import { defineOutcomes } from './outcome-types.ts'
import { definePlan } from './plan-types.ts'
import { defineRequest } from './request-types.ts'
import { defineViewer } from './viewer.ts'
import { defineWrites } from './writes.ts'

/** The gateway's own subgraph: writes, approvals, events, administration. It refers to PSA entities by key. */
export function controlSubgraph(): GraphQLSchema {
  const control = startControl()
  const Plan = definePlan(control.builder)
  const requests = defineRequest(control, Plan)
  defineViewer(control)
  defineWrites(control.builder, defineOutcomes(control, requests, Plan))
  defineApprovals(control, requests)
  defineEvents(control, requests)
  defineHistory(control, requests)
  defineAdministration(control)
  defineAudit(control)
  defineEndpoints(control)
  const pointer = { key: 'id' as const, resolvable: false }
  return asSubgraph(control.builder.toSchema(), {
    Ticket: pointer,
    Note: pointer,
    TimeEntry: pointer,
    Contact: pointer,
  })
}
