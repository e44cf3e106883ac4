import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupPolicy } from '../../policy/types.ts'
import type { HaloSimulator, Rec } from '../../simulators/halo/index.ts'
import { type Attempt, type Bypass, filledWith, type Row, startBypass } from './harness.ts'

/** What HaloPSA's endpoints belong to, by hand from its documents: the product's own catalogue has no say here. */
const TABLE: readonly Row[] = [
  ['*', /^\/api\/Tickets(\/\d+|\/Object)?$/, 'Tickets'],
  ['*', /^\/api\/Projects(\/\d+)?$/, 'Projects'],
  ['*', /^\/api\/Opportunities(\/\d+)?$/, 'Opportunities'],
  ['*', /^\/api\/Actions(\/\d+)?$/, 'Ticket Notes'],
  ['*', /^\/api\/Users(\/\d+)?$/, 'Contacts'],
  ['*', /^\/api\/Client(\/\d+)?$/, 'Companies'],
  // The company that a site belongs to.
  ['GET', /^\/api\/Site$/, 'REFERENCE'],
  ['*', /^\/api\/Site(\/\d+)?$/, 'Sites'],
  ['*', /^\/api\/Asset(\/\d+)?$/, 'Configurations'],
  ['*', /^\/api\/Agent(\/\w+)?$/, 'Members'],
  ['*', /^\/api\/Appointment(\/\d+)?$/, 'Schedule Entries'],
  ['*', /^\/api\/Attachment(\/\d+)?$/, 'Attachments'],
  ['*', /^\/api\/TimesheetEvent(\/\d+)?$/, 'Time Entries'],
  // Names of statuses, types, teams and outcomes are what every ticket is told with.
  ['GET', /^\/api\/(Status|Priority|TicketType|Team|Outcome|FieldInfo|Lookup)$/, 'REFERENCE'],
]

const READ: GroupPolicy = { level: 'READ_ONLY' }
const WRITE: GroupPolicy = {
  level: 'READ_WRITE',
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
  approval: [{ approvers: 0 }],
}
/** May change title and status of a ticket, and nothing else. */
const TITLES: GroupPolicy = {
  ...WRITE,
  allowedFields: { CREATE: ['title', 'company', 'type'], UPDATE: ['title', 'status', 'custom:178'] },
}
const NOTES: GroupPolicy = {
  ...WRITE,
  allowedFields: { CREATE: ['text', 'kind', 'outcome'], UPDATE: ['text', 'kind'] },
}

type Attack = readonly [name: string, attempt: Attempt, ...codes: string[]]

let b: Bypass
/** A ticket, another one of the same company, one of another company; and what hangs on the first. */
const ids = {
  T: 0,
  SIGNED: 0,
  SIBLING: 0,
  STRANGER: 0,
  COMPANY: 257,
  SITE: 0,
  OTHER: 0,
  CONTACT: 0,
  NOTE: 0,
  SEEN: 0,
  TIME: 0,
  FIELD: 0,
}
const tokens = { titles: '', desk: '', reader: '', noted: '', timed: '', everything: '', scoped: '' }

beforeAll(async () => {
  b = await startBypass('halo', TABLE)
  const simulator = b.desk.simulator as HaloSimulator
  const made = (path: string, element: Rec) => {
    const answer = simulator.actAs('jdoe', 'POST', path, [element])
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return (answer.body as { id: number }).id
  }
  const ticket = (company: number, over: Rec = {}) =>
    made('/Tickets', {
      summary: 'Printer on fire',
      tickettype_id: 1,
      client_id: company,
      status_id: 2,
      sendack: false,
      ...over,
    })
  const contact = simulator.dataset.contacts.find((one) => one.companyId === ids.COMPANY && !one.inactive)
  ids.CONTACT = contact?.id ?? 0
  ids.SITE = contact?.siteId ?? 0
  ids.OTHER = simulator.dataset.tickets.find((one) => one.companyId !== ids.COMPANY)?.companyId ?? 0
  ids.FIELD = simulator.state.tables.customFields.rows.keys().next().value ?? 0
  ids.SIGNED = ticket(ids.COMPANY)
  ids.T = ticket(ids.COMPANY, { site_id: ids.SITE, user_id: ids.CONTACT, details: 'It burns' })
  ids.SIBLING = ticket(ids.COMPANY)
  ids.STRANGER = ticket(ids.OTHER)
  const action = (over: Rec) =>
    made('/Actions', { ticket_id: ids.T, outcome_id: 4, sendemail: false, ...over })
  ids.SEEN = action({ note: 'Said to the client', hiddenfromuser: false })
  ids.NOTE = action({ note: 'Between us', hiddenfromuser: true, outcome_id: 7 })
  ids.TIME = action({ note: 'Looked at it', hiddenfromuser: true, outcome_id: 12, timetaken: 1 })

  tokens.titles = await b.agent({ Tickets: TITLES })
  tokens.desk = await b.agent({ Tickets: WRITE })
  tokens.reader = await b.agent({ Tickets: READ, 'Ticket Notes': READ, Attachments: READ, Companies: READ })
  tokens.noted = await b.agent({ Tickets: READ, 'Ticket Notes': NOTES, Contacts: { ...WRITE, delete: true } })
  tokens.timed = await b.agent({
    Tickets: READ,
    'Ticket Notes': WRITE,
    'Time Entries': { ...WRITE, allowedFields: { CREATE: ['hours', 'outcome'], UPDATE: ['hours'] } },
    'Schedule Entries': WRITE,
    Attachments: WRITE,
    Companies: WRITE,
  })
  tokens.everything = await b.agent(
    Object.fromEntries(
      b.desk.source.groups.map((group) => [group, { ...WRITE, delete: true, merge: true, bundle: true }]),
    ),
  )
  tokens.scoped = await b.agent(
    {
      Tickets: { ...WRITE, bundle: true },
      Companies: READ,
      'Ticket Notes': WRITE,
      'Client-Facing Notes': WRITE,
    },
    { recordScope: { include: { companies: [String(ids.COMPANY)] } } },
  )
})
afterAll(() => b.close())

const filled = filledWith(ids)

function refused(title: string, who: keyof typeof tokens, list: readonly Attack[]): void {
  const cases = list.map(([name, attempt, ...codes]) => ({ name, attempt, codes }))
  it.each(cases)(`${title}: $name`, async ({ attempt, codes }) => {
    await b.expectRefused(tokens[who], filled(attempt), codes)
  })
}

type Parameters = readonly (readonly [string, string])[]
const get = (path: string, ...query: Parameters): Attempt => ({ path, query })
const post = (path: string, body: unknown): Attempt => ({ method: 'POST', path, body })
const ticket = (...elements: readonly unknown[]) => post('/Tickets', elements)
const change = (members: object) => ticket({ id: '$T', ...members })
const note = (members: object) =>
  post('/Actions', [
    { ticket_id: '$T', outcome_id: 7, note: 'x', hiddenfromuser: true, sendemail: false, ...members },
  ])
