import type { AddressInfo } from 'node:net'
import { buildDataset, type Dataset } from '../dataset/index.ts'
import type { Answer } from '../shared/answer.ts'
import type { JournalEntry } from '../shared/journal.ts'
import type { Json } from '../shared/json.ts'
import { type Credentials, createAuth } from './auth.ts'
import { seedState } from './seed.ts'
import { createSimulatorServer } from './server.ts'
import type { Mail, State } from './state.ts'

export type { Fault } from '../shared/faults.ts'
export type { Json, Rec } from '../shared/json.ts'
export type { Answer, Credentials, JournalEntry, Mail, State }

export interface HaloSimulatorOptions {
  /** 0 or left out: a free one. */
  port?: number
  host?: '127.0.0.1'
  anchor?: Date
  tenant?: string
  clientId?: string
  clientSecret?: string
  /** What the application may ask for; everything unless given. */
  scopes?: readonly string[]
  /** `actionby_application_id` of what the application writes. */
  application?: string
  /** How long a token lives, 3600 seconds unless given. */
  tokenLifetimeSeconds?: number
  /** Requests in any five minutes before 429; not counted unless given. */
  requestsPerWindow?: number
  journalFile?: string
  /** The clock behind every stamped date and every token; real time unless given. */
  now?: () => Date
}

export interface HaloSimulator {
  url: string
  credentials: Credentials
  dataset: Dataset
  state: State
  journal(): JournalEntry[]
  clearJournal(): void
  outbox(): Mail[]
  now(): Date
  /** Stops the clock at a moment; undefined lets it run again. */
  setNow(moment: Date | undefined): void
  /** Ends every token at once, as a restart of the vendor's authorisation server does. */
  expireTokens(): void
  /** What a technician does behind the caller's back, for instance `actAs('jdoe', 'POST', '/Tickets', [...])`. */
  actAs(identifier: string, method: string, apiPath: string, body?: Json): Answer
  close(): Promise<void>
}

export const DEFAULT_CREDENTIALS: Credentials = {
  tenant: 'anchorpoint',
  clientId: '9c1b7a54-2f0e-4c36-8d3f-5e6a1b0c7d21',
  clientSecret: 'simSecret0001-simSecret0002',
}

export async function startHaloSimulator(options: HaloSimulatorOptions = {}): Promise<HaloSimulator> {
  const dataset = buildDataset({ anchor: options.anchor })
  const state = seedState(dataset)
  let stopped: Date | undefined
  const clock = () => stopped ?? options.now?.() ?? new Date()
  const credentials: Credentials = {
    tenant: options.tenant ?? DEFAULT_CREDENTIALS.tenant,
    clientId: options.clientId ?? DEFAULT_CREDENTIALS.clientId,
    clientSecret: options.clientSecret ?? DEFAULT_CREDENTIALS.clientSecret,
  }
  const auth = createAuth({
    credentials,
    scopes: options.scopes ?? ['all'],
    lifetimeSeconds: options.tokenLifetimeSeconds ?? 3600,
    clock,
  })
  const { server, journal, actAs } = createSimulatorServer({
    state,
    tenant: credentials.tenant,
    application: options.application ?? 'Countersign',
    auth,
    clock,
    requestsPerWindow: options.requestsPerWindow,
    journalFile: options.journalFile,
  })
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    credentials,
    dataset,
    state,
    journal: () => journal.entries,
    clearJournal: journal.clear,
    outbox: () => state.outbox,
    now: clock,
    setNow: (moment) => {
      stopped = moment
    },
    expireTokens: auth.expireAll,
    actAs,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
