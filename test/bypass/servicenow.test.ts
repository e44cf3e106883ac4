import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GroupPolicy } from '../../policy/types.ts'
import { type Rec, type ServiceNowSimulator, sysIdOf } from '../../simulators/servicenow/index.ts'
import { type Attempt, type Bypass, filledWith, type Row, startBypass } from './harness.ts'

const table = (names: string) => new RegExp(`^/api/now/table/(${names})(/[0-9a-f]{32})?$`)
const stats = (names: string) => new RegExp(`^/api/now/stats/(${names})$`)

/** What ServiceNow's tables belong to, by hand from its documents: the product's own catalogue has no say here. */
const TABLE: readonly Row[] = [
  ['*', table('incident|problem|sc_task|sc_req_item'), 'Tickets'],
  ['GET', stats('incident'), 'Tickets'],
  ['*', table('change_request'), 'Changes'],
  ['*', table('task_time_worked|time_card'), 'Time Entries'],
  ['*', table('core_company'), 'Companies'],
  ['*', table('cmn_location'), 'Sites'],
  ['*', table('sys_user'), 'Contacts'],
  ['GET', stats('sys_user'), 'Contacts'],
  ['*', table('task_sla'), 'SLAs'],
  ['GET', table('sys_journal_field'), 'Ticket Notes'],
  ['GET', /^\/api\/now\/attachment$/, 'Attachments'],
  ['GET', table('sys_attachment'), 'Attachments'],
  ['GET', table('sys_audit'), 'Audit Trail'],
  // Names of states, columns, groups and lookups are what every ticket is told with.
  [
    'GET',
    table('sys_choice|sys_dictionary|sys_user_group|sys_user_grmember|dl_definition|dl_\\w+'),
    'REFERENCE',
  ],
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
  allowedFields: { CREATE: ['title', 'company'], UPDATE: ['title', 'status'] },
  approval: NONE,
}

type Attack = readonly [name: string, attempt: Attempt, ...codes: string[]]
type Query = readonly (readonly [string, string])[]

let b: Bypass
/** Open tickets of one company and of another, and what hangs on the first; ids of 32 digits. */
const ids = {
  T: '',
  SIBLING: '',
  STRANGER: '',
  COMPANY: sysIdOf('company', 302),
  OTHER: '',
  CONTACT: '',
  TECH: '',
  CHANGE: '',
  TIME: '',
  FILE: '',
}
const tokens = {
  titles: '',
  desk: '',
  reader: '',
  client: '',
  contacts: '',
  time: '',
  everything: '',
  scoped: '',
}
let simulator: ServiceNowSimulator

