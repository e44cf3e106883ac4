import { idOf, isRec, type Rec } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { ok } from './call.ts'
import { bindReferences, entityRoutes } from './entity.ts'
import { missing, notFound } from './errors.ts'
import { count, list, shower } from './listing.ts'

const boardChildren = [
  ['statuses', 'statuses'],
  ['types', 'types'],
  ['subTypes', 'subtypes'],
  ['items', 'items'],
  ['teams', 'teams'],
  ['triples', 'typeSubTypeItemAssociations'],
] as const

function memberNamed(call: Call): Rec {
  const wanted = call.params[0]!.toLowerCase()
  const byId = call.state.tables.members.rows.get(/^\d+$/.test(wanted) ? Number(wanted) : -1)
  const found =
    byId ?? call.state.tables.members.all().find((row) => String(row.identifier).toLowerCase() === wanted)
  if (!found) throw notFound('Member', call.params[0]!)
  return found
}

const memberInfo = (row: Rec): Rec => ({
  ...row,
  fullName: `${row.firstName} ${row.lastName}`,
  defaultEmail: row.officeEmail,
})

/** The trail is asked for one record at a time and starts with its creation. */
function auditEntries(call: Call): Rec[] {
  const type = call.query.get('type')
  const id = Number(call.query.get('id'))
  if (!type) throw missing('auditTrail', 'type')
  if (!Number.isInteger(id) || id <= 0) throw missing('auditTrail', 'id')
  const ticket = type.toLowerCase() === 'ticket' ? call.state.tables.tickets.rows.get(id) : undefined
  const info: Rec = isRec(ticket?._info) ? ticket._info : {}
  const recorded: Rec[] = call.state.audit
    .filter((entry) => entry.id === id && entry.type.toLowerCase() === type.toLowerCase())
    .map((entry) => ({ ...entry }))
  const seeded = ticket && !recorded.some((entry) => entry.auditSubType === 'Record')
  const first = {
    text: `Ticket ${id} has been created.`,
    enteredDate: info.dateEntered,
    enteredBy: info.enteredBy,
    auditType: 'Ticket',
    auditSubType: 'Record',
    auditSource: 'PSA',
  }
  return seeded ? [first, ...recorded] : recorded
}

/** How far an agreement is used up, in its own units. */
function recap(row: Rec): Rec {
  const [starting, used] = [Number(row.applicationLimit ?? 0), Number(row.$used)]
  return {
    id: row.id,
    name: row.name,
    agreementStatus: row.agreementStatus,
    isUnlimited: String(row.applicationUnlimitedFlag),
    startingAmount: starting,
    usedAmount: used,
    remainingAmount: starting - used,
  }
}

/** What is not said comes from the catalogue; what it comes to is computed. */
function settleProduct(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  const { catalog, tickets } = call.state.tables
  bindReferences(call, 'ProductItem', 'productItem', draft, change)
  const item = catalog.rows.get(idOf(draft.catalogItem) ?? 0)
  if (!previous && item) {
    draft.quantity ??= 1
    draft.price ??= item.price
    draft.cost ??= item.cost
    draft.description ??= item.description
    draft.customerDescription ??= item.customerDescription
    draft.productClass ??= item.productClass
    draft.cancelledFlag ??= false
    draft.company ??= tickets.rows.get(idOf(draft.ticket) ?? 0)?.company
  }
  const [quantity, price, cost] = [Number(draft.quantity), Number(draft.price), Number(draft.cost)]
  draft.extPrice = quantity * price
  draft.extCost = quantity * cost
  draft.margin = quantity * (price - cost)
}

const account = (call: Call) => ok(shower(call, 'MyAccount')(call.caller))

