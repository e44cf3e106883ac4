import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupPolicy } from '../../policy/types.ts'
import type { ConnectWiseSimulator, Rec } from '../../simulators/connectwise/index.ts'
import { type Attempt, type Bypass, filledWith, type Row, startBypass } from './harness.ts'

/** What ConnectWise's endpoints belong to, by hand from its documents: the product's own catalogue has no say here. */
const TABLE: readonly Row[] = [
  ['POST', /\/service\/tickets\/search$/, 'Tickets', true],
  ['*', /\/service\/tickets\/\d+\/notes(\/\d+)?(\/count)?$/, 'Ticket Notes'],
  ['*', /\/service\/tickets\/\d+\/allNotes$/, 'Ticket Notes'],
  ['*', /\/service\/tickets\/\d+\/timeentries$/, 'Time Entries'],
  ['*', /\/service\/tickets(\/\d+)?(\/count)?$/, 'Tickets'],
  ['*', /\/service\/tickets\/\d+\/(merge|attachChildren)$/, 'Tickets'],
  ['*', /\/service\/tickets\/\d+\/configurations(\/\d+)?$/, 'Configurations'],
  ['*', /\/time\/entries(\/\d+)?$/, 'Time Entries'],
  ['*', /\/company\/contacts(\/\d+)?(\/communications(\/\d+)?)?(\/count)?$/, 'Contacts'],
  ['*', /\/company\/companies(\/\d+)?$/, 'Companies'],
  ['*', /\/company\/companies\/\d+\/sites(\/\d+)?$/, 'Sites'],
  ['*', /\/system\/members(\/\w+)?$/, 'Members'],
  ['*', /\/schedule\/entries(\/\d+)?(\/\w+)?$/, 'Schedule Entries'],
  ['*', /\/system\/documents/, 'Attachments'],
  ['*', /\/system\/audittrail/, 'Audit Trail'],
  ['*', /\/finance\/agreements/, 'Agreements'],
  // Names of statuses, types and priorities are what every ticket is told with.
  ['GET', /\/service\/boards(\/\d+\/(statuses|types))?$/, 'REFERENCE'],
  ['GET', /\/service\/priorities$/, 'REFERENCE'],
  ['GET', /\/time\/work(Types|Roles)$/, 'REFERENCE'],
  ['GET', /\/company\/communicationTypes$/, 'REFERENCE'],
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

const patch = (...operations: readonly unknown[]) => operations
const put = (path: string, value: unknown = 'x') => ({ op: 'replace', path, value })
const QUIET = { processNotifications: false }
const QUIET_TIME = {
  addToDetailDescriptionFlag: false,
  addToInternalAnalysisFlag: false,
  addToResolutionFlag: false,
  emailContactFlag: false,
  emailResourceFlag: false,
  emailCcFlag: false,
}

let b: Bypass
/** An open ticket, another one of the same company, and one of another company; and what hangs on the first. */
const ids = { T: 0, SIBLING: 0, STRANGER: 0, COMPANY: 302, OTHER: 0, CONTACT: 0, NOTE: 0, TIME: 0, CLOSED: 0 }
const tokens = { titles: '', desk: '', reader: '', noted: '', everything: '', scoped: '' }

beforeAll(async () => {
  b = await startBypass('connectwise', TABLE)
  const simulator = b.desk.simulator as ConnectWiseSimulator
  const { tickets, contacts } = simulator.dataset
  const made = (path: string, body: Rec) => {
    const answer = simulator.actAs('jdoe', 'POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return (answer.body as { id: number }).id
  }
  const ticket = (company: number, over: Rec = {}) =>
    made('/service/tickets', {
      summary: 'Printer on fire',
      board: { id: 1 },
      company: { id: company },
      status: { name: 'In Progress' },
      priority: { id: 3 },
      ...over,
    })
  ids.CONTACT = contacts.find((one) => one.companyId === ids.COMPANY && !one.inactive)?.id ?? 0
  ids.OTHER = tickets.find((one) => one.companyId !== ids.COMPANY)?.companyId ?? 0
  ids.T = ticket(ids.COMPANY, { contact: { id: ids.CONTACT } })
  ids.SIBLING = ticket(ids.COMPANY)
  ids.STRANGER = ticket(ids.OTHER)
  ids.NOTE = made(`/service/tickets/${ids.T}/notes`, {
    text: 'Said to the client',
    detailDescriptionFlag: true,
  })
  made(`/service/tickets/${ids.T}/notes`, { text: 'Between us', internalAnalysisFlag: true })
  ids.TIME = made('/time/entries', {
    chargeToId: ids.T,
    chargeToType: 'ServiceTicket',
    member: { identifier: 'jdoe' },
    timeStart: '2026-11-20T09:00:00Z',
    timeEnd: '2026-11-20T10:00:00Z',
    ...QUIET_TIME,
  })
  const closed = simulator.state.tables.statuses
    .all()
    .find((one) => one.closedStatus === true && isOfBoard(one, 1))
  ids.CLOSED = Number(closed?.id)

  tokens.titles = await b.agent({ Tickets: TITLES })
  tokens.desk = await b.agent({ Tickets: WRITE })
  tokens.reader = await b.agent({
    Tickets: READ,
    'Ticket Notes': READ,
    Attachments: READ,
    'Audit Trail': READ,
    Companies: READ,
  })
  tokens.noted = await b.agent({
    Tickets: READ,
    'Ticket Notes': WRITE,
    'Schedule Entries': WRITE,
    'Time Entries': {
      ...WRITE,
      allowedFields: {
        CREATE: ['startedAt', 'hours', 'ticket', 'member', 'clientText', ...Object.keys(QUIET_TIME)],
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
      'Ticket Notes': READ,
      'Client-Facing Notes': READ,
    },
    { recordScope: { include: { companies: [String(ids.COMPANY)] } } },
  )
})
afterAll(() => b.close())

function isOfBoard(status: Rec, board: number): boolean {
  return (
    (status.board as { id?: number } | undefined)?.id === board ||
    status.boardId === board ||
    status.$parent === board
  )
}

const filled = filledWith(ids)

function refused(title: string, who: keyof typeof tokens, list: readonly Attack[]): void {
  const cases = list.map(([name, attempt, ...codes]) => ({ name, attempt, codes }))
  it.each(cases)(`${title}: $name`, async ({ attempt, codes }) => {
    await b.expectRefused(tokens[who], filled(attempt), codes)
  })
}

const get = (path: string, ...query: readonly (readonly [string, string])[]): Attempt => ({ path, query })
const BAD = 'BAD_USER_INPUT'

describe('disguised paths', () => {
  refused('is refused as no plain path', 'titles', [
    ['another host by two slashes', get('//evil.example/service/tickets/1'), BAD],
    ['another host by a scheme', get('https://evil.example/service/tickets/1'), BAD],
    ['another host by slash and backslash', get('/\\evil.example/service/tickets/1'), BAD],
    ['another host by two backslashes', get('\\\\evil.example\\service\\tickets'), BAD],
    ['user info', get('/service/tickets/1@evil.example'), BAD],
    ['dot segments', get('/service/tickets/../../company/contacts/$CONTACT'), BAD],
    ['a single dot', get('/service/./tickets/1'), BAD],
    ['encoded dot segments', get('/service/tickets/%2e%2e/%2e%2e/company/contacts'), BAD],
    ['half encoded dot segments', get('/service/tickets/.%2E/.%2E/company/contacts'), BAD],
    ['an encoded slash', get('/service/tickets/..%2f..%2fcompany%2fcontacts'), BAD],
    ['an encoded backslash', get('/service/tickets/1%5c..%5ccontacts'), BAD],
    ['a slash encoded twice', get('/service/tickets/1%252f..%252fcontacts'), BAD],
    ['dots encoded twice', get('/service/tickets/%252e%252e/contacts'), BAD],
    ['a path parameter', get('/service/tickets/1;a=b'), BAD],
    ['an encoded path parameter', get('/service/tickets/1%3ba=b'), BAD],
    ['a query in the path', get('/service/tickets/$T?fields=contact/name'), BAD],
    ['an encoded query in the path', get('/service/tickets/$T%3ffields=contact'), BAD],
    ['a fragment', get('/service/tickets/$T#/company/contacts'), BAD],
    ['an encoded fragment', get('/service/tickets/$T%23x'), BAD],
    ['an encoded NUL', get('/service/tickets/$T%00'), BAD],
    ['a tab that URL parsers strip', get('/service/tick\tets/$T'), BAD],
    ['a line end', get('/service/tickets/$T\r\nHost: evil'), BAD],
    ['an encoded line end', get('/service/tickets/$T%0d%0aHost:'), BAD],
    ['a full-width slash', get('/service\uff0ftickets/$T'), BAD],
    ['an encoded full-width dot', get('/service/tickets/%ef%bc%8e%ef%bc%8e/x'), BAD],
    ['an empty part', get('/service//tickets/$T'), BAD],
    ['a slash at the end', get('/service/tickets/$T/'), BAD],
    ['no slash at the beginning', get('service/tickets/$T'), BAD],
    ['a broken escape', get('/service/tickets/%zz'), BAD],
    ['more than 2,000 characters', get(`/service/tickets/${'1'.repeat(2_000)}`), BAD],
    ['nothing', get(''), BAD],
  ])
  refused('is in no catalogue', 'titles', [
    ['letters in an id', get('/service/tickets/1x'), 'NOT_CATALOGUED'],
    ['a number in another notation', get('/service/tickets/1e3'), 'NOT_CATALOGUED'],
    ['a negative id', get('/service/tickets/-1'), 'NOT_CATALOGUED'],
    ['the address of the API again', get('/v2026_4/apis/3.0/service/tickets/$T'), 'NOT_CATALOGUED'],
    ['an endpoint that nobody knows', get('/service/tickets/$T/unheard-of'), 'NOT_CATALOGUED'],
    ['the login host', get('/login/companyinfo/acme'), 'NOT_CATALOGUED'],
    [
      'a method that the path does not have',
      { method: 'POST', path: '/service/tickets/$T', body: {} },
      'NOT_CATALOGUED',
    ],
  ])
  refused('is of a group that is closed', 'titles', [
    ['contacts', get('/company/contacts/$CONTACT'), 'GROUP_DISABLED'],
    ['contacts in other letters', get('/Company/CONTACTS/$CONTACT'), 'GROUP_DISABLED'],
    ['contacts with encoded letters', get('/company/%63ontacts/$CONTACT'), 'GROUP_DISABLED'],
    ['notes below a ticket', get('/service/tickets/$T/notes'), 'GROUP_DISABLED'],
    ['notes below a ticket in other letters', get('/SERVICE/tickets/$T/NOTES'), 'GROUP_DISABLED'],
    ['all notes below a ticket', get('/service/tickets/$T/allNotes'), 'GROUP_DISABLED'],
    ['time below a ticket', get('/service/tickets/$T/timeentries'), 'GROUP_DISABLED'],
    ['documents below a ticket', get('/service/tickets/$T/documents'), 'GROUP_DISABLED'],
    ['devices below a ticket', get('/service/tickets/$T/configurations'), 'GROUP_DISABLED'],
    [
      'a contact by POST',
      { method: 'POST', path: '/company/contacts', body: { firstName: 'X' } },
      'GROUP_DISABLED',
    ],
  ])
})

describe('endpoints that reach any group', () => {
  refused('is asked for by its parent', 'reader', [
    [
      'the trail of a contact',
      get('/system/audittrail', ['type', 'Contact'], ['id', '$CONTACT']),
      'GROUP_DISABLED',
    ],
    ['the trail of what is no record here', get('/system/audittrail', ['type', 'Member'], ['id', '1']), BAD],
    ['the trail without a parent', get('/system/audittrail'), BAD],
    [
      'the trail by another key',
      get('/system/audittrail', ['type', 'Ticket'], ['id', '$T'], ['xrefRecId', '1']),
      BAD,
    ],
    [
      'documents of a contact',
      get('/system/documents', ['recordType', 'Contact'], ['recordId', '$CONTACT']),
      'GROUP_DISABLED',
    ],
    [
      'documents of an odd parent',
      get('/system/documents', ['recordType', 'ticket '], ['recordId', '$T']),
      BAD,
    ],
    ['a document without its parent', get('/system/documents/1'), 'FORBIDDEN_OPERATION'],
    ['a file without its parent', get('/system/documents/1/download'), 'FORBIDDEN_OPERATION'],
  ])
  refused('is for nobody', 'everything', [
    [
      'a bundle of requests',
      { method: 'POST', path: '/system/bundles', body: { requests: [] } },
      'FORBIDDEN_OPERATION',
    ],
    [
      'a bundle that counts',
      { method: 'POST', path: '/System/Bundles/Count', body: { requests: [] } },
      'FORBIDDEN_OPERATION',
    ],
    [
      'a bulk write',
      { method: 'POST', path: '/company/configurations/bulk', body: [{}] },
      'FORBIDDEN_OPERATION',
    ],
    [
      'keys of another member',
      { method: 'POST', path: '/system/members/jdoe/tokens', body: {} },
      'FORBIDDEN_OPERATION',
      'NOT_CATALOGUED',
    ],
    [
      'a webhook',
      { method: 'POST', path: '/system/callbacks', body: { url: 'https://evil.example' } },
      'FORBIDDEN_OPERATION',
    ],
    ['a report', get('/system/reports/Service'), 'FORBIDDEN_OPERATION'],
    [
      'a copy without a list of fields',
      { method: 'POST', path: '/service/tickets/$T/copy' },
      'FORBIDDEN_OPERATION',
    ],
    [
      'a GET that connects to somewhere',
      get('/system/quoteLinkSetup/testConnection', ['url', 'https://evil.example']),
      'FORBIDDEN_OPERATION',
    ],
    ['records of every group under one', get('/company/contacts/$CONTACT/usages'), 'FORBIDDEN_OPERATION'],
    ['a file as a body', { method: 'POST', path: '/system/documents', body: {} }, 'FORBIDDEN_OPERATION'],
  ])
})

describe('disguised queries', () => {
  const list = (...query: readonly (readonly [string, string])[]) => get('/service/tickets', ...query)
  refused('is refused', 'titles', [
    ['a name twice', list(['fields', 'id'], ['fields', 'contact/name']), BAD],
    ['a name twice in other letters', list(['conditions', 'id=1'], ['Conditions', 'contact/name="x"']), BAD],
    ['a header as a name', list(['Authorization', 'Basic x']), BAD],
    ['the client id', list(['clientId', 'x']), BAD],
    ['a method override', list(['X-HTTP-Method-Override', 'DELETE']), BAD],
    ['a name with a second parameter in it', list(['pageSize=1&fields', 'contact/name']), BAD],
    ['a number that is none', list(['pageSize', '10&fields=contact/name']), BAD],
    ['an unknown parameter', list(['columns', 'contact/name']), BAD],
    ['fields of a contact', list(['fields', 'id,contact/name']), 'GROUP_DISABLED'],
    ['a whole contact', list(['fields', 'contact']), 'GROUP_DISABLED'],
    ['what a ticket repeats of a contact', list(['fields', 'contactEmailAddress']), 'GROUP_DISABLED'],
    ['fields in other letters', list(['FIELDS', 'CONTACT/NAME']), 'GROUP_DISABLED'],
    ['fields two records away', list(['fields', 'contact/company/territory/name']), 'GROUP_DISABLED'],
    ['a reference that nobody has listed', list(['fields', 'frobnicator/name']), 'GROUP_DISABLED'],
    ['a field that is a text', list(['fields', 'id,"contact/name"']), BAD],
    ['a filter on a contact', list(['conditions', 'contact/name = "x"']), 'GROUP_DISABLED'],
    [
      'a filter on what a ticket repeats of a contact',
      list(['conditions', 'contactEmailAddress like "a%"']),
      'GROUP_DISABLED',
    ],
    [
      'a filter behind a harmless one',
      list(['conditions', 'id > 0 and contact/name = "x"']),
      'GROUP_DISABLED',
    ],
    [
      'a filter in parentheses',
      list(['conditions', '((id > 0) or (Company/Name contains "x"))']),
      'GROUP_DISABLED',
    ],
    [
      'a filter with a negation',
      list(['conditions', 'owner/identifier not in ("a", "b")']),
      'GROUP_DISABLED',
    ],
    ['a filter by a link of the record', list(['conditions', '_info/updatedBy = "jdoe"']), 'GROUP_DISABLED'],
    ['a filter behind an escaped quote', list(['conditions', 'summary = "x\\" or contact/name = "y"']), BAD],
    [
      'a filter behind a text that does not end',
      list(['conditions', 'summary = "x or contact/name = 1']),
      BAD,
    ],
    ['a filter behind a comment', list(['conditions', 'id = 1 -- contact/name']), BAD],
    ['a filter with a function', list(['conditions', 'left(contact/name, 1) = "x"']), BAD],
    ['a filter that ends early', list(['conditions', 'id = 1)']), BAD],
    ['a filter on two sides', list(['conditions', 'id = contact/id']), BAD],
    ['an order by a contact', list(['orderBy', 'contact/name']), 'GROUP_DISABLED'],
    ['an order behind a harmless one', list(['orderBy', 'id asc, company/name desc']), 'GROUP_DISABLED'],
    ['an order with a trailer', list(['orderBy', 'id asc; drop']), BAD],
    [
      'a filter on a list of a contact',
      list(['childConditions', 'communicationItems/value = "a@b.example"']),
      'GROUP_DISABLED',
    ],
    [
      'a filter on custom fields that names others',
      list(['customFieldConditions', 'contact/name = "x"']),
      BAD,
    ],
    [
      'a count by a contact',
      get('/service/tickets/count', ['conditions', 'contactName = "x"']),
      'GROUP_DISABLED',
    ],
    [
      'a by-id read filtered by a contact',
      get('/service/tickets/$T', ['conditions', 'contact/name = "x"']),
      'GROUP_DISABLED',
    ],
    [
      'a search by a contact',
      {
        method: 'POST',
        field: 'QUERY',
        path: '/service/tickets/search',
        body: { conditions: 'contact/name = "x"' },
      },
      'GROUP_DISABLED',
    ],
    [
      'a search in other letters',
      {
        method: 'POST',
        field: 'QUERY',
        path: '/service/tickets/search',
        body: { CONDITIONS: 'company/name = "x"' },
      },
      'GROUP_DISABLED',
    ],
    [
      'a search with another member',
      {
        method: 'POST',
        field: 'QUERY',
        path: '/service/tickets/search',
        body: { conditions: 'id = 1', fields: 'contact' },
      },
      BAD,
    ],
    [
      'a search whose filter is no text',
      {
        method: 'POST',
        field: 'QUERY',
        path: '/service/tickets/search',
        body: { conditions: ['contact/name = "x"'] },
      },
      BAD,
    ],
  ])
  refused('would tell of notes to the client', 'reader', [
    [
      'a filter on their text',
      get('/service/tickets/$T/notes', ['conditions', 'text contains "client"']),
      'GROUP_DISABLED',
    ],
    ['an order by their text', get('/service/tickets/$T/notes', ['orderBy', 'text asc']), 'GROUP_DISABLED'],
    ['their number', get('/service/tickets/$T/notes/count'), 'GROUP_DISABLED'],
  ])
})

describe('methods', () => {
  refused('is refused', 'titles', [
    ['a read asked as a write', { field: 'MUTATION', path: '/service/tickets/$T' }, BAD],
    [
      'a write asked as a read',
      { field: 'QUERY', method: 'PATCH', path: '/service/tickets/$T', body: patch(put('summary')) },
      BAD,
    ],
    ['a deletion asked as a read', { field: 'QUERY', method: 'DELETE', path: '/service/tickets/$T' }, BAD],
    [
      'a search asked as a write',
      { field: 'MUTATION', method: 'POST', path: '/service/tickets/search', body: {} },
      BAD,
    ],
    ['a GET with a body', { path: '/service/tickets/$T', body: {} }, BAD],
    ['a DELETE with a body', { method: 'DELETE', path: '/service/tickets/$T', body: { ids: [1] } }, BAD],
    ['a deletion without its switch', { method: 'DELETE', path: '/service/tickets/$T' }, 'ACTION_DISABLED'],
    [
      'a PUT, which clears what it leaves out',
      { method: 'PUT', path: '/service/tickets/$T', body: { summary: 'x', ...QUIET } },
      'FIELD_NOT_ALLOWED',
    ],
    [
      'an answer of its own choice',
      {
        method: 'PATCH',
        path: '/service/tickets/$T',
        query: [['fields', 'contact/name']],
        body: patch(put('summary')),
      },
      BAD,
    ],
  ])
})

describe('disguised bodies', () => {
  const change = (...operations: readonly unknown[]): Attempt => ({
    method: 'PATCH',
    path: '/service/tickets/$T',
    body: operations,
  })
  const text = (body: string): Attempt => ({ method: 'PATCH', path: '/service/tickets/$T', body })
  const FIELD = 'FIELD_NOT_ALLOWED'
  refused('is refused as JSON', 'titles', [
    ['a name twice', text('[{"op":"replace","path":"summary","path":"contact","value":1}]'), BAD],
    [
      'a name twice by an escape',
      text('[{"op":"replace","path":"summary","p\\u0061th":"contact","value":1}]'),
      BAD,
    ],
    ['__proto__', text('[{"op":"replace","path":"summary","value":{"__proto__":{"a":1}}}]'), BAD],
    ['constructor', text('[{"op":"replace","path":"summary","value":{"constructor":1}}]'), BAD],
    [
      'a prototype by an escape',
      text('[{"op":"replace","path":"summary","value":{"\\u0070rototype":1}}]'),
      BAD,
    ],
    [
      '21 levels',
      text(`[{"op":"replace","path":"summary","value":${'['.repeat(19)}${']'.repeat(19)}}]`),
      BAD,
    ],
    ['100,000 levels', text('['.repeat(100_000)), BAD],
    [
      'an integer that no double holds',
      text('[{"op":"replace","path":"summary","value":9007199254740993}]'),
      BAD,
    ],
    ['a number without end', text('[{"op":"replace","path":"summary","value":1e400}]'), BAD],
    ['half a character', text('[{"op":"replace","path":"summary","value":"\\ud800"}]'), BAD],
    ['something behind it', text('[{"op":"replace","path":"summary","value":"x"}] []'), BAD],
    ['a comment', text('[/* */{"op":"replace","path":"summary","value":"x"}]'), BAD],
    ['a comma too many', text('[{"op":"replace","path":"summary","value":"x"},]'), BAD],
    ['a byte order mark', text('\ufeff[{"op":"replace","path":"summary","value":"x"}]'), BAD],
    ['a text alone', text('"x"'), BAD],
    ['nothing', text(''), BAD],
  ])
  refused('is refused as a patch', 'titles', [
    ['another field', change(put('contact', { id: 1 })), FIELD],
    ['another field behind an allowed one', change(put('summary'), put('contact', { id: 1 })), FIELD],
    ['another field with a slash', change(put('/contact', { id: 1 })), FIELD],
    ['another field in other letters', change(put('CONTACT', { id: 1 })), FIELD],
    ['an escaped slash', change(put('~1contact', { id: 1 })), BAD],
    ['an escaped tilde', change(put('~0contact', { id: 1 })), BAD],
    ['a way through an allowed field', change(put('summary/../contact', { id: 1 })), BAD],
    ['a path into an allowed field', change(put('status/id', 5)), BAD],
    ['the whole record', change(put('', { contact: { id: 1 } })), BAD],
    ['the whole record by a slash', change(put('/', { contact: { id: 1 } })), BAD],
    ['copy', change({ op: 'copy', from: 'contactName', path: 'summary' }), BAD],
    ['move', change({ op: 'move', from: 'contact', path: 'summary' }), BAD],
    ['test, which is an oracle', change({ op: 'test', path: 'contactName', value: 'x' }), BAD],
    ['an operation in capitals', change({ op: 'REPLACE', path: 'summary', value: 'x' }), BAD],
    ['a source beside a replace', change({ ...put('summary'), from: 'contactName' }), BAD],
    ['a patch without a value', change({ op: 'replace', path: 'summary' }), BAD],
    [
      'an object in the place of the list',
      { method: 'PATCH', path: '/service/tickets/$T', body: put('summary') },
      BAD,
    ],
    ['a list in the list', change([put('contact', { id: 1 })]), BAD],
    ['one field twice', change(put('summary'), put('Summary', 'y')), BAD],
    ['an empty list', change(), BAD],
    ['a record below an allowed field', change(put('status', { id: 1, board: { id: 2 } })), FIELD],
    ['a reference by two names', change(put('status', { id: 1, name: 'Closed' })), BAD],
    ['two spellings of one name in a value', change(put('status', { id: 1, ID: 2 })), BAD],
    ['custom fields by their container', change(put('customFields', [{ id: 31, value: 'x' }])), FIELD],
    ['a custom field by its place', change(put('customFields/0/value', 'x')), BAD],
    ['custom fields without ids', change(put('customFields', [{ caption: 'Asset Tag', value: 'x' }])), BAD],
    ['a removal', change({ op: 'remove', path: 'owner' }), FIELD],
    ['a member by its key', change(put('owner', { identifier: 'jdoe' })), FIELD],
  ])
  refused('does more than it seems to', 'desk', [
    ['bundling by a field', change(put('parentTicketId', '$SIBLING')), 'ACTION_DISABLED'],
    ['merging by a field', change(put('mergedParentTicket', { id: '$SIBLING' })), 'ACTION_DISABLED'],
    [
      'merging without its switch',
      {
        method: 'POST',
        path: '/service/tickets/$T/merge',
        body: { mergeTicketIds: ['$SIBLING'], status: { id: 1 } },
      },
      'ACTION_DISABLED',
    ],
    [
      'merging in other letters',
      {
        method: 'POST',
        path: '/service/tickets/$T/MERGE',
        body: { mergeTicketIds: ['$SIBLING'], status: { id: 1 } },
      },
      'ACTION_DISABLED',
    ],
    [
      'merging with more members',
      {
        method: 'POST',
        path: '/service/tickets/$T/merge',
        body: { mergeTicketIds: ['$SIBLING'], status: { id: 1 }, contact: { id: 1 } },
      },
      BAD,
    ],
    [
      'bundling without its switch',
      { method: 'POST', path: '/service/tickets/$T/attachChildren', body: { childTicketIds: ['$SIBLING'] } },
      'ACTION_DISABLED',
    ],
    [
      'bundling objects',
      {
        method: 'POST',
        path: '/service/tickets/$T/attachChildren',
        body: { childTicketIds: [{ id: '$SIBLING' }] },
      },
      BAD,
    ],
    [
      'a note in a new ticket',
      {
        method: 'POST',
        path: '/service/tickets',
        body: { summary: 'x', company: { id: '$COMPANY' }, initialDescription: 'Dear client', ...QUIET },
      },
      'GROUP_DISABLED',
    ],
    [
      'an internal note in a new ticket',
      {
        method: 'POST',
        path: '/service/tickets',
        body: { summary: 'x', company: { id: '$COMPANY' }, InitialInternalAnalysis: 'psst', ...QUIET },
      },
      'GROUP_DISABLED',
    ],
    [
      'mail about a new ticket, by saying nothing',
      { method: 'POST', path: '/service/tickets', body: { summary: 'x', company: { id: '$COMPANY' } } },
      'GROUP_DISABLED',
    ],
    [
      'mail about a new ticket, by a text',
      {
        method: 'POST',
        path: '/service/tickets',
        body: { summary: 'x', company: { id: '$COMPANY' }, processNotifications: 'false' },
      },
      'GROUP_DISABLED',
    ],
    ['copies of all later mail', change(put('automaticEmailCc', 'evil@evil.example')), 'GROUP_DISABLED'],
    ['mail to the contact from now on', change(put('automaticEmailContactFlag', true)), 'GROUP_DISABLED'],
    [
      'conversion into a project',
      { method: 'POST', path: '/service/tickets/$T/convert', body: { project: { id: 1 } } },
      'GROUP_DISABLED',
      'FORBIDDEN_OPERATION',
    ],
  ])
  const note = (body: object): Attempt => ({
    method: 'POST',
    path: '/service/tickets/$T/notes',
    body: { text: 'x', ...body },
  })
  const time = (body: object): Attempt => ({
    method: 'POST',
    path: '/time/entries',
    body: {
      chargeToId: '$T',
      chargeToType: 'ServiceTicket',
      timeStart: '2026-11-20T09:00:00Z',
      timeEnd: '2026-11-20T10:00:00Z',
      ...QUIET_TIME,
      ...body,
    },
  })
  refused('reaches the client', 'noted', [
    ['a note that the client sees', note({ detailDescriptionFlag: true, ...QUIET }), 'GROUP_DISABLED'],
    [
      'a note that the client sees, by a text',
      note({ internalAnalysisFlag: true, detailDescriptionFlag: 'true', ...QUIET }),
      'GROUP_DISABLED',
    ],
    [
      'a note that the client sees, by a number',
      note({ internalAnalysisFlag: true, resolutionFlag: 1, ...QUIET }),
      'GROUP_DISABLED',
    ],
    [
      'a note that the client sees, in other letters',
      note({ internalAnalysisFlag: true, RESOLUTIONFLAG: true, ...QUIET }),
      'GROUP_DISABLED',
    ],
    ['both spellings of one flag', note({ resolutionFlag: false, ResolutionFlag: true, ...QUIET }), BAD],
    ['an internal note that may mail', note({ internalAnalysisFlag: true }), 'GROUP_DISABLED'],
    [
      'another text in a note that the client has seen',
      { method: 'PATCH', path: '/service/tickets/$T/notes/$NOTE', body: patch(put('text')) },
      'GROUP_DISABLED',
    ],
    [
      'a flag put on an internal note',
      {
        method: 'PATCH',
        path: '/service/tickets/$T/notes/$NOTE',
        body: patch(put('detailDescriptionFlag', true)),
      },
      'GROUP_DISABLED',
    ],
    ['time that becomes a note', time({ addToDetailDescriptionFlag: true }), 'GROUP_DISABLED'],
    ['time that becomes a resolution, by a text', time({ addToResolutionFlag: 'yes' }), 'GROUP_DISABLED'],
    ['time that mails', time({ emailContactFlag: true }), 'GROUP_DISABLED'],
    [
      'time that mails a stranger',
      time({ emailCc: 'evil@evil.example' }),
      'GROUP_DISABLED',
      'FIELD_NOT_ALLOWED',
    ],
    [
      'time whose flags the board decides',
      {
        method: 'POST',
        path: '/time/entries',
        body: {
          chargeToId: '$T',
          chargeToType: 'ServiceTicket',
          timeStart: '2026-11-20T09:00:00Z',
          timeEnd: '2026-11-20T10:00:00Z',
        },
      },
      'GROUP_DISABLED',
    ],
    [
      'the rate of a time entry',
      { method: 'PATCH', path: '/time/entries/$TIME', body: patch(put('hourlyRate', 1)) },
      FIELD,
    ],
    [
      'a technician put on a ticket by the schedule',
      {
        method: 'POST',
        path: '/schedule/entries',
        body: { type: { identifier: 'S' }, objectId: '$T', member: { identifier: 'jdoe' } },
      },
      'GROUP_READ_ONLY',
    ],
    [
      'the portal password of a contact',
      { method: 'PATCH', path: '/company/contacts/$CONTACT', body: patch(put('portalPassword')) },
      'FORBIDDEN_OPERATION',
    ],
    [
      'tickets moved to another contact by a deletion',
      { method: 'DELETE', path: '/company/contacts/$CONTACT', query: [['transferContactId', '1']] },
      'GROUP_READ_ONLY',
    ],
  ])
})

describe('values and records', () => {
  it.each([
    ['by id', { id: '$CLOSED' }],
    ['by name', { name: 'Closed' }],
    ['by a name in other letters', { Name: 'CLOSED' }],
    ['by a name that the board does not have', { name: 'Closed for good' }],
  ])('a status outside the allowed values is refused %s', async (_how, value) => {
    const token = await b.agent({
      Tickets: { ...WRITE, allowedValues: { status: ['In Progress', 'Waiting on Vendor'] } },
    })
    const attempt = {
      method: 'PATCH',
      path: '/service/tickets/$T',
      body: patch(put('status', value)),
    } as const
    await b.expectRefused(token, filled(attempt), ['VALUE_NOT_ALLOWED'])
  })

  it('a status that closes needs the signature that closing needs', async () => {
    const token = await b.agent({
      Tickets: { ...WRITE, approval: [{ when: { closes: true }, approvers: 1 }, { approvers: 0 }] },
    })
    const attempt = filled({
      method: 'PATCH',
      path: '/service/tickets/$SIBLING',
      body: patch(put('status', { id: '$CLOSED' })),
    })
    expect(await b.expectWritten(token, attempt)).toMatchObject({ __typename: 'ApprovalPending' })
    expect(b.desk.sent()).toEqual([])
  })

  refused('is outside of the record scope', 'scoped', [
    ['a ticket of another company', get('/service/tickets/$STRANGER'), 'RECORD_OUT_OF_SCOPE'],
    ['a ticket that is not there', get('/service/tickets/2000000000'), 'RECORD_OUT_OF_SCOPE'],
    ['notes of a ticket of another company', get('/service/tickets/$STRANGER/notes'), 'RECORD_OUT_OF_SCOPE'],
    ['a list of all companies', get('/service/tickets'), 'RECORD_OUT_OF_SCOPE'],
    [
      'a list that names its own company',
      get('/service/tickets', ['conditions', 'company/id = $COMPANY']),
      'RECORD_OUT_OF_SCOPE',
    ],
    ['a count', get('/service/tickets/count', ['conditions', 'company/id = $OTHER']), 'RECORD_OUT_OF_SCOPE'],
    [
      'a search',
      { method: 'POST', field: 'QUERY', path: '/service/tickets/search', body: { conditions: 'id > 0' } },
      'RECORD_OUT_OF_SCOPE',
    ],
    ['another company', get('/company/companies/$OTHER'), 'RECORD_OUT_OF_SCOPE'],
    [
      'a change of a ticket of another company',
      { method: 'PATCH', path: '/service/tickets/$STRANGER', body: patch(put('summary')) },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a move into another company',
      { method: 'PATCH', path: '/service/tickets/$T', body: patch(put('company', { id: '$OTHER' })) },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a move into a company that is not told',
      { method: 'PATCH', path: '/service/tickets/$T', body: patch(put('company', { identifier: 'Other' })) },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a new ticket for another company',
      {
        method: 'POST',
        path: '/service/tickets',
        body: { summary: 'x', company: { id: '$OTHER' }, ...QUIET },
      },
      'RECORD_OUT_OF_SCOPE',
    ],
  ])
  refused('puts companies together', 'everything', [
    [
      'by a merge',
      {
        method: 'POST',
        path: '/service/tickets/$T/merge',
        body: { mergeTicketIds: ['$STRANGER'], status: { id: '$CLOSED' } },
      },
      'FORBIDDEN_OPERATION',
    ],
    [
      'by a bundle',
      { method: 'POST', path: '/service/tickets/$T/attachChildren', body: { childTicketIds: ['$STRANGER'] } },
      'FORBIDDEN_OPERATION',
    ],
    [
      'by a field',
      { method: 'PATCH', path: '/service/tickets/$T', body: patch(put('parentTicketId', '$STRANGER')) },
      'FORBIDDEN_OPERATION',
    ],
  ])
})

/** Links name the host that was asked. */
function withoutLinks(record: Rec): unknown {
  return JSON.parse(JSON.stringify(record, (name, value) => (name.endsWith('_href') ? undefined : value)))
}

describe('honest requests', () => {
  const answered = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectAnswered(tokens[who], filled(attempt))
  const written = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectWritten(tokens[who], filled(attempt))
  const inPsa = (path: string) =>
    (b.desk.simulator as ConnectWiseSimulator).actAs('jdoe', 'GET', path).body as Rec

  it('a ticket by its id, without what is closed', async () => {
    const { body, removed, status, partial } = await answered('titles', get('/service/tickets/$T'))
    expect({ status, partial }).toEqual({ status: 200, partial: null })
    expect(body).toMatchObject({ id: ids.T, contact: { id: ids.CONTACT }, company: { id: ids.COMPANY } })
    expect(body.contact).toEqual({ id: ids.CONTACT })
    expect(JSON.stringify(body)).not.toMatch(/@/)
    expect(removed).toContainEqual({ path: 'contact.name', group: 'Contacts' })
    expect(removed).toContainEqual({ path: 'company.name', group: 'Companies' })
  })
  it('a ticket by its id, whole for who may read all of it', async () => {
    const { body, removed } = await answered('everything', get('/service/tickets/$T'))
    expect(removed.filter(({ group }) => group !== 'System')).toEqual([])
    expect(withoutLinks(body)).toEqual(withoutLinks(inPsa(`/service/tickets/${ids.T}`)))
  })
  it('a list with a filter, fields and an order', async () => {
    const { body } = await answered(
      'titles',
      get(
        '/service/tickets',
        ['conditions', '(id = $T or id = $SIBLING) and summary not contains "nothing of it"'],
        ['fields', 'id,summary,company/id,status/name'],
        ['orderBy', 'id desc'],
      ),
    )
    expect(body.map(({ id }: Rec) => id)).toEqual([ids.SIBLING, ids.T])
    expect(body[1]).toEqual({
      id: ids.T,
      summary: 'Printer on fire',
      company: { id: ids.COMPANY },
      status: { name: 'In Progress' },
    })
  })
  it('a filter with a date, a list and a null', async () => {
    const conditions = 'id in ($T, 2) and lastUpdated > [2020-01-01T00:00:00Z] and closedFlag = False'
    const { body } = await answered('titles', get('/service/tickets', ['conditions', conditions]))
    expect(body.map(({ id }: Rec) => id)).toEqual([ids.T])
  })
  it('a list whose page was cut says so', async () => {
    const { body, partial } = await answered('titles', get('/service/tickets', ['pageSize', '2']))
    expect(body).toHaveLength(2)
    expect(partial).toMatch(/next page/)
  })
  it('a count', async () => {
    const { body } = await answered('titles', get('/service/tickets/count', ['conditions', 'id = $T']))
    expect(body).toEqual({ count: 1 })
  })
  it('a search by POST is a read', async () => {
    const { body } = await answered('titles', {
      method: 'POST',
      field: 'QUERY',
      path: '/service/tickets/search',
      query: [['fields', 'id']],
      body: { conditions: 'id = $T' },
    })
    expect(body).toEqual([{ id: ids.T }])
  })
  it('a path in other letters goes out in the vendor’s own', async () => {
    await answered('titles', get('/SERVICE/Tickets/$T'))
    expect(b.desk.asked().map(({ path }) => path)).toContainEqual(
      expect.stringMatching(/\/service\/tickets\/\d+$/),
    )
  })
  it('notes without those to the client', async () => {
    const { body, removed } = await answered('reader', get('/service/tickets/$T/notes'))
    expect(body.map(({ text }: Rec) => text)).toEqual(['Between us'])
    expect(removed).toContainEqual({ path: '[]', group: 'Client-Facing Notes' })
  })
  it('the trail of a ticket', async () => {
    const { body } = await answered('reader', get('/system/audittrail', ['type', 'Ticket'], ['id', '$T']))
    expect(body.length).toBeGreaterThan(0)
  })
  it('sites of a company', async () => {
    const { body } = await answered('everything', get('/company/companies/$COMPANY/sites'))
    expect(body.length).toBeGreaterThan(0)
  })
  it('a ticket and its notes within the record scope', async () => {
    const { body } = await answered('scoped', get('/service/tickets/$T'))
    expect(body.id).toBe(ids.T)
    expect((await answered('scoped', get('/service/tickets/$T/notes'))).body).toHaveLength(2)
  })
  it('an allowed field', async () => {
    const answer = await written('titles', {
      method: 'PATCH',
      path: '/service/tickets/$T',
      body: patch(put('summary', 'Printer put out')),
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200, key: String(ids.T) })
    expect(JSON.parse(answer.answer.body)).toMatchObject({ summary: 'Printer put out' })
    expect(inPsa(`/service/tickets/${ids.T}`).summary).toBe('Printer put out')
  })
  it('an allowed value', async () => {
    const token = await b.agent({ Tickets: { ...WRITE, allowedValues: { status: ['Waiting on Vendor'] } } })
    const body = patch(put('status', { name: 'Waiting on Vendor' }))
    const attempt = filled({ method: 'PATCH', path: '/service/tickets/$T', body })
    expect(await b.expectWritten(token, attempt)).toMatchObject({ __typename: 'RawWritten' })
    expect(inPsa(`/service/tickets/${ids.T}`).status).toMatchObject({ name: 'Waiting on Vendor' })
  })
  it('an allowed value by its id', async () => {
    const statuses = (b.desk.simulator as ConnectWiseSimulator).state.tables.statuses.all()
    const id = Number(statuses.find((one) => one.name === 'In Progress' && isOfBoard(one, 1))?.id)
    const token = await b.agent({ Tickets: { ...WRITE, allowedValues: { status: ['In Progress'] } } })
    const attempt = filled({
      method: 'PATCH',
      path: '/service/tickets/$T',
      body: patch(put('status', { id })),
    })
    expect(await b.expectWritten(token, attempt)).toMatchObject({ __typename: 'RawWritten' })
    expect(inPsa(`/service/tickets/${ids.T}`).status).toMatchObject({ id })
  })
  it('an internal note that mails nobody', async () => {
    const mailed = b.desk.simulator.outbox().length
    const answer = await written('noted', {
      method: 'POST',
      path: '/service/tickets/$T/notes',
      body: { text: 'Quietly', internalAnalysisFlag: true, ...QUIET },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
    expect(JSON.parse(answer.answer.body)).toMatchObject({ text: 'Quietly' })
    expect(b.desk.simulator.outbox()).toHaveLength(mailed)
  })
  it('time that does nothing else', async () => {
    const answer = await written('noted', {
      method: 'POST',
      path: '/time/entries',
      body: {
        chargeToId: '$T',
        chargeToType: 'ServiceTicket',
        member: { identifier: 'jdoe' },
        timeStart: '2026-11-20T09:00:00Z',
        timeEnd: '2026-11-20T10:00:00Z',
        ...QUIET_TIME,
      },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
  })
  it('a new ticket that mails nobody', async () => {
    const answer = await written('desk', {
      method: 'POST',
      path: '/service/tickets',
      body: { summary: 'Made raw', company: { id: '$COMPANY' }, board: { id: 1 }, ...QUIET },
    })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
    expect(inPsa(`/service/tickets/${answer.key}`)).toMatchObject({ summary: 'Made raw' })
  })
  it('a contact’s title', async () => {
    const body = patch(put('title', 'Head of IT'))
    await written('noted', { method: 'PATCH', path: '/company/contacts/$CONTACT', body })
    expect(inPsa(`/company/contacts/${ids.CONTACT}`).title).toBe('Head of IT')
  })
  it('a bundle of one company', async () => {
    const body = { childTicketIds: ['$SIBLING'] }
    expect(
      await written('scoped', { method: 'POST', path: '/service/tickets/$T/attachChildren', body }),
    ).toMatchObject({ __typename: 'RawWritten' })
    expect(inPsa(`/service/tickets/${ids.SIBLING}`).parentTicketId).toBe(ids.T)
  })
  it('a deletion with its switch', async () => {
    const attempt: Attempt = { method: 'DELETE', path: '/time/entries/$TIME' }
    expect(await written('everything', attempt)).toMatchObject({
      __typename: 'RawWritten',
      status: 204,
      answer: null,
    })
  })
})
