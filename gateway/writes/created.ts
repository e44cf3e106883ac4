import { formatId } from '../../schema/ids.ts'
import type { WriteStepRow } from '../store/tables.ts'
import type { Plan } from './plan.ts'

/** Global ids of the records that the steps so far have made. */
export function createdBy(
  connection: string,
  planned: Plan['steps'],
  steps: readonly Pick<WriteStepRow, 'step' | 'vendor_id'>[],
): readonly string[] {
  return steps.flatMap(({ step, vendor_id }) => {
    const creates = planned[step - 1]?.creates
    return creates == null || vendor_id === null ? [] : [formatId(connection, creates, vendor_id)]
  })
}
