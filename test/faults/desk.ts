import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashPoint } from '../../gateway/writes/crash-points.ts'
import type { Random } from '../../simulators/dataset/prng.ts'
import { type Client, codesIn, type Reply } from './client.ts'
import type { GatewayProcess } from './gateways.ts'
import { type Agent, CONNECTIONS, type Installation, type Person } from './installation.ts'

/** One write that an agent asked for, by the marks that its steps leave in the PSA. */
export interface Noted {
  readonly number: number
  readonly scenario: string
  readonly connection: string
  readonly agent: string
  readonly ticket: number
  /** One a step. */
  readonly marks: readonly string[]
  request: { readonly id: string; readonly planHash: string } | null
  /** Why no byte of it may have left, however the run went. */
  neverReaches?: string
}

/** From this moment on plus 2 s nothing that this agent started may take effect. */
export interface Revoked {
  readonly agent: string
  readonly at: number
}

/** What the scenarios do with, and what they leave for the checker. */
export interface Desk {
  readonly installation: Installation
  readonly random: Random
  readonly noted: Noted[]
  readonly revoked: Revoked[]
  readonly faults: Map<string, number>
  readonly problems: string[]
  readonly agents: {
    /** Need no signature; a revoked one is taken out. */
    readonly free: Agent[]
    readonly signed: readonly Agent[]
  }
  count(fault: string): void
  /** Any gateway that is up. */
  living(): Promise<GatewayProcess>
  ask(
    token: string,
    query: string,
    variables?: Record<string, unknown>,
    gateway?: GatewayProcess,
  ): Promise<Reply>
  /** A ticket of its own and a write on it; nothing is asked yet. */
  write(scenario: string, agent: Agent, kind?: WriteKind): Promise<Planned>
  submit(planned: Planned, agent: Agent, gateway?: GatewayProcess): Promise<Noted['request']>
  approve(request: NonNullable<Noted['request']>, person: Person, gateway?: GatewayProcess): Promise<Reply>
  /** Armed in every gateway; resolves with the one that came by, or undefined. */
  at(
    point: CrashPoint,
    what: 'KILL' | 'STOP' | 'HOLD',
    request: string,
    act: () => Promise<unknown>,
  ): Promise<Came | undefined>
}

export interface Came {
  readonly gateway: GatewayProcess
  release(): void
  /** What was being done when it came by. */
  readonly acting: Promise<unknown>
}

export type WriteKind = 'updateTicket' | 'addTicketNote' | 'workTicket'
export interface Planned {
  readonly noted: Noted
  readonly kind: WriteKind
  readonly input: Readonly<Record<string, unknown>>
}

const KINDS: readonly WriteKind[] = ['updateTicket', 'addTicketNote', 'workTicket']
/** An agent is told to try again, with the same key. */
const AGAIN = new Set([
  'STORE_UNAVAILABLE',
  'AUDIT_UNAVAILABLE',
  'BACKPRESSURE',
  'VENDOR_UNAVAILABLE',
  'IDEMPOTENCY_IN_PROGRESS',
])
const TRIES = 8