const NEW = { summary: 'x', tickettype_id: 1, client_id: '$COMPANY', sendack: false }

const BAD = 'BAD_USER_INPUT'
const FIELD = 'FIELD_NOT_ALLOWED'
const CLOSED = 'GROUP_DISABLED'
const NOBODY = 'FORBIDDEN_OPERATION'
const UNKNOWN = 'NOT_CATALOGUED'

describe('disguised paths', () => {
  refused('is refused as no plain path', 'titles', [
    ['another host by two slashes', get('//evil.example/Tickets/1'), BAD],
    ['another host by a backslash', get('/\\evil.example/Tickets'), BAD],
    ['dot segments', get('/Tickets/../Users/$CONTACT'), BAD],
    ['encoded dot segments', get('/Tickets/%2e%2e/Users'), BAD],
    ['an encoded slash', get('/Tickets%2f..%2fUsers'), BAD],
    ['a slash encoded twice', get('/Tickets/%252f/Users'), BAD],
    ['a path parameter', get('/Tickets/$T;x=1'), BAD],
    ['a query in the path', get('/Tickets/$T?includedetails=true'), BAD],
    ['a slash at the end', get('/Tickets/$T/'), BAD],
    ['a line end', get('/Tickets/$T\r\nHost: evil'), BAD],
  ])
  refused('is in no catalogue', 'titles', [
    ['the API prefix once more', get('/api/Tickets/$T'), UNKNOWN],
    ['the token endpoint', post('/auth/token', []), UNKNOWN],
    ['an update by its path', post('/Tickets/$T', [{ summary: 'x' }]), UNKNOWN],
    ['a PUT', { method: 'PUT', path: '/Tickets/$T', body: [{ summary: 'x' }] }, UNKNOWN],
    ['a PATCH', { method: 'PATCH', path: '/Tickets/$T', body: [{ summary: 'x' }] }, UNKNOWN],
    ['a DELETE of the collection', { method: 'DELETE', path: '/Tickets' }, UNKNOWN],
    ['ids in the path', get('/Tickets/$T,$SIBLING'), UNKNOWN],
    ['a negative id', get('/Users/-1'), UNKNOWN],
    ['an id with a plus', get('/Tickets/+1'), UNKNOWN],
  ])
  refused('is of a group that is closed', 'titles', [
    ['contacts in other letters', get('/uSERS/$CONTACT'), CLOSED],
    ['contacts with encoded letters', get('/%55sers/$CONTACT'), CLOSED],
    ['contacts that are oneself', get('/Users/me'), CLOSED],
    ['notes', get('/Actions', ['ticket_id', '$T']), CLOSED],
    ['the same table by another door', get('/Projects/$T'), CLOSED],
    ['the same table by the third door', get('/opportunities', ['client_id', '$COMPANY']), CLOSED],
    ['time of everybody', get('/TimesheetEvent'), CLOSED],
    ['a write by another door', post('/Projects', [{ id: '$T', summary: 'x' }]), CLOSED],
  ])
})

describe('endpoints that nobody may call', () => {
  refused('is for nobody', 'everything', [
    ['SQL', post('/Report', [{ id: 0, sql: 'SELECT * FROM USERS', _loadreportonly: true }]), NOBODY],
    ['a report', get('/Report/1', ['loadreport', 'true']), NOBODY],
    ['published report data', get('/ReportData/x'), NOBODY, UNKNOWN],
    ['stored SQL', post('/CustomQuery', [{ id: 0, sql_script: 'x', run: true }]), NOBODY],
    ['a token of another agent', post('/ImpersonationRequest', { agent_id: 2 }), NOBODY],
    ['a login token', post('/LoginToken', {}), NOBODY],
    ['an API application', post('/Application', [{ name: 'x' }]), NOBODY],
    ['a webhook', post('/Webhook', [{ url: 'https://evil.example' }]), NOBODY],
    ['a search of everything', get('/Search'), NOBODY],
    ['a feed of everything', get('/Feed'), NOBODY],
    ['an agent', post('/Agent', [{ name: 'x' }]), NOBODY],
    ['a forged audit row', post('/Audit', [{ ticket_id: '$T' }]), NOBODY],
    ['an upload elsewhere', post('/Attachment/GetS3PresignedURL', [{}]), NOBODY],
    ['a whole ticket in a view', post('/Tickets/View', [{ id: '$T' }]), NOBODY],
    [
      'whole notes in a review',
      post('/Actions/Review', [{ id: 1, ticket_id: '$T', actreviewed: true }]),
      NOBODY,
    ],
    ['a booking', post('/Appointment/Booking', { ticket_id: '$T' }), NOBODY],
    ['a lookup list that could be any', get('/Lookup', ['lookupid', '1']), NOBODY],
    ['a value of a lookup list', get('/Lookup/1'), NOBODY],
    ['rows of a custom table', get('/CustomTable'), NOBODY],
    ['a note on no client that is told', post('/CRMNote', [{ id: 3, note: 'x' }]), NOBODY],
    ['a file whose owner is not told', get('/Attachment/1'), NOBODY],
    ['the deletion of a file whose owner is not told', { method: 'DELETE', path: '/Attachment/1' }, NOBODY],
    ['files by type and unique id', get('/Attachment', ['ticket_id', '$T'], ['unique_id', '5']), NOBODY],
    ['files of anything', get('/Attachment', ['type', '1']), BAD],
    ['notes on a supplier', get('/CRMNote', ['client_id', '5'], ['supplier_id', '2']), NOBODY],
    [
      'a file of another record',
      post('/Attachment', [{ filename: 'a', ticket_id: '$T', type: 3, unique_id: 9 }]),
      NOBODY,
    ],
    [
      'a file that is a link',
      post('/Attachment', [{ filename: 'a', ticket_id: '$T', link: 'https://evil.example' }]),
      NOBODY,
    ],
    ['another owner for a file', post('/Attachment', [{ id: 1, ticket_id: '$T' }]), NOBODY],
  ])
})

