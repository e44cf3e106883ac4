import type { AddressInfo } from 'node:net'
import { buildDataset, type Dataset } from '../dataset/index.ts'
import type { Json } from '../shared/json.ts'
import type { Credentials } from './auth.ts'
import type { Answer } from './call.ts'
import { seedState } from './seed.ts'
import { createSimulatorServer, type JournalEntry } from './server.ts'
import type { Acl, Mail, State } from './store.ts'

export type { Fault } from '../shared/faults.ts'
export type { Json, Rec } from '../shared/json.ts'
export type { Credentials } from './auth.ts'
export type { Answer } from './call.ts'
export { sysIdOf } from './ids.ts'
export type { JournalEntry } from './server.ts'
export type { Acl, Mail, Row, State } from './store.ts'

export interface ServiceNowSimulatorOptions {
  /** 0 or left out: a free one. */
  port?: number
  host?: '127.0.0.1'
  anchor?: Date
  /** The clock behind every stamped date and every token; real time unless given. */
  now?: () => Date
  username?: string
  password?: string
  clientId?: string
  clientSecret?: string
  /** Left out or true: what the platform silently ignores is a 400, so that a client's mistake shows. */
  strict?: boolean
  /** The property `glide.invalid_query.returns_no_rows`, which only shows when not strict. */
  invalidQueryReturnsNoRows?: boolean
  /** A rate limit rule on the Table API; none unless given, as on a fresh instance. */
  requestsPerHour?: number
  /** What the integration user may not see or write; nothing is held back unless given. */
  acl?: Partial<Acl>
  journalFile?: string
}

export interface ServiceNowSimulator {
  url: string
  credentials: Credentials
  dataset: Dataset
  state: State
  /** May be changed while it runs. */
  acl: Acl
  journal(): JournalEntry[]
  clearJournal(): void
  outbox(): Mail[]
  now(): Date
  /** Stops the clock at a moment; undefined lets it run again. */
  setNow(moment: Date | undefined): void
  /** Ends every OAuth access token; refresh tokens live on. */
  revokeAccess(): void
  /** What somebody does behind the caller's back: `actAs('jdoe', 'PATCH', '/table/incident/<sys_id>', {...})`. */
  actAs(userName: string, method: string, apiPath: string, body?: Json): Answer
  close(): Promise<void>
}

export const DEFAULT_CREDENTIALS: Credentials = {
  username: 'automation',
  password: 'simPassword0001',
  clientId: '7d1f0c8e5b2a4c6f9e3d2b1a0f9e8d7c',
  clientSecret: 'simClientSecret0001',
  adminUsername: 'admin',
  adminPassword: 'simAdminPassword0001',
}

export async function startServiceNowSimulator(
  options: ServiceNowSimulatorOptions = {},
): Promise<ServiceNowSimulator> {
  const dataset = buildDataset({ anchor: options.anchor })
  const credentials: Credentials = {
    ...DEFAULT_CREDENTIALS,
    username: options.username ?? DEFAULT_CREDENTIALS.username,
    password: options.password ?? DEFAULT_CREDENTIALS.password,
    clientId: options.clientId ?? DEFAULT_CREDENTIALS.clientId,
    clientSecret: options.clientSecret ?? DEFAULT_CREDENTIALS.clientSecret,
  }
  const state = seedState(dataset, credentials)
  Object.assign(state.acl, options.acl)
  let stopped: Date | undefined
  const clock = () => stopped ?? options.now?.() ?? new Date()
  const { server, journal, actAs, revokeAccess } = createSimulatorServer({
    state,
    credentials,
    clock,
    strict: options.strict ?? true,
    invalidQueryReturnsNoRows: options.invalidQueryReturnsNoRows ?? false,
    requestsPerHour: options.requestsPerHour,
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
    acl: state.acl,
    journal: () => journal.entries,
    clearJournal: journal.clear,
    outbox: () => state.outbox,
    now: clock,
    setNow: (moment) => {
      stopped = moment
    },
    revokeAccess,
    actAs,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
