import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../schema/passthrough.ts'
import { columnsOf } from '../columns.ts'
import { CLOSED, groupsOfColumn, groupsOfReference, isClosed } from './column-groups.ts'
import { passthrough } from './index.ts'

const ID = 'a'.repeat(32)
const request = (path: string, ...query: RawRequest['query']): RawRequest => {
  const found = passthrough.catalogue.find('GET', path)
  if (found === undefined) throw new Error(`no ${path}`)
  return { ...found, query, body: undefined }
}
const incident = (...query: RawRequest['query']) => request(`/api/now/table/incident/${ID}`, ...query)
const only =
  (...groups: readonly string[]) =>
  (group: string) =>
    groups.includes(group)
const ALL = ['sysparm_display_value', 'all'] as const
const shown = { display_value: 'shown', value: 'v' }

it('under a record scope an answer loses what stands behind a dot, but for the company of the record', () => {
  const names = ['number', 'company.name', 'company.parent.name', 'cmdb_ci.name']
  const row = Object.fromEntries(names.map((name) => [name, 'x']))
  const asked = incident(['sysparm_fields', names.join(',')])
  const all = () => true
  expect(passthrough.narrow(asked, { result: row }, all).answer).toEqual({ result: row })
  const { answer, removed } = passthrough.narrow(asked, { result: row }, all, true)
  expect(answer).toEqual({ result: { number: 'x', 'company.name': 'x' } })
  expect(removed).toEqual([
    { path: 'result.company.parent.name', group: 'Companies' },
    { path: 'result.cmdb_ci.name', group: 'Configurations' },
  ])
  expect(passthrough.narrow(asked, { result: [row] }, all, true).answer).toEqual({
    result: [{ number: 'x', 'company.name': 'x' }],
  })
})

