import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupPolicy } from '../../policy/types.ts'
import type { AutotaskSimulator, Rec } from '../../simulators/autotask/index.ts'
import { type Attempt, type Bypass, filledWith, type Row, startBypass } from './harness.ts'

/** What Autotask's endpoints belong to, by hand from its documents: the product's own catalogue has no say here. */
const TABLE: readonly Row[] = [
  // Lists of fields and their values hold no records.
  ['GET', /\/entityInformation\/(fields|userDefinedFields)$/i, 'REFERENCE'],
  ['POST', /\/(BillingCodes|Roles|ResourceServiceDeskRoles)\/query$/i, 'REFERENCE', true],
  ['POST', /\/Tickets\/query(\/(count|next))?$/i, 'Tickets', true],
  ['POST', /\/TicketNotes\/query(\/(count|next))?$/i, 'Ticket Notes', true],
  ['POST', /\/TimeEntries\/query(\/(count|next))?$/i, 'Time Entries', true],
  ['POST', /\/Contacts\/query(\/(count|next))?$/i, 'Contacts', true],
  ['POST', /\/Companies\/query(\/(count|next))?$/i, 'Companies', true],
  ['POST', /\/Resources\/query(\/(count|next))?$/i, 'Members', true],
  ['POST', /\/TicketAdditionalContacts\/query$/i, 'Tickets', true],
  ['POST', /\/TicketHistory\/query(\/count)?$/i, 'Audit Trail', true],
  ['POST', /\/AttachmentInfo\/query(\/count)?$/i, 'Attachments', true],
  ['POST', /\/TicketCharges\/query$/i, 'Ticket Charges', true],
  ['*', /\/Tickets\/\d+\/Notes(\/\d+)?$/i, 'Ticket Notes'],
  ['GET', /\/TicketNotes\/\d+$/i, 'Ticket Notes'],
  ['*', /\/Tickets\/\d+\/Charges(\/\d+)?$/i, 'Ticket Charges'],
  ['*', /\/(Tickets|TicketNotes)\/\d+\/Attachments(\/\d+)?$/i, 'Attachments'],
  ['*', /\/Tickets\/\d+\/(SecondaryResources|AdditionalContacts|ChecklistItems)(\/\d+)?$/i, 'Tickets'],
  ['*', /\/Tickets(\/\d+|\/query(\/(count|next))?)?$/i, 'Tickets'],
  ['*', /\/TimeEntries(\/\d+|\/query(\/(count|next))?)?$/i, 'Time Entries'],
  ['*', /\/Companies\/\d+\/Contacts(\/\d+)?$/i, 'Contacts'],
  ['GET', /\/Contacts(\/\d+|\/query(\/(count|next))?)$/i, 'Contacts'],
  ['*', /\/Companies(\/\d+|\/query)?$/i, 'Companies'],
  ['*', /\/Companies\/\d+\/Locations(\/\d+)?$/i, 'Sites'],
  ['GET', /\/Resources\/\d+$/i, 'Members'],
]

const READ: GroupPolicy = { level: 'READ_ONLY' }
const NONE = [{ approvers: 0 }] as const
const WRITE: GroupPolicy = {
  level: 'READ_WRITE',
  allowedFields: { CREATE: 'ALL', UPDATE: 'ALL' },
  approval: NONE,
}
/** May change title and status of a ticket, and nothing else. */
const TITLES: GroupPolicy = {
  level: 'READ_WRITE',
  allowedFields: { CREATE: ['title', 'company', 'board'], UPDATE: ['title', 'status'] },
  approval: NONE,
}

type Attack = readonly [name: string, attempt: Attempt, ...codes: string[]]

let b: Bypass
let sim: AutotaskSimulator
/** An open ticket, another one of the same company, and one of another company; and what hangs on the first. */
const ids = {
  T: 0,
  SIBLING: 0,
  PROBLEM: 0,
  STRANGER: 0,
  COMPANY: 302,
  OTHER: 0,
  CONTACT: 0,
  NOTE: 0,
  INNER: 0,
  TIME: 0,
  QUEUE: 0,
  ROLE: 0,
}
const tokens = { titles: '', desk: '', reader: '', noted: '', client: '', everything: '', scoped: '' }
const COMPLETE = 5
const IN_PROGRESS = 8
const VENDOR = 12

