import type { Rec } from '../shared/json.ts'
import { type Call, ok, param, type Route } from './call.ts'
import { silent, strict } from './errors.ts'
import { find, isClosedStatus, rowsOf, type State, shown, type TableName } from './state.ts'

interface ConfigOptions {
  path: string
  table: TableName
  plays?: string
  /** Which rows this query shows. */
  keep?: (call: Call, row: Rec) => boolean
  show?: (state: State, row: Rec, call: Call) => Rec
}

/** The tenant's small lists come as bare arrays, and nobody changes them through the simulator. */
function configRoutes({
  path,
  table,
  plays,
  keep = () => true,
  show = (_state, row) => shown(row),
}: ConfigOptions): Route[] {
  return [
    {
      method: 'GET',
      template: path,
      plays,
      handler: (call) =>
        ok(
          rowsOf(call.state, table)
            .filter((row) => keep(call, row))
            .map((row) => show(call.state, row, call)),
        ),
    },
    {
      method: 'GET',
      template: `${path}/{id}`,
      plays: 'includedetails',
      handler: (call) => {
        const row = find(call.state, table, param(call))
        if (!row) throw silent(404)
        return ok(show(call.state, row, call))
      },
    },
  ]
}

/** A filter that was not sent keeps every row. */
const equals = (wanted: unknown, value: unknown) => wanted === undefined || wanted === value

const showPriority = (_state: State, row: Rec): Rec => ({ ...shown(row), id: String(row.$guid) })

function outcomeFits({ query }: Call, row: Rec): boolean {
  const type = query.int('tickettype_id')
  const types = row.$types as number[] | undefined
  return (
    (row.hidden !== true || query.flag('showhidden')) &&
    !(query.flag('excludesystemactions') && Number(row.systemid) > 0) &&
    (type === undefined || !types || types.includes(type)) &&
    equals(query.int('workflow_id'), row.workflow_id)
  )
}

function categoryFits({ query }: Call, row: Rec): boolean {
  return equals(query.int('type_id'), row.type_id)
}

const LOOKUP_CHARGE_RATES = 17

/** Charge rates by their names: 17 is the list's number in the two clients that read it. */
function lookup(call: Call) {
  const wanted = call.query.int('lookupid')
  const field = rowsOf(call.state, 'customFields').find((row) => 100 + Number(row.id) === wanted)
  if (field) return ok(field.values as Rec[])
  if (wanted !== LOOKUP_CHARGE_RATES)
    throw strict(`the simulator does not play lookupid ${wanted ?? 'left out'}`)
  const rows = rowsOf(call.state, 'chargeRates').map(({ id, name }) => ({ lookupid: wanted, id, name }))
  const none = { lookupid: wanted, id: 0, name: 'No Charge' }
  return ok(call.query.flag('exclude_zero') ? rows : [none, ...rows])
}

export const configurationRoutes: Route[] = [
  ...configRoutes({
    path: 'Status',
    table: 'statuses',
    plays: 'excludeclosed tickettype_id type showall',
    keep: ({ query, state }, row) => !(query.flag('excludeclosed') && isClosedStatus(state, row.id)),
  }),
  ...configRoutes({
    path: 'TicketType',
    table: 'ticketTypes',
    plays: 'domain showall showinactive',
    keep: ({ query }, row) => {
      const use = { reqs: 'ticket', prjs: 'project', opps: 'opportunity' }[query.text('domain') ?? '']
      return use === undefined || row.use === use
    },
  }),
  ...configRoutes({
    path: 'Team',
    table: 'teams',
    plays: 'department_id includeagentsforteams showall',
    keep: ({ query }, row) => equals(query.int('department_id'), row.department_id),
    show: (state, row, { query }) => ({
      ...shown(row),
      ...((query.text('includeagentsforteams')?.split(',').includes(String(row.name)) ||
        query.flag('includedetails')) && {
        agents: ((row.$agents ?? []) as number[]).map((id) => ({
          agent_id: id,
          agent_name: String(find(state, 'agents', id)?.name),
        })),
      }),
    }),
  }),
  ...configRoutes({
    path: 'SLA',
    table: 'slas',
    plays: 'showpriorities',
    show: (state, row, { query }) => ({
      ...shown(row),
      ...((query.flag('showpriorities') || query.flag('includedetails')) && {
        priorities: rowsOf(state, 'priorities')
          .filter((priority) => priority.slaid === row.id)
          .map((priority) => showPriority(state, priority)),
      }),
    }),
  }),
  {
    method: 'GET',
    template: 'Priority',
    plays: 'slaid',
    handler: (call) =>
      ok(
        rowsOf(call.state, 'priorities')
          .filter((row) => equals(call.query.int('slaid'), row.slaid))
          .map((row) => showPriority(call.state, row)),
      ),
  },
  {
    method: 'GET',
    template: 'Priority/{guid}',
    handler: (call) => {
      const row = rowsOf(call.state, 'priorities').find((candidate) => candidate.$guid === call.params[0])
      if (!row) throw silent(404)
      return ok(showPriority(call.state, row))
    },
  },
  ...configRoutes({
    path: 'Outcome',
    table: 'outcomes',
    plays: 'tickettype_id workflow_id showhidden excludesystemactions',
    keep: outcomeFits,
  }),
  ...configRoutes({ path: 'Category', table: 'categories', plays: 'type_id', keep: categoryFits }),
  ...configRoutes({
    path: 'AssetType',
    table: 'assetTypes',
    plays: 'assetgroup_id',
    keep: ({ query }, row) => equals(query.int('assetgroup_id'), row.assetgroup_id),
  }),
  ...configRoutes({ path: 'AssetGroup', table: 'assetGroups' }),
  ...configRoutes({ path: 'TopLevel', table: 'topLevels' }),
  ...configRoutes({ path: 'FAQLists', table: 'faqLists' }),
  ...configRoutes({
    path: 'FieldInfo',
    table: 'customFields',
    plays: 'includevalues typeid iscustomfieldsetup',
    show: (_state, row, { query }) => {
      const { values, ...rest } = shown(row)
      return query.flag('includevalues') || query.flag('includedetails') ? { ...rest, values } : rest
    },
  }),
  ...configRoutes({
    path: 'ChargeRate',
    table: 'chargeRates',
    plays: 'currentonly globalonly chargerate_id',
    keep: ({ query }, row) => equals(query.int('chargerate_id'), row.id),
    // Rates have no name here; their names are a lookup.
    show: (_state, { id, rate }) => ({
      id,
      charge_id: id,
      rate,
      area: 0,
      contract_id: 0,
      current: true,
      current_rate: rate,
    }),
  }),
  { method: 'GET', template: 'Lookup', plays: 'lookupid exclude_zero', handler: lookup },
]
