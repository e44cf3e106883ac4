import { describe, expect, it } from 'vitest'
import { demandsOf } from './body-fields.ts'

function demanded(method: string, path: string, body: string | null): readonly string[] {
  return demandsOf(method, path, body).map(
    ({ group, kind, fields }) => `${group} ${kind} ${fields.join(',')}`,
  )
}

describe('what bytes demand', () => {
  it.each`
    method      | path                         | body                                                                        | demands
    ${'PATCH'}  | ${'/Tickets'}                | ${'{"id":1,"title":"x","assignedResourceID":2,"assignedResourceRoleID":3}'} | ${['Tickets UPDATE assignee,title']}
    ${'PATCH'}  | ${'/tickets/'}               | ${'{"ID":1,"STATUS":5}'}                                                    | ${['Tickets UPDATE status']}
    ${'PATCH'}  | ${'/Tickets'}                | ${'{"id":1,"problemTicketId":null}'}                                        | ${['Tickets BUNDLE parent']}
    ${'PATCH'}  | ${'/Tickets'}                | ${'{"id":1,"problemTicketID":2,"status":5}'}                                | ${['Tickets UPDATE parent,status', 'Tickets BUNDLE parent']}
    ${'PATCH'}  | ${'/Tickets'}                | ${'{"id":1,"contractID":2}'}                                                | ${['Tickets UPDATE contractID']}
    ${'PATCH'}  | ${'/Tickets'}                | ${'{"id":1,"resolution":"x"}'}                                              | ${['Tickets UPDATE resolution', 'Client-Facing Notes CREATE kind,text']}
    ${'PATCH'}  | ${'/Tickets'}                | ${'{"id":1,"userDefinedFields":[{"name":"A B","value":"1"},{"Name":"C"}]}'} | ${['Tickets UPDATE custom:A B,custom:C']}
    ${'POST'}   | ${'/Tickets'}                | ${'{"title":"x","queueID":8,"problemTicketId":4}'}                          | ${['Tickets CREATE board,parent,title', 'Tickets BUNDLE parent']}
    ${'POST'}   | ${'/Tickets'}                | ${'{"title":"x","description":"y"}'}                                        | ${['Tickets CREATE description,title', 'Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/Tickets/1/Notes'}        | ${'{"description":"x","publish":2,"noteType":3}'}                           | ${['Ticket Notes CREATE kind,text']}
    ${'POST'}   | ${'/Tickets/1/Notes'}        | ${'{"description":"x","publish":1,"noteType":3}'}                           | ${['Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/tickets/1/notes'}        | ${'{"description":"x","Publish":"4"}'}                                      | ${['Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/Tickets/1/Notes'}        | ${'{"description":"x"}'}                                                    | ${['Client-Facing Notes CREATE text']}
    ${'PATCH'}  | ${'/Tickets/1/Notes'}        | ${'{"id":9,"description":"x","publish":2}'}                                 | ${['Ticket Notes UPDATE kind,text', 'Client-Facing Notes UPDATE kind,text']}
    ${'POST'}   | ${'/TimeEntries'}            | ${'{"ticketID":1,"resourceID":2,"hoursWorked":1,"summaryNotes":"x"}'}       | ${['Time Entries CREATE clientText,hours,member,ticket']}
    ${'POST'}   | ${'/TimeEntries'}            | ${'{"isNonBillable":true,"contractID":1}'}                                  | ${['Time Entries CREATE billableOption,contractID']}
    ${'DELETE'} | ${'/TimeEntries/5'}          | ${null}                                                                     | ${['Time Entries DELETE ']}
    ${'POST'}   | ${'/Companies/1/Contacts'}   | ${'{"firstName":"x","emailAddress":"a@b","companyID":1}'}                   | ${['Contacts CREATE email,firstName']}
    ${'DELETE'} | ${'/Companies/1/Contacts/2'} | ${null}                                                                     | ${['Contacts DELETE ']}
  `('$method $path $body', ({ method, path, body, demands }) => {
    expect(demanded(method, path, body)).toEqual(demands)
  })

  it('demands every field of a PUT, since it clears what it leaves out', () => {
    const [own, ...others] = demandsOf('PUT', '/Tickets', '{"id":1,"title":"x"}')
    expect(others.map(({ group, kind }) => `${group} ${kind}`)).toEqual([
      'Tickets BUNDLE',
      'Client-Facing Notes CREATE',
    ])
    expect(own.fields).toEqual(
      expect.arrayContaining([
        'title',
        'status',
        'company',
        'parent',
        'assignee',
        'description',
        'resolution',
        // Which no list of allowed fields holds: it clears more than what has a name here.
        '*',
      ]),
    )
  })

  it('takes what hangs on a ticket for a field of it, and published notes and files for the client’s', () => {
    const catalogued = (path: string, group: string, body: object) =>
      demandsOf('POST', path, JSON.stringify(body), { catalogue: { group, kind: 'CREATE' } })
        .slice(1)
        .map(({ group: reached, kind, fields }) => `${reached} ${kind} ${fields.join(',')}`)
    expect(catalogued('/Tickets/1/AdditionalContacts', 'Tickets', { contactID: 2 })).toEqual([
      'Tickets UPDATE additionalContacts',
    ])
    expect(catalogued('/tickets/1/SECONDARYRESOURCES', 'Tickets', { resourceID: 2 })).toEqual([
      'Tickets UPDATE secondaryResources',
    ])
    expect(catalogued('/Tickets/1/Charges', 'Ticket Charges', { name: 'x' })).toEqual([])
    const client = ['Client-Facing Notes CREATE kind,text']
    for (const path of ['/Tickets/1/Attachments', '/TicketNotes/1/Attachments', '/Tasks/1/Notes']) {
      expect(catalogued(path, 'Attachments', { publish: 1 })).toEqual(client)
      expect(catalogued(path, 'Attachments', {})).toEqual(client)
      expect(catalogued(path, 'Attachments', { publish: '2' })).toEqual(client)
      expect(catalogued(path, 'Attachments', { publish: 2 })).toEqual([])
    }
  })

  it('names what is sold with a ticket as a policy does', () => {
    const charge = '{"productID":2,"unitQuantity":3,"unitPrice":1,"isBillableToCompany":true,"name":"x"}'
    expect(demandsOf('POST', '/Tickets/1/Charges', charge)).toEqual([
      {
        group: 'Ticket Charges',
        kind: 'CREATE',
        fields: ['billableOption', 'name', 'price', 'product', 'quantity'],
      },
    ])
    expect(demandsOf('PATCH', '/tickets/1/charges', '{"id":5,"unitCost":1}')).toEqual([
      { group: 'Ticket Charges', kind: 'UPDATE', fields: ['cost'] },
    ])
    expect(demandsOf('DELETE', '/Tickets/1/Charges/5', null)).toEqual([
      { group: 'Ticket Charges', kind: 'DELETE', fields: [] },
    ])
  })

  it('names what stands in calendars as a policy does, whichever of its parts is written', () => {
    const schedule = { group: 'Schedule Entries', kind: 'CREATE' } as const
    expect(
      demandsOf('POST', '/ServiceCalls', '{"companyID":1,"startDateTime":"t","description":"x"}'),
    ).toEqual([{ ...schedule, fields: ['companyID', 'startsAt', 'title'] }])
    expect(demandsOf('POST', '/ServiceCalls/{step1.id}/Tickets', '{"ticketID":1}')).toEqual([
      { ...schedule, fields: ['ticket'] },
    ])
    expect(demandsOf('POST', '/ServiceCallTickets/7/Resources', '{"resourceID":1}')).toEqual([
      { ...schedule, fields: ['member'] },
    ])
    expect(demandsOf('PATCH', '/Appointments', '{"id":5,"endDateTime":"t"}')).toEqual([
      { ...schedule, kind: 'UPDATE', fields: ['endsAt'] },
    ])
    expect(demandsOf('DELETE', '/ServiceCalls/5', null)).toEqual([
      { ...schedule, kind: 'DELETE', fields: [] },
    ])
    expect(() =>
      demandsOf('POST', '/ServiceCallTickets/7/Resources', '{"resourceID":1,"serviceCallTicketID":8}'),
    ).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })

  it('leaves out what the planner itself put there', () => {
    const body = '{"title":"x","externalID":"c"}'
    expect(demandsOf('POST', '/Tickets', body, { except: new Set(['externalID']) })[0].fields).toEqual([
      'title',
    ])
  })

  it('takes group and kind of other endpoints from the catalogue, and knows none without', () => {
    const catalogue = { group: 'Agreements', kind: 'CREATE' } as const
    expect(demandsOf('POST', '/Contracts/1/Charges', '{"name":"x"}', { catalogue })).toEqual([
      { group: 'Agreements', kind: 'CREATE', fields: ['name'] },
    ])
    for (const path of [
      '/Contracts/1/Charges',
      '/Tickets/1',
      '/ATServices/1.6/atws.asmx',
      '/Tickets/1/Notes/2',
    ])
      expect(() => demandsOf('POST', path, '{}')).toThrow(expect.objectContaining({ code: 'NOT_CATALOGUED' }))
  })
})