describe('an answer of ServiceNow loses', () => {
  it('names of records that are closed, and keeps their ids', () => {
    const { answer, removed } = passthrough.narrow(
      incident(ALL),
      {
        result: {
          state: shown,
          caller_id: { ...shown, link: 'https://x' },
          cmdb_ci: { display_value: '', value: '' },
        },
      },
      only('Tickets'),
    )
    expect(answer).toEqual({
      result: { state: shown, caller_id: { value: 'v' }, cmdb_ci: { display_value: '', value: '' } },
    })
    expect(removed).toEqual([{ path: 'result.caller_id.display_value', group: 'Contacts' }])
  })

  it('columns that it was not told of, logins and what stands in other tables', () => {
    const row = {
      sys_id: ID,
      frobnicator: 'x',
      u_asset_tag: 'A',
      u_who: shown,
      sys_updated_by: 'jdoe',
      watch_list: 'a@b.example',
    }
    const { answer, removed } = passthrough.narrow(
      incident(),
      { result: row, session: { debug_logs: [] } },
      only('Tickets'),
    )
    expect(answer).toEqual({ result: { sys_id: ID, u_asset_tag: 'A', u_who: { value: 'v' } } })
    expect(removed.map(({ path, group }) => `${path} ${group}`)).toEqual([
      'result.frobnicator System',
      'result.u_who.display_value System',
      'result.sys_updated_by Members',
      'result.watch_list Contacts',
    ])
  })

  it('what was not asked for', () => {
    const { answer } = passthrough.narrow(
      incident(['sysparm_fields', 'number,caller_id.email']),
      { result: { sys_id: ID, number: 'INC1', 'caller_id.email': 'a@b.example' } },
      only('Tickets'),
    )
    expect(answer).toEqual({ result: { number: 'INC1' } })
  })

  it('texts to the client, and journals by their groups', () => {
    const row = {
      description: 'a',
      close_notes: 'b',
      comments: 'c',
      work_notes: 'd',
      comments_and_work_notes: 'e',
    }
    const kept = (...groups: readonly string[]) =>
      Object.values(
        (
          passthrough.narrow(incident(ALL), { result: row }, only('Tickets', ...groups)).answer as {
            result: object
          }
        ).result,
      ).join('')
    expect(kept()).toBe('')
    expect(kept('Ticket Notes')).toBe('d')
    expect(kept('Client-Facing Notes')).toBe('abc')
    expect(kept('Client-Facing Notes', 'Ticket Notes')).toBe('abcde')
  })

  it('entries of the journal by their elements, and rows of records that were not asked for', () => {
    const journal = request('/api/now/table/sys_journal_field', [
      'sysparm_query',
      `name=incident^element_id=${ID}`,
    ])
    const entry = (element: string, over: object = {}) => ({
      name: 'incident',
      element_id: ID,
      element,
      value: element,
      ...over,
    })
    const rows = [
      entry('comments'),
      entry('work_notes'),
      entry('comments', { name: 'sn_hr_core_case' }),
      entry('work_notes', { element_id: 'b'.repeat(32) }),
      entry('u_secret'),
    ]
    const { answer, removed } = passthrough.narrow(journal, { result: rows }, only('Ticket Notes', 'Tickets'))
    expect((answer as { result: { value: string }[] }).result.map(({ value }) => value)).toEqual([
      'work_notes',
    ])
    expect(removed).toEqual([
      { path: 'result[]', group: 'Client-Facing Notes' },
      { path: 'result[]', group: 'System' },
    ])
  })

  it('people who are of no customer, should the platform drop the row filter', () => {
    const people = request(
      '/api/now/table/sys_user',
      ['sysparm_query', 'company.customer=true'],
      ['sysparm_fields', 'name'],
    )
    const rows = [
      { sys_id: ID, name: 'Ann', 'company.customer': 'true' },
      { sys_id: ID, name: 'Dana', 'company.customer': 'false' },
      { sys_id: ID, name: 'Eve' },
    ]
    expect(passthrough.narrow(people, { result: rows }, only('Contacts')).answer).toEqual({
      result: [{ name: 'Ann' }],
    })
  })

  it('what an endpoint without a table tells of other groups, by its names and links', () => {
    const { answer } = passthrough.narrow(
      request('/api/sn_chg_rest/change'),
      {
        result: [
          {
            number: shown,
            assigned_to: { ...shown, link: `https://x/api/now/table/sys_user/${ID}` },
            mail: 'a@b.example',
            comments: 'x',
            user_password: 'y',
          },
        ],
      },
      only('Changes'),
    )
    expect(answer).toEqual({ result: [{ number: shown, assigned_to: { value: 'v' } }] })
  })

  it('whatever the groups are, nothing but what they open', () => {
    const names = [
      ...columnsOf('incident').keys(),
      'caller_id.email',
      'company.name',
      'caller_id.user_password',
      'parent.number',
    ]
    const groups = [
      'Tickets',
      'Contacts',
      'Members',
      'Companies',
      'Ticket Notes',
      'Client-Facing Notes',
      'Configurations',
    ]
    fc.assert(
      fc.property(
        fc.subarray(names),
        fc.subarray(groups),
        fc.constantFrom('false', 'true', 'all'),
        (columns, open, display) => {
          const mayRead = only(...open)
          const row = Object.fromEntries(columns.map((name) => [name, display === 'all' ? shown : 'v']))
          const listed = columns.length === 0 ? [] : ([['sysparm_fields', columns.join(',')]] as const)
          // Narrowed alone: that what is closed is not even asked for is another test.
          const closedAsked = columns.some(
            (name) => name.includes('password') || name.startsWith('parent.') || isClosed('incident', name),
          )
          const asked = incident(['sysparm_display_value', display], ...(closedAsked ? [] : listed))
          const { result } = passthrough.narrow(asked, { result: row }, mayRead).answer as {
            result: Record<string, unknown>
          }
          for (const [name, value] of Object.entries(result)) {
            const [first = '', second] = name.split('.')
            expect(open).toContain('Tickets')
            expect(isClosed('incident', first)).toBe(false)
            for (const group of groupsOfColumn('incident', first)) expect(open).toContain(group)
            const referred = groupsOfReference('incident', first)
            const tells =
              second !== undefined ||
              display === 'true' ||
              (value as { display_value?: string }).display_value !== undefined
            if (referred !== undefined && tells && display !== 'false') {
              expect(referred).not.toBe(CLOSED)
              for (const group of referred === CLOSED ? [] : referred) expect(open).toContain(group)
            }
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
