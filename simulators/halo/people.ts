import type { Rec } from '../shared/json.ts'
import { schemaOf } from './allowlists.ts'
import { type Call, ok, param, type Route } from './call.ts'
import { stamp } from './dates.ts'
import { sentence, silent } from './errors.ts'
import { like } from './listing.ts'
import { send } from './mail.ts'
import { ACTIVITY, activity, equalsAll, resourceRoutes } from './resource.ts'
import { addGeneralUser } from './seed.ts'
import { UNASSIGNED } from './seed-setup.ts'
import { find, insert, isClosedStatus, nameOf, rowsOf, type State, shown } from './state.ts'

const text = (value: unknown) => String(value ?? '')

// Agents

/** `true` and nothing else switches these text flags on. */
const asked = ({ query }: Call, name: string) => query.text(name)?.toLowerCase() === 'true'

function agents(call: Call) {
  const { query, state } = call
  const term = query.text('search')
  const team = query.int('team_id')
  const rows = rowsOf(state, 'agents').filter((row) => {
    const teams = (row.teams ?? []) as Rec[]
    return (
      (row.id !== UNASSIGNED || asked(call, 'includeunassigned')) &&
      (row.isapiagent !== true || query.flag('includeapiagents')) &&
      (row.isdisabled !== true || asked(call, 'includedisabled')) &&
      (team === undefined || teams.some((entry) => entry.team_id === team)) &&
      (!term || [row.name, row.email].some(like(term)))
    )
  })
  return ok(rows.map(({ teams, ...row }) => shown(row)))
}

const agentRoutes: Route[] = [
  {
    method: 'GET',
    template: 'Agent',
    plays: 'search team_id includeapiagents includedisabled includeenabled includeunassigned',
    handler: agents,
  },
  { method: 'GET', template: 'Agent/me', handler: (call) => ok(shown(call.agent)) },
  {
    method: 'GET',
    template: 'Agent/{id}',
    plays: 'includedetails',
    handler: (call) => {
      const row = find(call.state, 'agents', param(call))
      if (!row) throw silent(404)
      return ok(shown(row))
    },
  },
]

// Users

const showUser = (state: State, row: Rec): Rec => ({
  ...shown(row),
  client_name: nameOf(state, 'clients', row.client_id),
  site_name: nameOf(state, 'sites', row.site_id),
  use: 'user',
})

function keepUser(call: Call, row: Rec): boolean {
  const { query, state } = call
  const asset = query.int('asset_id')
  const topLevel = query.int('toplevel_id')
  return (
    activity(call, row) &&
    equalsAll(call, row, ['client_id', 'site_id']) &&
    !(
      row.$general === true &&
      (query.flag('exclude_generaluser') || query.flag('exclude_defaultsiteusers'))
    ) &&
    (asset === undefined ||
      ((find(state, 'assets', asset)?.$users ?? []) as number[]).includes(Number(row.id))) &&
    (topLevel === undefined || find(state, 'clients', row.client_id)?.toplevel_id === topLevel)
  )
}

function saveUser(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { state } = call
  if (previous?.$general === true) throw sentence(400, 'The General User cannot be changed.')
  if (change.site_id !== undefined || !previous) {
    const site = find(state, 'sites', change.site_id)
    if (!site) throw sentence(400, 'A Site must be chosen for this User.')
    if (change.client_id !== undefined && change.client_id !== site.client_id)
      throw sentence(400, 'The Site does not belong to the Customer.')
    Object.assign(draft, { site_id: site.id, client_id: site.client_id })
  }
  const parts = [draft.firstname, draft.surname].filter(Boolean).join(' ')
  if (change.name === undefined && (change.firstname !== undefined || change.surname !== undefined))
    draft.name = parts
  if (!draft.name) throw sentence(400, 'A Name must be entered for this User.')
  if (previous) return
  const [first = '', ...rest] = text(draft.name).split(' ')
  draft.firstname ??= first
  draft.surname ??= rest.join(' ')
  draft.initials ??= text(draft.firstname).slice(0, 1) + text(draft.surname).slice(0, 1)
  draft.inactive ??= false
  draft.neversendemails ??= false
  draft.isimportantcontact ??= false
  for (const name of ['emailaddress', 'phonenumber', 'mobilenumber', 'title', 'notes']) draft[name] ??= ''
  draft.phonenumber_preferred = draft.phonenumber
  draft.customfields ??= []
  draft.datecreated = stamp(call.now)
}

