import { schemaOf } from './allowlists.ts'
import type { Route } from './call.ts'
import { ACTIVITY, activity, equalsAll, resourceRoutes } from './resource.ts'
import { find, nameOf, shown } from './state.ts'

/** Read only: prices, agreements and articles are set up by people in the product. */
export const catalogueRoutes: Route[] = [
  ...resourceRoutes({
    path: 'Item',
    table: 'items',
    key: 'items',
    scope: 'items',
    schema: schemaOf('Item'),
    plays: `assetgroup_id supplier_id recurringonly ${ACTIVITY}`,
    keep: (call, row) =>
      // An item's own row does not tell whether it is in use.
      activity(call, { inactive: row.$inactive }) &&
      equalsAll(call, row, ['assetgroup_id', 'supplier_id']) &&
      (!call.query.flag('recurringonly') || row.isrecurringitem === true),
    searched: () => ['name', 'description', 'internalreference'],
    advanced: ['name', 'description'],
    show: (_state, row) => ({ ...shown(row), use: 'item' }),
    details: ['description', 'externalreference'],
  }),
  ...resourceRoutes({
    path: 'ClientContract',
    table: 'contracts',
    key: 'contracts',
    scope: 'contracts',
    schema: schemaOf('ContractHeader'),
    plays: 'client_id site_id includeinactive',
    keep: (call, row) =>
      equalsAll(call, row, ['client_id', 'site_id']) &&
      (row.expired !== true || call.query.flag('includeinactive')),
    searched: () => ['ref', 'client_name'],
    show: (state, row) => ({
      ...shown(row),
      client_name: nameOf(state, 'clients', row.client_id),
      user_name: nameOf(state, 'users', row.user_id),
      sla_name: nameOf(state, 'slas', row.sla_id),
      use: 'contract',
    }),
    details: [
      'note',
      'numberofunitsfree',
      'periodchargeamount',
      'contract_prepayasamount',
      'contract_prepaytotal',
      'contract_prepayused',
      'contract_prepaybalance',
    ],
  }),
  ...resourceRoutes({
    path: 'Template',
    table: 'templates',
    key: 'templates',
    scope: 'tickets',
    schema: schemaOf('StdRequest'),
    plays: '',
    keep: () => true,
    searched: () => ['name'],
    bare: true,
    show: (_state, row) => shown(row),
    details: ['summary', 'details', 'tickettype_id', 'team', 'priority_id', 'nextcreationdate'],
  }),
  ...resourceRoutes({
    path: 'KBArticle',
    table: 'articles',
    key: 'articles',
    scope: 'kb',
    schema: schemaOf('KBEntry'),
    plays: `faqlists articletype ${ACTIVITY}`,
    keep: (call, row) => {
      const lists = call.query.ints('faqlists')
      const types = call.query.ints('articletype')
      return (
        activity(call, row) &&
        (!lists || ((row.$lists ?? []) as number[]).some((id) => lists.includes(id))) &&
        (!types || types.includes(Number(row.type)))
      )
    },
    searched: () => ['name', 'description', 'resolution', 'kb_tags'],
    advanced: ['name', 'description'],
    show: (state, row) => ({
      ...shown(row),
      creator_name: nameOf(state, 'agents', row.creator_id),
      use: 'kbarticle',
    }),
    details: ['description_html', 'resolution', 'resolution_html', 'internalmemoagent'],
    detail: (call, row) => ({
      faqlists: ((row.$lists ?? []) as number[]).map((id) => ({
        id,
        name: String(find(call.state, 'faqLists', id)?.name ?? ''),
      })),
    }),
  }),
]
