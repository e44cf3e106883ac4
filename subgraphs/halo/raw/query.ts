import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { reachOf } from '../reach.ts'
import { groupsOfValue } from './member-groups.ts'
import { bodyPath, keyOf } from './shapes.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** What the vendor reads each kind of value as; it ignores a filter that it can't read, and returns everything. */
const FORMS = {
  NUMBER: [/^-?\d{1,10}$/, 'a whole number'],
  IDS: [/^-?\d{1,10}(,-?\d{1,10})*$/, 'ids with commas between them'],
  FLAG: [/^(true|false)$/i, 'true or false'],
  FLAGS: [/^(true|false)(,(true|false))?$/i, 'true, false or both'],
  DATE: [/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?Z?)?$/, 'a date'],
  NAME: [/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of one field'],
  TEXT: [/^.{1,500}$/su, 'a text'],
} as const satisfies Readonly<Record<string, readonly [RegExp, string]>>
type Form = keyof typeof FORMS

/** Names that tell of nothing but the endpoint's own records, by the form of their values. */
const OWN: readonly (readonly [form: Form, names: ReadonlySet<string>])[] = [
  ['NUMBER', words('page_no page_size count utcoffset actoutcomenum lookupid slaid type_id itil_type')],
  ['FLAG', words('pageinate orderdesc orderdesc2 orderdesc3 orderdesc4 orderdesc5 nocache')],
  [
    'FLAG',
    words(
      'open_only closed_only mine deleted unlinked_only withattachments flagged excludesys excludeprivate agentonly ' +
        'conversationonly importantonly includeactive includeinactive includedisabled includeenabled ' +
        'includeunassigned includeapiagents exclude_generaluser exclude_defaultsiteusers exclude_agents ' +
        'exclude_internal search_phonenumbers excludeclosed excludepending showall showhidden appointmentsonly ' +
        'tasksonly hidecompleted excluderecurring currentonly recurringonly ignoreexchangedelete showpriorities',
    ),
  ],
  [
    'FLAG',
    words(
      'includedetails includestatus includetickettype includechildids includeitilname includehtmlnote ' +
        'includehtmlemail includeemail includenotes includeassetfields idonly',
    ),
  ],
  ['FLAGS', words('activeinactive')],
  [
    'IDS',
    words(
      'status requesttype agent agents priority sla team category_1 category_2 category_3 category_4 ticketids ' +
        'excludethese client_ids project_ids assets assettypes faqlists tickettype_ids includeclosed teams',
    ),
  ],
  ['DATE', words('startdate enddate start_date end_date')],
  [
    'TEXT',
    words(
      'search_summary search_details search search_name_only team_name inventory_number actoutcome reason',
    ),
  ],
]

/** Texts of other records that a filter tells of. */
const FILTERS_BY: ReadonlyMap<string, string> = new Map([
  ['search_details', 'Client-Facing Notes'],
  ['username', 'Contacts'],
  ['search_user_name', 'Contacts'],
  ['search_reportedby', 'Contacts'],
  ['client_ref', 'Companies'],
  ['sitepostcode', 'Sites'],
])

/** Flags that widen a row by what belongs to another record. */
const WIDENS_BY: ReadonlyMap<string, string> = new Map([
  ['includetoplevel', 'Companies'],
  ['includefirstname', 'Contacts'],
  ['includelastname', 'Contacts'],
])

/** Rows or parts of other tickets than those that are asked for, or rows that do not tell what they are. */
const NEVER = words(
  'ischildnotes isrelatednotes includeparentsubject ticketidonly includelinkedobjects fetchgrandchildren',
)

/** One id, as in `client_id`: the record's own. */
const ONE_ID = /^[a-z]+(_[a-z]+)*_id$/