const welcome = (call: Call, row: Rec) => send(call, [text(row.emailaddress) || undefined], 'welcome')

const userRoutes = resourceRoutes({
  path: 'Users',
  table: 'users',
  key: 'users',
  scope: 'customers',
  schema: schemaOf('Users'),
  plays: `client_id site_id toplevel_id asset_id exclude_generaluser exclude_defaultsiteusers search_phonenumbers ${ACTIVITY}`,
  keep: keepUser,
  searched: ({ query }) => [
    'name',
    'emailaddress',
    ...(query.flag('search_phonenumbers') ? ['phonenumber', 'mobilenumber'] : []),
  ],
  advanced: ['name', 'firstname', 'surname', 'emailaddress', 'site_name', 'client_name'],
  idOnly: true,
  show: showUser,
  details: ['customfields', 'notes', 'datecreated', 'web_access_level'],
  body: {
    schema: 'Users',
    plays:
      'name firstname surname initials title emailaddress phonenumber mobilenumber client_id site_id inactive ' +
      'notes neversendemails isimportantcontact sendwelcomeemail',
    computed: 'client_name site_name phonenumber_preferred datecreated',
  },
  save: (call, draft, change, previous) => {
    delete draft.sendwelcomeemail
    saveUser(call, draft, change, previous)
  },
  saved: (call, row, change) => {
    if (Number(change.sendwelcomeemail) > 0) welcome(call, row)
  },
  removes: true,
})

// Clients

function countTickets(state: State, clientId: unknown): number {
  return rowsOf(state, 'tickets').filter(
    (ticket) => ticket.client_id === clientId && !isClosedStatus(state, ticket.status_id),
  ).length
}

const showClient = (_state: State, row: Rec): Rec => ({
  ...shown(row),
  toplevel_name: 'Clients',
  use: 'client',
})

/** Becomes the client's first site, with its general user. */
function addSite(call: Call, row: Rec): Rec {
  const site = insert(call.state, 'sites', {
    inactive: false,
    phonenumber: '',
    colour: '#457b9d',
    sla_id: 0,
    timezone: '',
    notes: '',
    isstocklocation: false,
    isinvoicesite: false,
    delivery_address: {},
    invoice_address: {},
    customfields: [],
    datecreated: stamp(call.now),
    ...row,
  })
  addGeneralUser(call.state, site)
  return site
}

function clientSaved(call: Call, row: Rec, change: Rec, previous: Rec | undefined): void {
  if (previous) return
  const site = addSite(call, {
    name: change.newclient_sitename || 'Main',
    client_id: row.id,
    isinvoicesite: true,
  })
  Object.assign(row, { main_site_id: site.id, main_site_name: site.name })
  if (!change.newclient_contactname) return
  const draft: Rec = {}
  const user: Rec = {
    name: change.newclient_contactname,
    emailaddress: change.newclient_contactemail ?? '',
    site_id: site.id,
  }
  Object.assign(draft, user)
  saveUser(call, draft, user, undefined)
  const contact = insert(call.state, 'users', draft)
  if (change.newclient_sendwelcomeemail === true) welcome(call, contact)
}

const clientRoutes = resourceRoutes({
  path: 'Client',
  table: 'clients',
  key: 'clients',
  scope: 'customers',
  schema: schemaOf('Area'),
  plays: `toplevel_id search_name_only ${ACTIVITY}`,
  keep: (call, row) => {
    const name = call.query.text('search_name_only')
    return activity(call, row) && equalsAll(call, row, ['toplevel_id']) && (!name || like(name)(row.name))
  },
  searched: () => ['name', 'ref', 'website'],
  advanced: ['name', 'ref', 'main_site_name'],
  idOnly: true,
  show: showClient,
  details: ['customfields', 'notes', 'datecreated'],
  detailPlays: 'includeactivity',
  detail: (call, row) => ({
    open_ticket_count: countTickets(call.state, row.id),
    sites: rowsOf(call.state, 'sites')
      .filter((site) => site.client_id === row.id)
      .map(({ id, name }) => ({ id, name })),
  }),
  body: {
    schema: 'Area',
    plays:
      'name toplevel_id inactive colour notes accountmanagertech pritech customertype_new isopportunity is_vip ref ' +
      'newclient_sitename newclient_contactname newclient_contactemail newclient_sendwelcomeemail',
    computed: 'main_site_id main_site_name datecreated open_ticket_count',
  },
  save: (call, draft, _change, previous) => {
    for (const name of Object.keys(draft)) if (name.startsWith('newclient_')) delete draft[name]
    if (!draft.name) throw sentence(400, 'A Name must be entered for this Customer.')
    if (previous) return
    draft.toplevel_id ??= 1
    draft.inactive ??= false
    draft.colour ??= '#457b9d'
    draft.is_vip ??= false
    draft.isopportunity ??= 0
    draft.notes ??= ''
    draft.ref ??= ''
    draft.accountmanagertech ??= 0
    draft.pritech ??= 0
    draft.customfields = []
    draft.datecreated = stamp(call.now)
  },
  saved: clientSaved,
})

