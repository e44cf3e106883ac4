import { describe, expect, it } from 'vitest'
import { demandsOf } from './body-fields.ts'

const PATCH = (...operations: readonly unknown[]) => JSON.stringify(operations)
const put = (path: string, value: unknown = 1) => ({ op: 'replace', path, value })

function demanded(method: string, path: string, body: string | null): readonly string[] {
  return demandsOf(method, path, body).map(
    ({ group, kind, fields }) => `${group} ${kind} ${fields.join(',')}`,
  )
}

const QUIET_NOTE = { text: 'x', processNotifications: false }
const QUIET_TIME = {
  timeStart: 't',
  addToDetailDescriptionFlag: false,
  addToInternalAnalysisFlag: false,
  addToResolutionFlag: false,
  emailContactFlag: false,
  emailCcFlag: false,
}
const FLAGS =
  'addToDetailDescriptionFlag,addToInternalAnalysisFlag,addToResolutionFlag,emailCcFlag,emailContactFlag,startedAt'

describe('what bytes demand', () => {
  it.each`
    method      | path                                   | body                                                                  | demands
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH(put('summary'), put('owner'))}                                | ${['Tickets UPDATE assignee,title']}
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH(put('/status/id'))}                                           | ${['Tickets UPDATE status']}
    ${'PATCH'}  | ${'/Service/Tickets/1/'}               | ${PATCH(put('STATUS'))}                                               | ${['Tickets UPDATE status']}
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH({ op: 'remove', path: 'parentTicketId' })}                    | ${['Tickets UPDATE parent', 'Tickets BUNDLE parent']}
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH(put('agreement'))}                                            | ${['Tickets UPDATE agreement']}
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH(put('customFields', [{ id: 5 }, { id: 7, value: 1 }]))}       | ${['Tickets UPDATE custom:5,custom:7']}
    ${'POST'}   | ${'/service/tickets'}                  | ${'{"summary":"x","initialDescription":"y"}'}                         | ${['Tickets CREATE description,title', 'Client-Facing Notes CREATE kind,text', 'Client-Facing Notes CREATE mailClient']}
    ${'POST'}   | ${'/service/tickets'}                  | ${'{"summary":"x","initialInternalAnalysis":"y"}'}                    | ${['Tickets CREATE internalAnalysis,title', 'Ticket Notes CREATE kind,text', 'Client-Facing Notes CREATE mailClient']}
    ${'POST'}   | ${'/service/tickets'}                  | ${'{"parentTicketId":4}'}                                             | ${['Tickets CREATE parent', 'Tickets BUNDLE parent', 'Client-Facing Notes CREATE mailClient']}
    ${'POST'}   | ${'/service/tickets'}                  | ${'{"summary":"x","processNotifications":false}'}                     | ${['Tickets CREATE processNotifications,title']}
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH(put('automaticEmailCc'))}                                     | ${['Tickets UPDATE automaticEmailCc', 'Client-Facing Notes CREATE mailClient']}
    ${'PATCH'}  | ${'/service/tickets/1'}                | ${PATCH(put('company', { id: 2, territory: { id: 3 } }))}             | ${['Tickets UPDATE company,company/territory']}
    ${'POST'}   | ${'/service/tickets/1/merge'}          | ${'{"mergeTicketIds":[2],"status":{"id":3}}'}                         | ${['Tickets MERGE mergedInto,status']}
    ${'POST'}   | ${'/service/tickets/1/attachChildren'} | ${'{"childTicketIds":[2]}'}                                           | ${['Tickets BUNDLE parent']}
    ${'POST'}   | ${'/service/tickets/1/notes'}          | ${JSON.stringify({ ...QUIET_NOTE, internalAnalysisFlag: true })}      | ${['Ticket Notes CREATE kind,mailClient,text']}
    ${'POST'}   | ${'/service/tickets/1/notes'}          | ${'{"text":"x","internalAnalysisFlag":true}'}                         | ${['Ticket Notes CREATE kind,text', 'Client-Facing Notes CREATE mailClient']}
    ${'POST'}   | ${'/service/tickets/1/notes'}          | ${JSON.stringify({ ...QUIET_NOTE, resolutionFlag: 'true' })}          | ${['Client-Facing Notes CREATE kind,mailClient,text']}
    ${'POST'}   | ${'/procurement/products'}             | ${'{"catalogItem":{"id":2},"ticket":{"id":1},"quantity":3}'}          | ${['Products CREATE product,quantity,ticket']}
    ${'PATCH'}  | ${'/procurement/products/5'}           | ${PATCH(put('price'), put('locationId'))}                             | ${['Products UPDATE locationId,price']}
    ${'POST'}   | ${'/schedule/entries'}                 | ${'{"type":{"id":4},"objectId":1,"member":{"id":2},"dateStart":"t"}'} | ${['Schedule Entries CREATE member,startsAt,ticket']}
    ${'PATCH'}  | ${'/schedule/entries/5'}               | ${PATCH(put('dateEnd'), put('doneFlag'), put('where'))}               | ${['Schedule Entries UPDATE endsAt,state,where']}
    ${'DELETE'} | ${'/schedule/entries/5'}               | ${null}                                                               | ${['Schedule Entries DELETE ']}
    ${'DELETE'} | ${'/procurement/products/5'}           | ${null}                                                               | ${['Products DELETE ']}
    ${'PATCH'}  | ${'/service/tickets/1/notes/2'}        | ${PATCH(put('text'))}                                                 | ${['Ticket Notes UPDATE text', 'Client-Facing Notes UPDATE text']}
    ${'PATCH'}  | ${'/company/contacts/1'}               | ${PATCH(put('PORTALPASSWORD'))}                                       | ${['Contacts UPDATE PORTALPASSWORD', 'Contact Portal Security UPDATE portalPassword']}
    ${'DELETE'} | ${'/service/tickets/1/notes/2'}        | ${null}                                                               | ${['Ticket Notes DELETE ', 'Client-Facing Notes DELETE ']}
    ${'POST'}   | ${'/time/entries'}                     | ${JSON.stringify(QUIET_TIME)}                                         | ${[`Time Entries CREATE ${FLAGS}`]}
    ${'POST'}   | ${'/time/entries'}                     | ${JSON.stringify({ ...QUIET_TIME, addToResolutionFlag: true })}       | ${[`Time Entries CREATE ${FLAGS}`, 'Client-Facing Notes CREATE kind,text']}
    ${'POST'}   | ${'/time/entries'}                     | ${'{"timeStart":"t"}'}                                                | ${['Time Entries CREATE startedAt', 'Client-Facing Notes CREATE kind,text', 'Ticket Notes CREATE kind,text', 'Client-Facing Notes CREATE mailClient']}
  `('$method $path $body', ({ method, path, body, demands }) => {
    expect(demanded(method, path, body)).toEqual(demands)
  })

  it('demands every field of a PUT, since it clears what it leaves out', () => {
    const [own] = demandsOf('PUT', '/service/tickets/1', '{"summary":"x"}')
    expect(own.fields).toEqual(expect.arrayContaining(['title', 'status', 'company', 'parent', 'assignee']))
  })

  it('takes an item on a ticket for part of it, and on one that the plan opens for part of the new one', () => {
    const attached = (ticket: string) =>
      demandsOf('POST', `/service/tickets/${ticket}/configurations`, '{"id":1}', { attaches: true })
    expect(attached('7')).toEqual([{ group: 'Tickets', kind: 'UPDATE', fields: ['configurationItems'] }])
    expect(attached('{step1.id}')).toEqual([
      { group: 'Tickets', kind: 'CREATE', fields: ['configurationItems'] },
    ])
  })

  it('leaves out what the planner itself put there', () => {
    const body = '{"summary":"x","externalXRef":"c"}'
    expect(
      demandsOf('POST', '/service/tickets', body, { except: new Set(['externalXRef']) })[0].fields,
    ).toEqual(['title'])
  })

  it('takes group and kind of other endpoints from the catalogue, and knows none without', () => {
    const catalogue = { group: 'Companies', kind: 'CREATE' } as const
    expect(demandsOf('POST', '/company/companyTypeAssociations', '{"name":"x"}', { catalogue })).toEqual([
      { group: 'Companies', kind: 'CREATE', fields: ['name'] },
    ])
    expect(() => demandsOf('POST', '/company/companyTypeAssociations', '{}')).toThrow(
      expect.objectContaining({ code: 'NOT_CATALOGUED' }),
    )
  })
})

describe('bodies: ways to hide a field', () => {
  it.each`
    body                                                                   | why
    ${'{"op":"replace","path":"summary"}'}                                 | ${'one object instead of an array'}
    ${PATCH(put('', { status: 1 }))}                                       | ${'an empty path with a whole record'}
    ${PATCH(put('/'))}                                                     | ${'a path that is a slash'}
    ${PATCH({ op: 'move', from: 'status', path: 'x' })}                    | ${'an operation that reads elsewhere'}
    ${PATCH({ op: 'replace', path: 'summary', value: 1, from: 'status' })} | ${'a member too many'}
    ${PATCH(put('summary'), put('/Summary'))}                              | ${'one field twice, spelled differently'}
    ${PATCH(put('customFields/0/value'))}                                  | ${'a custom field by its place'}
    ${PATCH(put('customFields', [{ caption: 'x' }]))}                      | ${'a custom field without an id'}
    ${PATCH(put('~1status'))}                                              | ${'an encoded slash'}
    ${'not json'}                                                          | ${'no JSON'}
  `('refuses $body: $why', ({ body }) => {
    expect(() => demandsOf('PATCH', '/service/tickets/1', body)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    )
  })
})
