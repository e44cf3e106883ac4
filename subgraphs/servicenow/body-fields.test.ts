import { describe, expect, it } from 'vitest'
import { type DemandOptions, demandsOf } from './body-fields.ts'

const ID = 'a'.repeat(32)
const INCIDENT = `/api/now/table/incident/${ID}`

function demanded(
  method: string,
  path: string,
  body: string | null,
  options?: DemandOptions,
): readonly string[] {
  return demandsOf(method, path, body, options).map(
    ({ group, kind, fields }) => `${group} ${kind} ${fields.join(',')}`,
  )
}

describe('what bytes demand', () => {
  it.each`
    method      | path                                       | body                                                      | demands
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"short_description":"x","assigned_to":"y"}'}          | ${['Tickets UPDATE assignee,title']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"impact":"1","urgency":"2"}'}                         | ${['Tickets UPDATE priority']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"state":"3","hold_reason":"4","incident_state":"3"}'} | ${['Tickets UPDATE status']}
    ${'PUT'}    | ${INCIDENT}                                | ${'{"u_asset_tag":"x"}'}                                  | ${['Tickets UPDATE custom:u_asset_tag']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"work_notes":"x"}'}                                   | ${['Ticket Notes CREATE kind,text']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"comments":"x"}'}                                     | ${['Client-Facing Notes CREATE kind,mailClient,text']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"state":"2","comments":"x","work_notes":"y"}'}        | ${['Tickets UPDATE status', 'Client-Facing Notes CREATE kind,mailClient,text', 'Ticket Notes CREATE kind,text']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"close_notes":"x"}'}                                  | ${['Tickets UPDATE resolution', 'Client-Facing Notes CREATE kind,text']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"parent_incident":"x"}'}                              | ${['Tickets BUNDLE parent']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"parent":""}'}                                        | ${['Tickets BUNDLE parent']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"state":"6","close_code":" duplicate "}'}             | ${['Tickets UPDATE closeCode,status', 'Tickets MERGE mergedInto,status']}
    ${'PATCH'}  | ${`/api/now/table/problem/${ID}`}          | ${'{"duplicate_of":"x"}'}                                 | ${['Tickets MERGE mergedInto']}
    ${'POST'}   | ${'/api/now/table/incident'}               | ${'{"short_description":"x","description":"y"}'}          | ${['Tickets CREATE description,title', 'Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/api/now/table/incident'}               | ${'{"work_notes":"y"}'}                                   | ${['Tickets CREATE ', 'Ticket Notes CREATE kind,text']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"watch_list":"x"}'}                                   | ${['Tickets UPDATE watch_list', 'Client-Facing Notes CREATE mailClient']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"description":"x","comments":"y"}'}                   | ${['Tickets UPDATE description', 'Client-Facing Notes CREATE kind,mailClient,text']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"time_worked":"00:10:00"}'}                           | ${['Time Entries CREATE hours']}
    ${'PATCH'}  | ${INCIDENT}                                | ${'{"approval":"approved"}'}                              | ${['Tickets UPDATE approval', 'Approvals UPDATE state']}
    ${'POST'}   | ${'/api/now/table/task_time_worked'}       | ${'{"task":"x","user":"y","time_in_seconds":"60"}'}       | ${['Time Entries CREATE hours,member,ticket']}
    ${'POST'}   | ${'/api/now/table/sys_user'}               | ${'{"first_name":"x","company":"y"}'}                     | ${['Contacts CREATE company,firstName']}
    ${'PATCH'}  | ${`/api/now/table/sys_user/${ID}`}         | ${'{"roles":"admin"}'}                                    | ${['Contacts UPDATE roles']}
    ${'DELETE'} | ${INCIDENT}                                | ${null}                                                   | ${['Tickets DELETE ']}
    ${'PATCH'}  | ${'/api/now/v2/table/incident/{step1.id}'} | ${'{"state":"2"}'}                                        | ${['Tickets UPDATE status']}
  `('$method $path $body', ({ method, path, body, demands }) => {
    expect(demanded(method, path, body)).toEqual(demands)
  })

  it('takes an appended text as a note, and a replaced one as a change', () => {
    const appended = new Set(['close_notes'])
    expect(demanded('PATCH', INCIDENT, '{"close_notes":"x"}', { appended })).toEqual([
      'Client-Facing Notes CREATE kind,text',
    ])
    expect(
      demanded('PATCH', INCIDENT, '{"state":"6","close_code":"Known error","close_notes":"x"}', {
        appended,
        except: new Set(['closeCode']),
      }),
    ).toEqual(['Tickets UPDATE status', 'Client-Facing Notes CREATE kind,text'])
  })

  it('takes the surrogate of a merge as one, where the planner made it', () => {
    const body = '{"parent_incident":"x","state":"6","close_code":"Duplicate","close_notes":"y"}'
    expect(demanded('PATCH', INCIDENT, body, { merges: true, appended: new Set(['close_notes']) })).toEqual([
      'Tickets MERGE mergedInto,status',
      'Client-Facing Notes CREATE kind,text',
    ])
    expect(demanded('PATCH', INCIDENT, body)).toEqual([
      'Tickets UPDATE closeCode,resolution,status',
      'Tickets BUNDLE parent',
      'Tickets MERGE mergedInto,status',
      'Client-Facing Notes CREATE kind,text',
    ])
  })

  it('takes the catalogue’s word for users, since staff stands in their table too', () => {
    const catalogue = { group: 'Members', kind: 'UPDATE' } as const
    expect(demanded('PATCH', `/api/now/table/sys_user/${ID}`, '{"email":"x"}', { catalogue })).toEqual([
      'Members UPDATE email',
    ])
  })

  it('takes journals, parents and duplicates of every task for what they are, and only theirs', () => {
    const of = (table: string, group: string, body: string) =>
      demanded('PATCH', `/api/now/table/${table}/${ID}`, body, { catalogue: { group, kind: 'UPDATE' } })
    expect(of('change_request', 'Changes', '{"comments":"x","parent":"y","state":"1"}')).toEqual([
      'Changes UPDATE state',
      'Client-Facing Notes CREATE kind,mailClient,text',
      'Changes BUNDLE parent',
    ])
    expect(of('incident_task', 'Tickets', '{"work_notes":"x"}')).toEqual(['Ticket Notes CREATE kind,text'])
    expect(of('alm_asset', 'Configurations', '{"work_notes":"x"}')).toEqual(['Ticket Notes CREATE kind,text'])
    expect(of('core_company', 'Companies', '{"parent":"x"}')).toEqual(['Companies UPDATE parent'])
    expect(of('customer_contact', 'Contacts', '{"title":"x"}')).toEqual(['Contacts UPDATE title'])
    const catalogue = { group: 'Tickets', kind: 'UPDATE' } as const
    expect(
      demanded('PUT', `/api/sn_customerservice/case/${ID}`, '{"comments":"x","close_notes":"y"}', {
        catalogue,
      }),
    ).toEqual(['Tickets UPDATE resolution', 'Client-Facing Notes CREATE kind,mailClient,text'])
  })

  it.each`
    method     | path                                    | code
    ${'POST'}  | ${'/api/now/table/sys_script'}          | ${'NOT_CATALOGUED'}
    ${'PATCH'} | ${'/api/now/table/incident/INC0010001'} | ${'NOT_CATALOGUED'}
    ${'PATCH'} | ${'/api/now/table/incident'}            | ${'NOT_CATALOGUED'}
    ${'PATCH'} | ${`/api/now/table/task/${ID}`}          | ${'NOT_CATALOGUED'}
    ${'POST'}  | ${'/api/now/v1/batch'}                  | ${'NOT_CATALOGUED'}
    ${'POST'}  | ${'/api/now/table/sys_journal_field'}   | ${'FORBIDDEN_OPERATION'}
  `('knows no $method $path', ({ method, path, code }) => {
    expect(() => demandsOf(method, path, '{"x":"y"}')).toThrow(expect.objectContaining({ code }))
  })
})

describe('bodies: ways to hide a field', () => {
  it.each`
    body                                     | why
    ${'[{"state":"2"}]'}                     | ${'an array, of which the first record is written'}
    ${'{"caller_id.email":"x"}'}             | ${'a dotted name of another table'}
    ${'{"State":"2"}'}                       | ${'another case'}
    ${'{"sys_id":"x"}'}                      | ${'an id of its own'}
    ${'{"sys_class_name":"change_request"}'} | ${'another class'}
    ${'{"comments_and_work_notes":"x"}'}     | ${'both journals at once'}
    ${'{"state":{"value":"2"}}'}             | ${'a value that is no text'}
    ${'{}'}                                  | ${'nothing to write'}
    ${'<incident/>'}                         | ${'XML'}
  `('refuses $body: $why', ({ body }) => {
    expect(() => demandsOf('PATCH', INCIDENT, body)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })
})