// Sites

/** What hangs on a site keeps it (API.md, "Delete"); its own general user goes with it. */
function refuseUsedSite({ state }: Call, site: Rec): void {
  const here = (row: Rec) => row.site_id === site.id && row.$general !== true
  const main = find(state, 'clients', site.client_id)?.main_site_id === site.id
  if (main || (['users', 'tickets', 'assets'] as const).some((table) => rowsOf(state, table).some(here)))
    throw sentence(400, 'This Site is in use and cannot be deleted.')
}

/** The lines of an address one by one, as a list gives them with `includeaddress`. */
function addressLines(call: Call, row: Rec): Rec {
  if (!call.query.flag('includeaddress')) return {}
  const { line1, line2, line3, line4, postcode } = row.delivery_address as Rec
  return {
    delivery_address_line1: line1 ?? '',
    delivery_address_line2: line2 ?? '',
    delivery_address_line3: line3 ?? '',
    delivery_address_line4: line4 ?? '',
    delivery_address_line5: postcode ?? '',
  }
}

const siteRoutes = resourceRoutes({
  path: 'Site',
  table: 'sites',
  key: 'sites',
  removes: true,
  beforeRemove: refuseUsedSite,
  scope: 'customers',
  schema: schemaOf('Site'),
  plays: `client_id toplevel_id includeaddress ${ACTIVITY}`,
  keep: (call, row) => {
    const topLevel = call.query.int('toplevel_id')
    return (
      activity(call, row) &&
      equalsAll(call, row, ['client_id']) &&
      (topLevel === undefined || find(call.state, 'clients', row.client_id)?.toplevel_id === topLevel)
    )
  },
  searched: () => ['name', 'client_name', 'phonenumber'],
  advanced: ['name', 'client_name'],
  idOnly: true,
  show: (state, row) => ({
    ...shown(row),
    client_name: nameOf(state, 'clients', row.client_id),
    clientsite_name: `${nameOf(state, 'clients', row.client_id)} / ${row.name}`,
    maincontact_name: text(
      rowsOf(state, 'users').find((user) => user.site_id === row.id && user.$general !== true)?.name,
    ),
    use: 'site',
  }),
  details: ['customfields', 'delivery_address', 'invoice_address', 'notes', 'datecreated'],
  listed: addressLines,
  body: {
    schema: 'Site',
    plays:
      'name client_id phonenumber timezone inactive sla_id notes colour delivery_address invoice_address',
    computed: 'client_name clientsite_name maincontact_name datecreated',
  },
  save: (call, draft, _change, previous) => {
    if (!draft.name) throw sentence(400, 'A Name must be entered for this Site.')
    if (!find(call.state, 'clients', draft.client_id))
      throw sentence(400, 'A Customer must be chosen for this Site.')
    if (previous) return
    draft.delivery_address ??= {}
    const defaults: Rec = { inactive: false, phonenumber: '', timezone: '', notes: '', sla_id: 0 }
    for (const [name, value] of Object.entries(defaults)) draft[name] ??= value
    draft.datecreated = stamp(call.now)
  },
  saved: (call, row, _change, previous) => {
    if (!previous) addGeneralUser(call.state, row)
  },
})

export const peopleRoutes: Route[] = [...agentRoutes, ...userRoutes, ...clientRoutes, ...siteRoutes]