describe('disguised queries', () => {
  const list = (...query: Parameters) => get('/Tickets', ...query)
  refused('is refused', 'titles', [
    ['a filter twice', list(['client_id', '5'], ['client_id', '6']), BAD],
    ['a filter twice in other letters', list(['client_id', '5'], ['Client_ID', '6']), BAD],
    ['a misspelt filter, which returns everything', list(['clientid', '5']), BAD],
    ['a header', list(['Authorization', 'Bearer x']), BAD],
    ['a method override', list(['_method', 'DELETE']), BAD],
    ['the tenant', list(['tenant', 'other']), BAD],
    ['stored columns', list(['columns_id', '1']), BAD],
    ['a stored filter', list(['view_id', '1']), BAD],
    [
      'a free filter',
      list(['advanced_search', '[{"filter_name":"user_name","filter_type":2,"filter_value":"x"}]']),
      BAD,
    ],
    ['rows that do not tell what they are', list(['ticketids', '$T'], ['ticketidonly', 'true']), BAD],
    ['a second parameter in a value', list(['client_id', '5&includelastaction=true']), BAD],
    ['ids in brackets', list(['status', '[1,2]']), BAD],
    ['a list where one id is meant', list(['client_id', '5,6']), BAD],
    ['SQL in an order', list(['order', 'id;drop']), BAD],
    ['the last note', list(['includelastaction', 'true']), CLOSED],
    ['the last note in other letters', list(['IncludeLastNote', 'true']), CLOSED],
    ['a search in notes', list(['search', 'x'], ['searchactions', 'true']), CLOSED],
    ['a search, which looks into user names', list(['search', 'ann']), CLOSED],
    ['a filter by user name', list(['username', 'Ann']), CLOSED],
    ['a filter by part of a user name', list(['search_user_name', 'An']), CLOSED],
    ['names of users', list(['includelastname', 'true']), CLOSED],
    ['an order by a user', list(['order', 'user_name']), CLOSED],
    ['an order behind a harmless one', list(['order', 'id'], ['order2', 'client_name']), CLOSED],
    ['projects among tickets', list(['includeprojects', 'true']), CLOSED],
    ['opportunities as a domain', list(['domain', 'opps']), CLOSED],
    ['a domain that nobody knows', list(['domain', 'reqs,opps']), BAD],
    ['time', list(['includetimetaken', 'true']), CLOSED],
    ['a filter by agreement', list(['contract_id', '1']), CLOSED],
    ['a filter by tag', list(['search_inventory_number', 'PC']), CLOSED],
    ['the audit trail of one', get('/Tickets/$T', ['include_auditing', 'true']), CLOSED],
    ['the last action of one', get('/Tickets/$T', ['includelastaction', 'true']), CLOSED],
    ['the parent of one', get('/Tickets/$T', ['includeparentsubject', 'true']), BAD],
    ['linked records of any group', get('/Tickets/$T', ['includelinkedobjects', 'true']), BAD],
    ['a database lookup', get('/Tickets/$T', ['dodatabaselookup', 'true']), BAD],
  ])
  refused('is refused for notes', 'reader', [
    ['notes of all tickets', get('/Actions'), BAD],
    ['notes of two tickets', get('/Actions', ['ticket_id', '$T,$STRANGER']), BAD],
    ['a note without its ticket', get('/Actions/$SEEN'), BAD],
    ['notes of children', get('/Actions', ['ticket_id', '$T'], ['ischildnotes', 'true']), BAD],
    ['notes of related tickets', get('/Actions', ['ticket_id', '$T'], ['isrelatednotes', 'true']), BAD],
    ['time alone', get('/Actions', ['ticket_id', '$T'], ['timeentriesonly', 'true']), CLOSED],
    ['agents', get('/Actions', ['ticket_id', '$T'], ['includeagentdetails', 'true']), CLOSED],
    [
      'a filter that tells of notes to the client',
      get('/Actions', ['ticket_id', '$T'], ['actoutcome', 'Public Note']),
      CLOSED,
    ],
  ])
})

describe('methods', () => {
  refused('is refused', 'titles', [
    ['a write asked as a read', { ...change({ summary: 'x' }), field: 'QUERY' }, BAD],
    ['a read asked as a write', { path: '/Tickets/$T', field: 'MUTATION' }, BAD],
    ['a GET with a body', { path: '/Tickets/$T', body: [{}] }, BAD],
    [
      'a DELETE with ids in a body',
      { method: 'DELETE', path: '/Tickets/$T', body: [{ id: '$SIBLING' }] },
      BAD,
    ],
    ['a deletion without its switch', { method: 'DELETE', path: '/Tickets/$T' }, 'ACTION_DISABLED'],
    ['a deletion with more ids', { method: 'DELETE', path: '/Tickets/$T', query: [['ids', '1,2']] }, BAD],
    ['a write without a body', { method: 'POST', path: '/Tickets' }, BAD],
  ])
  refused('is refused with every right', 'everything', [
    ['the deletion of a note without its ticket', { method: 'DELETE', path: '/Actions/$NOTE' }, BAD],
    [
      'the deletion of a note of two tickets',
      { method: 'DELETE', path: '/Actions/$NOTE', query: [['ticket_id', '$T,1']] },
      BAD,
    ],
    [
      'a POST that reads',
      { method: 'POST', path: '/ClientContract/NextRef', body: [{}], field: 'QUERY' },
      BAD,
    ],
  ])
})

