import type { VendorSession } from '../../../schema/source.ts'
import { choicesOf, listOf, SETUP } from '../choices.ts'
import {
  COMPANY_PARTS,
  type EntitySpec,
  type Extras,
  type FieldSpec,
  MEMBER_PARTS,
  plain,
  reference,
  textField,
  timeField,
} from '../projection.ts'
import { flagAt, numberAt, valueAt } from '../rows.ts'
import { durationSeconds } from '../times.ts'

const PROJECT = 'pm_project'
const TASK = 'pm_project_task'

const state: FieldSpec = plain(['state'], (row, { states }) => {
  const value = valueAt(row, 'state')
  return value === null ? null : { key: value, name: states?.get(value) ?? value }
})

const closed: FieldSpec = plain(['active'], (row) => {
  const active = flagAt(row, 'active')
  return active === null ? null : !active
})

const day = (column: string): FieldSpec =>
  plain([column], (row) => valueAt(row, column)?.slice(0, 10) ?? null)

export const projectSpec: EntitySpec = {
  type: 'Project',
  group: 'Projects',
  table: PROJECT,
  keyOf: ({ sysId }) => sysId,
  extras: (session, wanted) => statesOf(session, PROJECT, wanted),
  fields: {
    number: textField('number'),
    name: textField('short_description'),
    description: textField('description'),
    status: state,
    closed,
    startsOn: day('start_date'),
    endsOn: day('end_date'),
    percentComplete: plain(['percent_complete'], (row) => numberAt(row, 'percent_complete')),
    // The documents name no such column of a project, and no phases: tasks stand below tasks.
    budgetHours: plain([], () => null),
    actualHours: plain([], () => null),
    phases: plain([], () => null),
    company: reference('company', 'company', 'Company', COMPANY_PARTS),
    manager: reference('manager', 'project_manager', 'Member', MEMBER_PARTS),
  },
}

export const projectTaskSpec: EntitySpec = {
  type: 'ProjectTask',
  group: 'Projects',
  table: TASK,
  keyOf: ({ sysId }) => sysId,
  extras: (session, wanted) => statesOf(session, TASK, wanted),
  fields: {
    number: textField('number'),
    name: textField('short_description'),
    status: state,
    closed,
    dueAt: timeField('end_date'),
    budgetHours: plain(['planned_hours'], (row) => {
      const seconds = durationSeconds(valueAt(row, 'planned_hours'))
      return seconds === null ? null : String(Math.round((seconds / 3600) * 100) / 100)
    }),
    phase: plain([], () => null),
    project: reference('project', 'top_task', 'Project', {
      name: { group: 'Projects', column: 'short_description' },
    }),
    company: reference('company', 'company', 'Company', COMPANY_PARTS),
    assignee: reference('assignee', 'assigned_to', 'Member', MEMBER_PARTS),
  },
}

/** States by their labels. */
async function statesOf(
  session: VendorSession,
  table: string,
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  if (!wanted.has('status')) return {}
  const access = { ...SETUP, group: 'Projects' }
  const choices = await choicesOf(session, 'project states', [PROJECT, TASK], ['state'], access)
  return { states: new Map(listOf(choices, table, 'state').map(({ value, name }) => [value, name])) }
}