export const setupRoutes: Route[] = [
  ...entityRoutes({ table: 'boards', path: 'service/boards' }),
  ...boardChildren.flatMap(([table, name]) =>
    entityRoutes({
      table,
      path: `service/boards/{id}/${name}`,
      parent: 'boards',
      // What an administrator does to a board while the gateway is connected to it.
      ...(table === 'statuses' && { writes: ['PATCH', 'DELETE'] as const }),
    }),
  ),
  ...entityRoutes({ table: 'priorities', path: 'service/priorities' }),
  ...entityRoutes({ table: 'sources', path: 'service/sources' }),
  ...entityRoutes({ table: 'slas', path: 'service/slas' }),
  ...entityRoutes({ table: 'serviceTeams', path: 'service/teams' }),
  ...entityRoutes({ table: 'severities', path: 'service/severities' }),
  ...entityRoutes({ table: 'impacts', path: 'service/impacts' }),
  ...entityRoutes({ table: 'serviceLocations', path: 'service/locations' }),
  ...entityRoutes({ table: 'catalog', path: 'procurement/catalog' }),
  ...entityRoutes({ table: 'knowledgeArticles', path: 'service/knowledgeBaseArticles' }),
  ...entityRoutes({
    table: 'products',
    path: 'procurement/products',
    writes: ['POST', 'PATCH', 'DELETE'],
    required: ['catalogItem', 'billableOption'],
    readOnly: ['extPrice', 'extCost', 'margin', 'invoice'],
    beforeSave: settleProduct,
  }),
  ...entityRoutes({ table: 'agreements', path: 'finance/agreements' }),
  {
    method: 'GET',
    template: 'finance/agreementrecap',
    handler: (call) => list(call, 'AgreementRecap', call.state.tables.agreements.all().map(recap)),
  },
  ...entityRoutes({ table: 'templates', path: 'service/templates' }),
  ...entityRoutes({ table: 'projects', path: 'project/projects' }),
  ...entityRoutes({ table: 'phases', path: 'project/projects/{id}/phases', parent: 'projects' }),
  ...entityRoutes({ table: 'opportunities', path: 'sales/opportunities' }),
  ...entityRoutes({ table: 'agreementTypes', path: 'finance/agreements/types' }),
  ...entityRoutes({ table: 'customFields', path: 'system/userDefinedFields' }),
  ...entityRoutes({ table: 'locations', path: 'system/locations' }),
  ...entityRoutes({ table: 'departments', path: 'system/departments' }),
  ...entityRoutes({ table: 'members', path: 'system/members' }),
  {
    method: 'GET',
    template: 'system/members/{text}',
    handler: (call) => ok(shower(call, 'Member')(memberNamed(call))),
  },
  {
    method: 'GET',
    template: 'system/info/members',
    handler: (call) => list(call, 'MemberInfo', call.state.tables.members.all().map(memberInfo)),
  },
  {
    method: 'GET',
    template: 'system/info/members/count',
    handler: (call) => count(call, 'MemberInfo', call.state.tables.members.all().map(memberInfo)),
  },
  {
    method: 'GET',
    template: 'system/info/members/{text}',
    handler: (call) => ok(shower(call, 'MemberInfo')(memberInfo(memberNamed(call)))),
  },
  { method: 'GET', template: 'system/myAccount', handler: account },
  {
    method: 'GET',
    template: 'system/myAccount/{id}',
    handler: (call) => {
      if (Number(call.params[0]) !== call.caller.id) throw notFound('Member', call.params[0]!)
      return account(call)
    },
  },
  {
    method: 'GET',
    template: 'system/audittrail',
    handler: (call) =>
      list(call, 'AuditTrailEntry', auditEntries(call), { forwardOnlyAllowed: false, keepOrder: true }),
  },
  {
    method: 'GET',
    template: 'system/audittrail/count',
    handler: (call) => count(call, 'AuditTrailEntry', auditEntries(call)),
  },
  {
    method: 'GET',
    template: 'system/info',
    handler: () =>
      ok({
        version: 'v2026.4.38842',
        isCloud: true,
        serverTimeZone: 'Eastern Standard Time',
        cloudRegion: 'NA',
        licenseBits: [],
        maxWorkFlowRecordsAllowed: 1000,
      }),
  },
]
