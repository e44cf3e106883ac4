/**
 * `npm run bench:policy`: what judging an operation and a raw request costs, and how much of the CPU of a list of 50
 * tickets the shield takes. Medians are printed and nothing is asserted: a busy machine proves nothing.
 */
import { readFileSync } from 'node:fs'
import { execute, type GraphQLSchema, parse } from 'graphql'
import { GatewayContext } from '../gateway/context.ts'
import { guard } from '../gateway/guard/guard.ts'
import { composeMounted } from '../gateway/mounted.ts'
import { plainPath } from '../gateway/passthrough/path.ts'
import { rawRequest } from '../gateway/passthrough/request.ts'
import type { Services } from '../gateway/services.ts'
import { DEFAULT_SETTINGS } from '../gateway/settings.ts'
import { shielded } from '../gateway/shield/shield.ts'
import { createSupergraph } from '../gateway/supergraph/runtime.ts'
import { decide } from '../policy/decide.ts'
import { profilePolicy } from '../policy/profiles.ts'
import type { Demand } from '../policy/types.ts'
import { psaSubgraph } from '../schema/psa.ts'
import { type EntityType, VendorRecord } from '../schema/records.ts'
import type { ListPage, VendorSource } from '../schema/source.ts'
import { sources } from '../subgraphs/index.ts'

const SLUG = 'acme-cw'
const RUNS = 10_000
const FIFTY = readFileSync(new URL('../test/operations/fifty-tickets.graphql', import.meta.url), 'utf8')

const connectwise = sources.get('connectwise') as VendorSource

function record(type: EntityType, key: string, values: Readonly<Record<string, unknown>>): VendorRecord {
  return new VendorRecord(`${SLUG}:${type}:${key}`, type, SLUG, values, Object.keys(values))
}

function page(records: readonly VendorRecord[]): ListPage {
  return {
    records,
    positions: records.map(({ id }) => id),
    sortValues: records.map(() => null),
    hasNext: false,
  }
}

const contactOf = (key: string) =>
  record('Contact', key, { name: 'Maria Lopez', email: 'maria@acme.example' })
const tickets = Array.from({ length: 50 }, (_, at) =>
  record('Ticket', String(at), {
    number: String(at),
    title: 'Printer on fire',
    company: record('Company', String(at % 20), { name: 'Atlas Freight' }),
    contact: record('Contact', String(at), { name: 'Maria Lopez' }),
  }),
)
const notesOf = (parent: string) =>
  page(
    Array.from({ length: 5 }, (_, at) =>
      record('Note', `${parent}.${at}`, {
        kind: 'INTERNAL',
        text: 'Looked at it.',
        createdAt: '2026-11-20T09:00:00Z',
        clientVisible: false,
        ticket: record('Ticket', parent, { number: parent }),
      }),
    ),
  )

/** Records from memory: what is left is the gateway's own work. */
const stub: VendorSource = {
  ...connectwise,
  listPage: async (_session, { list, parent }) => (list === 'Ticket' ? page(tickets) : notesOf(parent ?? '')),
  childPages: async (_session, { parents }) => parents.map(notesOf),
  readMany: (async (_session, _type, keys) => keys.map(contactOf)) as VendorSource['readMany'],
}

const policy = { ...profilePolicy('HELPDESK', 'connectwise', connectwise.groups), testMode: false }
const principal = { kind: 'AGENT', active: true, connections: new Map([[SLUG, policy]]) } as const
const row = {
  slug: SLUG,
  vendor: 'connectwise',
  base_url: 'http://127.0.0.1',
  settings: {},
  mapping: {},
  budget: null,
  on_premises: null,
}
/** Nothing of the rest is asked for: no store, no secrets, no HTTP. */
const services = {
  sources: new Map([['connectwise', stub]]),
  ports: { allowedOrigin: () => ({ origin: 'http://127.0.0.1', allowPrivate: true }) },
  pin() {},
  store: { db: {} },
  settings: DEFAULT_SETTINGS,
} as unknown as Services

