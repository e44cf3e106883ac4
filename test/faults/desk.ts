import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashPoint } from '../../gateway/writes/crash-points.ts'
import type { Random } from '../../simulators/dataset/prng.ts'
import { type Client, codesIn, type Reply } from './client.ts'
import type { GatewayProcess } from './gateways.ts'
import type { Agent, Installation, Person } from './installation.ts'
import type { Slug } from './vendors.ts'
import { type Call, CELLS, type Cell, callOf, FOLLOWS, type Shows, type WriteKind } from './write-kinds.ts'

/** One write that an agent asked for, by the marks that it leaves in the PSA and the records that are its own. */
export interface Noted {
  readonly number: number
  readonly scenario: string
  readonly slug: Slug
  readonly kind: WriteKind
  readonly agent: string
  /** The vendor's key of its ticket. */
  readonly ticket: string
  /** Of every record that no other write touches: what a request to the PSA that carries no mark is known by. */
  readonly keys: readonly string[]
  readonly marks: readonly string[]
  readonly shows: Shows
  request: { readonly id: string; readonly planHash: string } | null
  /** Why no byte of it may have left, however the run went. */
  neverReaches?: string
  /** Another write has begun on what it made: it was looked for in the PSA before that. */
  superseded?: boolean
  /** Somebody changed what it rests on while it was sent: what is read back afterwards must tell. */
  changedBeside?: boolean
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
  /** Records that a merge or a bundle is going to change, as they stood before, by the marks in their titles. */
  readonly links: ReadonlyMap<string, string>
  /** Words of a refusal that no request came from, by kind and code. */
  readonly refused: ReadonlyMap<string, string>
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
  /** A ticket of its own and a write on it, of the kind that is next; nothing of that write is asked yet. */
  write(scenario: string, agent: Agent, fits?: (cell: Cell) => boolean): Promise<Planned>
  submit(planned: Planned, agent: Agent, gateway?: GatewayProcess): Promise<Submitted | null>
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

export interface Planned {
  readonly noted: Noted
  readonly call: Call
  /** A mutation of that write; a dry run where it is one. */
  query(dryRun: boolean): string
}

/** What came of asking: a request, with what it is going to send. */
export interface Submitted {
  readonly id: string
  readonly planHash: string
  readonly state: string
  readonly plan: { readonly steps: readonly { readonly method: string; readonly path: string }[] } | null
  readonly notes: readonly { readonly id: string }[]
  readonly timeEntries: readonly { readonly id: string }[]
}

const REQUEST = 'id planHash state plan { steps { method path } } notes { id } timeEntries { id }'

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
  const allNoted: Noted[] = []
  let numbers = 0
  const nextNumber = () => {
    numbers += 1
    return numbers
  }
  const problems: string[] = []
  const links = new Map<string, string>()
  const refused = new Map<string, string>()
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

  /** A shuffled deck of all kinds on all vendors, dealt anew when it is through: a long run covers every one. */
  let deck: Cell[] = []
  function nextCell(fits: (cell: Cell) => boolean): Cell {
    const place = deck.findIndex(fits)
    if (place >= 0) return deck.splice(place, 1)[0] as Cell
    deck = deck.concat(shuffled(CELLS, random))
    return nextCell(fits)
  }

  const write: Desk['write'] = async (scenario, agent, fits = () => true) => {
    const { slug, kind } = nextCell(fits)
    return prepare(scenario, agent, slug, kind)
  }

  async function prepare(scenario: string, agent: Agent, slug: Slug, kind: WriteKind): Promise<Planned> {
    const before = FOLLOWS[kind]
    const first = before === undefined ? undefined : await made(slug, kind, before, agent)
    const number = nextNumber()
    const mark = (step: string) => `~${tag}-${number}${step}~`
    const titles = [mark('y'), mark('z')] as const
    const ticket =
      first?.planned.noted.ticket ??
      (await psas.call('ticket', { slug, title: `Printer ${titles[0]}`, asParent: kind === 'bundleTickets' }))
    const linking = kind === 'mergeTickets' || kind === 'bundleTickets'
    const otherTicket = linking
      ? await psas.call('ticket', { slug, title: `Printer ${titles[1]}`, asParent: false })
      : ticket
    if (linking) links.set(titles[1], (await psas.call('where', { mark: titles[1] })).join())
    const marks = [mark('a'), mark('b'), mark('c')] as const
    const id = (key: string) => `${slug}:Ticket:${key}`
    const call = callOf(kind, {
      slug,
      marks,
      ticket: id(ticket),
      otherTicket: id(otherTicket),
      made: first === undefined ? undefined : { id: first.id, mark: first.planned.noted.marks[0] as string },
      titles,
    })
    const madeKey = first?.id.split(':')[2]?.split('.').at(-1)
    const input = {
      ...call.input,
      ...(kind !== 'putBack' && { idempotencyKey: `key-${tag}-${number}` }),
    }
    const noted: Noted = {
      number,
      scenario,
      slug,
      kind,
      agent: agent.id,
      ticket,
      keys: [ticket, otherTicket, ...(madeKey === undefined ? [] : [madeKey])],
      marks,
      shows: call.shows,
      request: null,
    }
    allNoted.push(noted)
    return { noted, call: { ...call, input }, query: (dryRun) => mutationOf(call, dryRun) }
  }

