import { describe, expect, it } from 'vitest'
import { demandsOf } from './body-fields.ts'

function demanded(method: string, path: string, body: string | null): readonly string[] {
  return demandsOf(method, path, body).map(
    ({ group, kind, fields }) => `${group} ${kind} ${fields.join(',')}`,
  )
}

const ELEMENT = (element: object) => JSON.stringify([element])
const NOTE = { ticket_id: 1, outcome_id: 7, note: 'x', sendemail: false }
const ANY_OUTCOME = 'Tickets UPDATE assignee,board,priority,status'

describe('what bytes demand', () => {
  it.each`
    method      | path            | body                                                              | demands
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, summary: 'x', agent_id: 2 })}                  | ${['Tickets UPDATE assignee,title']}
    ${'POST'}   | ${'/tickets/'}  | ${ELEMENT({ ID: '1', Status_ID: 4 })}                             | ${['Tickets UPDATE status']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ summary: 'x', client_id: 5 })}                        | ${['Tickets CREATE company,title']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 0, summary: 'x' })}                               | ${['Tickets CREATE title']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ summary: 'x', details: 'y', sendack: false })}        | ${['Tickets CREATE description,title', 'Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ summary: 'x', sendack: true })}                       | ${['Tickets CREATE title', 'Client-Facing Notes CREATE mailClient']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, details: 'y' })}                               | ${['Tickets UPDATE description', 'Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, parent_id: 4 })}                               | ${['Tickets BUNDLE parent']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, parent_id: 4, status_id: 9 })}                 | ${['Tickets UPDATE status', 'Tickets BUNDLE parent']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, merged_into_id: 4, domerge: true })}           | ${['Tickets MERGE domerge,mergedInto']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, timetaken: 1 })}                               | ${['Tickets UPDATE timetaken', 'Time Entries CREATE timetaken']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, closure_note: 'x' })}                          | ${['Tickets UPDATE closure_note', 'Ticket Notes CREATE closure_note']}
    ${'POST'}   | ${'/Tickets'}   | ${ELEMENT({ id: 1, customfields: [{ id: 5 }, { name: 'CFx' }] })} | ${['Tickets UPDATE custom:5,custom:cfx']}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, hiddenfromuser: true })}                     | ${['Ticket Notes CREATE kind,outcome,text', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, hiddenfromuser: 'true' })}                   | ${['Client-Facing Notes CREATE kind,outcome,text', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT(NOTE)}                                                  | ${['Client-Facing Notes CREATE outcome,text', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ticket_id: 1, note: 'x', hiddenfromuser: true })}     | ${['Ticket Notes CREATE kind,text', 'Client-Facing Notes CREATE mailClient', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, hiddenfromuser: true, emailto: 'a@b' })}     | ${['Ticket Notes CREATE kind,outcome,text', 'Client-Facing Notes CREATE mailClient', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, hiddenfromuser: true, new_user_id: 4 })}     | ${['Ticket Notes CREATE kind,outcome,text', 'Tickets UPDATE assignee,board,contact,priority,status']}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, hiddenfromuser: true, update_children: 1 })} | ${['Ticket Notes CREATE kind,outcome,text', ANY_OUTCOME, 'Tickets BUNDLE update_children']}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ticket_id: 1, timetaken: 1, sendemail: false })}      | ${['Time Entries CREATE hours', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, timetaken: 1, hiddenfromuser: true })}       | ${['Time Entries CREATE hours,outcome', 'Ticket Notes CREATE kind,text', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ ...NOTE, timetaken: 1, hiddenfromuser: false })}      | ${['Time Entries CREATE hours,outcome', 'Client-Facing Notes CREATE kind,text', ANY_OUTCOME]}
    ${'POST'}   | ${'/Actions'}   | ${ELEMENT({ id: 3, ticket_id: 1, note: 'x' })}                    | ${['Client-Facing Notes UPDATE text']}
    ${'DELETE'} | ${'/Actions/3'} | ${null}                                                           | ${['Ticket Notes DELETE ', 'Client-Facing Notes DELETE ', 'Time Entries DELETE ']}
    ${'DELETE'} | ${'/Tickets/3'} | ${null}                                                           | ${['Tickets DELETE ']}
    ${'POST'}   | ${'/Users'}     | ${ELEMENT({ firstname: 'x', site_id: 5 })}                        | ${['Contacts CREATE company,firstName']}
    ${'POST'}   | ${'/Users'}     | ${ELEMENT({ id: 4, new_password: 'x' })}                          | ${['Contacts UPDATE ', 'Members UPDATE new_password']}
    ${'DELETE'} | ${'/Users/4'}   | ${null}                                                           | ${['Contacts DELETE ']}
  `('$method $path $body', ({ method, path, body, demands }) => {
    expect(demanded(method, path, body)).toEqual(demands)
  })

  it('leaves out what the planner itself put there, and what the outcome is known to do', () => {
    const body = ELEMENT({ ...NOTE, hiddenfromuser: true, who_agentid: 151, who_type: 1 })
    const options = { except: new Set(['author', 'outcome']), outcomeChanges: [] }
    expect(demandsOf('POST', '/Actions', body, options)).toEqual([
      { group: 'Ticket Notes', kind: 'CREATE', fields: ['kind', 'text'] },
    ])
  })

  it.each([
    [true, 'clientText', 'Client-Facing Notes'],
    [false, 'internalText', 'Ticket Notes'],
  ])('a new text alone of time that the client sees (%s) is the text of both', (visible, field, group) => {
    const body = ELEMENT({ id: 3, ticket_id: 1, note: 'x', sendemail: false })
    expect(demandsOf('POST', '/Actions', body, { existing: { visible, timed: true } })).toEqual([
      { group: 'Time Entries', kind: 'UPDATE', fields: [field] },
      { group, kind: 'UPDATE', fields: ['text'] },
    ])
  })

  it('names the fields of an asset by their ids, and the one that is its name by that', () => {
    const body = ELEMENT({
      id: 7,
      fields: [
        { id: 1, value: 'x' },
        { id: 2, value: 'y' },
      ],
    })
    expect(demandsOf('POST', '/Asset', body)).toEqual([
      { group: 'Configurations', kind: 'UPDATE', fields: ['field:1', 'field:2'] },
    ])
    expect(demandsOf('POST', '/Asset', body, { keyField: 1 })).toEqual([
      { group: 'Configurations', kind: 'UPDATE', fields: ['field:2', 'name'] },
    ])
  })

  it.each(['/Users', '/Client', '/Site', '/Asset'])('takes no order to mail from %s', (path) => {
    for (const name of ['emailto', 'EmailBcc', 'sendsms'])
      expect(() => demandsOf('POST', path, ELEMENT({ id: 7, [name]: 'a@b.example' }))).toThrow(
        expect.objectContaining({ code: 'FORBIDDEN_OPERATION' }),
      )
  })

  it('takes group and kind of other endpoints from the catalogue, and knows none without', () => {
    const catalogue = { group: 'Sites', kind: 'CREATE' } as const
    expect(demandsOf('POST', '/Supplier', ELEMENT({ name: 'x' }), { catalogue })).toEqual([
      { group: 'Sites', kind: 'CREATE', fields: ['name'] },
    ])
    for (const [method, path] of [
      ['POST', '/Supplier'],
      ['PATCH', '/Tickets'],
      ['POST', '/Tickets/5'],
      ['DELETE', '/Tickets'],
    ])
      expect(() => demandsOf(method ?? '', path ?? '', '[{}]')).toThrow(
        expect.objectContaining({ code: 'NOT_CATALOGUED' }),
      )
  })

  it('names what stands in calendars as a policy does, with whom it would mail', () => {
    const quiet = {
      subject: 'x',
      start_date: 't',
      agents: [{ id: 2 }],
      inform_user: false,
      inform_agents: false,
    }
    expect(demanded('POST', '/Appointment', ELEMENT(quiet))).toEqual([
      'Schedule Entries CREATE member,startsAt,title',
    ])
    expect(demanded('POST', '/Appointment', ELEMENT({ id: 5, end_date: 't', inform_user: true }))).toEqual([
      'Schedule Entries UPDATE endsAt',
      'Communications CREATE inform_user',
    ])
    expect(demanded('DELETE', '/Appointment/5', null)).toEqual(['Schedule Entries DELETE '])
  })

  it('reads rows that the planner made as lines, and any others as members of the ticket as well', () => {
    const added = ELEMENT({ id: 1, items_issued: [{ item_id: 2, quantity: 3, note: 'x' }] })
    const changed = ELEMENT({ id: 1, items_issued: [{ id: 9, price: 3, costprice: 2 }] })
    expect(demanded('POST', '/Tickets', added)).toEqual([
      'Tickets UPDATE items_issued',
      'Products CREATE items_issued',
    ])
    expect(demandsOf('POST', '/Tickets', added, { rows: 'items_issued' })).toEqual([
      { group: 'Products', kind: 'CREATE', fields: ['description', 'product', 'quantity', 'ticket'] },
    ])
    expect(demandsOf('POST', '/Tickets', changed, { rows: 'items_issued' })).toEqual([
      { group: 'Products', kind: 'UPDATE', fields: ['cost', 'price'] },
    ])
  })
})

