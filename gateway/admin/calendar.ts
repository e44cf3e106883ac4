import type { BusinessCalendar } from '../../policy/calendar.ts'
import { parseCalendar } from '../../policy/validate-calendar.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { readBusinessCalendar, saveBusinessCalendar as saveRow } from '../store/installation.ts'
import { expectRoleEverywhere } from './scope.ts'

/** Validated whole: what is wrong anywhere leaves the old calendar. */
export async function saveBusinessCalendar(
  context: GatewayContext,
  input: unknown,
): Promise<BusinessCalendar> {
  expectRoleEverywhere(context, 'owner')
  const calendar = parseCalendar(input)
  const { services } = context
  await services.store.transaction(async (trx) => {
    const before = await readBusinessCalendar(trx)
    await saveRow(trx, calendar)
    await record(trx, services, {
      type: 'INSTALLATION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      payload: { before: { businessCalendar: before.calendar }, after: { businessCalendar: calendar } },
    })
  })
  return calendar
}
