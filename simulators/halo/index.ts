import { buildDataset } from '../dataset/index.ts'
import type { Answer } from '../shared/answer.ts'
import { createClock } from '../shared/clock.ts'
import type { JournalEntry } from '../shared/journal.ts'
import type { Json } from '../shared/json.ts'
import { type Simulator, type SimulatorOptions, startListening } from '../shared/simulator.ts'
import { type Credentials, createAuth } from './auth.ts'
import { seedState } from './seed.ts'
import { createSimulatorServer } from './server.ts'
import type { Mail, State } from './state.ts'

export type { Fault } from '../shared/faults.ts'
export type { Json, Rec } from '../shared/json.ts'
export type { Answer, Credentials, JournalEntry, Mail, State }

export interface HaloSimulatorOptions extends SimulatorOptions {
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
}

export interface HaloSimulator extends Simulator<State, Credentials> {
  /** Ends every token at once, as a restart of the vendor's authorisation server does. */
  expireTokens(): void
  /** What a technician does behind the caller's back, for instance `actAs('jdoe', 'POST', '/Tickets', [...])`. */
  actAs(identifier: string, method: string, apiPath: string, body?: Json): Answer
}

export const DEFAULT_CREDENTIALS: Credentials = {
  tenant: 'anchorpoint',
  clientId: '9c1b7a54-2f0e-4c36-8d3f-5e6a1b0c7d21',
  clientSecret: 'simSecret0001-simSecret0002',
}

export async function startHaloSimulator(options: HaloSimulatorOptions = {}): Promise<HaloSimulator> {
  const dataset = buildDataset(options)
  const state = seedState(dataset)
  const clock = createClock(options.now)
  const credentials: Credentials = {
    tenant: options.tenant ?? DEFAULT_CREDENTIALS.tenant,
    clientId: options.clientId ?? DEFAULT_CREDENTIALS.clientId,
    clientSecret: options.clientSecret ?? DEFAULT_CREDENTIALS.clientSecret,
  }
  const auth = createAuth({
    credentials,
    scopes: options.scopes ?? ['all'],
    lifetimeSeconds: options.tokenLifetimeSeconds ?? 3600,
    clock: clock.now,
  })
  const { server, journal, actAs } = createSimulatorServer({
    state,
    tenant: credentials.tenant,
    application: options.application ?? 'Countersign',
    auth,
    clock: clock.now,
    requestsPerWindow: options.requestsPerWindow,
    journalFile: options.journalFile,
  })
  const running = await startListening(options, { server, journal, clock, credentials, dataset, state })
  return {
    ...running,
    expireTokens: auth.expireAll,
    actAs,
  }
}