  /** What the write to come is about, by the free agent and at once; undefined where a fault came between. */
  async function made(
    slug: Slug,
    kind: WriteKind,
    before: WriteKind,
    asking: Agent,
  ): Promise<{ id: string; planned: Planned }> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      // Only whoever wrote may put it back.
      const agent = kind === 'putBack' ? asking : (agents.free.at(-1) as Agent)
      const planned = await prepare('makes what another is about', agent, slug, before)
      const submitted = await submit(planned, agent)
      if (submitted === null) continue
      for (const person of installation.approvers.slice(0, agent.signatures)) await approve(submitted, person)
      const settled = await settledBy(planned, agent, submitted)
      if (settled?.state !== 'EXECUTED') continue
      await showsAtOnce(planned.noted)
      if (kind === 'putBack') return { id: settled.id, planned }
      if (kind === 'reopenTicket') return { id: `${slug}:Ticket:${planned.noted.ticket}`, planned }
      const { email } = planned.call.input
      const id =
        email === undefined
          ? (settled.timeEntries[0] ?? settled.notes[0])?.id
          : await contactBy(agent, slug, email)
      if (id !== undefined) return { id, planned }
    }
    throw new Error(`${before} on ${slug} did not come to be: ${[...refused].join('; ')}`)
  }

  /** A request does not tell which contact it made. */
  async function contactBy(agent: Agent, slug: Slug, email: unknown): Promise<string | undefined> {
    const query = `query ($connections: [String!], $email: String!) {
      contacts(connections: $connections, filter: { email: $email }) { nodes { id } } }`
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const reply = await ask(agent.token, query, { connections: [slug], email })
      const id = reply?.data?.contacts?.nodes[0]?.id
      if (id !== undefined) return id
      await sleep(250)
    }
    return undefined
  }

  /** Asked again with the same key, it is told as it stands by now. */
  async function settledBy(planned: Planned, agent: Agent, submitted: Submitted): Promise<Submitted | null> {
    let now: Submitted | null = submitted
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const open = now === null || ['PENDING', 'APPROVED', 'EXECUTING'].includes(now.state)
      if (!open) break
      if (attempt > 0) await sleep(500)
      now = await submit(planned, agent)
    }
    return now
  }

  async function showsAtOnce(noted: Noted): Promise<void> {
    const holding = await psas.call('holding', { marks: noted.shows.present })
    const missing = noted.shows.present.filter((mark) => (holding[mark] ?? 0) === 0)
    if (missing.length > 0)
      problems.push(`I5: ${noted.kind} on ${noted.slug} shows EXECUTED, and the PSA has no ${missing}`)
    noted.superseded = true
  }

  const approve: Desk['approve'] = async ({ id, planHash }, person, gateway) => {
    const query = `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { id state } }`
    for (let attempt = 0; ; attempt += 1) {
      const reply = await ask(person.token, query, { id, planHash }, attempt === 0 ? gateway : undefined)
      const again = reply === null || codesIn(reply).some((code) => AGAIN.has(code))
      if (!again || attempt === TRIES) return reply
      await sleep(250 * (attempt + 1))
    }
  }

  const submit: Desk['submit'] = async (planned, agent, gateway) => {
    const { noted: one, call } = planned
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const variables = call.inputType === null ? call.input : { input: call.input }
      const reply = await ask(
        agent.token,
        planned.query(false),
        variables,
        attempt === 0 ? gateway : undefined,
      )
      const answered = reply?.data?.[call.field]
      const request: Submitted | null = (answered?.outcome ?? answered)?.request ?? null
      if (request !== null) {
        one.request = request
        return request
      }
      const failed = reply?.errors.find(({ extensions }) => extensions?.requestId !== undefined)
      if (failed !== undefined) {
        const known = { id: String(failed.extensions.requestId), planHash: '', state: '', plan: null }
        one.request = known
        return { ...known, notes: [], timeEntries: [] }
      }
      // Without a key a lost answer is not asked for again: it could be the same write twice.
      if (call.inputType === null) return null
      const codes = codesIn(reply)
      if (reply !== null && !codes.some((code) => AGAIN.has(code))) {
        for (const code of codes) refused.set(`${one.kind} ${code}`, reply.errors[0]?.message ?? '')
        return null
      }
      await sleep(250 * (attempt + 1))
    }
    return null
  }

  return {
    installation,
    random,
    noted: allNoted,
    links,
    refused,
    revoked: [],
    faults,
    problems,
    agents,
    count: (fault) => void faults.set(fault, (faults.get(fault) ?? 0) + 1),
    living,
    ask,
    write,
    submit,
    approve,
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

function mutationOf({ field, inputType }: Call, dryRun: boolean): string {
  const outcome = `__typename ... on WriteOutcome { request { ${REQUEST} } }
    ... on DryRunPlan { plan { steps { method path } } }`
  return inputType === null
    ? `mutation ($id: ID!) { ${field}(id: $id, dryRun: ${dryRun}) { outcome { ${outcome} } } }`
    : `mutation ($input: ${inputType}!) { ${field}(input: $input, dryRun: ${dryRun}) { ${outcome} } }`
}

export function shuffled<T>(of: readonly T[], random: Random): T[] {
  const all = [...of]
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = random.int(0, index)
    ;[all[index], all[other]] = [all[other] as T, all[index] as T]
  }
  return all
}

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
