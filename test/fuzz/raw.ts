import type { Vendor } from '../../schema/source.ts'
import type { Choices } from './choices.ts'
import type { Endpoints, Row } from './endpoints.ts'
import { honest, type Keys } from './honest.ts'

export interface RawAttempt {
  readonly connection: string
  readonly method: string
  readonly path: string
  readonly query: readonly { readonly name: string; readonly value: string }[]
  readonly body: string | null
  readonly inMutation: boolean
  readonly dryRun: boolean
}

/** What agents work with most; the rest of the catalogue is met less often. */
const BUSY =
  /ticket|incident|note|action|time|contact|user|compan|client|account|member|resource|agent|schedule|appointment/i

const MEMBERS = [
  'id',
  'summary',
  'title',
  'status',
  'statusid',
  'status_id',
  'board',
  'company',
  'companyID',
  'contact',
  'contactEmailAddress',
  'emailAddress',
  'priority',
  'owner',
  'text',
  'note',
  'detailDescriptionFlag',
  'internalAnalysisFlag',
  'processNotifications',
  'hiddenfromuser',
  'sendemail',
  'new_status',
  'timetaken',
  'parentTicketId',
  'mergeTicketIds',
  'childTicketIds',
  'customFields',
  'userDefinedFields',
  'work_notes',
  'comments',
  'state',
  'short_description',
  'assigned_to',
  'chargeToId',
  'chargeToType',
  'timeStart',
  'timeEnd',
  '__proto__',
]

const CONDITIONS = [
  'id = 1',
  'contact/name = "x"',
  'company/identifier like "a%"',
  'summary contains "x" and contact/id = 3',
  'owner/identifier = "jdoe"',
  'id in (1,2)',
  '{"filter":[{"op":"eq","field":"id","value":1}]}',
  'active=true^caller_id.email=x',
  'number=INC1^EQ',
  'id desc',
  'id,summary,contact/name',
  'id,contact',
  'contact/communicationItems',
  'sys_id,caller_id.email',
  '1',
  '25',
  'true',
  '',
]

/** A request built from a vendor's endpoints, and bent. */
export function rawAttempt(
  choose: Choices,
  {
    vendor,
    connection,
    endpoints,
    keys,
    key,
  }: {
    readonly vendor: Vendor
    readonly connection: string
    readonly endpoints: Endpoints
    readonly keys: readonly string[]
    readonly key: Keys
  },
): RawAttempt {
  if (choose.chance(60)) {
    const { method, path, query = {}, body, writes } = honest(choose, vendor, key)
    return {
      connection,
      method,
      path: choose.chance(5) ? choose.of(bends)(path) : path,
      query: Object.entries(query).map(([name, value]) => ({ name, value })),
      body: body === undefined ? null : JSON.stringify(body),
      inMutation: choose.chance(2) ? !writes : writes,
      dryRun: choose.chance(15),
    }
  }
  const busy = endpoints.rows.filter(({ template, closed }) => !closed && BUSY.test(template))
  const row = choose.of(choose.chance(70) ? busy : endpoints.rows)
  const isRead = row.kind === 'READ'
  const asked = choose.chance(4) ? choose.of(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) : row.method
  return {
    connection,
    method: asked,
    path: bent(choose, pathOf(row)),
    query: queryOf(row),
    body: asked === 'GET' && !choose.chance(3) ? null : choose.chance(92) ? bodyOf() : null,
    inMutation: choose.chance(4) ? isRead : !isRead,
    dryRun: choose.chance(30),
  }

  function pathOf({ template, types }: Row): string {
    return template.replace(/\{(\w+)\}/g, (_all, name: string) => {
      const type = types[name]
      if (type === 'HEX32')
        return choose.chance(30) ? 'a'.repeat(32) : (choose.of(keys).split('.').at(-1) ?? '')
      if (type === 'GUID') return '5f1d7c1e-6d0b-4f57-9a53-3a8f0f2f7c11'
      if (type === 'TABLE') return choose.of(['incident', 'sys_user', 'task', 'cmdb_ci'])
      if (type === 'INTEGER')
        return choose.chance(15)
          ? String(choose.of([0, 1, 2, 99_999_999]))
          : (choose.of(keys).split('.')[0] ?? '')
      return choose.of(['jdoe', '1', 'x', 'count', 'search', 'query'])
    })
  }

  function queryOf({ query }: Row): RawAttempt['query'] {
    if (!choose.chance(45)) return []
    const names =
      choose.chance(85) && query.length > 0
        ? query
        : ['fields', 'conditions', 'X-Http-Method-Override', 'columns', 'sysparm_query', 'search']
    return choose.some(names, 2).map((name) => ({
      name: choose.chance(6) ? name.toUpperCase() : name,
      value: choose.of(CONDITIONS),
    }))
  }

  function member(): unknown {
    const simple = choose.of([
      1,
      'x',
      true,
      false,
      null,
      'New',
      Number(choose.of(keys).split('.')[0]),
      '2026-11-20T09:00:00Z',
    ] as unknown[])
    if (choose.chance(12)) return { id: simple }
    if (choose.chance(4)) return { name: simple, email: 'x@y.example' }
    return choose.chance(5) ? [{ id: 1, value: simple }] : simple
  }

  function bodyOf(): string {
    if (choose.chance(3))
      return choose.of([
        '',
        '{',
        '[]',
        '{}',
        'null',
        '{"id":1,"id":2}',
        '{"id":12345678901234567890}',
        '[[[[[[]]]]]]',
      ])
    const names = choose.some(MEMBERS, 4)
    if (vendor === 'connectwise' && asked === 'PATCH' && choose.chance(92)) {
      return JSON.stringify(
        names.map((name) => ({
          op: choose.chance(90) ? 'replace' : 'add',
          path: choose.chance(85) ? name : `/${name}/id`,
          value: member(),
        })),
      )
    }
    const object = Object.fromEntries(names.map((name) => [name, member()]))
    if (choose.chance(40)) Object.assign(object, { id: Number(choose.of(keys).split('.')[0]) || 1 })
    return JSON.stringify(vendor === 'halo' ? (choose.chance(85) ? [object] : [object, object]) : object)
  }
}

const bends: readonly ((path: string) => string)[] = [
  (path) => path.toUpperCase(),
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.replace(/\/(\w)/, '/./$1'),
  (path) => `${path}/../${path.split('/').at(-1) ?? ''}`,
  (path) => path.replace(/\/([^/]+)$/, '%2f$1'),
  (path) => `${path}?fields=contact`,
  (path) => `${path}#x`,
  (path) => `${path};a=b`,
  (path) => `${path}/count`,
  (path) => `${path}/notes`,
  (path) => `${path}.json`,
  (path) => path.replace(/\d+/, '1,2'),
  (path) => path.replace(/\w/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => `${path}\u0000`,
]

function bent(choose: Choices, path: string): string {
  return choose.chance(20) ? choose.of(bends)(path) : path
}