describe('disguised bodies', () => {
  refused('is refused as JSON', 'titles', [
    ['a name twice', post('/Tickets', '[{"id":$T,"summary":"x","summary":"y"}]'), BAD],
    ['an id twice in other letters', post('/Tickets', '[{"id":$T,"ID":$STRANGER,"summary":"x"}]'), BAD],
    ['a name twice by an escape', post('/Tickets', '[{"id":$T,"summary":"x","s\\u0075mmary":"y"}]'), BAD],
    ['a comment', post('/Tickets', '[{"id":$T/*,"user_id":1*/,"summary":"x"}]'), BAD],
    ['single quotes', post('/Tickets', "[{'id':$T,'summary':'x'}]"), BAD],
    ['a name without quotes', post('/Tickets', '[{id:$T,"summary":"x"}]'), BAD],
    ['__proto__', post('/Tickets', '[{"id":$T,"__proto__":{"user_id":1}}]'), BAD],
  ])
  refused('is refused as an array', 'titles', [
    ['two elements', ticket({ id: '$T', summary: 'x' }, { id: '$STRANGER', summary: 'y' }), BAD],
    [
      'a merge behind an update',
      ticket({ id: '$T', summary: 'x' }, { id: '$SIBLING', merged_into_id: '$T', domerge: true }),
      BAD,
    ],
    ['no element', ticket(), BAD],
    ['an array in the array', ticket([{ id: '$T', summary: 'x' }]), BAD],
    ['an object in place of the array', post('/Tickets', { id: '$T', summary: 'x' }), BAD],
    ['an array in place of the object', post('/Tickets/Object', [{ id: '$T', summary: 'x' }]), BAD],
    ['null', ticket(null), BAD],
    ['an id as another text', ticket({ id: '$T or 1=1', summary: 'x' }), BAD],
    ['an id with zeros', post('/Tickets', '[{"id":"00","summary":"x"}]'), BAD],
    ['an id of digits and a blank', post('/Tickets', '[{"id":" $T","summary":"x"}]'), BAD],
    ['a negative id', ticket({ id: -1, summary: 'x' }), BAD],
    ['half an id', ticket({ id: 1.5, summary: 'x' }), BAD],
    ['an id that is a list', ticket({ id: ['$T'], summary: 'x' }), BAD],
    ['an id that is true', ticket({ id: true, summary: 'x' }), BAD],
  ])
  refused('writes more than it may', 'titles', [
    ['another field', change({ summary: 'x', agent_id: 152 }), FIELD],
    ['another field in other letters', change({ summary: 'x', Agent_ID: 152 }), FIELD],
    ['another field by the object door', post('/Tickets/Object', { id: '$T', agent_id: 152 }), FIELD],
    ['an upsert that creates', ticket({ ...NEW, status_id: 2 }), FIELD],
    ['an upsert that creates by the id 0', ticket({ ...NEW, id: 0, status_id: 2 }), FIELD],
    ['an upsert that creates by the text 0', ticket({ ...NEW, id: '0', status_id: 2 }), FIELD],
    ['an upsert that updates by a text', ticket({ id: '$T', user_id: 5 }), FIELD],
    ['another field in a letter that folds into a plain one', change({ ſtatus_id: 9, agent_ıd: 5 }), BAD],
    ['a name with a dot', change({ 'user.id': 5 }), BAD],
    ['a list in place of an id', change({ status_id: [9] }), BAD],
    ['a record in place of an id', change({ status_id: { id: 9, user_id: 5 } }), BAD],
    ['another custom field', change({ customfields: [{ id: 179, value: 'x' }] }), FIELD],
    [
      'another custom field behind an allowed one',
      change({
        customfields: [
          { id: 178, value: 'x' },
          { id: 179, value: 'x' },
        ],
      }),
      FIELD,
    ],
    ['a custom field by its name', change({ customfields: [{ name: 'CFother', value: 'x' }] }), BAD],
    [
      'a custom field by two names',
      change({ customfields: [{ id: 178, name: 'CFother', value: 'x' }] }),
      BAD,
    ],
    ['a custom field by two ids', change({ customfields: [{ id: 178, ID: 179, value: 'x' }] }), BAD],
    [
      'one custom field twice',
      change({
        customfields: [
          { id: 178, value: 'x' },
          { id: 178, value: 'y' },
        ],
      }),
      BAD,
    ],
    [
      'a record as the value of a custom field',
      change({ customfields: [{ id: 178, value: { id: 1 } }] }),
      BAD,
    ],
    ['custom fields that are no list', change({ customfields: { id: 178, value: 'x' } }), BAD],
    ['a list that nobody has listed', change({ contributors: [{ id: 5 }] }), BAD],
    ['an object that nobody has listed', change({ delivery_address: { line1: 'x' } }), BAD],
  ])
  refused('reaches another group', 'desk', [
    ['assets', change({ assets: [{ id: 1 }] }), CLOSED],
    ['assets in other letters', change({ ASSETS: [{ id: 1 }] }), CLOSED],
    ['line items', change({ items_issued: [{ item_id: 1, quantity: 1 }] }), CLOSED],
    ['files', change({ attachments: [{ filename: 'a', data_base64: 'x' }] }), CLOSED],
    ['a budget', change({ budgets: [{ hours: 5 }] }), CLOSED],
    ['an agreement', change({ contract_id: 1 }), CLOSED],
    ['billing by a no', change({ isbillable: false }), CLOSED],
    ['a closing note', change({ status_id: 9, closure_note: 'Dear client' }), CLOSED],
    ['time', change({ timetaken: 2 }), CLOSED],
    ['an approval', change({ new_approvalprocess: 1 }), CLOSED],
    ['an article', change({ create_article: true }), CLOSED],
    ['another system', change({ sync_to_salesforce: true }), CLOSED],
    ['recipients of all later mail', change({ emailcclist: 'evil@evil.example' }), CLOSED],
    ['a text that the client reads', change({ details: 'Dear client' }), CLOSED],
    ['a text that the client reads, as HTML', change({ details_html: '<p>x</p>' }), CLOSED],
    ['an acknowledgement', ticket({ ...NEW, sendack: true }), CLOSED],
    ['an acknowledgement by a text', ticket({ ...NEW, sendack: 'true' }), CLOSED],
    ['an acknowledgement by a null', ticket({ ...NEW, sendack: null }), CLOSED],
    [
      'an acknowledgement, by saying nothing',
      ticket({ summary: 'x', tickettype_id: 1, client_id: '$COMPANY' }),
      CLOSED,
    ],
    ['a ticket made a project', change({ tickettype_id: 5 }), CLOSED],
    ['a new opportunity by the door of tickets', ticket({ ...NEW, tickettype_id: 6 }), CLOSED],
    ['a type that the tenant does not have', change({ tickettype_id: 4_711 }), CLOSED],
    ['a project by the id of a ticket', ticket({ id: 701, summary: 'x' }), 'NOT_FOUND'],
    ['an opportunity by the id of a ticket', ticket({ id: 702, summary: 'x' }), 'NOT_FOUND'],
    ['a merge without its switch', change({ merged_into_id: '$SIBLING', domerge: true }), 'ACTION_DISABLED'],
    ['a merge in other letters', change({ Merged_Into_Id: '$SIBLING', DoMerge: true }), 'ACTION_DISABLED'],
    ['a merge of which only half is said', change({ merged_into_id: '$SIBLING' }), 'ACTION_DISABLED'],
    ['a merge by a text', change({ merged_into_id: '$SIBLING', domerge: 'true' }), 'ACTION_DISABLED'],
    ['a bundle without its switch', change({ parent_id: '$SIBLING' }), 'ACTION_DISABLED'],
    ['a bundle by a list', change({ child_ticket_ids: ['$SIBLING'] }), 'ACTION_DISABLED'],
    ['a deletion by a flag', change({ deleted: true }), 'ACTION_DISABLED'],
  ])
  refused('orders the server about', 'everything', [
    ['no validation', change({ summary: 'x', _novalidate: true }), NOBODY],
    ['no validation in other letters', change({ summary: 'x', _NoValidate: true }), NOBODY],
    ['no rules', change({ summary: 'x', dont_do_rules: true }), NOBODY],
    ['no rules in other letters', change({ summary: 'x', Dont_Do_Rules: true }), NOBODY],
    ['no template', ticket({ ...NEW, donotapplytemplateintheapi: true }), NOBODY],
    [
      'a merge suggested by a machine',
      change({ merged_into_id: '$SIBLING', _is_aisuggestion_merge: true }),
      NOBODY,
    ],
    ['a restored ticket', change({ _recover: true }), NOBODY],
    ['another author', note({ who_agentid: 152 }), NOBODY],
    ['another author in other letters', note({ Who_AgentId: 152 }), NOBODY],
    ['an author by another name', note({ on_behalf_of: 152 }), NOBODY],
    ['another moment', note({ actiondatecreated: '2020-01-01T00:00:00Z' }), NOBODY],
    ['another moment by another name', note({ datetime: '2020-01-01T00:00:00Z' }), NOBODY],
    ['a hidden copy', note({ sendemail: true, emailbcc: 'evil@evil.example' }), NOBODY],
    ['another sender', note({ sendemail: true, emailfrom: 'ceo@acme.example' }), NOBODY],
    [
      'mail by an endpoint that has none',
      post('/Asset', [{ inventory_number: 'x', emailto: 'a@b.example' }]),
      NOBODY,
    ],
    ['mail beside a client', post('/Client', [{ id: '$COMPANY', emailto: 'a@b.example' }]), NOBODY],
    ['commands to other endpoints', post('/Asset', [{ inventory_number: 'x', _isimport: true }]), NOBODY],
    ['a contact merged into another', post('/Users', [{ id: '$CONTACT', _merge_user_into: 5 }]), NOBODY],
    ['a client merged into another', post('/Client', [{ id: '$COMPANY', _merge_client_into: 5 }]), NOBODY],
    ['an anonymous contact', post('/Users', [{ id: '$CONTACT', _Anonymise: true }]), NOBODY],
    ['a file of another record in a list', change({ attachments: [{ id: 5, filename: 'a' }] }), NOBODY],
    ['a link in a list', change({ attachments: [{ filename: 'a', link: 'https://evil.example' }] }), NOBODY],
    ['another owner in a list', change({ attachments: [{ filename: 'a', unique_id: 9 }] }), NOBODY],
    ['a command in a list', change({ assets: [{ id: 1, _isimport: true }] }), NOBODY],
    ['a list in a list', change({ assets: [{ id: 1, users: [{ id: 5 }] }] }), BAD],
  ])
  refused('does more than a note', 'noted', [
    ['a note that the client sees', note({ hiddenfromuser: false }), CLOSED],
    ['a note that the client sees, by a text', note({ hiddenfromuser: 'false' }), CLOSED],
    ['a note that the client sees, by a 0', note({ hiddenfromuser: 0 }), CLOSED],
    [
      'a note whose outcome decides who sees it',
      post('/Actions', [{ ticket_id: '$T', outcome_id: 4, note: 'x', sendemail: false }]),
      CLOSED,
    ],
    ['mail', note({ sendemail: true }), CLOSED],
    ['mail by a text', note({ sendemail: 'true' }), CLOSED],
    [
      'mail, by saying nothing',
      post('/Actions', [{ ticket_id: '$T', outcome_id: 7, note: 'x', hiddenfromuser: true }]),
      CLOSED,
    ],
    ['mail to a stranger', note({ sendemail: true, emailto: 'evil@evil.example' }), CLOSED],
    ['mail to a stranger in other letters', note({ EmailTo: 'evil@evil.example' }), CLOSED],
    ['mail by its text', note({ emailbody: 'Dear client' }), CLOSED],
    ['a message', note({ sendsms: true, smsto: '+1' }), CLOSED],
    ['time', note({ timetaken: 0.5 }), CLOSED],
    [
      'time by its start and end',
      note({ actionarrivaldate: '2026-11-20T09:00:00Z', actioncompletiondate: '2026-11-20T10:00:00Z' }),
      CLOSED,
    ],
    ['a status', note({ new_status: 9 }), 'GROUP_READ_ONLY'],
    ['a status in other letters', note({ New_Status: 9 }), 'GROUP_READ_ONLY'],
    ['a status by the outcome', note({ outcome_id: 9 }), 'GROUP_READ_ONLY'],
    [
      'a status by the name of the outcome',
      post('/Actions', [
        { ticket_id: '$T', outcome: 'close', note: 'x', hiddenfromuser: true, sendemail: false },
      ]),
      'GROUP_READ_ONLY',
    ],
    ['a status as another text', note({ outcome_id: 13, new_status: '09' }), BAD],
    ['a status as half a number', note({ new_status: '9.0' }), BAD],
    ['two outcomes', note({ outcome: 'Close' }), BAD],
    ['an agent by the outcome', note({ outcome_id: 18 }), 'GROUP_READ_ONLY'],
    ['an outcome that the type does not have', note({ outcome_id: 15 }), CLOSED],
    ['a priority', note({ new_priority: 1 }), 'GROUP_READ_ONLY'],
    ['an agent', note({ new_agent: 152 }), 'GROUP_READ_ONLY'],
    ['another company', note({ new_client_id: '$OTHER' }), 'GROUP_READ_ONLY'],
    ['a custom field of the ticket', note({ customfields: [{ id: 178, value: 'x' }] }), 'GROUP_READ_ONLY'],
    ['a parent', note({ new_parent_id: '$SIBLING' }), 'GROUP_READ_ONLY'],
    ['the same note on all children', note({ update_children: true }), 'GROUP_READ_ONLY'],
    ['a CRM note', note({ new_CRM_note: { note: 'x' } }), CLOSED, NOBODY],
    ['a file', note({ attachments: [{ filename: 'a', data_base64: 'x' }] }), CLOSED],
    ['an approval', note({ new_approvalprocess: 1 }), CLOSED],
    ['another Halo', note({ send_to_halo: true }), CLOSED],
    [
      'a note moved elsewhere',
      post('/Actions', [{ id: '$NOTE', ticket_id: '$T', hiddenfromuser: true, move_to_id: '$SIBLING' }]),
      CLOSED,
      FIELD,
    ],
    ['a second note', note({ private_note: 'x' }), FIELD],
    [
      'a note that is seen, hidden',
      post('/Actions', [{ id: '$SEEN', ticket_id: '$T', hiddenfromuser: true }]),
      CLOSED,
    ],
    [
      'another text in a note that is seen',
      post('/Actions', [{ id: '$SEEN', ticket_id: '$T', note: 'x', hiddenfromuser: true }]),
      CLOSED,
    ],
    [
      'a note without its ticket',
      post('/Actions', [{ outcome_id: 7, note: 'x', hiddenfromuser: true, sendemail: false }]),
      BAD,
    ],
    ['a note on two tickets', note({ ticket_id: ['$T', '$SIBLING'] }), BAD],
    [
      'a reaction',
      post('/Actions/reaction', { ticket_id: '$T', action_number: '$SEEN', type: 1 }),
      CLOSED,
      FIELD,
    ],
    [
      'a reaction of another',
      post('/Actions/reaction', { ticket_id: '$T', action_number: 1, who_agentid: 152 }),
      NOBODY,
    ],
    ['a portal password', post('/Users', [{ id: '$CONTACT', new_password: 'x' }]), CLOSED],
    ['a portal login in other letters', post('/Users', [{ id: '$CONTACT', Web_Access_Level: 9 }]), CLOSED],
    ['a welcome mail', post('/Users', [{ id: '$CONTACT', sendwelcomeemail: 1 }]), CLOSED],
  ])
  refused('does more than its endpoint', 'timed', [
    [
      'the rate of time',
      post('/Actions', [
        {
          ticket_id: '$T',
          outcome_id: 12,
          timetaken: 1,
          chargerate: 2,
          hiddenfromuser: true,
          sendemail: false,
        },
      ]),
      FIELD,
    ],
    [
      'time that is billed elsewhere',
      post('/Actions', [
        {
          ticket_id: '$T',
          outcome_id: 12,
          timetaken: 1,
          action_contract_id: 1,
          hiddenfromuser: true,
          sendemail: false,
        },
      ]),
      CLOSED,
    ],
    [
      'time that writes a note',
      post('/TimesheetEvent', [
        {
          ticket_id: '$T',
          timetaken: 1,
          start_date: '2026-11-20T09:00:00Z',
          end_date: '2026-11-20T10:00:00Z',
        },
      ]),
      CLOSED,
      FIELD,
    ],
    [
      'time that makes a ticket',
      post('/TimesheetEvent', [{ timetaken: 1, lognewticket: true }]),
      FIELD,
      'GROUP_READ_ONLY',
    ],
    ['an invitation by mail', post('/Appointment', [{ subject: 'x', inform_user: true }]), CLOSED],
    [
      'an appointment that closes',
      post('/Appointment', [{ id: 1, update_ticket_status: 9 }]),
      'GROUP_READ_ONLY',
    ],
    [
      'an appointment that logs time',
      post('/Appointment', [{ id: 1, complete_status: 1 }]),
      FIELD,
      CLOSED,
      'GROUP_READ_ONLY',
    ],
    [
      'a file that the client sees',
      post('/Attachment', [
        { filename: 'a', ticket_id: '$T', showforusers: true, data_base64: 'data:text/plain;base64,eA==' },
      ]),
      'GROUP_READ_ONLY',
      CLOSED,
    ],
    [
      'a file on a ticket that is read only',
      post('/Attachment', [{ filename: 'a', ticket_id: '$T', data_base64: 'data:text/plain;base64,eA==' }]),
      'GROUP_READ_ONLY',
    ],
    [
      'a contact with a new client',
      post('/Client', [{ name: 'x', newclient_contactemail: 'a@b.example' }]),
      CLOSED,
    ],
    ['billing terms of a client', post('/Client', [{ id: '$COMPANY', paymentterms: 1 }]), CLOSED],
    ['an approval', post('/TicketApproval', [{ ticket_id: '$T', seq: 1, result: 1 }]), NOBODY],
  ])
})

