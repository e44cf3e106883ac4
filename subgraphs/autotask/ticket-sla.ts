import { type TicketSla, toldRecord } from '../../schema/records.ts'
import { slaClocks } from '../reading/sla-clocks.ts'
import { type Extras, type FieldSpec, named, time } from './projection.ts'
import type { TicketBody } from './schema.ts'

export const slaField: FieldSpec<TicketBody> = {
  group: 'SLAs',
  columns: [
    'serviceLevelAgreementID',
    'serviceLevelAgreementPausedNextEventHours',
    'firstResponseDateTime',
    'firstResponseDueDateTime',
    'resolutionPlanDateTime',
    'resolutionPlanDueDateTime',
    'resolvedDateTime',
    'resolvedDueDateTime',
    'completedDate',
  ],
  parts: { policy: { group: 'SLAs' }, clocks: { group: 'SLAs' } },
  value(body, { connection, wanted, slas }: Extras): TicketSla {
    const policy = named(body.serviceLevelAgreementID, slas)
    return {
      policy:
        policy === null || !wanted.has('sla.policy')
          ? null
          : toldRecord(connection, 'Sla', policy.key, { name: policy.name }),
      clocks: wanted.has('sla.clocks')
        ? slaClocks(
            [
              {
                kind: 'RESPONSE',
                dueAt: time(body.firstResponseDueDateTime),
                metAt: time(body.firstResponseDateTime),
              },
              {
                kind: 'PLAN',
                dueAt: time(body.resolutionPlanDueDateTime),
                metAt: time(body.resolutionPlanDateTime),
              },
              {
                kind: 'RESOLUTION',
                dueAt: time(body.resolvedDueDateTime),
                metAt: time(body.resolvedDateTime),
              },
            ],
            {
              closedAt: time(body.completedDate),
              // Hours that were left to the next event when the clocks were stopped; none are kept of running ones.
              paused: (body.serviceLevelAgreementPausedNextEventHours ?? 0) > 0,
            },
          )
        : [],
    }
  },
}