/** What the query of a read demands, each part read whole. @throws GatewayError BAD_USER_INPUT */
export function readQuery(request: RawRequest): readonly VendorAccess[] {
  const { endpoint, query } = request
  expectParent(request)
  const table = reachOf(`GET ${endpoint.template.replace(/^\/(projects|opportunities)/i, '/Tickets')}`)
  const fields = new Map<string, Set<string>>()
  const demand = (groups: readonly string[], field: string) => {
    for (const group of groups) fields.set(group, (fields.get(group) ?? new Set()).add(field))
  }
  for (const [name, value] of query) {
    const known = name.toLowerCase()
    if (NEVER.has(known)) throw badInput(name, 'a name whose answer the gateway can judge', 'another one')
    if (known === 'domain') demand([domainGroup(name, value)], known)
    else if (/^order[2-5]?$/.test(known) || known === 'datesearch') {
      expectForm('NAME', name, value)
      demand(groupsOfValue(value, endpoint.group), value.toLowerCase())
    } else if (table.has(known)) {
      expectForm(
        known.endsWith('_id') ? 'IDS' : /^(search_|billing_)/.test(known) ? 'TEXT' : 'FLAG',
        name,
        value,
      )
      const { group = '' } = table.get(known) ?? {}
      demand(group === 'Ticket Notes' ? ALL_NOTES : [group], known)
    } else if (FILTERS_BY.has(known) || WIDENS_BY.has(known)) {
      expectForm(FILTERS_BY.has(known) ? 'TEXT' : 'FLAG', name, value)
      demand([FILTERS_BY.get(known) ?? WIDENS_BY.get(known) ?? ''], known)
    } else {
      const [form] = OWN.find(([, names]) => names.has(known)) ?? [ONE_ID.test(known) ? 'NUMBER' : undefined]
      if (form === undefined) throw badInput(name, 'a name whose answer the gateway can judge', 'another one')
      expectForm(form, name, value)
      demand([endpoint.group], known)
      // It looks into user names and asset tags as well (API.md 4).
      if (known === 'search' && isTickets(endpoint.template)) demand(['Contacts', 'Configurations'], known)
      // Notes are two groups behind one endpoint, and which of them a row is belongs to none of them.
      if (TELLS_NOTES.has(known) && isActions(endpoint.template)) demand(ALL_NOTES, known)
    }
  }
  return [...fields].map(([group, names]) => ({ group, kind: 'READ', fields: [...names].toSorted() }))
}

const ALL_NOTES = ['Ticket Notes', 'Client-Facing Notes'] as const
const TELLS_NOTES = words(
  'actoutcome actoutcomenum startdate enddate importantonly agentonly conversationonly',
)

const isTickets = (template: string) => /^\/(tickets|projects|opportunities)$/i.test(template)
const isActions = (template: string) => bodyPath(template) === '/Actions'

function expectForm(form: Form, name: string, value: string): void {
  const [pattern, expected] = FORMS[form]
  if (!pattern.test(value)) throw badInput(name, expected, 'something else')
}

function domainGroup(name: string, value: string): string {
  const found = { reqs: 'Tickets', prjs: 'Projects', opps: 'Opportunities' }[value.toLowerCase()]
  if (found === undefined) throw badInput(name, 'reqs, prjs or opps', 'something else')
  return found
}

/** Rows that only their parent tells apart: the number of an action counts per ticket (API.md 12.2). */
function expectParent({ endpoint: { template, generic }, query }: RawRequest): void {
  const value = (name: string) => query.find(([one]) => one.toLowerCase() === name)?.[1]
  const path = template.toLowerCase()
  const needs =
    isActions(template) || path === '/attachment' ? 'ticket_id' : path === '/crmnote' ? 'client_id' : null
  if (needs !== null && keyOf(value(needs)) === undefined)
    throw badInput('query', `${needs} of one record`, 'none')
  if (generic !== true || isThreeDoors(template)) return
  const others = query.some(([name]) => !PARENT_QUERY.has(name.toLowerCase()))
  if (needs !== null && !others) return
  // Charge rates are the one list whose number is known (API.md, "TimeEntry").
  if (path === '/lookup' && value('lookupid') === '17' && query.length === 1) return
  throw new GatewayError(
    'FORBIDDEN_OPERATION',
    'Whose record this is can not be told from the request, so nobody may ask for it.',
  )
}

const PARENT_QUERY = words('ticket_id client_id action_id count order orderdesc')

/** Tickets, projects and opportunities: each row of the answer tells which it is. */
function isThreeDoors(template: string): boolean {
  return /^\/(projects|opportunities)(\/\{id\})?$/i.test(template)
}