beforeAll(async () => {
  b = await startBypass('servicenow', TABLE)
  simulator = b.desk.simulator as ServiceNowSimulator
  const made = (name: string, body: Rec) => {
    const answer = simulator.actAs('jdoe', 'POST', `/table/${name}`, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return String(((answer.body as Rec).result as Rec).sys_id)
  }
  const users = [...(simulator.state.tables.get('sys_user')?.values() ?? [])]
  ids.CONTACT = String(
    users.find(({ company, active }) => company === ids.COMPANY && active !== 'false')?.sys_id,
  )
  ids.TECH = String(users.find(({ user_name }) => user_name === 'jdoe')?.sys_id)
  ids.OTHER = sysIdOf(
    'company',
    simulator.dataset.tickets.find((one) => one.companyId !== 302)?.companyId ?? 0,
  )
  const ticket = (company: string, over: Rec = {}) =>
    made('incident', { short_description: 'Printer on fire', company, state: '2', ...over })
  ids.T = ticket(ids.COMPANY, { caller_id: ids.CONTACT, assigned_to: ids.TECH })
  ids.SIBLING = ticket(ids.COMPANY)
  ids.STRANGER = ticket(ids.OTHER)
  simulator.actAs('jdoe', 'PATCH', `/table/incident/${ids.T}`, { comments: 'Said to the client' })
  simulator.actAs('jdoe', 'PATCH', `/table/incident/${ids.T}`, { work_notes: 'Between us' })
  ids.CHANGE = made('change_request', { short_description: 'New switch' })
  ids.TIME = made('task_time_worked', {
    task: ids.T,
    user: ids.TECH,
    work_date: '2026-11-20',
    time_in_seconds: '3600',
  })
  ids.FILE = sysIdOf('attachment', 'none')

  tokens.titles = await b.agent({ Tickets: TITLES })
  tokens.desk = await b.agent({ Tickets: WRITE })
  tokens.reader = await b.agent({
    Tickets: READ,
    'Ticket Notes': READ,
    Attachments: READ,
    'Audit Trail': READ,
    Companies: READ,
    Changes: WRITE,
  })
  tokens.client = await b.agent({ Tickets: WRITE, 'Client-Facing Notes': WRITE, 'Ticket Notes': READ })
  tokens.contacts = await b.agent({ Contacts: READ, Tickets: READ })
  tokens.time = await b.agent({
    Tickets: READ,
    'Ticket Notes': WRITE,
    'Time Entries': {
      ...WRITE,
      allowedFields: { CREATE: ['hours', 'ticket', 'member', 'startedAt'], UPDATE: ['hours'] },
    },
  })
  tokens.everything = await b.agent(
    Object.fromEntries(
      b.desk.source.groups.map((group) => [group, { ...WRITE, delete: true, merge: true, bundle: true }]),
    ),
  )
  tokens.scoped = await b.agent(
    { Tickets: { ...WRITE, bundle: true }, Companies: READ, Contacts: READ },
    { recordScope: { include: { companies: [ids.COMPANY] } } },
  )
})
afterAll(() => b.close())

const filled = filledWith(ids)

const REFERENCE = TABLE.at(-1)?.[1] ?? /^$/

/** What a request reaches by its query: a name behind a dot stands in another table. */
function hops(): readonly string[] {
  return b.desk.asked().flatMap(({ path, query }) => {
    const text = new URLSearchParams(query).toString()
    return REFERENCE.test(path)
      ? []
      : [
          ...decodeURIComponent(text.replaceAll('+', ' ')).matchAll(
            /[a-z_]+\.[a-z_.]+|javascript|RLQUERY|password/g,
          ),
        ].map(String)
  })
}

function refused(title: string, who: keyof typeof tokens, list: readonly Attack[]): void {
  const cases = list.map(([name, attempt, ...codes]) => ({ name, attempt, codes }))
  it.each(cases)(`${title}: $name`, async ({ attempt, codes }) => {
    await b.expectRefused(tokens[who], filled(attempt), codes)
    // Whoever may read all of it is shown names while a write is planned.
    if (who !== 'scoped' && who !== 'everything') expect(hops(), 'names of other tables').toEqual([])
  })
}

const get = (path: string, ...query: Query): Attempt => ({ path, query })
const list = (...query: Query): Attempt => get('/api/now/table/incident', ...query)
const where = (query: string): Attempt => list(['sysparm_query', query])
const patch = (body: unknown): Attempt => ({ method: 'PATCH', path: '/api/now/table/incident/$T', body })
const BAD = 'BAD_USER_INPUT'
const DISABLED = 'GROUP_DISABLED'
const UNKNOWN = 'NOT_CATALOGUED'
const FORBIDDEN = 'FORBIDDEN_OPERATION'
const FIELD = 'FIELD_NOT_ALLOWED'

describe('disguised paths', () => {
  refused('is refused as no plain path', 'titles', [
    ['another host by two slashes', get('//evil.example/api/now/table/incident'), BAD],
    ['another host by a scheme', get('https://evil.example/api/now/table/incident'), BAD],
    ['another host by slash and backslash', get('/\\evil.example/api/now'), BAD],
    ['user info', get('/api/now/table/incident@evil.example'), BAD],
    ['dot segments', get('/api/now/table/incident/../sys_user'), BAD],
    ['encoded dot segments', get('/api/now/table/%2e%2e/table/sys_user'), BAD],
    ['an encoded slash', get('/api/now/table/incident%2f..%2fsys_user'), BAD],
    ['a slash encoded twice', get('/api/now/table/incident%252f$T'), BAD],
    ['a matrix parameter', get('/api/now/table/incident;v=1'), BAD],
    ['a query in the path', get('/api/now/table/incident?sysparm_fields=caller_id.name'), BAD],
    ['an encoded query in the path', get('/api/now/table/incident%3fsysparm_fields=caller_id.name'), BAD],
    ['a fragment', get('/api/now/table/incident#sys_user'), BAD],
    ['an encoded NUL', get('/api/now/table/incident%00'), BAD],
    ['a tab that URL parsers strip', get('/api/now/table/sys\t_user'), BAD],
    ['a line end', get('/api/now/table/incident\r\nX-HTTP-Method-Override: DELETE'), BAD],
    ['a full-width letter', get('/api/now/table/sys_\uff55ser'), BAD],
    ['an empty part', get('/api/now//table/incident'), BAD],
    ['a slash at the end', get('/api/now/table/incident/'), BAD],
  ])
  refused('is in no catalogue', 'everything', [
    ['a number in the place of an id', get('/api/now/table/incident/INC0010001'), UNKNOWN],
    ['a table that nobody knows', get('/api/now/table/u_salaries'), UNKNOWN],
    ['a table with an extension', get('/api/now/table/incident.json'), UNKNOWN],
    ['another version of the API', get('/api/now/v1/table/incident'), UNKNOWN],
    ['another version in capitals', get('/api/now/V2/table/incident'), UNKNOWN],
    ['another version of the batch', { method: 'POST', path: '/api/now/v1/batch', body: {} }, UNKNOWN],
    ['another version of GraphQL', { method: 'POST', path: '/api/now/v1/graphql', body: {} }, UNKNOWN],
    ['a scripted endpoint', get('/api/x_acme_app/salaries'), UNKNOWN],
    ['a legacy page', get('/incident.do'), UNKNOWN],
    ['a legacy list', get('/sys_user_list.do'), UNKNOWN],
    ['the login', { method: 'POST', path: '/oauth_token.do', body: {} }, UNKNOWN],
    [
      'a method that the path does not have',
      { method: 'POST', path: '/api/now/table/incident/$T', body: {} },
      UNKNOWN,
    ],
  ])
  refused('is of a group that is closed', 'titles', [
    ['companies', get('/api/now/table/core_company'), DISABLED],
    ['people in other letters', get('/api/now/TABLE/Sys_User'), DISABLED],
    ['people by encoded letters', get('/api/now/table/%73ys_user'), DISABLED],
    ['a change by the id of a change', get('/api/now/table/change_request/$CHANGE'), DISABLED],
    ['time', get('/api/now/table/task_time_worked'), DISABLED],
    [
      'the journal of its own ticket',
      get('/api/now/table/sys_journal_field', ['sysparm_query', 'name=incident^element_id=$T']),
      DISABLED,
    ],
    ['clocks of its own ticket', get('/api/now/table/task_sla', ['sysparm_query', 'task=$T']), DISABLED],
    ['a count of people', get('/api/now/stats/sys_user', ['sysparm_count', 'true']), DISABLED],
  ])
  refused('is for nobody', 'everything', [
    ['a batch', { method: 'POST', path: '/api/now/batch', body: { rest_requests: [] } }, FORBIDDEN],
    [
      'a batch in other letters',
      { method: 'POST', path: '/api/now/BATCH', body: { rest_requests: [] } },
      FORBIDDEN,
    ],
    ['GraphQL', { method: 'POST', path: '/api/now/graphql', body: { query: '{a}' } }, FORBIDDEN],
    ['the base of all tasks', get('/api/now/table/task'), FORBIDDEN],
    ['the base of all tasks by the id of a ticket', get('/api/now/table/task/$T'), FORBIDDEN],
    [
      'a change of the base of all tasks',
      { method: 'PATCH', path: '/api/now/table/task/$T', body: { state: '3' } },
      FORBIDDEN,
    ],
    ['a count of all tasks', get('/api/now/stats/task', ['sysparm_count', 'true']), FORBIDDEN],
    [
      'a role',
      { method: 'POST', path: '/api/now/table/sys_user_has_role', body: { user: '$TECH' } },
      FORBIDDEN,
    ],
    [
      'membership of a group',
      { method: 'POST', path: '/api/now/table/sys_user_grmember', body: { user: '$TECH' } },
      FORBIDDEN,
    ],
    [
      'a login',
      { method: 'PATCH', path: '/api/now/table/sys_user/$TECH', body: { active: false } },
      FORBIDDEN,
    ],
    ['a script', { method: 'POST', path: '/api/now/table/sys_script', body: { script: 'x' } }, FORBIDDEN],
    ['a mail', { method: 'POST', path: '/api/now/table/sys_email', body: { type: 'send-ready' } }, FORBIDDEN],
    ['a setting of the platform', get('/api/now/table/sys_properties'), FORBIDDEN],
    [
      'an entry of the journal',
      { method: 'POST', path: '/api/now/table/sys_journal_field', body: { value: 'x' } },
      FORBIDDEN,
    ],
    ['a stored query', { method: 'POST', path: '/api/now/tinyurl', body: { url: '/x' } }, FORBIDDEN],
    ['an import', { method: 'POST', path: '/api/now/import/incident', body: {} }, FORBIDDEN],
    ['an entry of the journal by its id', get('/api/now/table/sys_journal_field/$T'), FORBIDDEN],
    ['a file by its id', get('/api/now/attachment/$T'), FORBIDDEN],
    ['the bytes of a file', get('/api/now/attachment/$T/file'), FORBIDDEN],
    [
      'the removal of a file of whatever table',
      { method: 'DELETE', path: '/api/now/attachment/$T' },
      FORBIDDEN,
    ],
    [
      'a link between tasks of any class',
      { method: 'POST', path: '/api/now/table/task_rel_task', body: { parent: '$T' } },
      FORBIDDEN,
    ],
    ['a view that joins tables', get('/api/now/table/incident_sla'), FORBIDDEN],
    ['an upload', { method: 'POST', path: '/api/now/attachment/file', body: {} }, FORBIDDEN],
  ])
})

describe('rows that hang on records of any table', () => {
  const journal = (query: string) => get('/api/now/table/sys_journal_field', ['sysparm_query', query])
  const files = (query: string) => get('/api/now/attachment', ['sysparm_query', query])
  refused('is asked for by its record', 'reader', [
    ['a journal without a record', get('/api/now/table/sys_journal_field'), BAD],
    ['a journal of a table', journal('name=incident'), BAD],
    ['a journal of a record', journal('element_id=$T'), BAD],
    ['a journal of a record or another', journal('name=incident^element_id=$T^ORelement_id=$CHANGE'), BAD],
    ['a journal with a second query', journal('name=incident^element_id=$T^NQvalueLIKEa'), BAD],
    ['a journal of what begins so', journal('nameSTARTSWITHinc^element_id=$T'), BAD],
    ['a journal of all but one', journal('name!=incident^element_id=$T'), BAD],
    [
      'a journal of a table of staff',
      journal('name=sn_hr_core_case^element_id=$T^element=work_notes'),
      DISABLED,
    ],
    ['a journal of the base of all tasks', journal('name=task^element_id=$T'), FORBIDDEN],
    ['a journal of a table that nobody knows', journal('name=u_salaries^element_id=$T'), UNKNOWN],
    [
      'comments for who may read internal notes',
      journal('name=incident^element_id=$T^element=comments'),
      DISABLED,
    ],
    ['all notes for who may read internal ones', journal('name=incident^element_id=$T'), DISABLED],
    [
      'a count of comments',
      get(
        '/api/now/stats/sys_journal_field',
        ['sysparm_count', 'true'],
        ['sysparm_query', 'name=incident^element_id=$T^element=comments'],
      ),
      DISABLED,
    ],
    ['files without a table', get('/api/now/attachment'), BAD],
    ['files of a closed table', files('table_name=sys_user'), DISABLED],
    ['files of one table or another', files('table_name=incident^ORtable_name=sys_user'), BAD],
    ['files of a second query', files('table_name=incident^NQtable_name=sys_user'), DISABLED],
    ['files of inline images', files('table_name=ZZ_YYincident'), UNKNOWN],
    ['files of roles', files('table_name=sys_user_has_role'), FORBIDDEN],
    ['files by the Table API', get('/api/now/table/sys_attachment'), BAD],
    [
      'the audit of texts to the client',
      get('/api/now/table/sys_audit', ['sysparm_query', 'tablename=incident^documentkey=$T']),
      DISABLED,
    ],
    ['the audit of everything', get('/api/now/table/sys_audit', ['sysparm_query', 'documentkey=$T']), BAD],
  ])
})

describe('disguised queries', () => {
  refused('is refused', 'titles', [
    ['a name twice', list(['sysparm_fields', 'number'], ['sysparm_fields', 'caller_id.name']), BAD],
    [
      'a name twice in other letters',
      list(['sysparm_query', 'active=true'], ['SYSPARM_QUERY', 'caller_id.nameLIKEa']),
      BAD,
    ],
    ['a bare filter', list(['caller_id.name', 'Ann']), BAD],
    ['a bare filter of its own column', list(['active', 'true']), BAD],
    ['a header as a name', list(['X-HTTP-Method-Override', 'DELETE']), BAD],
    ['a stored query', list(['sysparm_tiny', 'abc']), BAD],
    ['columns of a view', list(['sysparm_view', 'admin']), BAD],
    ['records of other tenants', list(['sysparm_query_no_domain', 'true']), BAD],
    ['a hint for the index', list(['sysparm_query_category', 'x']), BAD],
    [
      'values as they are shown',
      { ...patch({ short_description: 'x' }), query: [['sysparm_input_display_value', 'true']] },
      BAD,
    ],
    ['a page without end', list(['sysparm_limit', '10000']), BAD],
    ['a page before the first', list(['sysparm_offset', '-1']), BAD],
    ['a limit with another parameter in it', list(['sysparm_limit', '1&sysparm_view=admin']), BAD],
    ['links', list(['sysparm_exclude_reference_link', 'false']), BAD],
    ['an odd display value', list(['sysparm_display_value', 'both']), BAD],
    ['a column of the caller', list(['sysparm_fields', 'number,caller_id.email']), DISABLED],
    ['a column of the technician', list(['sysparm_fields', 'assigned_to.name']), DISABLED],
    ['a column two records away', list(['sysparm_fields', 'caller_id.company.name']), DISABLED],
    ['a password', list(['sysparm_fields', 'caller_id.user_password']), FORBIDDEN],
    ['roles', list(['sysparm_fields', 'assigned_to.roles']), FORBIDDEN],
    ['a column of the generic parent', list(['sysparm_fields', 'parent.short_description']), FORBIDDEN],
    ['a cast of a reference', list(['sysparm_fields', 'ref_incident.caller_id']), BAD],
    ['variables', list(['sysparm_fields', 'variables.salary']), FORBIDDEN],
    ['tags', list(['sysparm_fields', 'sys_tags.name']), BAD],
    ['a column that nobody knows', list(['sysparm_fields', 'number,frobnicator']), BAD],
    ['columns in other letters', list(['sysparm_fields', 'Caller_ID.Email']), BAD],
    ['columns behind a line end', list(['sysparm_fields', 'number\n,caller_id.email']), BAD],
    ['a walk through a text', list(['sysparm_fields', 'short_description.name']), BAD],
    ['comments', list(['sysparm_fields', 'comments'], ['sysparm_display_value', 'true']), DISABLED],
    [
      'both journals',
      list(['sysparm_fields', 'comments_and_work_notes'], ['sysparm_display_value', 'all']),
      DISABLED,
    ],
    ['who wrote it', list(['sysparm_fields', 'sys_created_by']), DISABLED],
    ['the watch list, with its addresses', list(['sysparm_fields', 'watch_list']), DISABLED],
    ['a filter on the caller', where('caller_id.emailLIKEacme'), DISABLED],
    ['a filter on a password', where('caller_id.user_passwordISNOTEMPTY'), FORBIDDEN],
    ['a filter on roles', where('active=true^assigned_to.rolesLIKEadmin'), FORBIDDEN],
    ['a filter behind an OR', where('active=true^ORcaller_id.nameLIKEa'), DISABLED],
    ['a filter in a second query', where('active=true^NQcaller_id.nameLIKEa'), DISABLED],
    ['a filter on the name that a reference shows', where('caller_idLIKEAnn'), DISABLED],
    ['a filter on a name in the place of an id', where('company=Acme'), DISABLED],
    ['a filter on the beginning of a name', where('assigned_toSTARTSWITHJ'), DISABLED],
    ['a filter on a list of names', where('companyINacme,other'), DISABLED],
    ['a filter on the texts of a journal', where('work_notesLIKEpassword'), DISABLED],
    ['a filter on a text to the client', where('descriptionLIKEfire'), DISABLED],
    [
      'a comparison with a column of another table',
      where('opened_atGT_FIELDcaller_id.sys_created_on'),
      DISABLED,
    ],
    [
      'a comparison in days with another table',
      where('opened_atMORETHANcaller_id.sys_created_on@day@before@1'),
      DISABLED,
    ],
    ['an order by the caller', where('active=true^ORDERBYcaller_id.name'), DISABLED],
    ['an order by what a reference shows', where('active=true^ORDERBYDESCcaller_id'), DISABLED],
    ['an order alone', where('ORDERBYcompany.name'), DISABLED],
    ['a group by the caller', where('active=true^GROUPBYcaller_id.email'), DISABLED],
    ['a script', where('assigned_to=javascript:gs.getUserID()'), BAD],
    ['a script in other letters', where('assigned_to=JavaScript :gs.getUserID()'), BAD],
    ['a script behind a separator', where('opened_atBETWEEN2026-01-01@javascript:gs.now()'), BAD],
    ['a script in a list', where('stateIN1,javascript:x()'), BAD],
    [
      'a named day by script',
      where('opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()'),
      BAD,
    ],
    ['a related list', where('active=true^RLQUERYsys_user.manager,>=1^ENDRLQUERY'), BAD],
    ['a search of all texts', where('123TEXTQUERY321=salary'), BAD],
    ['a search in an index group', where('123TEXTINDEXGROUP321=x'), BAD],
    ['a jump', where('GOTOnumber>=INC'), BAD],
    ['a stored filter', where('assigned_toDYNAMIC90d1921e5f510100a9ad2572f2b477fe'), BAD],
    ['a hierarchy', where('cmdb_ciIN_HIERARCHY$T'), BAD],
    ['another operator than it seems', where('sys_class_nameINSTANCEOFtask'), BAD],
    ['a condition that the platform drops', where('frobnicator=1'), BAD],
    ['an operator that the platform drops', where('stateMATCHES1'), BAD],
    ['an escaped circumflex', where('short_description=a^^NQactive=true'), BAD],
    ['a circumflex by a percent escape', where('short_description=a%5eNQcaller_id.name=x'), BAD],
    ['an OR in front', where('ORactive=true'), BAD],
    ['a new query in front', where('^NQactive=true'), BAD],
    ['conditions behind the end', where('active=true^EQ^caller_id.name=x'), BAD],
    ['conditions behind the order', where('ORDERBYnumber^caller_id.name=x'), BAD],
    ['operators in small letters', where('caller_id.namelikea'), BAD],
    ['blanks around names', where('active=true^ caller_id.name=x'), BAD],
    ['a line separator', where('short_descriptionLIKEa\u2028b'), BAD],
    ['a column that only an instance knows, and this one does not', where('u_nobody_has_it=1'), BAD],
    ['an order by what this instance does not have', where('ORDERBYu_nobody_has_it'), BAD],
    ['a walk through a column that only an instance knows', where('u_asset_tag.name=x'), BAD],
    [
      'a by-id read of the caller',
      get('/api/now/table/incident/$T', ['sysparm_fields', 'caller_id.name']),
      DISABLED,
    ],
    ['nothing', where(''), BAD],
  ])
  const count = (...query: Query) => get('/api/now/stats/incident', ['sysparm_count', 'true'], ...query)
  refused('counts by what is closed', 'titles', [
    ['a count by a filter', count(['sysparm_query', 'caller_id.emailLIKEacme']), DISABLED],
    ['groups of another table', count(['sysparm_group_by', 'caller_id.email']), DISABLED],
    [
      'groups by what a reference shows',
      count(['sysparm_group_by', 'company'], ['sysparm_display_value', 'true']),
      DISABLED,
    ],
    ['groups behind a harmless one', count(['sysparm_group_by', 'state,caller_id.name']), DISABLED],
    [
      'a condition on groups',
      count(['sysparm_group_by', 'state'], ['sysparm_having', 'count^caller_id.name^>^1']),
      DISABLED,
    ],
    ['an odd condition on groups', count(['sysparm_having', 'count^state^>^1^ORcount^caller_id^>^1']), BAD],
    ['an order of groups', count(['sysparm_order_by', 'caller_id.name^DESC']), DISABLED],
    ['a minimum', count(['sysparm_min_fields', 'caller_id.last_login_time']), FORBIDDEN],
    ['an average of another table', count(['sysparm_avg_fields', 'caller_id.sys_mod_count']), DISABLED],
    ['a column that nobody knows', count(['sysparm_sum_fields', 'frobnicator']), BAD],
  ])
  refused('reaches technicians', 'contacts', [
    ['all people', get('/api/now/table/sys_user'), DISABLED],
    ['one person, who may be anybody', get('/api/now/table/sys_user/$TECH'), DISABLED],
    [
      'people by an OR beside the row filter',
      get('/api/now/table/sys_user', ['sysparm_query', 'company.customer=true^ORactive=true']),
      DISABLED,
    ],
    [
      'people by a second query',
      get('/api/now/table/sys_user', ['sysparm_query', 'company.customer=true^NQactive=true']),
      DISABLED,
    ],
    [
      'people by the opposite row filter',
      get('/api/now/table/sys_user', ['sysparm_query', 'company.customer!=true']),
      DISABLED,
    ],
    [
      'a login among contacts',
      get('/api/now/table/sys_user', ['sysparm_query', 'company.customer=true^user_passwordISNOTEMPTY']),
      FORBIDDEN,
    ],
    ['a technician by the caller’s manager', list(['sysparm_fields', 'caller_id.manager.email']), DISABLED],
    ['whoever opened it', list(['sysparm_fields', 'opened_by.name']), DISABLED],
  ])
})

describe('methods', () => {
  refused('is refused', 'titles', [
    ['a read asked as a write', { field: 'MUTATION', path: '/api/now/table/incident/$T' }, BAD],
    ['a write asked as a read', { ...patch({ short_description: 'x' }), field: 'QUERY' }, BAD],
    ['a GET with a body', { path: '/api/now/table/incident/$T', body: {} }, BAD],
    [
      'a DELETE with a body',
      { method: 'DELETE', path: '/api/now/table/incident/$T', body: { sys_id: 'x' } },
      BAD,
    ],
    [
      'a deletion without its switch',
      { method: 'DELETE', path: '/api/now/table/incident/$T' },
      'ACTION_DISABLED',
    ],
    [
      'an answer of its own choice',
      { ...patch({ short_description: 'x' }), query: [['sysparm_fields', 'caller_id.name']] },
      BAD,
    ],
  ])
})

describe('disguised bodies', () => {
  refused('is refused', 'titles', [
    ['a name twice', patch('{"short_description":"x","short_description":"y"}'), BAD],
    ['a name twice by an escape', patch('{"state":"2","st\\u0061te":"7"}'), BAD],
    ['__proto__', patch('{"__proto__":{"state":"7"}}'), BAD],
    ['an integer that no double holds', patch('{"state":9007199254740993}'), BAD],
    ['XML', patch('<request><entry><state>7</state></entry></request>'), BAD],
    ['several records', patch([{ short_description: 'x' }, { assigned_to: '$TECH' }]), BAD],
    ['records in an object', patch({ records: [{ assigned_to: '$TECH' }] }), BAD],
    ['a value that is an object', patch({ short_description: { value: 'x', display_value: 'y' } }), BAD],
    ['null', patch({ short_description: null }), BAD],
    ['nothing', patch({}), BAD],
    ['another column', patch({ assigned_to: '$TECH' }), FIELD],
    ['another column behind an allowed one', patch({ short_description: 'x', category: 'network' }), FIELD],
    ['a column in other letters', patch({ Assigned_To: '$TECH' }), BAD],
    ['a column with a blank', patch({ 'assigned_to ': '$TECH' }), BAD],
    ['a column of another table', patch({ 'caller_id.email': 'evil@evil.example' }), BAD],
    [
      'an id of its own',
      { method: 'POST', path: '/api/now/table/incident', body: { sys_id: '$T', short_description: 'x' } },
      BAD,
    ],
    ['another class', patch({ sys_class_name: 'change_request' }), BAD],
    ['another author', patch({ sys_created_by: 'admin' }), BAD],
    ['another tenant', patch({ sys_domain: 'global' }), BAD],
    ['a custom column by its container', patch({ u_asset_tag: 'x' }), FIELD],
    ['the priority by its inputs', patch({ impact: '1', urgency: '1' }), FIELD],
    ['the state by its second spelling', patch({ incident_state: '6', state: '2' }), BAD],
    ['the record hidden', patch({ active: 'false' }), FIELD],
    ['markup for the client’s browser', patch({ short_description: '[code]<script>x</script>[/code]' }), BAD],
  ])
  refused('is refused for who may write all of a ticket', 'desk', [
    ['a column that nobody knows', patch({ frobnicator: 'x' }), BAD],
    ['a custom column that the instance does not have', patch({ u_nobody_has_it: 'x' }), BAD],
    ['a person by name', patch({ assigned_to: 'Dana Reyes' }), BAD],
    ['a state in another notation', patch({ state: '06' }), BAD],
    ['a state with blanks', patch({ state: ' 6' }), BAD],
    ['catalogue logic', patch({ user_input: 'x' }), FORBIDDEN],
    ['variables', patch({ variables: 'x' }), FORBIDDEN],
    ['a comment', patch({ comments: 'Dear client' }), DISABLED],
    ['a work note', patch({ work_notes: 'x' }), DISABLED],
    ['a comment beside a title', patch({ short_description: 'x', comments: 'Dear client' }), DISABLED],
    ['both journals at once', patch({ comments_and_work_notes: 'x' }), BAD],
    ['the history of approvals', patch({ approval_history: 'x' }), BAD],
    ['a resolution, which the client reads', patch({ close_notes: 'Dear client' }), DISABLED],
    ['a description, which the client reads', patch({ description: 'Dear client' }), DISABLED],
    [
      'a description of a new ticket',
      {
        method: 'POST',
        path: '/api/now/table/incident',
        body: { short_description: 'x', description: 'Dear client' },
      },
      DISABLED,
    ],
    ['copies of all later mail', patch({ watch_list: 'evil@evil.example' }), DISABLED],
    ['copies of all internal mail', patch({ work_notes_list: 'evil@evil.example' }), DISABLED],
    ['time by the timer', patch({ time_worked: '01:00:00' }), DISABLED],
    ['an approval', patch({ approval: 'approved' }), DISABLED],
    ['a bundle by a column', patch({ parent_incident: '$SIBLING' }), 'ACTION_DISABLED'],
    ['a bundle by the generic parent', patch({ parent: '$SIBLING' }), 'ACTION_DISABLED'],
    ['a bundle undone', patch({ parent_incident: '' }), 'ACTION_DISABLED'],
    [
      'a bundle of a new ticket',
      {
        method: 'POST',
        path: '/api/now/table/incident',
        body: { short_description: 'x', parent_incident: '$SIBLING' },
      },
      'ACTION_DISABLED',
    ],
    ['a merge by its close code', patch({ state: '6', close_code: 'Duplicate' }), 'ACTION_DISABLED'],
    [
      'a merge by its close code in other letters',
      patch({ state: '6', close_code: ' dUPLICATE ' }),
      'ACTION_DISABLED',
    ],
    [
      'a merge of problems',
      { method: 'PATCH', path: '/api/now/table/problem/$T', body: { duplicate_of: '$SIBLING' } },
      'ACTION_DISABLED',
    ],
    [
      'a comment by PUT',
      { method: 'PUT', path: '/api/now/table/incident/$T', body: { comments: 'x' } },
      DISABLED,
    ],
  ])
  refused('reaches further than its table', 'reader', [
    [
      'a comment on a change',
      { method: 'PATCH', path: '/api/now/table/change_request/$CHANGE', body: { comments: 'x' } },
      DISABLED,
    ],
    [
      'a work note on a change, where notes are read only',
      { method: 'PATCH', path: '/api/now/table/change_request/$CHANGE', body: { work_notes: 'x' } },
      'GROUP_READ_ONLY',
    ],
    [
      'a bundle of changes',
      { method: 'PATCH', path: '/api/now/table/change_request/$CHANGE', body: { parent: '$CHANGE' } },
      'ACTION_DISABLED',
    ],
    [
      'a ticket by the path of a change',
      { method: 'PATCH', path: '/api/now/table/change_request/$T', body: { short_description: 'x' } },
      'NOT_FOUND',
    ],
  ])
  refused('is more than time', 'time', [
    ['a comment through a ticket', patch({ comments: 'x' }), DISABLED, 'GROUP_READ_ONLY'],
    [
      'the rate of time',
      { method: 'PATCH', path: '/api/now/table/task_time_worked/$TIME', body: { rate_type: '$T' } },
      FIELD,
      BAD,
    ],
    [
      'time of another ticket',
      { method: 'PATCH', path: '/api/now/table/task_time_worked/$TIME', body: { task: '$SIBLING' } },
      FIELD,
    ],
    [
      'time card by hand',
      { method: 'POST', path: '/api/now/table/time_card', body: { state: 'Approved' } },
      FIELD,
    ],
  ])
  refused('is a login', 'everything', [
    [
      'the password of a contact',
      { method: 'POST', path: '/api/now/table/customer_contact', body: { user_password: 'x' } },
      FORBIDDEN,
    ],
    [
      'the lock of a contact',
      { method: 'PATCH', path: '/api/now/table/customer_contact/$CONTACT', body: { locked_out: false } },
      FORBIDDEN,
    ],
    [
      'the key to a portal',
      { method: 'PATCH', path: '/api/now/table/customer_account/$COMPANY', body: { registration_code: 'x' } },
      FORBIDDEN,
    ],
  ])
})

describe('values and records', () => {
  it.each([
    ['by its value', { state: '6', close_code: 'Solution provided' }],
    ['by a number', { state: 6, close_code: 'Solution provided' }],
    ['by its second spelling', { incident_state: '6' }],
    ['by a value that no list has', { state: '99' }],
    ['by its reason alone', { hold_reason: '1' }],
  ])('a status outside the allowed values is refused %s', async (_how, body) => {
    const token = await b.agent({
      Tickets: { ...WRITE, allowedValues: { status: ['On Hold: Awaiting Vendor'] } },
    })
    await b.expectRefused(token, filled(patch(body)), ['VALUE_NOT_ALLOWED'])
  })

  it('a state that closes needs the signature that closing needs', async () => {
    const token = await b.agent({
      Tickets: { ...WRITE, approval: [{ when: { closes: true }, approvers: 1 }, { approvers: 0 }] },
    })
    const body = { state: '8' }
    const attempt = filled({ method: 'PATCH', path: '/api/now/table/incident/$SIBLING', body })
    expect(await b.expectWritten(token, attempt)).toMatchObject({ __typename: 'ApprovalPending' })
    expect(b.desk.sent()).toEqual([])
  })

  refused('is outside of the record scope', 'scoped', [
    ['a ticket of another company', get('/api/now/table/incident/$STRANGER'), 'RECORD_OUT_OF_SCOPE'],
    ['a ticket that is not there', get(`/api/now/table/incident/${'0'.repeat(32)}`), 'RECORD_OUT_OF_SCOPE'],
    ['a list of all companies', list(), 'RECORD_OUT_OF_SCOPE'],
    ['a list that names its own company', where('company=$COMPANY'), 'RECORD_OUT_OF_SCOPE'],
    ['a count', get('/api/now/stats/incident', ['sysparm_count', 'true']), 'RECORD_OUT_OF_SCOPE'],
    ['another company', get('/api/now/table/core_company/$OTHER'), 'RECORD_OUT_OF_SCOPE'],
    [
      'a change of a ticket of another company',
      { method: 'PATCH', path: '/api/now/table/incident/$STRANGER', body: { short_description: 'x' } },
      'RECORD_OUT_OF_SCOPE',
    ],
    ['a move into another company', patch({ company: '$OTHER' }), 'RECORD_OUT_OF_SCOPE'],
    [
      'a new ticket for another company',
      {
        method: 'POST',
        path: '/api/now/table/incident',
        body: { short_description: 'x', company: '$OTHER' },
      },
      'RECORD_OUT_OF_SCOPE',
    ],
    [
      'a new ticket for nobody',
      { method: 'POST', path: '/api/now/table/incident', body: { short_description: 'x' } },
      'RECORD_OUT_OF_SCOPE',
    ],
  ])
  refused('puts companies together', 'everything', [
    ['by a bundle', patch({ parent_incident: '$STRANGER' }), FORBIDDEN],
    ['by the generic parent', patch({ parent: '$STRANGER' }), FORBIDDEN],
    [
      'by a merge',
      patch({ parent_incident: '$STRANGER', state: '6', close_code: 'Duplicate', close_notes: 'x' }),
      FORBIDDEN,
    ],
    ['by a parent of another class', patch({ parent: '$CHANGE' }), 'NOT_FOUND'],
  ])
})

describe('honest requests', () => {
  const answered = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectAnswered(tokens[who], filled(attempt))
  const written = (who: keyof typeof tokens, attempt: Attempt) =>
    b.expectWritten(tokens[who], filled(attempt))
  const inPsa = (path: string) => ((simulator.actAs('jdoe', 'GET', path).body as Rec).result ?? {}) as Rec
  const row = (id: string, name = 'incident') =>
    inPsa(`/table/${name}/${id}?sysparm_exclude_reference_link=true`)

  it('a ticket by its id, without what is closed', async () => {
    const { body, status, partial } = await answered('titles', get('/api/now/table/incident/$T'))
    expect({ status, partial }).toEqual({ status: 200, partial: null })
    expect(body.result).toMatchObject({
      sys_id: ids.T,
      short_description: 'Printer on fire',
      caller_id: ids.CONTACT,
      company: ids.COMPANY,
      u_asset_tag: '',
    })
    for (const column of [
      'description',
      'close_notes',
      'comments',
      'work_notes',
      'watch_list',
      'sys_created_by',
    ])
      expect(body.result).not.toHaveProperty(column)
    expect(JSON.stringify(body)).not.toMatch(/@|https?:/)
    expect(hops()).toEqual([])
  })
  it('a ticket as it is shown, without the names of what is closed', async () => {
    const { body, removed } = await answered(
      'titles',
      get(
        '/api/now/table/incident/$T',
        ['sysparm_display_value', 'all'],
        ['sysparm_fields', 'state,caller_id,company'],
      ),
    )
    expect(body.result).toEqual({
      state: { display_value: 'In Progress', value: '2' },
      caller_id: { value: ids.CONTACT },
      company: { value: ids.COMPANY },
    })
    expect(removed).toContainEqual({ path: 'result.caller_id.display_value', group: 'Contacts' })
    expect(removed).toContainEqual({ path: 'result.company.display_value', group: 'Companies' })
  })
  it('names alone, without those of what is closed', async () => {
    const { body, removed } = await answered(
      'reader',
      get(
        '/api/now/table/incident/$T',
        ['sysparm_display_value', 'true'],
        ['sysparm_fields', 'state,caller_id,company'],
      ),
    )
    expect(body.result).toEqual({ state: 'In Progress', company: expect.stringMatching(/\w/) })
    expect(removed).toEqual([{ path: 'result.caller_id', group: 'Contacts' }])
  })
  it('the history of the journal that may be read, and not the other one', async () => {
    const { body } = await answered(
      'reader',
      get('/api/now/table/incident/$T', ['sysparm_display_value', 'true']),
    )
    expect(body.result.work_notes).toContain('Between us')
    expect(JSON.stringify(body)).not.toContain('Said to the client')
  })
  it('a ticket whole for who may read all of it', async () => {
    const { body, removed } = await answered('everything', get('/api/now/table/incident/$T'))
    expect(removed).toEqual([])
    const {
      comments,
      work_notes,
      comments_and_work_notes,
      approval_history,
      variables,
      user_input,
      ...rest
    } = row(ids.T)
    expect(body.result).toEqual(rest)
  })
  it('a list with a filter, columns and an order', async () => {
    const { body } = await answered(
      'titles',
      list(
        [
          'sysparm_query',
          'sys_idIN$T,$SIBLING^short_descriptionLIKEfire^state=2^ORstate=1^ORDERBYDESCnumber',
        ],
        ['sysparm_fields', 'sys_id,short_description,company'],
      ),
    )
    expect(body.result).toEqual([
      { sys_id: ids.SIBLING, short_description: 'Printer on fire', company: ids.COMPANY },
      { sys_id: ids.T, short_description: 'Printer on fire', company: ids.COMPANY },
    ])
  })
  it('two queries in one, dates, a span and empty columns', async () => {
    const query =
      'sys_id=$T^opened_at>2020-01-01 00:00:00^parent_incidentISEMPTY^EQ'.replace('^EQ', '') +
      '^NQsys_id=$SIBLING^priorityBETWEEN1@5^opened_atRELATIVEGT@year@ago@5^u_asset_tagISEMPTY^u_root_cause!=x^ORDERBYu_asset_tag'
    const { body } = await answered('titles', list(['sysparm_query', query], ['sysparm_fields', 'sys_id']))
    expect(body.result.map(({ sys_id }: Rec) => sys_id).toSorted()).toEqual([ids.T, ids.SIBLING].toSorted())
  })
  it('a list whose page was cut says so', async () => {
    const { body, partial } = await answered(
      'titles',
      list(['sysparm_limit', '2'], ['sysparm_fields', 'number']),
    )
    expect(body.result).toHaveLength(2)
    expect(partial).toMatch(/sysparm_offset=2/)
  })
  it('a list without a page is a short one', async () => {
    const { body, partial } = await answered(
      'titles',
      list(['sysparm_fields', 'number'], ['sysparm_no_count', 'true']),
    )
    expect(body.result.length).toBeLessThanOrEqual(100)
    expect(partial === null).toBe(body.result.length < 100)
  })
  it('a count, and groups by a column of its own', async () => {
    const one = await answered(
      'titles',
      get('/api/now/stats/incident', ['sysparm_count', 'true'], ['sysparm_query', 'sys_id=$T']),
    )
    expect(one.body.result).toEqual({ stats: { count: '1' } })
    const groups = await answered(
      'titles',
      get(
        '/api/now/stats/incident',
        ['sysparm_count', 'true'],
        ['sysparm_group_by', 'state'],
        ['sysparm_query', 'sys_idIN$T,$SIBLING'],
      ),
    )
    expect(groups.body.result).toEqual([
      { stats: { count: '2' }, groupby_fields: [{ field: 'state', value: '2' }] },
    ])
  })
  it('a dotted name whose every record may be read', async () => {
    const { body } = await answered(
      'contacts',
      get('/api/now/table/incident/$T', ['sysparm_fields', 'number,caller_id.email']),
    )
    expect(body.result['caller_id.email']).toMatch(/@/)
  })
  it('contacts by the row filter, without technicians', async () => {
    const { body } = await answered(
      'contacts',
      get(
        '/api/now/table/sys_user',
        ['sysparm_query', 'company.customer=true^company=$COMPANY'],
        ['sysparm_fields', 'sys_id,email'],
      ),
    )
    expect(body.result.length).toBeGreaterThan(0)
    expect(body.result.map(({ sys_id }: Rec) => sys_id)).not.toContain(ids.TECH)
    expect(Object.keys(body.result[0]).toSorted()).toEqual(['email', 'sys_id'])
  })
  it('internal notes by the journal', async () => {
    const query = 'name=incident^element_id=$T^element=work_notes^ORDERBYDESCsys_created_on'
    const { body } = await answered(
      'reader',
      get('/api/now/table/sys_journal_field', ['sysparm_query', query], ['sysparm_fields', 'value']),
    )
    expect(body.result).toEqual([{ value: 'Between us' }])
  })
  it('files of a table that may be read', async () => {
    const { body } = await answered(
      'reader',
      get('/api/now/attachment', ['sysparm_query', 'table_name=incident']),
    )
    expect(Array.isArray(body.result)).toBe(true)
    for (const { table_name } of body.result) expect(table_name).toBe('incident')
  })
  it('a path in other letters goes out in the vendor’s own', async () => {
    await answered('titles', get('/API/Now/Table/INCIDENT/$T'))
    expect(b.desk.asked().map(({ path }) => path)).toContain(`/api/now/table/incident/${ids.T}`)
  })
  it('a ticket within the record scope', async () => {
    const { body } = await answered('scoped', get('/api/now/table/incident/$T'))
    expect(body.result.sys_id).toBe(ids.T)
  })
  it('an allowed field', async () => {
    const answer = await written('titles', patch({ short_description: 'Printer put out' }))
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 200, key: `incident.${ids.T}` })
    expect(JSON.parse(answer.answer.body).result).toMatchObject({ short_description: 'Printer put out' })
    expect(row(ids.T).short_description).toBe('Printer put out')
  })
  it('an allowed value by its number', async () => {
    const token = await b.agent({
      Tickets: { ...WRITE, allowedValues: { status: ['On Hold: Awaiting Vendor'] } },
    })
    const attempt = filled(patch({ state: 3, hold_reason: '4' }))
    expect(await b.expectWritten(token, attempt)).toMatchObject({ __typename: 'RawWritten' })
    expect(row(ids.T)).toMatchObject({ state: '3', hold_reason: '4' })
  })
  it('a custom column', async () => {
    expect(await written('desk', patch({ u_asset_tag: 'A-1' }))).toMatchObject({ __typename: 'RawWritten' })
    expect(row(ids.T).u_asset_tag).toBe('A-1')
  })
  it('an internal note that mails nobody of the client', async () => {
    const mailed = simulator.outbox().length
    const { data, errors } = await b.attempt(tokens.time, filled(patch({ work_notes: 'Quietly' })))
    expect(errors).toEqual([])
    expect(data.psaRequest).toMatchObject({ __typename: 'RawWritten', status: 200 })
    // It travels through its ticket, and nothing of the ticket goes with it.
    expect(b.desk.sent().map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'PATCH', path: `/api/now/table/incident/${ids.T}`, body: { work_notes: 'Quietly' } },
    ])
    expect(simulator.outbox()).toHaveLength(mailed)
  })
  it('a comment for who may write to the client', async () => {
    const answer = await written('client', { ...patch({ comments: 'Dear client' }), dryRun: true })
    expect(answer.plan).toMatchObject({
      clientMail: { verdict: 'MAY' },
      steps: [{ group: 'Client-Facing Notes', kind: 'CREATE' }],
    })
    expect(await written('client', patch({ comments: 'Dear client' }))).toMatchObject({
      __typename: 'RawWritten',
    })
  })
  it('time on a ticket', async () => {
    const body = { task: '$T', user: '$TECH', work_date: '2026-11-20', time_in_seconds: '600' }
    const answer = await written('time', { method: 'POST', path: '/api/now/table/task_time_worked', body })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
    expect(row(answer.key, 'task_time_worked')).toMatchObject({ task: ids.T })
  })
  it('a new ticket', async () => {
    const body = { short_description: 'Made raw', company: '$COMPANY' }
    const answer = await written('desk', { method: 'POST', path: '/api/now/table/incident', body })
    expect(answer).toMatchObject({ __typename: 'RawWritten', status: 201 })
    expect(row(String(answer.key).split('.')[1] ?? '')).toMatchObject({ short_description: 'Made raw' })
  })
  it('a write that ServiceNow answers with success and does not keep is none', async () => {
    simulator.acl.readOnlyColumns.add('incident.short_description')
    try {
      const answer = await b.attempt(tokens.titles, filled(patch({ short_description: 'Not kept' })))
      expect(answer.errors[0]?.extensions).toMatchObject({
        code: 'PARTIALLY_APPLIED',
        notTaken: ['title'],
      })
    } finally {
      simulator.acl.readOnlyColumns.delete('incident.short_description')
    }
  })
  it('a bundle of one company', async () => {
    const attempt: Attempt = {
      method: 'PATCH',
      path: '/api/now/table/incident/$SIBLING',
      body: { parent_incident: '$T' },
    }
    expect(await written('scoped', attempt)).toMatchObject({ __typename: 'RawWritten' })
    expect(row(ids.SIBLING).parent_incident).toBe(ids.T)
  })
  it('a deletion with its switch', async () => {
    const attempt: Attempt = { method: 'DELETE', path: '/api/now/table/task_time_worked/$TIME' }
    expect(await written('everything', attempt)).toMatchObject({
      __typename: 'RawWritten',
      status: 204,
      answer: null,
    })
  })
})
