import { buildDataset } from '../dataset/index.ts'
import type { Answer } from '../shared/answer.ts'
import { createClock } from '../shared/clock.ts'
import type { Json } from '../shared/json.ts'
import { type Simulator, type SimulatorOptions, startListening } from '../shared/simulator.ts'
import type { Credentials } from './auth.ts'
import { seedState } from './seed.ts'
import { createSimulatorServer } from './server.ts'
import type { State } from './state.ts'

export type { Answer, Mail } from '../shared/answer.ts'
export type { Fault } from '../shared/faults.ts'
export type { JournalEntry } from '../shared/journal.ts'
export type { Json, Rec } from '../shared/json.ts'
export type { Credentials } from './auth.ts'
export type { State } from './state.ts'

export interface ConnectWiseSimulatorOptions extends SimulatorOptions {
  companyId?: string
  publicKey?: string
  privateKey?: string
  clientId?: string
  /** The pinned release; `v4_6_release` is always answered beside it. */
  codebase?: string
  /** Answers wrong credentials with 404 as the vendor's cloud does, instead of 401. */
  cloud?: boolean
}

export interface ConnectWiseSimulator extends Simulator<State, Credentials> {
  /** Moves the tenant to another release: the old pinned codebase answers 404 from here on. */
  setCodebase(codebase: string): void
  /** What a technician does behind the caller's back, for instance `actAs('jdoe', 'PATCH', '/service/tickets/1', [...])`. */
  actAs(identifier: string, method: string, apiPath: string, body?: Json): Answer
}

export const DEFAULT_CREDENTIALS: Credentials = {
  companyId: 'anchorpoint',
  publicKey: 'simPublicKey0001',
  privateKey: 'simPrivateKey0001',
  clientId: '5f1d7c1e-6d0b-4f57-9a53-3a8f0f2f7c11',
}

export async function startConnectWiseSimulator(
  options: ConnectWiseSimulatorOptions = {},
): Promise<ConnectWiseSimulator> {
  const dataset = buildDataset(options)
  const state = seedState(dataset)
  let codebase = options.codebase ?? 'v2026_4'
  const clock = createClock(options.now)
  const credentials: Credentials = {
    companyId: options.companyId ?? DEFAULT_CREDENTIALS.companyId,
    publicKey: options.publicKey ?? DEFAULT_CREDENTIALS.publicKey,
    privateKey: options.privateKey ?? DEFAULT_CREDENTIALS.privateKey,
    clientId: options.clientId ?? DEFAULT_CREDENTIALS.clientId,
  }
  const { server, journal, actAs } = createSimulatorServer({
    state,
    credentials,
    codebase: () => codebase,
    cloud: options.cloud ?? false,
    clock: clock.now,
    journalFile: options.journalFile,
  })
  const running = await startListening(options, { server, journal, clock, credentials, dataset, state })
  return {
    ...running,
    setCodebase: (next) => {
      codebase = next
    },
    actAs,
  }
}