function context(): GatewayContext {
  return new GatewayContext(
    services,
    { kind: 'AGENT', id: 'a', name: 'bench', workflowId: 'w' } as never,
    { principal, rows: new Map([[SLUG, row]]), policyVersions: new Map() } as never,
    { name: null, documentHash: '', address: '' },
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** In microseconds. */
function each(work: () => unknown): number {
  const times: number[] = []
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now()
    work()
    times.push((performance.now() - start) * 1000)
  }
  return median(times)
}

const supergraph = createSupergraph({ composed: composeMounted() })

function judged(source: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const prepared = supergraph.prepare({ document: supergraph.parse(source), variables })
  const asked = context()
  return each(() =>
    guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context: asked }),
  )
}

function judgedRaw(
  method: 'GET' | 'PATCH',
  path: string,
  query: readonly { name: string; value: string }[],
  body: string | null,
): number {
  const { passthrough } = connectwise
  if (passthrough === undefined) throw new Error('ConnectWise has no passthrough')
  return each(() => {
    const found = passthrough.catalogue.find(method, plainPath(path))
    if (found === undefined) throw new Error(`No endpoint ${path}`)
    const { access, alsoDemands } = passthrough.read(
      rawRequest(found, { connection: SLUG, method, path, query, body }),
    )
    const demands = [access, ...alsoDemands].map(
      ({ group, kind, fields }): Demand => ({ connection: SLUG, group, kind, fields }),
    )
    return decide(principal, demands)
  })
}

/** CPU of one run, in milliseconds; the runs of both schemas take turns, so that a busy moment is shared. */
async function shieldShare() {
  const document = parse(FIFTY)
  const plain = psaSubgraph()
  const guarded = shielded(psaSubgraph())
  const one = async (schema: GraphQLSchema): Promise<number> => {
    const contextValue = context()
    const start = process.cpuUsage()
    const { errors } = await execute({ schema, document, contextValue })
    const { user, system } = process.cpuUsage(start)
    if (errors !== undefined) throw errors[0]
    return (user + system) / 1000
  }
  const times = { without: [] as number[], with: [] as number[] }
  for (let run = 0; run < 400; run += 1) {
    const [without, guardedTime] = [await one(plain), await one(guarded)]
    // The first runs are the compiler's.
    if (run < 100) continue
    times.without.push(without)
    times.with.push(guardedTime)
  }
  return { without: median(times.without), with: median(times.with) }
}

const rows: readonly (readonly [string, string])[] = [
  ['guard, 50 tickets', `${judged(FIFTY).toFixed(1)} µs`],
  [
    'guard, update of a ticket',
    `${judged('mutation ($id: ID!) { updateTicket(input: { id: $id, title: "x" }) { __typename ... on TicketWritten { ticket { title status { name } } } } }', { id: `${SLUG}:Ticket:1` }).toFixed(1)} µs`,
  ],
  [
    'raw read, a list with a filter',
    `${judgedRaw(
      'GET',
      '/service/tickets',
      [
        { name: 'conditions', value: 'id = 1 and company/id = 3' },
        { name: 'fields', value: 'id,summary,status/name' },
      ],
      null,
    ).toFixed(1)} µs`,
  ],
  [
    'raw write, a patch',
    `${judgedRaw('PATCH', '/service/tickets/1', [], '[{"op":"replace","path":"summary","value":"x"}]').toFixed(1)} µs`,
  ],
]
for (const [what, time] of rows) console.info(`${what.padEnd(34)}${time}`)
const { without, with: withShield } = await shieldShare()
const share = ((withShield - without) / withShield) * 100
console.info(`${'50 tickets without the shield'.padEnd(34)}${without.toFixed(2)} ms CPU`)
console.info(
  `${'50 tickets with the shield'.padEnd(34)}${withShield.toFixed(2)} ms CPU (the shield is ${share.toFixed(1)} %)`,
)