describe('values and records', () => {
  it.each([
    ['by its id', { status_id: 9 }],
    ['by its id as a text', { status_id: '9' }],
    ['in other letters', { Status_ID: 9 }],
    ['that the tenant does not have', { status_id: 4_711 }],
  ])('a status outside the allowed values is refused: %s', async (_how, value) => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedValues: { status: ['In Progress', 'New'] } } })
    await b.expectRefused(token, filled(change(value)), ['VALUE_NOT_ALLOWED'])
  })

  it.each([
    ['a status', change({ status_id: 9 })],
    ['an outcome', note({ outcome_id: 9 })],
    ['a status beside a note', note({ new_status: 9 })],
  ])('closing by %s needs the signature that closing needs', async (_how, attempt) => {
    const closing: GroupPolicy = {
      ...WRITE,
      approval: [{ when: { closes: true }, approvers: 1 }, { approvers: 0 }],
    }
    const token = await b.agent({ Tickets: closing, 'Ticket Notes': closing })
    expect(await b.expectWritten(token, filled(attempt))).toMatchObject({ __typename: 'ApprovalPending' })
    expect(b.desk.sent()).toEqual([])
  })

  refused('is outside of the record scope', 'scoped', [
    ['a ticket of another company', get('/Tickets/$STRANGER'), 'RECORD_OUT_OF_SCOPE'],
    ['a ticket that is not there', get('/Tickets/2000000000'), 'RECORD_OUT_OF_SCOPE'],
    [
      'notes of a ticket of another company',
      get('/Actions', ['ticket_id', '$STRANGER']),
      'RECORD_OUT_OF_SCOPE',
    ],
    ['a list that names its own company', get('/Tickets', ['client_id', '$COMPANY']), 'RECORD_OUT_OF_SCOPE'],
    ['tickets by their ids', get('/Tickets', ['ticketids', '$T,$STRANGER']), 'RECORD_OUT_OF_SCOPE'],
    ['another company', get('/Client/$OTHER'), 'RECORD_OUT_OF_SCOPE'],
    ['a change of another ticket', ticket({ id: '$STRANGER', summary: 'x' }), 'RECORD_OUT_OF_SCOPE'],
    ['a note on another ticket', note({ ticket_id: '$STRANGER' }), 'RECORD_OUT_OF_SCOPE'],
    ['a move into another company', change({ client_id: '$OTHER' }), 'RECORD_OUT_OF_SCOPE'],
    ['a move by the name of a company', change({ client_name: 'Other' }), 'RECORD_OUT_OF_SCOPE'],
    ['a move by a note', note({ new_client_id: '$OTHER' }), 'RECORD_OUT_OF_SCOPE'],
    ['a new ticket for another company', ticket({ ...NEW, client_id: '$OTHER' }), 'RECORD_OUT_OF_SCOPE'],
    [
      'a new ticket for no company that is told',
      ticket({ summary: 'x', tickettype_id: 1, sendack: false }),
      'RECORD_OUT_OF_SCOPE',
    ],
    ['a bundle with another company', change({ parent_id: '$STRANGER' }), 'RECORD_OUT_OF_SCOPE'],
    ['a copy of a note to another company', note({ copy_to_id: '$STRANGER' }), 'RECORD_OUT_OF_SCOPE'],
  ])
  refused('puts companies together', 'everything', [
    ['by a merge', change({ merged_into_id: '$STRANGER', domerge: true }), NOBODY],
    ['by a bundle', change({ parent_id: '$STRANGER' }), NOBODY],
    ['by a bundle with a zero before the id', post('/Tickets', '[{"id":$T,"parent_id":"0$STRANGER"}]'), BAD],
    ['by a list', change({ child_ticket_ids: ['$STRANGER'] }), NOBODY],
    ['by a list of records', change({ related_tickets: [{ id: '$STRANGER' }] }), NOBODY],
    ['by a list in other letters', change({ Related_Tickets: [{ ID: '$STRANGER' }] }), NOBODY],
    ['by a list of texts', post('/Tickets', '[{"id":$T,"child_ticket_ids":["0$STRANGER"]}]'), BAD],
    [
      'by a list of records with texts',
      post('/Tickets', '[{"id":$T,"related_tickets":[{"id":"0$STRANGER"}]}]'),
      BAD,
    ],
    ['by a note that becomes a child', note({ new_parent_id: '$STRANGER' }), NOBODY],
  ])
})

