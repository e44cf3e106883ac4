import type { AddressInfo } from 'node:net'
import { buildDataset, type Dataset } from '../dataset/index.ts'
import type { Answer, Mail } from '../shared/answer.ts'
import type { JournalEntry } from '../shared/journal.ts'
import type { Json } from '../shared/json.ts'
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

export interface ConnectWiseSimulatorOptions {
  /** 0 or left out: a free one. */
  port?: number
  host?: '127.0.0.1'
  anchor?: Date
  companyId?: string
  publicKey?: string
  privateKey?: string
  clientId?: string
  /** The pinned release; `v4_6_release` is always answered beside it. */
  codebase?: string
  /** Answers wrong credentials with 404 as the vendor's cloud does, instead of 401. */
  cloud?: boolean
  journalFile?: string
  /** The clock behind every stamped date; real time unless given. */
  now?: () => Date
}

export interface ConnectWiseSimulator {
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
  /** Moves the tenant to another release: the old pinned codebase answers 404 from here on. */
  setCodebase(codebase: string): void
  /** What a technician does behind the caller's back, for instance `actAs('jdoe', 'PATCH', '/service/tickets/1', [...])`. */
  actAs(identifier: string, method: string, apiPath: string, body?: Json): Answer
  close(): Promise<void>
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
  const dataset = buildDataset({ anchor: options.anchor })
  const state = seedState(dataset)
  let codebase = options.codebase ?? 'v2026_4'
  let stopped: Date | undefined
  const clock = () => stopped ?? options.now?.() ?? new Date()
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
    clock,
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
    setCodebase: (next) => {
      codebase = next
    },
    actAs,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