describe('bodies: ways to hide a field', () => {
  it.each`
    body                                                | why
    ${'{"id":1,"summary":"x"}'}                         | ${'one object instead of an array'}
    ${'[{"id":1},{"id":2,"merged_into_id":1}]'}         | ${'a second element with another intent'}
    ${'[]'}                                             | ${'no element'}
    ${'[[{"id":1}]]'}                                   | ${'an array in the array'}
    ${'[{"summary":"x","Summary":"y"}]'}                | ${'one member twice, spelled differently'}
    ${'[{"id":"1 or 2"}]'}                              | ${'an id that is none'}
    ${'[{"id":true}]'}                                  | ${'an id that is no number'}
    ${'[{"id":1,"customfields":[{"value":"x"}]}]'}      | ${'a custom field without an id'}
    ${'[{"id":1,"customfields":{"id":1,"value":"x"}}]'} | ${'custom fields that are no array'}
    ${'not json'}                                       | ${'no JSON'}
  `('refuses $body: $why', ({ body }) => {
    expect(() => demandsOf('POST', '/Tickets', body)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })

  it.each`
    path          | member
    ${'/Tickets'} | ${'_novalidate'}
    ${'/Tickets'} | ${'_Recover'}
    ${'/Tickets'} | ${'dont_do_rules'}
    ${'/Tickets'} | ${'donotapplytemplateintheapi'}
    ${'/Actions'} | ${'who_agentid'}
    ${'/Actions'} | ${'on_behalf_of'}
    ${'/Actions'} | ${'EmailBCC'}
    ${'/Actions'} | ${'_faultForce'}
    ${'/Users'}   | ${'_merge_user_into'}
    ${'/Users'}   | ${'_anonymise'}
  `('refuses the command $member on $path', ({ path, member }) => {
    expect(() => demandsOf('POST', path, JSON.stringify([{ id: 1, [member]: 1 }]))).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN_OPERATION' }),
    )
  })
})