const APPROVE = `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) {
  id state steps { outcome status } } }`

describe('a raw write whose record stands in its body', () => {
  const signed: GroupPolicy = { ...WRITE, approval: [{ approvers: 1 }] }
  const pending = async (attempt: Attempt) => {
    const token = await b.agent({
      Tickets: signed,
      'Ticket Notes': { ...signed },
      'Client-Facing Notes': signed,
    })
    const answer = await b.expectWritten(token, filled(attempt))
    expect(answer).toMatchObject({ __typename: 'ApprovalPending' })
    return answer.request
  }
  const behind = (path: string, element: Rec) =>
    (b.desk.simulator as HaloSimulator).actAs('jdoe', 'POST', path, [element])
  const approved = async ({ id, planHash }: { id: string; planHash: string }) => {
    const person = await b.t.approver()
    return b.t.ask(person.token, APPROVE, { id, planHash })
  }

  it('shows what it changes, and is sent once a person has signed', async () => {
    const request = await pending(ticket({ id: '$SIGNED', summary: 'Signed' }))
    expect(request.plan).toMatchObject({
      steps: [{ method: 'POST', path: '/Tickets', group: 'Tickets', kind: 'UPDATE', fields: ['title'] }],
      changes: [{ field: 'title', before: 'Printer on fire', after: 'Signed' }],
      clientMail: { verdict: 'NO' },
      closes: false,
    })
    const answer = await approved(request)
    expect(answer.errors).toEqual([])
    expect(answer.data.approve).toMatchObject({
      state: 'EXECUTED',
      steps: [{ outcome: 'DONE', status: 201 }],
    })
  })
  it('goes stale when its field has changed', async () => {
    const request = await pending(ticket({ id: '$SIGNED', summary: 'Raw' }))
    behind('/Tickets', { id: ids.SIGNED, summary: 'Theirs' })
    expect((await approved(request)).errors[0]?.extensions.code).toBe('REQUEST_STALE')
  })
  it('goes stale when the note that it changes has changed', async () => {
    const request = await pending(
      post('/Actions', [
        { id: '$NOTE', ticket_id: '$T', note: 'Raw', hiddenfromuser: true, sendemail: false },
      ]),
    )
    behind('/Actions', { id: ids.NOTE, ticket_id: ids.T, note: 'Between us, again' })
    expect((await approved(request)).errors[0]?.extensions.code).toBe('REQUEST_STALE')
    behind('/Actions', { id: ids.NOTE, ticket_id: ids.T, note: 'Between us' })
  })
  it('that changes nothing is none', async () => {
    await b.expectRefused(tokens.desk, filled(change({ summary: 'Printer on fire', status_id: '2' })), [
      'NO_CHANGE',
    ])
  })
  it('of a record that is not there is refused', async () => {
    await b.expectRefused(tokens.desk, ticket({ id: 2_000_000_000, summary: 'x' }), ['NOT_FOUND'])
  })
  it('tells what an outcome does by itself', async () => {
    const { plan } = await pending(note({ outcome_id: 18 }))
    expect(plan.sideEffects).toContainEqual(
      expect.stringMatching(/^The outcome "Escalate" by itself changes/),
    )
    expect(plan.steps[0].demands).toContainEqual(expect.stringMatching(/^UPDATE Tickets|Tickets/))
  })
})

