import {
  type BusinessCalendar,
  DEFAULT_CALENDAR,
  endOfNextBusinessDay,
  isOpen,
} from '../../policy/calendar.ts'
import { calendarDifference } from '../../policy/calendar-difference.ts'
import { ruleInWords } from '../../policy/rule-in-words.ts'
import { parseCalendar } from '../../policy/validate-calendar.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { readBusinessCalendar, saveBusinessCalendar as saveRow } from '../store/installation.ts'
import type { WorkflowRow } from '../store/tables.ts'
import { currentPolicies, listWorkflows } from '../store/workflows.ts'
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

/** An approval rule that looks at the hour. */
export interface RuleOnHours {
  readonly workflow: WorkflowRow
  readonly connection: string
  readonly group: string
  readonly rule: string
}

export interface CalendarEffects {
  readonly changes: readonly string[]
  /** Whether it would be business hours at this moment, and whether it is; null: nobody has set any. */
  readonly open: boolean
  readonly wasOpen: boolean | null
  /** When a request of this moment would end undecided, and when it ends as it is; null: by no calendar. */
  readonly endsAt: Date | null
  readonly endedAt: Date | null
  readonly rules: readonly RuleOnHours[]
}

/** What saving this calendar would change; nothing is saved. @throws GatewayError BAD_USER_INPUT, ROLE_REQUIRED */
export async function effectsOfCalendar(context: GatewayContext, input: unknown): Promise<CalendarEffects> {
  expectRoleEverywhere(context, 'owner')
  const after = parseCalendar(input)
  const { settings, store } = context.services
  const { calendar: before, now } = await readBusinessCalendar(store.db)
  const followed = settings.pendingFor === null
  return {
    changes: calendarDifference(before, after),
    open: isOpen(after, now),
    wasOpen: before === null ? null : isOpen(before, now),
    endsAt: followed ? endOfNextBusinessDay(after, now) : null,
    endedAt: followed ? endOfNextBusinessDay(before ?? DEFAULT_CALENDAR, now) : null,
    rules: await rulesOnHours(context),
  }
}

async function rulesOnHours({ services: { store } }: GatewayContext): Promise<readonly RuleOnHours[]> {
  const found: RuleOnHours[] = []
  for (const workflow of await listWorkflows(store.db)) {
    for (const { connection, policy } of await currentPolicies(store.db, workflow.id)) {
      for (const [group, { approval = [] }] of Object.entries(policy?.groups ?? {})) {
        const looking = approval.filter(({ when }) => when?.insideBusinessHours !== undefined)
        found.push(...looking.map((rule) => ({ workflow, connection, group, rule: ruleInWords(rule) })))
      }
    }
  }
  return found
}
