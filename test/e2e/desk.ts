import { expect } from 'vitest'
import { readHead, wholeTrail } from '../../gateway/audit/read.ts'
import { type ExportedEvent, verifyChain } from '../../gateway/audit/verify.ts'
import type { Store } from '../../gateway/store/index.ts'
import type { ConnectWiseSimulator, JournalEntry, Json, Rec } from '../../simulators/connectwise/index.ts'
import { type Answer, startTestGateway, type TestGateway, type TestGatewayOptions } from '../gateway.ts'

export const SERVICE_DESK = 1
export const SECURITY = 3
export const COMPANY = 302
export const OTHER_COMPANY = 251

export interface Fault {
  readonly method?: string
  readonly path?: string
  readonly kind: 'status' | 'delay' | 'reset' | 'malformed' | 'html'
  readonly when?: 'before' | 'after'
  readonly status?: number
  readonly times?: number
  readonly delayMs?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Json
}

/** A gateway with what tests of writes ask for again and again. */
export interface Desk extends TestGateway {
  readonly store: Store
  /** A fresh ticket in progress, made by a technician in the PSA itself. */
  ticket(
    over?: Readonly<Record<string, unknown>>,
    sim?: ConnectWiseSimulator,
  ): { readonly id: string; readonly key: number }
  /** The ticket as the PSA holds it. */
  inPsa(key: number): Rec
  /** Requests that were no reads. */
  sent(): JournalEntry[]
  fault(fault: Fault): Promise<void>
  write(
    token: string,
    field: string,
    input: Readonly<Record<string, unknown>>,
    argument?: string,
  ): Promise<Answer>
  /** Asks for nothing that a policy on reading could refuse. */
  writeBlind(
    token: string,
    field: string,
    input: Readonly<Record<string, unknown>>,
    argument?: string,
  ): Promise<Answer>
  approve(token: string, request: { readonly id: string; readonly planHash: string }): Promise<Answer>
  request(token: string, id: string): Promise<Answer['data']>
  requestsStored(): Promise<number>
  events(): Promise<ExportedEvent[]>
}

export const REQUEST = `id state planHash revision partial groups approversNeeded
  error { code message details } steps { step outcome status tries vendorMessage } comments { kind text }
  ticket { id } notes { id } timeEntries { id }`

/** All that a plan shows. */
export const PLAN = `planHash steps { method path body group kind fields demands summary } changes { field target before after }
  sideEffects warnings closes billableHours clientMail { verdict recipients reasons }`

const RESULT = `__typename ... on WriteOutcome { replayed request { ${REQUEST} plan { ${PLAN} } } }
  ... on DryRunPlan { wouldRequireApproval testMode plan { ${PLAN} } }`

/** What needs the right to read tickets: under a policy without it, the guard refuses the whole operation. */
const TICKET = '... on TicketWritten { ticket { id number title status { name } board { name } } }'

export function writeDocument(field: string, argument = '', ticket = TICKET): string {
  const input = `${field[0]?.toUpperCase()}${field.slice(1)}Input`
  return `mutation ($input: ${input}!) { ${field}(input: $input${argument}) { ${RESULT} ${ticket} } }`
}

export async function startDesk(options?: TestGatewayOptions): Promise<Desk> {
  const t = await startTestGateway(options)
  const { store } = t.gateway.services
  return {
    ...t,
    store,
    ticket(over = {}, sim = t.simulator) {
      const contact = sim.dataset.contacts.find((one) => one.companyId === COMPANY && !one.inactive)
      const answer = sim.actAs('jdoe', 'POST', '/service/tickets', {
        summary: 'Printer on fire',
        board: { id: SERVICE_DESK },
        company: { id: COMPANY },
        status: { name: 'In Progress' },
        priority: { id: 3 },
        ...(over.company === undefined && contact !== undefined && { contact: { id: contact.id } }),
        owner: { identifier: 'asmith' },
        ...over,
      })
      const { id } = answer.body as { id: number }
      expect(answer.status, JSON.stringify(answer.body)).toBe(201)
      sim.state.outbox.length = 0
      const slug = Object.entries(t.simulators).find(([, one]) => one === sim)?.[0]
      return { id: `${slug}:Ticket:${id}`, key: id }
    },
    inPsa: (key) => t.simulator.actAs('jdoe', 'GET', `/service/tickets/${key}`).body as unknown as Rec,
    sent: () => t.simulator.journal().filter(({ method }) => method !== 'GET'),
    async fault({ method, path, times = 1, ...rest }) {
      const match = { ...(method && { method }), ...(path && { path }) }
      const answer = await fetch(`${t.simulator.url}/__faults`, {
        method: 'POST',
        body: JSON.stringify({ match, times, ...rest }),
      })
      expect(answer.status).toBe(201)
    },
    write: (token, field, input, argument) => t.ask(token, writeDocument(field, argument), { input }),
    writeBlind: (token, field, input, argument) =>
      t.ask(token, writeDocument(field, argument, ''), { input }),
    approve: (token, { id, planHash }) =>
      t.ask(
        token,
        `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { ${REQUEST} } }`,
        { id, planHash },
      ),
    async request(token, id) {
      const { data } = await t.ask(token, `query ($id: ID!) { writeRequest(id: $id) { ${REQUEST} } }`, { id })
      return data.writeRequest
    },
    async requestsStored() {
      const { count } = await store.db
        .selectFrom('write_request')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    },
    events: () => wholeTrail(store.db),
  }
}

export function codesOf({ errors }: Answer): unknown[] {
  return errors.map(({ extensions }) => extensions.code)
}

/** The chain is whole, every write that the PSA got has one intent before it, and nothing secret stands in it. */
export async function expectSoundTrail(
  desk: Desk,
  sent: readonly JournalEntry[],
  secrets: readonly string[],
): Promise<void> {
  // The head first: what was read goes on record a moment later, and would stand behind the events.
  const { seq, hash } = await readHead(desk.store.db)
  const events = await desk.events()
  expect(await verifyChain(events, { upTo: { seq, hash } })).toMatchObject({ intact: true })
  const intents = events.filter(({ type }) => type === 'WRITE_INTENT')
  for (const entry of sent) {
    const fitting = intents.filter(
      ({ at, body }) =>
        body.method === entry.method &&
        entry.path.endsWith(String(body.pathTemplate)) &&
        at.getTime() <= Date.parse(entry.time) + 1_000,
    )
    expect(fitting.length, `${entry.method} ${entry.path}`).toBeGreaterThan(0)
  }
  const text = JSON.stringify(events.map(({ body, payload }) => ({ body, payload })))
  for (const secret of secrets)
    expect(text.includes(secret), 'a secret stands in the audit trail').toBe(false)
}

export async function until(what: () => Promise<boolean> | boolean, withinMs = 8_000): Promise<void> {
  const deadline = Date.now() + withinMs
  // What takes seconds is asked for less and less often: asking costs more than all the rest of such a test.
  for (let pause = 20; !(await what()); pause = Math.min(1.5 * pause, 250)) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