describe('honest requests', () => {
  const answered = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectAnswered(tokens[who], filled(attempt))
  const written = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectWritten(tokens[who], filled(attempt))
  const inPsa = (path: string) => (b.desk.simulator as HaloSimulator).actAs('jdoe', 'GET', path).body as Rec

  it('a ticket by its id, without what is closed', async () => {
    const { body, removed, status } = await answered('titles', get('/Tickets/$T', ['includedetails', 'true']))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: ids.T,
      summary: 'Printer on fire',
      client_id: ids.COMPANY,
      user_id: ids.CONTACT,
    })
    for (const name of [
      'details',
      'user_name',
      'user_email',
      'client_name',
      'site_name',
      'agent_name',
      'assets',
      'attachments',
    ])
      expect(body).not.toHaveProperty(name)
    expect(JSON.stringify(body)).not.toMatch(/@/)
    expect(removed).toContainEqual({ path: 'user_name', group: 'Contacts' })
    expect(removed).toContainEqual({ path: 'items_issued', group: 'Products' })
  })
  it('a ticket by its id, whole for who may read all of it', async () => {
    const { body, removed } = await answered('everything', get('/Tickets/$T', ['includedetails', 'true']))
    expect(removed).toEqual([])
    expect(body).toEqual(inPsa(`/Tickets/${ids.T}?includedetails=true`))
  })
  it('a list with filters and an order', async () => {
    const { body } = await answered(
      'titles',
      get(
        '/Tickets',
        ['client_id', '$COMPANY'],
        ['status', '2,3'],
        ['search_summary', 'fire'],
        ['order', 'id'],
        ['orderdesc', 'true'],
      ),
    )
    expect(body.tickets.map(({ id }: Rec) => id).slice(0, 2)).toEqual([ids.SIBLING, ids.T])
    expect(body.tickets[1]).not.toHaveProperty('user_name')
  })
  it('a list whose page was cut says so', async () => {
    const page: Parameters = [
      ['pageinate', 'true'],
      ['page_size', '2'],
      ['page_no', '1'],
      ['order', 'id'],
    ]
    const { body, partial } = await answered('titles', get('/Tickets', ...page))
    expect(body.tickets).toHaveLength(2)
    expect(partial).toMatch(/next page/)
  })
  it('several tickets by their ids, without the project among them', async () => {
    const { body, removed } = await answered('titles', get('/Tickets', ['ticketids', '$T,701,$SIBLING']))
    expect(body.tickets.map(({ id }: Rec) => id).toSorted()).toEqual([ids.T, ids.SIBLING].toSorted())
    expect(removed).toContainEqual({ path: 'tickets[]', group: 'Projects' })
  })
  it('a project by the id of a ticket is nothing', async () => {
    const { body, removed } = await answered('titles', get('/Tickets/701'))
    expect(body).toBeNull()
    expect(removed).toEqual([{ path: '', group: 'Projects' }])
  })
  it('a search for who may read all that it looks into', async () => {
    const { body } = await answered(
      'everything',
      get('/Tickets', ['search', 'Printer on fire'], ['count', '50']),
    )
    expect(body.tickets.map(({ id }: Rec) => id)).toContain(ids.T)
  })
  it('a path in other letters goes out in the vendor’s own', async () => {
    await answered('titles', get('/tICKETS/$T'))
    expect(b.desk.asked().map(({ path }) => path)).toEqual([`/api/Tickets/${ids.T}`])
  })
  it('notes without those to the client and without time', async () => {
    const { body, removed } = await answered(
      'reader',
      get('/Actions', ['ticket_id', '$T'], ['excludesys', 'true']),
    )
    expect(body.actions.map(({ note: text }: Rec) => text).toSorted()).toEqual(['Between us', 'Looked at it'])
    expect(body).not.toHaveProperty('record_count')
    expect(body.actions[0]).not.toHaveProperty('timetaken')
    expect(removed).toContainEqual({ path: 'actions[]', group: 'Client-Facing Notes' })
  })
  it('one note', async () => {
    const { body } = await answered('reader', get('/Actions/$NOTE', ['ticket_id', '$T']))
    expect(body).toMatchObject({ id: ids.NOTE, ticket_id: ids.T, note: 'Between us' })
  })
  it('files of a ticket', async () => {
    const { body } = await answered('reader', get('/Attachment', ['ticket_id', '$T']))
    expect(body.attachments).toEqual([])
  })
  it('a company', async () => {
    const { body } = await answered('reader', get('/Client/$COMPANY'))
    expect(body.id).toBe(ids.COMPANY)
  })
  it('charge rates', async () => {
    const { body } = await answered('everything', get('/Lookup', ['lookupid', '17']))
    expect(body.length).toBeGreaterThan(0)
  })
  it('a ticket and its notes within the record scope', async () => {
    expect((await answered('scoped', get('/Tickets/$T'))).body.id).toBe(ids.T)
    expect(
      (await answered('scoped', get('/Actions', ['ticket_id', '$T']))).body.actions.length,
    ).toBeGreaterThan(2)
  })
  it('an allowed field', async () => {
    const answer = await written('titles', change({ summary: 'Printer put out' }))
    expect(answer).toMatchObject({ __typename: 'RawWritten', key: String(ids.T) })
    expect(JSON.parse(answer.answer.body)).toMatchObject({ summary: 'Printer put out' })
    expect(inPsa(`/Tickets/${ids.T}`).summary).toBe('Printer put out')
  })
  it('an allowed field, spelt otherwise, with the id as a text', async () => {
    const body = `[{"ID":"${ids.T}","Summary":"Spelt otherwise"}]`
    expect(await written('titles', post('/Tickets', body))).toMatchObject({ __typename: 'RawWritten' })
    expect(inPsa(`/Tickets/${ids.T}`).summary).toBe('Spelt otherwise')
  })
  it('one ticket as an object', async () => {
    const answer = await written('titles', post('/Tickets/Object', { id: '$T', summary: 'As an object' }))
    expect(answer).toMatchObject({ __typename: 'RawWritten', key: String(ids.T) })
    expect(inPsa(`/Tickets/${ids.T}`).summary).toBe('As an object')
  })
  it('an allowed custom field', async () => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedFields: { UPDATE: [`custom:${ids.FIELD}`] } } })
    const attempt = filled(change({ customfields: [{ id: '$FIELD', value: 'x' }] }))
    expect(await b.expectWritten(token, attempt)).toMatchObject({ __typename: 'RawWritten' })
  })
  it('an allowed value by its id', async () => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedValues: { status: ['On Hold'] } } })
    expect(await b.expectWritten(token, filled(change({ status_id: 28 })))).toMatchObject({
      __typename: 'RawWritten',
    })
    expect(inPsa(`/Tickets/${ids.T}`).status_id).toBe(28)
  })
  it('a new ticket that mails nobody', async () => {
    const mailed = b.desk.simulator.outbox().length
    const answer = await written('titles', ticket({ ...NEW, summary: 'Made raw' }))
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
    expect(inPsa(`/Tickets/${answer.key}`)).toMatchObject({ summary: 'Made raw', client_id: ids.COMPANY })
    expect(b.desk.simulator.outbox()).toHaveLength(mailed)
  })
  it('an internal note that mails nobody', async () => {
    const mailed = b.desk.simulator.outbox().length
    const answer = await written('noted', note({ note: 'Quietly' }))
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
    expect(answer.key).toMatch(new RegExp(`^${ids.T}\\.\\d+$`))
    expect(JSON.parse(answer.answer.body)).toMatchObject({ note: 'Quietly', ticket_id: ids.T })
    expect(b.desk.simulator.outbox()).toHaveLength(mailed)
  })
  it('time that does nothing else', async () => {
    const time = { ticket_id: '$T', outcome_id: 12, timetaken: 0.5, hiddenfromuser: true, sendemail: false }
    expect(await written('timed', post('/Actions', [time]))).toMatchObject({ __typename: 'RawWritten' })
  })
  it('a note to the client, with a status', async () => {
    const body = { hiddenfromuser: false, outcome_id: 4, note: 'Hello', new_status: 3 }
    expect(await written('scoped', note(body))).toMatchObject({ __typename: 'RawWritten' })
    expect(inPsa(`/Tickets/${ids.T}`).status_id).toBe(3)
  })
  it('a new ticket within the record scope', async () => {
    const attempt = ticket({ ...NEW, site_id: '$SITE' })
    expect(await written('scoped', attempt)).toMatchObject({ __typename: 'RawWritten' })
  })
  it('a contact’s title', async () => {
    await written('noted', post('/Users', [{ id: '$CONTACT', title: 'Head of IT' }]))
    expect(inPsa(`/Users/${ids.CONTACT}`).title).toBe('Head of IT')
  })
  it('a bundle of one company', async () => {
    await written('scoped', ticket({ id: '$SIBLING', parent_id: '$T' }))
    expect(inPsa(`/Tickets/${ids.SIBLING}`).parent_id).toBe(ids.T)
  })
  it('a file on a ticket', async () => {
    const file = { filename: 'a.txt', ticket_id: '$T', data_base64: 'data:text/plain;base64,eA==' }
    expect(await written('everything', post('/Attachment', [file]))).toMatchObject({
      __typename: 'RawWritten',
    })
  })
  it('a merge with its switch', async () => {
    const loser = await written('everything', ticket({ ...NEW, summary: 'Twice' }))
    await written('everything', ticket({ id: Number(loser.key), merged_into_id: '$T', domerge: true }))
    expect(inPsa(`/Tickets/${loser.key}`).merged_into_id).toBe(ids.T)
  })
  it('a deletion of a note with its ticket', async () => {
    const attempt: Attempt = { method: 'DELETE', path: '/Actions/$TIME', query: [['ticket_id', '$T']] }
    expect(await written('everything', attempt)).toMatchObject({ __typename: 'RawWritten', answer: null })
    expect((inPsa(`/Actions?ticket_id=${ids.T}`).actions as Rec[]).map(({ id }) => id)).not.toContain(
      ids.TIME,
    )
  })
})