describe('bodies of other endpoints', () => {
  it.each`
    method     | path                    | body                           | why
    ${'POST'}  | ${'/Tickets/1/Charges'} | ${'{"ticketID":2}'}            | ${'another parent than the path'}
    ${'PATCH'} | ${'/Tickets/1/Charges'} | ${'{"id":3,"TICKETid":2}'}     | ${'another parent, in other letters'}
    ${'PATCH'} | ${'/Companies'}         | ${'{"companyName":"x"}'}       | ${'no target'}
    ${'PATCH'} | ${'/Companies'}         | ${'{"id":"1","phone":"x"}'}    | ${'a target in quotes'}
    ${'POST'}  | ${'/AemAlerts'}         | ${'{"ticketEntity":{"id":1}}'} | ${'a record within a record'}
  `('refuses $method $path $body: $why', ({ method, path, body }) => {
    const catalogue = { group: 'System', kind: 'UPDATE' } as const
    expect(() => demandsOf(method, path, body, { catalogue })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })
})

describe('bodies: ways to hide a field or a target', () => {
  it.each`
    method     | path                       | body                                                          | why
    ${'PATCH'} | ${'/Tickets'}              | ${'{"status":5}'}                                             | ${'no target at all'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":"4","status":5}'}                                    | ${'a target in quotes'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"status":1,"Status":5}'}                           | ${'one field twice, spelled differently'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"Id":5,"status":1}'}                               | ${'two targets'}
    ${'PATCH'} | ${'/Tickets'}              | ${'[{"id":4,"status":5}]'}                                    | ${'an array'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"impersonatorCreatorResourceID":1}'}               | ${'another name under the write'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"userDefinedFields":{"A":"1"}}'}                   | ${'custom fields as an object'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"userDefinedFields":[{"value":"1"}]}'}             | ${'a custom field without a name'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"userDefinedFields":[{"name":"A"},{"name":"a"}]}'} | ${'one custom field twice'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"sta tus":5}'}                                     | ${'a member that names no field'}
    ${'POST'}  | ${'/Tickets'}              | ${'{"id":4,"title":"x"}'}                                     | ${'a create that names a record'}
    ${'POST'}  | ${'/Tickets/1/Notes'}      | ${'{"ticketID":2,"description":"x"}'}                         | ${'another parent than the path'}
    ${'POST'}  | ${'/Companies/1/Contacts'} | ${'{"companyID":2,"firstName":"x"}'}                          | ${'another company than the path'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"createdByContactID":1}'}                          | ${"a contact's name under the write"}
    ${'POST'}  | ${'/Tickets/1/Notes'}      | ${'{"CreatedByContactId":1}'}                                 | ${"a contact's name under a note"}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"title":{"x":1}}'}                                 | ${'a record within a record'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"title":["x"]}'}                                   | ${'a list of texts'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"status":"5"}'}                                    | ${'a status as a text'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"CompanyID":[5]}'}                                 | ${'a company as a list'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{"id":4,"userDefinedFields":[{"name":"A","value":{}}]}'}   | ${'a custom field that is an object'}
    ${'PATCH'} | ${'/Tickets'}              | ${'{id:4}'}                                                   | ${'what only a lenient parser reads'}
  `('refuses $body: $why', ({ method, path, body }) => {
    expect(() => demandsOf(method, path, body)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })
})