export function openDesk(
  installation: Installation,
  client: Client,
  random: Random,
  agents: Desk['agents'],
  tag: string,
): Desk {
  const { gateways, psas } = installation
  const noted: Noted[] = []
  const faults = new Map<string, number>()
  let armed = 0
  /** Waits where all of them are dead at the moment. */
  async function living(): Promise<GatewayProcess> {
    for (;;) {
      const up = gateways.filter((gateway) => gateway.up)
      if (up.length > 0) return random.pick(up)
      await sleep(50)
    }
  }
  const ask: Desk['ask'] = async (token, query, variables, gateway) =>
    client.ask((gateway ?? (await living())).url, token, query, variables)

  return {
    installation,
    random,
    noted,
    revoked: [],
    faults,
    problems: [],
    agents,
    count: (fault) => void faults.set(fault, (faults.get(fault) ?? 0) + 1),
    living,
    ask,
    async write(scenario, agent, kind = random.pick(KINDS)) {
      const number = noted.length + 1
      const connection = random.pick(CONNECTIONS)
      const marks = (kind === 'workTicket' ? ['a', 'b'] : ['a']).map((step) => `~${tag}-${number}${step}~`)
      const one: Noted = { number, scenario, connection, agent: agent.id, ticket: 0, marks, request: null }
      noted.push(one)
      const ticket = await psas.call('ticket', { slug: connection, summary: `Printer ${number}` })
      Object.assign(one, { ticket })
      const id = `${connection}:Ticket:${ticket}`
      const [first, second] = marks
      const note = { kind: 'INTERNAL', text: `Note ${kind === 'workTicket' ? second : first}` }
      const idempotencyKey = `key-${tag}-${number}`
      const inputs: Record<WriteKind, Record<string, unknown>> = {
        updateTicket: { id, title: `Printer ${first}` },
        addTicketNote: { ticket: id, ...note },
        workTicket: { id, update: { title: `Printer ${first}` }, notes: [note] },
      }
      return { noted: one, kind, input: { ...inputs[kind], idempotencyKey } }
    },
    async submit({ noted: one, kind, input }, agent, gateway) {
      const type = `${kind[0]?.toUpperCase()}${kind.slice(1)}Input`
      const query = `mutation ($input: ${type}!) { ${kind}(input: $input) {
        __typename ... on WriteOutcome { request { id planHash state } } } }`
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const reply = await ask(agent.token, query, { input }, attempt === 0 ? gateway : undefined)
        const request = reply?.data?.[kind]?.request ?? null
        if (request !== null) {
          one.request = request
          return request
        }
        const failed = reply?.errors.find(({ extensions }) => extensions?.requestId !== undefined)
        if (failed !== undefined) {
          one.request = { id: String(failed.extensions.requestId), planHash: '' }
          return one.request
        }
        if (reply !== null && !codesIn(reply).some((code) => AGAIN.has(code))) return null
        await sleep(250 * (attempt + 1))
      }
      return null
    },
    async approve({ id, planHash }, person, gateway) {
      const query = `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { id state } }`
      for (let attempt = 0; ; attempt += 1) {
        const reply = await ask(person.token, query, { id, planHash }, attempt === 0 ? gateway : undefined)
        const again = reply === null || codesIn(reply).some((code) => AGAIN.has(code))
        if (!again || attempt === TRIES) return reply
        await sleep(250 * (attempt + 1))
      }
    },
    async at(point, what, request, act) {
      armed += 1
      const id = `arm-${armed}`
      const disarm = () => {
        for (const gateway of gateways) gateway.tell({ is: 'DISARM', id })
      }
      const killed = new Map(gateways.map((gateway) => [gateway, gateway.killed]))
      for (const gateway of gateways) gateway.tell({ is: 'ARM', id, at: point, what, request })
      const acting = act()
      const told = gateways.map(async (gateway): Promise<Came | undefined> => {
        if (what !== 'KILL') {
          const message = await gateway.reached(id, PATIENCE_MS)
          if (message === undefined) return undefined
        } else {
          const deadline = Date.now() + PATIENCE_MS
          while (gateway.killed === killed.get(gateway)) {
            if (Date.now() > deadline) return undefined
            await sleep(20)
          }
        }
        return { gateway, acting, release: () => gateway.tell({ is: 'RELEASE', id }) }
      })
      // What was done has been answered, and the point was not on its way: it is not going to be.
      const answered = acting.then(() => sleep(PASSING_MS, undefined))
      const came = await Promise.race([firstOf(told), answered])
      disarm()
      if (came === undefined) await acting
      return came
    },
  }
}

const PATIENCE_MS = 20_000

/** Whoever is told of an answer may hear of the crash point behind it a little later, or of the sweep that takes it up. */
const PASSING_MS = 5_000

/** The first that is not undefined. */
function firstOf<T>(work: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  return new Promise((resolve) => {
    void Promise.all(
      work.map(async (one) => {
        const value = await one
        if (value !== undefined) resolve(value)
      }),
    ).then(() => resolve(undefined))
  })
}
