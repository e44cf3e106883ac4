import type { GatewayError } from '../../schema/errors.ts'
import type { VendorLimits } from '../../schema/source.ts'
import { mostIn, whyOf } from '../../subgraphs/http/budget.ts'
import { backpressure } from '../../subgraphs/http/errors.ts'
import { type LineLimits, type Need, WaitingLine } from '../../subgraphs/http/line.ts'
import type { LeaseAsked, Leased } from '../store/budgets.ts'

/** So long a leased place serves one request after another before the store is asked again. */
const REUSE_MS = 2_000
/** So long an idle place is kept: requests of one operation follow each other within it. */
const LINGER_MS = 250
/** Covers a wake-up that was lost, and a gateway that died: nobody tells of that. */
const POLL_MS = 1_000
/** A place handed over is not asked back for before the other gateway could have taken it. */
const HANDOVER_MS = 50
/** Requests counted in one trip to the store: those that wait or so many, and never more than a fiftieth of the window's. */
const AHEAD = 10

type Asked = Omit<LeaseAsked, 'connection' | 'holder'>

/** What one connection's share asks of the store, and tells. */
export interface ShareStore {
  lease(asked: Asked): Promise<Leased>
  /** Never throws: what is not given back expires. */
  giveBackPlaces(lane: string, slots: readonly string[]): Promise<void>
  giveBackUnits(countedIn: Date, units: number): Promise<void>
  /** Some other gateway may hold more than it needs; null: in whatever lane. */
  want(lane: string | null): void
  /** A request has to wait, since there is no room for it. */
  onWait(): void
}

interface Slot {
  readonly id: string
  /** Both by this process's monotonic clock, from before the store was asked. */
  readonly since: number
  readonly until: number
}

interface Lane {
  /** Leased and idle. */
  kept: Slot[]
  busy: number
  /** Somebody else needs a place: the next that comes free is handed over. */
  owes: boolean
  /** Places from before this moment are asked for anew: a pause may have begun. */
  freshSince: number
  pumping: Promise<void> | undefined
  again: boolean
  /** Set while it is known that there is no room: nobody asks before. */
  retry: NodeJS.Timeout | undefined
  /** Why, and until when, where the store told a time. */
  shut: { readonly until: number; readonly error: (waitMs: number) => GatewayError } | undefined
  linger: NodeJS.Timeout | undefined
}

interface Units {
  left: number
  readonly countedIn: Date
  readonly until: number
}

/** What this process holds of one connection's budget, and who waits for it here. */
export class Share {
  readonly #connection: string
  #limits: VendorLimits
  readonly #store: ShareStore
  readonly #line: WaitingLine<() => void>
  readonly #lanes = new Map<string, Lane>()
  #units: Units[] = []
  #closed = false

  constructor(connection: string, limits: VendorLimits, line: LineLimits, store: ShareStore) {
    this.#connection = connection
    this.#limits = limits
    this.#store = store
    this.#line = new WaitingLine(connection, line, (lane) => whyOf(this.#limits, lane))
  }

  /** An administrator may have set other numbers. */
  setLimits(limits: VendorLimits): void {
    this.#limits = limits
  }

