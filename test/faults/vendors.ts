/** The four PSAs of a run, as its simulators start them and as people work in them past every gateway. */
import type { TenantMapping, Vendor } from '../../schema/source.ts'
import { startAutotaskSimulator } from '../../simulators/autotask/index.ts'
import { startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import { startHaloSimulator } from '../../simulators/halo/index.ts'
import { startServiceNowSimulator, sysIdOf } from '../../simulators/servicenow/index.ts'
import type { Json } from '../../simulators/shared/json.ts'

/** What both the harness and the process of the simulators know of a connection. */
export const CONNECTIONS = {
  'acme-cw': 'connectwise',
  'acme-at': 'autotask',
  'acme-halo': 'halo',
  'acme-sn': 'servicenow',
} as const satisfies Readonly<Record<string, Vendor>>
export type Slug = keyof typeof CONNECTIONS
export const SLUGS = Object.keys(CONNECTIONS) as Slug[]

/** Sign-ins and questions that travel as a POST. */
export const READ_BY_POST = /\/query(\/|$)|\/search$|^\/auth\/|^\/oauth_token\.do|^\/login\//i

interface Started {
  readonly url: string
  readonly credentials: object
  readonly state: object
  actAs(
    who: string,
    method: string,
    apiPath: string,
    body?: Json,
  ): { readonly status: number; readonly body?: unknown }
}

export interface Tenant {
  start(options: { journalFile: string; secret: string }): Promise<Started>
  readonly mapping: TenantMapping
  /** Keys of the company and the board that tickets are made with. */
  readonly company: string
  readonly board: string
  /** A technician, by whose name agents log time. */
  readonly member: string
  /** Of a type that takes others as its children, where there are such types. */
  newTicket(title: string, asParent: boolean): { readonly path: string; readonly body: Json }
  ticketKey(answer: unknown): string
  change(
    key: string,
    what: 'title' | 'status',
  ): { readonly method: string; readonly path: string; readonly body: Json }
  /** A raw request that gives a ticket another title. */
  rename(
    key: string,
    title: string,
  ): { readonly method: 'PATCH' | 'POST'; readonly path: string; readonly body: Json }
}

const BY_HAND = 'Changed by hand'
const idOf = (answer: unknown, member: string) =>
  String((answer as Readonly<Record<string, unknown>>)[member])
const sysId = (key: string) => key.slice('incident.'.length)

export const tenants: Readonly<Record<Vendor, Tenant>> = {
  connectwise: {
    start: ({ journalFile, secret }) =>
      startConnectWiseSimulator({ port: 0, journalFile, privateKey: secret }),
    // A workflow rule, which the API does not show, could mail about any of the proposed ones.
    mapping: { silentStatuses: [] },
    company: '302',
    board: '1',
    member: 'jdoe',
    newTicket: (summary) => ({
      path: '/service/tickets',
      body: {
        summary,
        board: { id: 1 },
        company: { id: 302 },
        status: { name: 'In Progress' },
        priority: { id: 3 },
        owner: { identifier: 'asmith' },
      },
    }),
    ticketKey: (answer) => idOf(answer, 'id'),
    change: (key, what) => ({
      method: 'PATCH',
      path: `/service/tickets/${key}`,
      body: [
        what === 'title'
          ? { op: 'replace', path: 'summary', value: BY_HAND }
          : { op: 'replace', path: 'status', value: { name: 'Waiting on Vendor' } },
      ],
    }),
    rename: (key, value) => ({
      method: 'PATCH',
      path: `/service/tickets/${key}`,
      body: [{ op: 'replace', path: 'summary', value }],
    }),
  },
  autotask: {
    start: ({ journalFile, secret }) =>
      startAutotaskSimulator({ port: 0, journalFile, secret, serviceTime: 0 }),
    mapping: { emulateMerge: true },
    company: '302',
    board: '29682831',
    member: '151',
    // A problem takes incidents, and nothing else takes any.
    newTicket: (title, asParent) => ({
      path: '/Tickets',
      body: {
        title,
        queueID: 29_682_831,
        companyID: 302,
        status: 8,
        priority: 2,
        ticketType: asParent ? 3 : 2,
        description: 'Smoke',
      },
    }),
    ticketKey: (answer) => idOf(answer, 'itemId'),
    change: (key, what) => ({
      method: 'PATCH',
      path: '/Tickets',
      body: { id: Number(key), ...(what === 'title' ? { title: BY_HAND } : { status: 12 }) },
    }),
    rename: (key, title) => ({ method: 'PATCH', path: '/Tickets', body: { id: Number(key), title } }),
  },
  halo: {
    start: ({ journalFile, secret }) => startHaloSimulator({ port: 0, journalFile, clientSecret: secret }),
    mapping: { emulateMerge: true },
    company: '302',
    board: '21',
    member: '151',
    newTicket: (summary) => ({
      path: '/Tickets',
      body: [{ summary, tickettype_id: 1, client_id: 302, status_id: 2, sendack: false }],
    }),
    ticketKey: (answer) => idOf(answer, 'id'),
    change: (key, what) => ({
      method: 'POST',
      path: '/Tickets',
      body: [{ id: Number(key), ...(what === 'title' ? { summary: BY_HAND } : { status_id: 4 }) }],
    }),
    rename: (key, summary) => ({ method: 'POST', path: '/Tickets', body: [{ id: Number(key), summary }] }),
  },
  servicenow: {
    start: ({ journalFile, secret }) =>
      startServiceNowSimulator({ port: 0, journalFile, clientSecret: secret }),
    mapping: { emulateMerge: true },
    company: sysIdOf('company', 302),
    board: sysIdOf('board', 1),
    member: 'jdoe',
    newTicket: (short_description) => ({
      path: '/table/incident',
      body: { short_description, company: sysIdOf('company', 302), state: '2' },
    }),
    ticketKey: (answer) => `incident.${idOf((answer as { result: unknown }).result, 'sys_id')}`,
    change: (key, what) => ({
      method: 'PATCH',
      path: `/table/incident/${sysId(key)}`,
      body: what === 'title' ? { short_description: BY_HAND } : { state: '1' },
    }),
    rename: (key, short_description) => ({
      method: 'PATCH',
      path: `/api/now/table/incident/${sysId(key)}`,
      body: { short_description },
    }),
  },
}