beforeAll(async () => {
  b = await startBypass('autotask', TABLE)
  sim = b.desk.simulator as AutotaskSimulator
  const { tickets, contacts } = sim.dataset
  const made = (path: string, body: Rec) => {
    const answer = sim.actAs('jdoe', 'POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return (answer.body as { itemId: number }).itemId
  }
  const rows = [...(sim.state.tables.get('Tickets')?.rows.values() ?? [])]
  ids.QUEUE = Number(rows.find((row) => typeof row.queueID === 'number')?.queueID)
  const ticket = (companyID: number, over: Rec = {}) =>
    made('/Tickets', {
      title: 'Printer on fire',
      queueID: ids.QUEUE,
      companyID,
      status: IN_PROGRESS,
      priority: 2,
      ticketType: 2,
      description: 'Smoke in the hall',
      ...over,
    })
  ids.CONTACT = contacts.find((one) => one.companyId === ids.COMPANY && !one.inactive)?.id ?? 0
  ids.OTHER = tickets.find((one) => one.companyId !== ids.COMPANY)?.companyId ?? 0
  ids.T = ticket(ids.COMPANY, {
    contactID: ids.CONTACT,
    userDefinedFields: [{ name: 'Asset Tag', value: 'A-1' }],
  })
  ids.SIBLING = ticket(ids.COMPANY)
  ids.PROBLEM = ticket(ids.COMPANY, { ticketType: 3 })
  ids.STRANGER = ticket(ids.OTHER, { ticketType: 3 })
  const note = (description: string, publish: number) =>
    made(`/Tickets/${ids.T}/Notes`, { title: 'x', description, publish, noteType: 1 })
  ids.NOTE = note('Said to the client', 1)
  ids.INNER = note('Between us', 2)
  const role = [...(sim.state.tables.get('ResourceServiceDeskRoles')?.rows.values() ?? [])].find(
    (row) => row.resourceID === 151,
  )
  ids.ROLE = Number(role?.roleID)
  ids.TIME = made('/TimeEntries', {
    ticketID: ids.T,
    resourceID: 151,
    roleID: ids.ROLE,
    summaryNotes: 'Put out',
    startDateTime: '2026-11-20T09:00:00',
    endDateTime: '2026-11-20T10:00:00',
  })

  tokens.titles = await b.agent({ Tickets: TITLES })
  tokens.desk = await b.agent({ Tickets: WRITE })
  tokens.reader = await b.agent({
    Tickets: READ,
    'Ticket Notes': READ,
    Attachments: READ,
    'Audit Trail': READ,
    Companies: READ,
  })
  tokens.client = await b.agent({ 'Client-Facing Notes': READ, Tickets: READ })
  tokens.noted = await b.agent({
    Tickets: READ,
    'Ticket Notes': WRITE,
    'Ticket Charges': WRITE,
    Attachments: WRITE,
    'Time Entries': {
      ...WRITE,
      allowedFields: {
        CREATE: ['startedAt', 'hours', 'ticket', 'member', 'workRole', 'clientText'],
        UPDATE: ['hours'],
      },
    },
    Contacts: { ...WRITE, delete: true },
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
      Contacts: READ,
      'Ticket Notes': READ,
      'Client-Facing Notes': READ,
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

const get = (path: string, ...query: readonly (readonly [string, string])[]): Attempt => ({ path, query })
const ask = (path: string, body: unknown, ...query: readonly (readonly [string, string])[]): Attempt => ({
  method: 'POST',
  field: 'QUERY',
  path,
  body,
  query,
})
const search = (path: string, value: unknown, ...more: readonly (readonly [string, string])[]): Attempt =>
  get(path, ['search', typeof value === 'string' ? value : JSON.stringify(value)], ...more)
const where = (...filter: readonly unknown[]) => ({ filter })
const is = (field: string, value: unknown, op = 'eq') => ({ op, field, value })
const ANY = { op: 'exist', field: 'id' }
const BAD = 'BAD_USER_INPUT'
const OFF = 'GROUP_DISABLED'
const FIELD = 'FIELD_NOT_ALLOWED'
const NOBODY = 'FORBIDDEN_OPERATION'

describe('disguised paths', () => {
  refused('is refused as no plain path', 'titles', [
    ['another host by two slashes', get('//webservices6.autotask.net/Tickets/1'), BAD],
    ['another zone by a scheme', get('https://webservices6.autotask.net/ATServicesRest/V1.0/Tickets/1'), BAD],
    ['another host by slash and backslash', get('/\\evil.example/Tickets/1'), BAD],
    ['user info', get('/Tickets/1@evil.example'), BAD],
    ['dot segments up to the SOAP API', get('/../../ATServices/1.6/atws.asmx'), BAD],
    ['encoded dot segments', get('/Tickets/%2e%2e/Contacts/$CONTACT'), BAD],
    ['an encoded slash', get('/Tickets%2f$T'), BAD],
    ['a slash encoded twice', get('/Tickets/%252f$T'), BAD],
    ['a path parameter', get('/Tickets/$T;x=1'), BAD],
    ['a search in the path', get('/Tickets/query?search={}'), BAD],
    ['an encoded search in the path', get('/Tickets/query%3fsearch=1'), BAD],
    ['an encoded NUL', get('/Tickets/$T%00'), BAD],
    ['a line end', get('/Tickets/$T\r\nImpersonationResourceId: 151'), BAD],
    ['a full-width slash', get('/Tickets\uff0f$T'), BAD],
    ['an empty part', get('/Tickets//$T'), BAD],
    ['a slash at the end', get('/Tickets/$T/'), BAD],
  ])
  refused('is in no catalogue', 'titles', [
    ['the address of the API again', get('/ATServicesRest/V1.0/Tickets/$T'), 'NOT_CATALOGUED'],
    ['an id with letters', get('/Tickets/1x'), 'NOT_CATALOGUED'],
    ['a negative id', get('/Tickets/-1'), 'NOT_CATALOGUED'],
    ['an id with zeros before it', get('/Tickets/0001'), 'NOT_CATALOGUED'],
    [
      'an id in the path of a write',
      { method: 'PATCH', path: '/Tickets/$T', body: { title: 'x' } },
      'NOT_CATALOGUED',
    ],
    [
      'two ids, one in the path',
      { method: 'PATCH', path: '/Tickets/$SIBLING', body: { id: '$T', title: 'x' } },
      'NOT_CATALOGUED',
    ],
    ['a query below a parent', ask('/Tickets/$T/Notes/query', where(ANY)), 'NOT_CATALOGUED'],
    [
      'a write by the root name of a child',
      { method: 'POST', path: '/TicketNotes', body: { description: 'x' } },
      'NOT_CATALOGUED',
    ],
    ['a deletion of what has none', { method: 'DELETE', path: '/Tickets/$T' }, 'NOT_CATALOGUED'],
    ['all records without a query', get('/Tickets'), 'NOT_CATALOGUED'],
  ])
  refused('is of a group that is closed', 'titles', [
    ['a contact', get('/Contacts/$CONTACT'), OFF],
    ['a contact in other letters', get('/CONTACTS/$CONTACT'), OFF],
    ['a contact with encoded letters', get('/%43ontacts/$CONTACT'), OFF],
    ['a contact below its company', get('/companies/$COMPANY/contacts/$CONTACT'), OFF],
    ['a query of contacts', ask('/Contacts/query', where(ANY)), OFF],
    ['a count of contacts', ask('/Contacts/query/count', where(is('emailAddress', 'a', 'beginsWith'))), OFF],
    ['notes below a ticket', get('/Tickets/$T/Notes'), OFF],
    ['one note by its root name', get('/TicketNotes/$INNER'), OFF],
    ['charges below a ticket', get('/Tickets/$T/Charges'), OFF],
    ['files below a ticket', get('/Tickets/$T/Attachments'), OFF],
    ['time of a ticket', ask('/TimeEntries/query', where(is('ticketID', '$T'))), OFF],
  ])
})

describe('endpoints that reach any group', () => {
  const history = (query: unknown) => ask('/TicketHistory/query', query)
  refused('is asked for by its parent', 'reader', [
    ['the history with its details', history(where(is('ticketID', '$T'))), OFF],
    [
      'details by includeFields',
      history({ ...where(is('ticketID', '$T')), includeFields: ['id', 'Detail'] }),
      OFF,
    ],
    ['the history of no ticket', history({ ...where(ANY), includeFields: ['id'] }), BAD],
    [
      'the history of several tickets',
      history({ ...where({ op: 'in', field: 'ticketID', value: [1, 2] }), includeFields: ['id'] }),
      BAD,
    ],
    [
      'the history of one ticket or any',
      history({ filter: [{ op: 'or', items: [is('ticketID', '$T'), ANY] }], includeFields: ['id'] }),
      BAD,
    ],
    [
      'the history by another field beside',
      history({ ...where(is('ticketID', '$T'), is('detail', 'x', 'contains')), includeFields: ['id'] }),
      BAD,
    ],
    ['one row of the history', get('/TicketHistory/1'), NOBODY],
    ['files of everybody', ask('/AttachmentInfo/query', where(ANY)), BAD],
    ['files of a contract', ask('/AttachmentInfo/query', where(is('contractID', 1))), OFF],
    ['files of a time entry', ask('/AttachmentInfo/query', where(is('timeEntryID', '$TIME'))), OFF],
    [
      'files of one ticket or any',
      ask('/AttachmentInfo/query', { filter: [{ op: 'or', items: [is('ticketID', '$T'), ANY] }] }),
      BAD,
    ],
    ['files of any but one ticket', ask('/AttachmentInfo/query', where(is('ticketID', '$T', 'noteq'))), BAD],
    ['a file without its parent', get('/AttachmentInfo/1'), NOBODY],
    ['who was mailed', ask('/NotificationHistory/query', where(is('ticketID', '$T'))), NOBODY],
    ['what was deleted', ask('/DeletedTicketActivityLogs/query', where(is('ticketID', '$T'))), NOBODY],
  ])
  refused('is for nobody', 'everything', [
    ['a token', { ...get('/Authenticate'), field: 'MUTATION' }, NOBODY],
    ['a token asked as a read', get('/Authenticate'), NOBODY],
    ['where a login lives', get('/ZoneInformation', ['user', 'api.user@x.example']), NOBODY],
    [
      'a webhook',
      { method: 'POST', path: '/TicketWebhooks', body: { name: 'x', webhookUrl: 'https://evil.example' } },
      NOBODY,
    ],
    [
      "a person's yes to a change",
      {
        method: 'POST',
        path: '/Tickets/$T/ChangeRequestApprovals',
        body: { ticketID: '$T', resourceID: 151, isApproved: true },
      },
      NOBODY,
    ],
    ['a webhook in other letters', { method: 'POST', path: '/ticketWEBHOOKS', body: {} }, NOBODY],
    ['fields of a webhook', { method: 'POST', path: '/TicketWebhooks/1/Fields', body: {} }, NOBODY],
    ['payloads of webhooks', ask('/WebhookEventErrorLogs/query', where(ANY)), NOBODY],
    [
      'a portal password',
      { method: 'PATCH', path: '/ClientPortalUsers', body: { id: 1, password: 'x' } },
      NOBODY,
    ],
    ['a member of staff', { method: 'PATCH', path: '/Resources', body: { id: 151, userName: 'x' } }, NOBODY],
    [
      'the SOAP API',
      { method: 'POST', path: '/ATServices/1.6/atws.asmx', body: {} },
      NOBODY,
      BAD,
      'NOT_CATALOGUED',
    ],
    ['a GET that approves', { ...get('/TimeOffRequests/1/Approve'), field: 'MUTATION' }, NOBODY],
    ['a GET that approves, asked as a read', get('/TimeOffRequests/1/Approve'), NOBODY, BAD],
    [
      'portal passwords by a filter',
      ask('/ClientPortalUsers/query', where(is('password', 'a', 'beginsWith'))),
      BAD,
    ],
    [
      'portal passwords by includeFields',
      ask('/ClientPortalUsers/query', { ...where(ANY), includeFields: ['id', 'PASSWORD'] }),
      BAD,
    ],
  ])
})

describe('disguised queries', () => {
  const T = '/Tickets/query'
  refused('is refused', 'titles', [
    ['a header as a name', search(T, where(ANY), ['ImpersonationResourceId', '151']), BAD],
    ['credentials as names', search(T, where(ANY), ['ApiIntegrationCode', 'x']), BAD],
    ['a method override', search(T, where(ANY), ['X-HTTP-Method-Override', 'PATCH']), BAD],
    ['two searches', search(T, where(ANY), ['search', '{"filter":[]}']), BAD],
    ['two searches in other letters', search(T, where(ANY), ['Search', '{"filter":[]}']), BAD],
    ['a search beside a body', ask(T, where(ANY), ['search', JSON.stringify(where(ANY))]), BAD],
    ['a body on a GET', { ...search(T, where(ANY)), body: where(ANY) }, BAD],
    ['no search at all', get(T), BAD],
    ['a POST without a body', { method: 'POST', field: 'QUERY', path: T }, BAD],
    ['a search with a name twice', search(T, '{"filter":[{"op":"exist","field":"id"}],"filter":[]}'), BAD],
    [
      'a field twice by an escape',
      search(T, '{"filter":[{"op":"exist","field":"id","fi\\u0065ld":"description"}]}'),
      BAD,
    ],
    ['two spellings of one name', search(T, '{"filter":[{"op":"exist","field":"id"}],"Filter":[]}'), BAD],
    [
      'two spellings of a field',
      search(T, '{"filter":[{"op":"exist","field":"id","Field":"description"}]}'),
      BAD,
    ],
    ['lenient JSON without quotes', search(T, '{filter:[{op:"exist",field:"id"}]}'), BAD],
    ['lenient JSON with single quotes', search(T, "{'filter':[{'op':'exist','field':'id'}]}"), BAD],
    ['lenient JSON with a comma too many', search(T, '{"filter":[{"op":"exist","field":"id"},]}'), BAD],
    ['a comment', search(T, '{/**/"filter":[{"op":"exist","field":"id"}]}'), BAD],
    ['a second parameter within the search', search(T, '{"filter":[]}&search={"filter":[]}'), BAD],
    ['__proto__', search(T, '{"filter":[{"op":"exist","field":"id"}],"__proto__":{}}'), BAD],
    ['a search that is a list', search(T, [ANY]), BAD],
    ['an empty filter', ask(T, where()), BAD],
    ['no filter', ask(T, { maxRecords: 5 }), BAD],
    ['a filter that is no list', ask(T, { filter: ANY }), BAD],
    ['another member of the query', ask(T, { ...where(ANY), sort: 'description' }), BAD],
    ['another member of a condition', ask(T, where({ ...ANY, expand: 'contact' })), BAD],
    ['an operator that nobody knows', ask(T, where({ op: 'noteExist', field: 'id' })), BAD],
    ['an operator in other letters', ask(T, where({ op: 'EQ', field: 'id', value: 1 })), BAD],
    ['no operator', ask(T, where({ field: 'id', value: 1 })), BAD],
    ['a dotted field', ask(T, where(is('Contact.emailAddress', 'a', 'beginsWith'))), BAD],
    ['a field as a path', ask(T, where(is('contactID/emailAddress', 'a'))), BAD],
    [
      'a dotted field in includeFields',
      ask(T, { ...where(ANY), includeFields: ['id', 'contact.emailAddress'] }),
      BAD,
    ],
    ['a dotted custom field', ask(T, where({ ...is('Contact.emailAddress', 'a'), udf: true })), BAD],
    ['includeFields that is a text', ask(T, { ...where(ANY), includeFields: 'description' }), BAD],
    ['udf as a text', ask(T, where({ ...is('Asset Tag', 'a'), udf: 'true' })), BAD],
    ['items beside a field', ask(T, where({ ...ANY, items: [is('description', 'x')] })), BAD],
    ['a field beside items', ask(T, where({ op: 'and', items: [ANY], field: 'description' })), BAD],
    ['a value that is an object', ask(T, where(is('id', { field: 'description' }))), BAD],
    ['a value with exist', ask(T, where({ ...ANY, value: 'x' })), BAD],
    ['more records than there may be', ask(T, { ...where(ANY), maxRecords: 501 }), BAD],
    [
      '501 alternatives',
      ask(T, where({ op: 'in', field: 'id', value: Array.from({ length: 501 }, (_, i) => i) })),
      BAD,
    ],
    ['a portal text by a filter', ask(T, where(is('description', 'Smoke', 'contains'))), OFF],
    ['a portal text in other letters', ask(T, where(is('DESCRIPTION', 'Smoke', 'contains'))), OFF],
    ['a portal text behind a harmless filter', ask(T, where(ANY, is('resolution', 'x', 'contains'))), OFF],
    [
      'a portal text in nested groups',
      ask(
        T,
        where({ op: 'or', items: [ANY, { op: 'and', items: [ANY, is('description', 'x', 'contains')] }] }),
      ),
      OFF,
    ],
    ['a portal text by its presence', ask(T, where({ op: 'notExist', field: 'resolution' })), OFF],
    ['a portal text by includeFields', ask(T, { ...where(ANY), includeFields: ['id', 'description'] }), OFF],
    ['a portal text by INCLUDEFIELDS', ask(T, { ...where(ANY), INCLUDEFIELDS: ['Resolution'] }), OFF],
    ['a portal text by a count', ask(`${T}/count`, where(is('description', 'a', 'beginsWith'))), OFF],
    ['a portal text by a GET', search(T, where(is('description', 'a', 'beginsWith'))), OFF],
    [
      'a next page of another filter',
      ask(`${T}/next`, where(is('description', 'a', 'contains')), [
        'paging',
        '{"pageSize":5,"previousIds":[],"nextIds":[1]}',
      ]),
      OFF,
    ],
    [
      'a next page by its address alone',
      get(`${T}/next`, ['paging', '{"pageSize":5,"previousIds":[],"nextIds":[1]}']),
      BAD,
    ],
    [
      'a next page with a filter in its paging',
      ask(`${T}/next`, where(ANY), ['paging', '{"pageSize":5,"previousIds":[],"nextIds":[1],"filter":[]}']),
      BAD,
    ],
    [
      'a next page at another host',
      ask(`${T}/next`, where(ANY), ['paging', 'https://evil.example/query/next']),
      BAD,
    ],
    [
      'a next page of any size',
      ask(`${T}/next`, where(ANY), ['paging', '{"pageSize":5000,"previousIds":[],"nextIds":[1]}']),
      BAD,
    ],
    [
      'a next page with ids that are texts',
      ask(`${T}/next`, where(ANY), ['paging', '{"pageSize":5,"previousIds":[],"nextIds":["1 or 1=1"]}']),
      BAD,
    ],
    [
      'a query on a read by id',
      get('/Tickets/$T', ['search', JSON.stringify(where(is('description', 'x')))]),
      BAD,
    ],
  ])
  refused('would tell of notes to the client', 'reader', [
    [
      'a filter on their text',
      ask('/TicketNotes/query', where(is('ticketID', '$T'), is('description', 'client', 'contains'))),
      OFF,
    ],
    ['their number', ask('/TicketNotes/query/count', where(is('ticketID', '$T'))), OFF],
    [
      'their titles without saying whose',
      ask('/TicketNotes/query', { ...where(is('ticketID', '$T')), includeFields: ['id', 'title'] }),
      OFF,
    ],
    ['those alone', ask('/TicketNotes/query', where(is('ticketID', '$T'), is('publish', 1))), OFF],
    ['all but the internal ones', ask('/TicketNotes/query', where(is('publish', 2, 'noteq'))), OFF],
    [
      'internal or any',
      ask('/TicketNotes/query/count', where({ op: 'or', items: [is('publish', 2), ANY] })),
      OFF,
    ],
    ['internal by a text', ask('/TicketNotes/query/count', where(is('publish', '2'))), OFF],
    [
      'internal by a custom field of that name',
      ask('/TicketNotes/query/count', where({ ...is('publish', 2), udf: true })),
      OFF,
    ],
  ])
  refused('would tell of internal notes', 'client', [
    ['all notes', ask('/TicketNotes/query', where(is('ticketID', '$T'))), OFF],
    ['internal notes by a filter', ask('/TicketNotes/query', where(is('publish', 2))), OFF],
    ['all notes below their ticket', get('/Tickets/$T/Notes'), OFF],
  ])
})

describe('methods', () => {
  refused('is refused', 'titles', [
    ['a read asked as a write', { field: 'MUTATION', path: '/Tickets/$T' }, BAD],
    ['a query asked as a write', { method: 'POST', path: '/Tickets/query', body: where(ANY) }, BAD],
    [
      'a write asked as a read',
      { field: 'QUERY', method: 'PATCH', path: '/Tickets', body: { id: '$T', title: 'x' } },
      BAD,
    ],
    [
      'a PUT, which clears what it leaves out',
      { method: 'PUT', path: '/Tickets', body: { id: '$T', title: 'x' } },
      OFF,
    ],
    [
      'a write with a query',
      { method: 'PATCH', path: '/Tickets', query: [['search', '{}']], body: { id: '$T', title: 'x' } },
      BAD,
    ],
    ['a DELETE with a body', { method: 'DELETE', path: '/TimeEntries/$TIME', body: { id: 1 } }, BAD],
  ])
})

describe('disguised bodies', () => {
  const change = (members: object): Attempt => ({
    method: 'PATCH',
    path: '/Tickets',
    body: { id: '$T', ...members },
  })
  const text = (body: string): Attempt => ({ method: 'PATCH', path: '/Tickets', body })
  refused('is refused as JSON', 'titles', [
    ['a name twice', text('{"id":$T,"title":"x","title":"y"}'), BAD],
    ['a name twice by an escape', text('{"id":$T,"title":"x","titl\\u0065":"y"}'), BAD],
    ['lenient JSON without quotes', text('{id:$T,title:"x"}'), BAD],
    ['lenient JSON with a comma too many', text('{"id":$T,"title":"x",}'), BAD],
    ['constructor', text('{"id":$T,"title":"x","constructor":{}}'), BAD],
    ['21 levels', text(`{"id":$T,"title":${'['.repeat(21)}${']'.repeat(21)}}`), BAD],
    ['an integer that no double holds', text('{"id":9007199254740993,"title":"x"}'), BAD],
    ['something behind it', text('{"id":$T,"title":"x"}{"id":$SIBLING}'), BAD],
    ['nothing', text(''), BAD],
  ])
  refused('is refused as a record', 'titles', [
    ['no id', text('{"title":"x"}'), BAD],
    ['two ids', text('{"id":$T,"Id":$SIBLING,"title":"x"}'), BAD],
    ['an id in quotes', text('{"id":"$T ","title":"x"}'), BAD],
    ['an id that is null', text('{"id":null,"title":"x"}'), BAD],
    ['a negative id', text('{"id":-5,"title":"x"}'), BAD],
    ['a list of ids', text('{"id":[$T,$SIBLING],"title":"x"}'), BAD],
    ['a list of records', text('[{"id":$T,"title":"x"},{"id":$SIBLING,"title":"x"}]'), BAD],
    ['a list of one record', text('[{"id":$T,"contactID":1}]'), BAD],
    [
      'a new ticket with the id of another',
      { method: 'POST', path: '/Tickets', body: { id: '$T', title: 'x', companyID: '$COMPANY' } },
      BAD,
    ],
    ['another field', change({ contactID: 1 }), FIELD],
    ['another field behind an allowed one', change({ title: 'x', priority: 4 }), FIELD],
    ['another field in other letters', change({ CONTACTid: 1 }), FIELD],
    ['both spellings of one field', change({ status: IN_PROGRESS, Status: COMPLETE }), BAD],
    ['a field that clears', change({ contactID: null }), FIELD],
    ['a status as a text', text('{"id":$T,"status":"5"}'), BAD],
    ['a status as a list', change({ status: [COMPLETE] }), BAD],
    ['a record within a record', change({ title: { value: 'x', contactID: 1 } }), BAD],
    ['records within a list', change({ title: [{ contactID: 1 }] }), BAD],
    ['a member that is no name', change({ 'title,contactID': 'x' }), BAD],
    [
      'custom fields by their container',
      change({ userDefinedFields: [{ name: 'Asset Tag', value: 'x' }] }),
      FIELD,
    ],
    [
      'custom fields in other letters',
      change({ USERDEFINEDFIELDS: [{ NAME: 'Asset Tag', VALUE: 'x' }] }),
      FIELD,
    ],
    ['custom fields that are no list', change({ userDefinedFields: { name: 'Asset Tag', value: 'x' } }), BAD],
    ['a custom field without a name', change({ userDefinedFields: [{ value: 'x' }] }), BAD],
    [
      'a custom field by two names',
      change({ userDefinedFields: [{ name: 'Asset Tag', Name: 'Other', value: 'x' }] }),
      BAD,
    ],
    [
      'one custom field twice',
      change({
        userDefinedFields: [
          { name: 'A', value: '1' },
          { name: 'a', value: '2' },
        ],
      }),
      BAD,
    ],
    ['an artefact of SOAP', change({ soapParentPropertyId: 1 }), BAD],
  ])
  refused('is written in the name of somebody else', 'everything', [
    ['another resource', change({ title: 'x', impersonatorCreatorResourceID: 151 }), BAD],
    ['another resource in other letters', change({ title: 'x', IMPERSONATORupdaterResourceID: 151 }), BAD],
    [
      'the client, in a ticket',
      {
        method: 'POST',
        path: '/Tickets',
        body: { title: 'x', companyID: '$COMPANY', createdByContactID: '$CONTACT' },
      },
      BAD,
    ],
    [
      'the client, in a note',
      {
        method: 'POST',
        path: '/Tickets/$T/Notes',
        body: { description: 'x', publish: 1, noteType: 1, CreatedByContactId: '$CONTACT' },
      },
      BAD,
    ],
    [
      'the client, by a file',
      {
        method: 'POST',
        path: '/Tickets/$T/Attachments',
        body: { title: 'x', publish: 1, data: 'eA==', attachedByContactID: '$CONTACT' },
      },
      BAD,
    ],
    [
      'another resource, by a query name',
      { ...change({ title: 'x' }), query: [['ImpersonationResourceId', '151']] },
      BAD,
    ],
  ])
  refused('does more than it seems to', 'desk', [
    ['a bundle by a field', change({ problemTicketId: '$PROBLEM' }), 'ACTION_DISABLED'],
    ['a bundle in other letters', change({ PROBLEMTICKETID: '$PROBLEM' }), 'ACTION_DISABLED'],
    ['a bundle among other fields', change({ title: 'x', problemTicketID: '$PROBLEM' }), 'ACTION_DISABLED'],
    ['a bundle that is taken apart', change({ problemTicketId: null }), 'ACTION_DISABLED'],
    [
      'a bundle in a new ticket',
      {
        method: 'POST',
        path: '/Tickets',
        body: { title: 'x', companyID: '$COMPANY', problemTicketId: '$PROBLEM' },
      },
      'ACTION_DISABLED',
      OFF,
    ],
    [
      'a bundle by a link',
      {
        method: 'POST',
        path: '/ChangeRequestLinks',
        body: { changeRequestTicketID: '$T', problemOrIncidentTicketID: '$PROBLEM' },
      },
      'ACTION_DISABLED',
    ],
    ['a text in the portal', change({ resolution: 'Dear client' }), OFF],
    ['a text in the portal, in other letters', change({ Description: 'Dear client' }), OFF],
    [
      'a text in the portal, in a new ticket',
      {
        method: 'POST',
        path: '/Tickets',
        body: { title: 'x', companyID: '$COMPANY', description: 'Dear client' },
      },
      OFF,
    ],
    [
      'a note below the ticket',
      { method: 'POST', path: '/Tickets/$T/Notes', body: { description: 'x', publish: 2, noteType: 1 } },
      OFF,
    ],
    [
      'a charge below the ticket',
      { method: 'POST', path: '/Tickets/$T/Charges', body: { name: 'x', unitPrice: 900 } },
      OFF,
    ],
  ])
  refused('clears what others are for', 'desk', [
    [
      'texts in the portal and a bundle, by a PUT that does not name them',
      { method: 'PUT', path: '/Tickets', body: { id: '$T', title: 'x', companyID: '$COMPANY' } },
      OFF,
      'ACTION_DISABLED',
    ],
  ])
  refused('is more than a title', 'titles', [
    [
      'somebody else who is told',
      { method: 'POST', path: '/Tickets/$T/AdditionalContacts', body: { contactID: '$CONTACT' } },
      FIELD,
    ],
    [
      'somebody else who works on it',
      { method: 'POST', path: '/Tickets/$T/SecondaryResources', body: { resourceID: 151, roleID: '$ROLE' } },
      FIELD,
    ],
    [
      'somebody who is told no more',
      { method: 'DELETE', path: '/Tickets/$T/AdditionalContacts/1' },
      FIELD,
      'ACTION_DISABLED',
    ],
  ])
  const note = (body: object, ticket = '$T'): Attempt => ({
    method: 'POST',
    path: `/Tickets/${ticket}/Notes`,
    body: { title: 'x', description: 'x', noteType: 1, ...body },
  })
  refused('reaches the client', 'noted', [
    ['a note for everybody', note({ publish: 1 }), OFF],
    ['a note for co-managed users', note({ publish: 4 }), OFF],
    ['a note for everybody, by a text', note({ publish: '1' }), OFF],
    ['a note for everybody, in other letters', note({ PUBLISH: 1 }), OFF],
    ['both spellings of publish', note({ publish: 2, Publish: 1 }), BAD],
    ['publish as a list', note({ publish: [2, 1] }), OFF, BAD],
    ['a note whose readers the tenant decides', note({}), OFF],
    ['a note for a value that a tenant added', note({ publish: 77 }), OFF],
    [
      'another text in a note that the client has seen',
      {
        method: 'PATCH',
        path: '/Tickets/$T/Notes',
        body: { id: '$NOTE', description: 'y', publish: 2, noteType: 1 },
      },
      OFF,
    ],
    [
      'an internal note made visible',
      {
        method: 'PATCH',
        path: '/Tickets/$T/Notes',
        body: { id: '$INNER', description: 'y', publish: 1, noteType: 1 },
      },
      OFF,
    ],
    ['a note put below another ticket', note({ publish: 2, ticketID: '$SIBLING' }), BAD],
    [
      'a file for everybody',
      {
        method: 'POST',
        path: '/Tickets/$T/Attachments',
        body: { title: 'x', fullPath: 'x.txt', attachmentType: 'FILE_ATTACHMENT', publish: 1, data: 'eA==' },
      },
      OFF,
    ],
    [
      'a file whose readers the tenant decides',
      {
        method: 'POST',
        path: '/Tickets/$T/Attachments',
        body: { title: 'x', fullPath: 'x.txt', attachmentType: 'FILE_ATTACHMENT', data: 'eA==' },
      },
      OFF,
    ],
    [
      'a file put on another ticket',
      {
        method: 'POST',
        path: '/Tickets/$T/Attachments',
        body: { title: 'x', ticketID: '$SIBLING', publish: 2, data: 'eA==' },
      },
      BAD,
    ],
    [
      'a file larger than a request',
      {
        method: 'POST',
        path: '/Tickets/$T/Attachments',
        body: { title: 'x', publish: 2, data: 'A'.repeat(210_000) },
      },
      BAD,
    ],
    [
      'a charge put on another ticket',
      { method: 'POST', path: '/Tickets/$T/Charges', body: { name: 'x', ticketID: '$SIBLING' } },
      BAD,
    ],
    [
      'a PUT of time, which clears what it leaves out',
      { method: 'PUT', path: '/TimeEntries', body: { id: '$TIME', hoursWorked: 1 } },
      FIELD,
    ],
    [
      'the contract that pays for time',
      { method: 'PATCH', path: '/TimeEntries', body: { id: '$TIME', contractID: 1 } },
      FIELD,
    ],
    [
      'time that costs nothing',
      { method: 'PATCH', path: '/TimeEntries', body: { id: '$TIME', isNonBillable: true } },
      FIELD,
    ],
    ['time without its switch', { method: 'DELETE', path: '/TimeEntries/$TIME' }, 'ACTION_DISABLED'],
    [
      'a contact moved to another company',
      {
        method: 'PATCH',
        path: '/Companies/$COMPANY/Contacts',
        body: { id: '$CONTACT', companyID: '$OTHER' },
      },
      BAD,
    ],
  ])
})

describe('values and records', () => {
  const status = (value: unknown): Attempt => ({
    method: 'PATCH',
    path: '/Tickets',
    body: { id: '$T', status: value },
  })
  it.each([
    ['by id', status(COMPLETE)],
    ['by an id that no list has', status(4711)],
    [
      'in other letters',
      { method: 'PATCH', path: '/Tickets', body: { id: '$T', STATUS: COMPLETE } } as Attempt,
    ],
    ['by clearing it', status(null)],
  ])('a status outside the allowed values is refused %s', async (_how, attempt) => {
    const token = await b.agent({
      Tickets: { ...WRITE, allowedValues: { status: ['In Progress', 'Waiting on Vendor'] } },
    })
    await b.expectRefused(token, filled(attempt), ['VALUE_NOT_ALLOWED'])
  })

  it.each([
    ['a field', { purchaseOrderNUMBER: 'B' }, { purchaseOrderNumber: ['A'] }],
    [
      'a custom field',
      { userDefinedFields: [{ name: 'asset TAG', value: 'B' }] },
      { 'custom:Asset Tag': ['A'] },
    ],
  ])('the allowed values of %s hold in whatever letters', async (_what, members, allowedValues) => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedValues } })
    const body = { id: '$T', ...members }
    await b.expectRefused(token, filled({ method: 'PATCH', path: '/Tickets', body }), ['VALUE_NOT_ALLOWED'])
  })

  it('a status that completes needs the signature that closing needs', async () => {
    const token = await b.agent({
      Tickets: { ...WRITE, approval: [{ when: { closes: true }, approvers: 1 }, { approvers: 0 }] },
    })
    const body = { id: '$SIBLING', status: COMPLETE }
    const answer = await b.expectWritten(token, filled({ method: 'PATCH', path: '/Tickets', body }))
    expect(answer).toMatchObject({ __typename: 'ApprovalPending' })
    expect(b.desk.sent()).toEqual([])
  })

  refused('is no field of a ticket', 'everything', [
    ['an unheard-of one', { method: 'PATCH', path: '/Tickets', body: { id: '$T', frobnicator: 1 } }, BAD],
    [
      'an unheard-of custom one',
      {
        method: 'PATCH',
        path: '/Tickets',
        body: { id: '$T', userDefinedFields: [{ name: 'Nope', value: 'x' }] },
      },
      BAD,
    ],
  ])

  refused('is outside of the record scope', 'scoped', [
    ['a ticket of another company', get('/Tickets/$STRANGER'), 'RECORD_OUT_OF_SCOPE'],
    ['a ticket that is not there', get('/Tickets/2000000000'), 'RECORD_OUT_OF_SCOPE'],
    ['notes of a ticket of another company', get('/Tickets/$STRANGER/Notes'), 'RECORD_OUT_OF_SCOPE'],
    [
      'notes by a filter on another ticket',
      ask('/TicketNotes/query', where(is('ticketID', '$STRANGER'))),
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'notes of its own ticket or any',
      ask('/TicketNotes/query', where({ op: 'or', items: [is('ticketID', '$T'), ANY] })),
      'RECORD_OUT_OF_SCOPE',
    ],
    ['a note by its root name', get('/TicketNotes/$NOTE'), 'RECORD_OUT_OF_SCOPE'],
    ['all tickets', ask('/Tickets/query', where(ANY)), 'RECORD_OUT_OF_SCOPE'],
    [
      'tickets of its own company',
      ask('/Tickets/query', where(is('companyID', '$COMPANY'))),
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a count of another company',
      ask('/Tickets/query/count', where(is('companyID', '$OTHER'))),
      'RECORD_OUT_OF_SCOPE',
    ],
    ['another company', get('/Companies/$OTHER'), 'RECORD_OUT_OF_SCOPE'],
    [
      'a change of a ticket of another company',
      { method: 'PATCH', path: '/Tickets', body: { id: '$STRANGER', title: 'x' } },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a move into another company',
      { method: 'PATCH', path: '/Tickets', body: { id: '$T', companyID: '$OTHER' } },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a new ticket for another company',
      {
        method: 'POST',
        path: '/Tickets',
        body: { title: 'x', status: 1, priority: 2, queueID: '$QUEUE', companyID: '$OTHER' },
      },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a contact by the path of its own company',
      { method: 'GET', path: '/Companies/$OTHER/Contacts' },
      'RECORD_OUT_OF_SCOPE',
    ],
  ])
  refused('is below another ticket than the path says', 'everything', [
    [
      'a note',
      {
        method: 'PATCH',
        path: '/Tickets/$SIBLING/Notes',
        body: { id: '$INNER', description: 'x', publish: 2, noteType: 1 },
      },
      'NOT_FOUND',
    ],
    ['a charge that is none', { method: 'DELETE', path: '/Tickets/$T/Charges/2000000000' }, 'NOT_FOUND'],
  ])
  refused('puts companies together', 'everything', [
    [
      'by a field',
      { method: 'PATCH', path: '/Tickets', body: { id: '$T', problemTicketId: '$STRANGER' } },
      NOBODY,
    ],
    [
      'by a link',
      {
        method: 'POST',
        path: '/ChangeRequestLinks',
        body: { changeRequestTicketID: '$T', problemOrIncidentTicketID: '$STRANGER' },
      },
      NOBODY,
    ],
  ])
})

describe('honest requests', () => {
  const answered = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectAnswered(tokens[who], filled(attempt))
  const written = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectWritten(tokens[who], filled(attempt))
  const inPsa = (path: string) => (sim.actAs('jdoe', 'GET', path).body as { item: Rec }).item

  it('a ticket by its id, without what is closed', async () => {
    const { body, removed, status, partial } = await answered('titles', get('/Tickets/$T'))
    expect({ status, partial }).toEqual({ status: 200, partial: null })
    expect(body.item).toMatchObject({ id: ids.T, title: 'Printer on fire', contactID: ids.CONTACT })
    expect(body.item).not.toHaveProperty('description')
    expect(removed).toContainEqual({ path: 'item.description', group: 'Client-Facing Notes' })
  })
  it('a ticket by its id, whole for who may read all of it', async () => {
    const { body, removed } = await answered('everything', get('/Tickets/$T'))
    expect(removed).toEqual([])
    expect(body.item).toEqual(JSON.parse(JSON.stringify(inPsa(`/Tickets/${ids.T}`))))
  })
  it('a ticket that is not there', async () => {
    const { body } = await answered('titles', get('/Tickets/2000000000'))
    expect(body).toEqual({ item: null })
  })
  it('a query with nested conditions and fields', async () => {
    const filter = [
      { op: 'or', items: [is('id', '$T'), is('id', '$SIBLING')] },
      is('title', 'nothing of it', 'noteq'),
      is('contactID', 1, 'gte'),
    ]
    const { body, removed } = await answered(
      'titles',
      ask('/Tickets/query', { filter, IncludeFields: ['id', 'title', 'contactID'], MaxRecords: 10 }),
    )
    expect(body).toEqual({
      items: [{ id: ids.T, title: 'Printer on fire', contactID: ids.CONTACT, userDefinedFields: [] }].map(
        ({ userDefinedFields: _, ...row }) => row,
      ),
      pageDetails: { count: 1, requestCount: 10 },
    })
    expect(removed).toEqual([])
  })
  it('a query by GET', async () => {
    const { body } = await answered(
      'titles',
      search('/Tickets/query', { ...where(is('id', '$T')), includeFields: ['id'] }),
    )
    expect(body.items).toEqual([{ id: ids.T }])
  })
  it('a query by a custom field', async () => {
    const { body } = await answered(
      'titles',
      ask('/Tickets/query', {
        ...where({ ...is('Asset Tag', 'A-1'), udf: true }, is('id', '$T')),
        includeFields: ['id'],
      }),
    )
    expect(body.items).toEqual([{ id: ids.T }])
  })
  it('a count', async () => {
    const { body } = await answered('titles', ask('/Tickets/query/count', where(is('id', '$T'))))
    expect(body).toEqual({ queryCount: 1 })
  })
  it.each(['POST', 'GET'] as const)(
    'a page by %s that was cut says how to go on, and so it goes on',
    async (method) => {
      const query = { ...where(ANY), includeFields: ['id'], maxRecords: 2 }
      const asked = (path: string, ...more: readonly (readonly [string, string])[]) =>
        answered('titles', method === 'POST' ? ask(path, query, ...more) : search(path, query, ...more))
      const first = await asked('/Tickets/query')
      expect(first.body.items).toHaveLength(2)
      expect(first.partial).toContain(`${method} /Tickets/query/next`)
      expect(JSON.stringify(first)).not.toContain('http')
      const paging = /paging (\{.*?\});/.exec(first.partial ?? '')?.[1] ?? ''
      const next = await asked('/Tickets/query/next', ['paging', paging])
      expect(next.body.items).toHaveLength(2)
      expect(next.body.items[0].id).toBeGreaterThan(first.body.items[1].id)
    },
  )
  it('a path in other letters goes out in the vendor’s own', async () => {
    await answered('titles', get('/TICKETS/$T'))
    expect(b.desk.asked().map(({ path }) => path)).toEqual([`/ATServicesRest/V1.0/Tickets/${ids.T}`])
  })
  it.each([
    ['below their ticket', get('/Tickets/$T/Notes')],
    ['by a query', ask('/TicketNotes/query', where(is('ticketID', '$T')))],
  ])('notes %s without those to the client', async (_how, attempt) => {
    const { body, removed } = await answered('reader', attempt)
    expect(body.items.map(({ description }: Rec) => description)).toEqual(['Between us'])
    expect(body.pageDetails.count).toBe(1)
    expect(removed).toContainEqual({ path: 'items[]', group: 'Client-Facing Notes' })
  })
  it('one note to the client is none for who may not read it', async () => {
    const { body, removed } = await answered('reader', get('/TicketNotes/$NOTE'))
    expect(body).toEqual({ item: null })
    expect(removed).toEqual([{ path: 'item', group: 'Client-Facing Notes' }])
  })
  it('internal notes by a filter on their text, and their number', async () => {
    const filter = [is('publish', 2), is('description', 'us', 'contains'), is('ticketID', '$T')]
    const { body } = await answered(
      'reader',
      ask('/TicketNotes/query', { filter, includeFields: ['description'] }),
    )
    expect(body.items).toEqual([{ description: 'Between us' }])
    expect((await answered('reader', ask('/TicketNotes/query/count', { filter }))).body).toEqual({
      queryCount: 1,
    })
  })
  it('the history of a ticket without its details', async () => {
    const query = { ...where(is('ticketID', '$T')), includeFields: ['id', 'action', 'date'] }
    const { body } = await answered('reader', ask('/TicketHistory/query', query))
    expect(body.items[0]).toMatchObject({ action: 'Created' })
  })
  it('the history of a ticket whole, for who may read all of it', async () => {
    const { body } = await answered('everything', ask('/TicketHistory/query', where(is('ticketID', '$T'))))
    expect(body.items[0].detail).toMatch(/was created/)
  })
  it('files of a ticket', async () => {
    const { body } = await answered('reader', ask('/AttachmentInfo/query', where(is('ticketID', '$T'))))
    expect(body.items).toEqual([])
  })
  it('fields of an entity', async () => {
    const { body } = await answered('titles', get('/Tickets/entityInformation/fields'))
    expect(body.fields.map(({ name }: Rec) => name)).toContain('queueID')
  })
  it('what the PSA does not understand is told in its own words', async () => {
    const answer = await b.attempt(tokens.titles, filled(ask('/Tickets/query', where(is('queueid', 'x')))))
    expect(answer.errors[0]?.extensions).toMatchObject({
      code: 'VENDOR_REJECTED',
      vendor: { message: expect.stringMatching(/Conversion failed/) },
    })
  })
  it('a ticket and its notes within the record scope', async () => {
    expect((await answered('scoped', get('/Tickets/$T'))).body.item.id).toBe(ids.T)
    expect((await answered('scoped', get('/Tickets/$T/Notes'))).body.items).toHaveLength(2)
    const query = where(is('ticketID', '$T'), is('description', 'x', 'noteq'))
    expect((await answered('scoped', ask('/TicketNotes/query', query))).body.items).toHaveLength(2)
  })
  it('an allowed field', async () => {
    const answer = await written('titles', {
      method: 'PATCH',
      path: '/Tickets',
      body: { id: '$T', title: 'Printer put out' },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200, key: String(ids.T) })
    expect(JSON.parse(answer.answer.body).item).toMatchObject({ title: 'Printer put out' })
    expect(answer.request.plan.changes).toEqual([
      { field: 'title', before: 'Printer on fire', after: 'Printer put out', unknown: false },
    ])
    expect(inPsa(`/Tickets/${ids.T}`).title).toBe('Printer put out')
  })
  it('an allowed field, its id and its name in other letters', async () => {
    const answer = await written('titles', {
      method: 'PATCH',
      path: '/tickets',
      body: { ID: '$T', TITLE: 'Once more' },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200, key: String(ids.T) })
    expect(inPsa(`/Tickets/${ids.T}`).title).toBe('Once more')
  })
  it('an allowed value by its id', async () => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedValues: { status: ['Waiting on Vendor'] } } })
    const body = { id: '$T', status: VENDOR }
    const answer = await b.expectWritten(token, filled({ method: 'PATCH', path: '/Tickets', body }))
    expect(answer).toMatchObject({ __typename: 'RawWritten', request: { plan: { closes: false } } })
    expect(inPsa(`/Tickets/${ids.T}`).status).toBe(VENDOR)
  })
  it('a custom field by its name, in the letters of the policy', async () => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedFields: { UPDATE: ['custom:Asset Tag'] } } })
    const body = { id: '$T', userDefinedFields: [{ name: 'Asset Tag', value: 'A-2' }] }
    expect(await b.expectWritten(token, filled({ method: 'PATCH', path: '/Tickets', body }))).toMatchObject({
      __typename: 'RawWritten',
    })
    expect(inPsa(`/Tickets/${ids.T}`).userDefinedFields).toContainEqual({ name: 'Asset Tag', value: 'A-2' })
  })
  it('an internal note', async () => {
    const answer = await written('noted', {
      method: 'POST',
      path: '/Tickets/$T/Notes',
      body: { title: 'x', description: 'Quietly', publish: 2, noteType: 1 },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200 })
    expect(JSON.parse(answer.answer.body).item).toMatchObject({ description: 'Quietly' })
  })
  it('another text in a note, for who may write both kinds', async () => {
    const answer = await written('everything', {
      method: 'PATCH',
      path: '/Tickets/$T/Notes',
      body: { id: '$INNER', description: 'Still between us', publish: 2, noteType: 1 },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200 })
    expect(inPsa(`/TicketNotes/${ids.INNER}`).description).toBe('Still between us')
  })
  it('time, and more of it', async () => {
    const made = await written('noted', {
      method: 'POST',
      path: '/TimeEntries',
      body: {
        ticketID: '$T',
        resourceID: 151,
        roleID: '$ROLE',
        summaryNotes: 'Looked at it',
        startDateTime: '2026-11-20T11:00:00',
        endDateTime: '2026-11-20T12:00:00',
      },
    })
    expect(made).toMatchObject({ __typename: 'RawWritten', status: 200 })
    const body = { id: Number(made.key), endDateTime: '2026-11-20T12:30:00' }
    expect(await written('noted', { method: 'PATCH', path: '/TimeEntries', body })).toMatchObject({
      __typename: 'RawWritten',
    })
    expect(inPsa(`/TimeEntries/${made.key}`).endDateTime).toMatch(/^2026-11-20T12:30/)
  })
  it('a new ticket', async () => {
    const answer = await written('desk', {
      method: 'POST',
      path: '/Tickets',
      body: { title: 'Made raw', companyID: '$COMPANY', queueID: '$QUEUE', status: 1, priority: 2 },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200 })
    expect(inPsa(`/Tickets/${answer.key}`)).toMatchObject({ title: 'Made raw' })
  })
  it('a small file for the MSP alone', async () => {
    const body = {
      title: 'x',
      fullPath: 'x.txt',
      attachmentType: 'FILE_ATTACHMENT',
      publish: 2,
      data: 'eA==',
    }
    const answer = await written('noted', { method: 'POST', path: '/Tickets/$T/Attachments', body })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200 })
  })
  it('a contact’s title', async () => {
    const body = { id: '$CONTACT', title: 'Head of IT' }
    await written('noted', { method: 'PATCH', path: '/Companies/$COMPANY/Contacts', body })
    expect(inPsa(`/Contacts/${ids.CONTACT}`).title).toBe('Head of IT')
  })
  it('a bundle of one company', async () => {
    const body = { id: '$SIBLING', problemTicketId: '$PROBLEM' }
    expect(await written('scoped', { method: 'PATCH', path: '/Tickets', body })).toMatchObject({
      __typename: 'RawWritten',
    })
    expect(inPsa(`/Tickets/${ids.SIBLING}`).problemTicketId).toBe(ids.PROBLEM)
  })
  it('a deletion with its switch', async () => {
    expect(await written('everything', { method: 'DELETE', path: '/TimeEntries/$TIME' })).toMatchObject({
      __typename: 'RawWritten',
      status: 200,
      answer: null,
    })
  })
})