  async acquire(need: Need): Promise<() => void> {
    if (this.#closed) throw this.#stopping()
    const lane = this.#laneOf(need.lane)
    const place = this.#line.join(need)
    this.#serveKept(need.lane)
    if (this.#line.waiting(need.lane) === 0) return place
    if (lane.retry === undefined) {
      let over = false
      const end = () => {
        over = true
      }
      place.then(end, end)
      void this.#pump(need.lane).then(() => over || this.#store.onWait())
    } else {
      this.#store.onWait()
      this.#refuseTheLate(need.lane)
    }
    return place
  }

  /** Another gateway needs a place, in the lane or in whatever lane. */
  yieldOne(lane: string | null, except?: string): void {
    const mine = [...this.#lanes].filter(([name]) => name !== except && (lane === null || name === lane))
    for (const [name, { kept }] of mine) {
      if (kept.length > 0) return void this.#giveBack(name, kept.splice(0, 1)).then(() => this.#offer(name))
    }
    const [busiest] = mine.toSorted(([, a], [, b]) => b.busy - a.busy)
    if (busiest !== undefined && busiest[1].busy > 0) busiest[1].owes = true
  }

  /** Places came free elsewhere. */
  wake(): void {
    for (const name of this.#line.lanes()) if (this.#laneOf(name).shut === undefined) this.#retry(name)
  }

  /** What is held from before may not be used without asking. */
  refresh(lane: string | null): void {
    for (const [name, state] of this.#lanes) {
      if (lane === null || lane === name) state.freshSince = performance.now()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const [name, lane] of this.#lanes) {
      clearTimeout(lane.retry)
      this.#line.refuseAll(name, this.#stopping())
    }
    await Promise.all([...this.#lanes.values()].map(({ pumping }) => pumping))
    await Promise.all([...this.#lanes.keys()].map((name) => this.#rest(name)))
  }

  #laneOf(name: string): Lane {
    const known = this.#lanes.get(name)
    if (known !== undefined) return known
    const lane: Lane = {
      kept: [],
      busy: 0,
      owes: false,
      freshSince: Number.NEGATIVE_INFINITY,
      pumping: undefined,
      again: false,
      retry: undefined,
      shut: undefined,
      linger: undefined,
    }
    this.#lanes.set(name, lane)
    return lane
  }

  /** Serves the lane with what is here, without the store. */
  #serveKept(name: string): void {
    const lane = this.#laneOf(name)
    for (let need = this.#line.next(name); need !== undefined; need = this.#line.next(name)) {
      const index = lane.kept.findIndex((slot) => usable(slot, lane, need))
      if (index < 0 || !this.#takeUnit()) return
      const [slot] = lane.kept.splice(index, 1) as [Slot]
      lane.busy += 1
      this.#line.serve(name, this.#releaser(name, slot))
    }
  }

  #releaser(name: string, slot: Slot): () => void {
    const lane = this.#laneOf(name)
    let released = false
    return () => {
      if (released) return
      released = true
      lane.busy -= 1
      if (lane.owes || this.#closed) {
        lane.owes = false
        void this.#giveBack(name, [slot]).then(() => this.#offer(name))
        return
      }
      lane.kept.push(slot)
      this.#serveKept(name)
      if (this.#line.waiting(name) > 0) this.#retry(name)
      // Those of another lane may be waiting for this very place.
      else if (this.#line.length > 0) void this.#rest(name).then(() => this.#offer(name))
      else this.#restLater(name)
    }
  }

  /** A place went back: those of other lanes here may have it at once, this lane after the other gateways. */
  #offer(from: string): void {
    for (const name of this.#line.lanes()) {
      if (name === from) this.#retryAfter(name, HANDOVER_MS)
      else this.#retry(name)
    }
  }

  #restLater(name: string): void {
    const lane = this.#laneOf(name)
    clearTimeout(lane.linger)
    lane.linger = setTimeout(() => void this.#rest(name), LINGER_MS)
    lane.linger.unref()
  }

  /** Gives back what nobody here uses now. */
  async #rest(name: string): Promise<void> {
    const lane = this.#laneOf(name)
    clearTimeout(lane.linger)
    const idle = [...this.#lanes.values()].every(({ busy }) => busy === 0) && this.#line.length === 0
    const units = idle ? this.#units.splice(0) : []
    await Promise.all([
      this.#giveBack(name, lane.kept.splice(0)),
      ...units.map(({ countedIn, left }) => this.#store.giveBackUnits(countedIn, left)),
    ])
  }

  async #giveBack(name: string, slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return
    await this.#store.giveBackPlaces(
      name,
      slots.map(({ id }) => id),
    )
  }

  #takeUnit(): boolean {
    if (this.#limits.requests === undefined) return true
    const now = performance.now()
    while (this.#units[0] !== undefined && (this.#units[0].left === 0 || this.#units[0].until <= now)) {
      const { left, countedIn } = this.#units.shift() as Units
      if (left > 0) void this.#store.giveBackUnits(countedIn, left)
    }
    const units = this.#units[0]
    if (units === undefined) return false
    units.left -= 1
    return true
  }

  #retry(name: string): void {
    if (this.#line.waiting(name) > 0) void this.#pump(name)
  }

  #retryAfter(name: string, waitMs: number): void {
    const lane = this.#laneOf(name)
    clearTimeout(lane.retry)
    lane.retry = setTimeout(() => {
      // Whoever comes when nobody waits now must ask for themselves.
      lane.retry = undefined
      this.#retry(name)
    }, waitMs)
  }

  #refuseTheLate(name: string): void {
    const { shut } = this.#laneOf(name)
    if (shut === undefined) return
    const waitMs = Math.max(0, shut.until - performance.now())
    this.#line.refuseLaterThan(name, waitMs, shut.error(waitMs))
  }

  /** One at a time for each lane: asks the store for as much as the lane waits for. */
  #pump(name: string): Promise<void> {
    const lane = this.#laneOf(name)
    lane.again = true
    lane.pumping ??= this.#ask(name, lane)
      // The store is gone, or this is a bug: either way nothing is sent.
      .catch((error: Error) => this.#line.refuseAll(name, error))
      .finally(() => {
        lane.pumping = undefined
        if (this.#line.waiting(name) === 0) this.#restLater(name)
        else if (lane.again) void this.#pump(name)
      })
    return lane.pumping
  }

  async #ask(name: string, lane: Lane): Promise<void> {
    while (lane.again) {
      lane.again = false
      clearTimeout(lane.retry)
      lane.retry = undefined
      lane.shut = undefined
      this.#serveKept(name)
      const need = this.#line.next(name)
      if (need === undefined || this.#closed) return
      const old = lane.kept.filter((slot) => !usable(slot, lane, need))
      lane.kept = lane.kept.filter((slot) => !old.includes(slot))
      await this.#giveBack(name, old)

      const before = this.#line.waiting(name)
      const asked = this.#askedFor(name, lane, need)
      // All that there is is here already, so that one that comes free here is the next.
      if (asked.places <= 0 && asked.units === 0)
        return this.#room() > 0 ? undefined : this.yieldOne(null, name)
      const { short, wait_ms } = await this.#lease(lane, asked)
      this.#serveKept(name)
      const waiting = this.#line.waiting(name)
      if (waiting === 0) return
      if (short === 'PAUSE' || short === 'REQUESTS') {
        const error = (waitMs: number) => this.#shutError(short, waitMs)
        lane.shut = { until: performance.now() + wait_ms, error }
        this.#refuseTheLate(name)
        if (this.#line.waiting(name) > 0) this.#retryAfter(name, wait_ms)
      } else if (short === 'LANE' || short === 'CONNECTION') {
        const where = short === 'LANE' ? name : null
        if (where === null) this.yieldOne(null, name)
        this.#store.want(where)
        this.#retryAfter(name, POLL_MS)
      } else if (waiting < before) {
        lane.again = true
      } else {
        // The store took so long that what it leased is old already.
        this.#retryAfter(name, POLL_MS)
      }
    }
  }

  /** Places of the connection that this process does not hold. */
  #room(): number {
    const held = [...this.#lanes.values()].reduce((sum, { kept, busy }) => sum + kept.length + busy, 0)
    return this.#limits.concurrency.most - held
  }

  #askedFor(name: string, lane: Lane, need: Need): Asked {
    const { concurrency, requests } = this.#limits
    const laneMost = mostIn(this.#limits, name)
    const now = performance.now()
    const counted = requests === undefined || this.#units.some(({ left, until }) => left > 0 && until > now)
    const lacking = this.#line.waiting(name) - lane.kept.length
    return {
      lane: name,
      places: Math.max(0, Math.min(lacking, laneMost - lane.busy - lane.kept.length, this.#room())),
      connectionMost: concurrency.most,
      laneMost,
      leaseMs: need.forMs + REUSE_MS,
      units: counted ? 0 : ahead(requests.most, this.#line.waiting(name)),
      unitsMost: requests?.most ?? 0,
      windowMs: (requests?.seconds ?? 0) * 1000,
    }
  }

  async #lease(lane: Lane, asked: Asked): Promise<Leased> {
    const since = performance.now()
    const leased = await this.#store.lease(asked)
    lane.kept.push(...leased.slots.map((id) => ({ id, since, until: since + asked.leaseMs })))
    if (leased.counted_in !== null && leased.granted > 0) {
      const { granted, counted_in, granted_ms } = leased
      this.#units.push({ left: granted, countedIn: counted_in, until: since + granted_ms })
    }
    return leased
  }

  #shutError(short: 'PAUSE' | 'REQUESTS', waitMs: number): GatewayError {
    const connection = this.#connection
    return short === 'PAUSE'
      ? backpressure(connection, waitMs, `The PSA of "${connection}" asks to slow down.`)
      : backpressure(connection, waitMs, `Connection "${connection}" has sent as many requests as it may.`, {
          limit: this.#limits.requests?.why,
        })
  }

  #stopping(): GatewayError {
    return backpressure(this.#connection, POLL_MS, 'This gateway is stopping.')
  }
}

function usable(slot: Slot, lane: Lane, need: Need): boolean {
  const now = performance.now()
  return slot.since > lane.freshSince && now <= slot.since + REUSE_MS && now + need.forMs <= slot.until
}

function ahead(most: number, waiting: number): number {
  return Math.max(1, Math.min(Math.max(AHEAD, waiting), Math.floor(most / 50)))
}
