import { expect, it } from 'vitest'
import { mappingProblems } from './mapping-problems.ts'

const open = { key: '1', name: 'Open', active: true }
const done = { key: '2', name: 'Done', active: true }

const found = (...args: Parameters<typeof mappingProblems>) =>
  mappingProblems(...args).problems.map(({ member, problem }) => `${member} ${problem}`)

it('what stands as it did has no problem, and its name is kept', () => {
  const { problems, names } = mappingProblems(
    { resolvedStatus: { '*': '2' }, closeCode: 'x', silentStatuses: ['notes', '2'] },
    { statuses: [open, done] },
    {},
  )
  expect(problems).toEqual([])
  expect(names).toEqual({ 'resolvedStatus.*': 'Done', 'silentStatuses.2': 'Done' })
})

it('names what is gone, not in use any more, and called otherwise', () => {
  const mapping = {
    statusCategories: { 2: 'RESOLVED', 9: 'ACTIVE' },
    resolvedStatus: { '7': '2' },
    reopenStatus: { '*': '1' },
    noteTypes: { INTERNAL: '5' },
    timeRoles: { '151': '6' },
    closeCode: 'solved',
    defaultWorkType: '8',
  } as const
  const offered = {
    statuses: [
      { ...open, name: 'Opened' },
      { ...done, active: false },
    ],
    noteTypes: [],
    roles: [],
    closeCodes: [],
    workTypes: [],
  }
  expect(found(mapping, offered, { 'reopenStatus.*': 'Open' })).toEqual([
    'statusCategories.9 GONE',
    'resolvedStatus.7 INACTIVE',
    'reopenStatus.* RENAMED',
    'noteTypes.INTERNAL GONE',
    'timeRoles.151 GONE',
    'closeCode GONE',
    'defaultWorkType GONE',
  ])
})

it('goes on naming the change until somebody confirms the mapping again', () => {
  const renamed = { statuses: [{ ...open, name: 'Opened' }] }
  const first = mappingProblems({ reopenStatus: { '*': '1' } }, renamed, { 'reopenStatus.*': 'Open' })
  expect(found({ reopenStatus: { '*': '1' } }, renamed, first.names)).toEqual(['reopenStatus.* RENAMED'])
})

it('names a silent status whose template mails', () => {
  const offered = { statuses: [{ ...done, mails: true }] }
  expect(found({ silentStatuses: ['2'] }, offered, {})).toEqual(['silentStatuses.2 MAILS'])
})

it('names what belongs to another board or ticket type than the one it is mapped for', () => {
  const offered = {
    statuses: [
      { ...open, within: ['7'] },
      { ...done, within: ['7', '8'] },
    ],
    outcomes: [{ ...done, within: ['3'] }],
  }
  const mapping = {
    resolvedStatus: { '8': '2', '*': '1' },
    reopenStatus: { '8': '1' },
    outcomes: { '3': { INTERNAL: '2' }, '4': { INTERNAL: '2' }, '*': { TIME: '2' } },
  }
  expect(found(mapping, offered, {})).toEqual(['reopenStatus.8 ELSEWHERE', 'outcomes.4.INTERNAL ELSEWHERE'])
})

it('names a table that is gone', () => {
  const taskTables = [{ key: 'incident', name: 'incident', active: true }]
  expect(found({ taskTables: ['incident', 'u_case'] }, { taskTables }, {})).toEqual([
    'taskTables.u_case GONE',
  ])
  expect(found({ taskTables: ['incident', 'u_case'] }, {}, {})).toEqual([])
})

it('knows outcomes from statuses where both count from 1', () => {
  const offered = { statuses: [open], outcomes: [done] }
  const mapping = { silentStatuses: ['1', '2', 'status:1', 'status:2'], outcomes: { '4': { INTERNAL: '3' } } }
  expect(found(mapping, offered, {})).toEqual([
    'silentStatuses.1 GONE',
    'silentStatuses.status:2 GONE',
    'outcomes.4.INTERNAL GONE',
  ])
})
