import { type TicketSla, toldRecord } from '../../schema/records.ts'
import { slaClocks } from '../reading/sla-clocks.ts'
import { type Extras, type FieldSpec, someId, time } from './projection.ts'
import type { TicketBody } from './schema.ts'

export const slaField: FieldSpec<TicketBody> = {
  groups: ['SLAs'],
  parts: { policy: { group: 'SLAs' }, clocks: { group: 'SLAs' } },
  value(body, { connection, wanted, closed, slas }: Extras): TicketSla {
    const policy = someId(body.sla_id)
    const isClosed = body.status_id !== null && closed?.has(body.status_id) === true
    return {
      policy:
        policy === null || !wanted.has('sla.policy')
          ? null
          : toldRecord(connection, 'Sla', policy, { name: slas?.get(policy) ?? String(policy) }),
      clocks:
        body.excludefromsla === true || !wanted.has('sla.clocks')
          ? []
          : slaClocks(
              [
                { kind: 'RESPONSE', dueAt: time(body.respondbydate), metAt: time(body.responsedate) },
                {
                  kind: 'RESOLUTION',
                  dueAt: time(body.fixbydate),
                  metAt: isClosed ? time(body.dateclosed) : null,
                },
              ],
              { closedAt: isClosed ? time(body.dateclosed) : null, paused: body.onhold },
            ),
    }
  },
}
