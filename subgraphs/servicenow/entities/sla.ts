import { type EntitySpec, type FieldSpec, plain, textField } from '../projection.ts'
import { valueAt } from '../rows.ts'
import { durationSeconds } from '../times.ts'

/** A definition promises one thing; one with a duration that depends on the ticket promises no number of hours. */
export const slaSpec: EntitySpec = {
  type: 'Sla',
  group: 'SLAs',
  table: 'contract_sla',
  keyOf: ({ sysId }) => sysId,
  fields: {
    name: textField('name'),
    responseHours: hours('response'),
    planHours: plain([], () => null),
    resolutionHours: hours('resolution'),
  },
}

function hours(target: string): FieldSpec {
  return plain(['target', 'duration'], (row) => {
    const duration = valueAt(row, 'duration')
    const seconds = duration === null || valueAt(row, 'target') !== target ? null : durationSeconds(duration)
    return seconds === null ? null : String(Math.round((seconds / 3600) * 100) / 100)
  })
}
