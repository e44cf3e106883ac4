import { buildDataset } from '../dataset/index.ts'
import { createClock } from '../shared/clock.ts'
import type { Json } from '../shared/json.ts'
import { type Simulator, type SimulatorOptions, startListening } from '../shared/simulator.ts'
import type { Credentials } from './auth.ts'
import type { Answer } from './call.ts'
import { seedState } from './seed.ts'
import { createSimulatorServer, type JournalEntry } from './server.ts'
import type { Acl, State } from './store.ts'

export type { Fault } from '../shared/faults.ts'
export type { Json, Rec } from '../shared/json.ts'
export type { Credentials } from './auth.ts'
export type { Answer } from './call.ts'
export { sysIdOf } from './ids.ts'
export type { JournalEntry } from './server.ts'
export type { Acl, Mail, Row, State } from './store.ts'

export interface ServiceNowSimulatorOptions extends SimulatorOptions {
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
  /** How long an OAuth access token lives, 1800 seconds unless given. */
  tokenLifetimeSeconds?: number
  /** What the integration user may not see or write; nothing is held back unless given. */
  acl?: Partial<Acl>
}

export interface ServiceNowSimulator extends Simulator<State, Credentials, JournalEntry> {
  /** May be changed while it runs. */
  acl: Acl
  /** Ends every OAuth access token; refresh tokens live on. */
  revokeAccess(): void
  /** Ends every refresh token; access tokens live on. */
  revokeRefresh(): void
  /** What somebody does behind the caller's back: `actAs('jdoe', 'PATCH', '/table/incident/<sys_id>', {...})`. */
  actAs(userName: string, method: string, apiPath: string, body?: Json): Answer
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
  const dataset = buildDataset(options)
  const credentials: Credentials = {
    ...DEFAULT_CREDENTIALS,
    username: options.username ?? DEFAULT_CREDENTIALS.username,
    password: options.password ?? DEFAULT_CREDENTIALS.password,
    clientId: options.clientId ?? DEFAULT_CREDENTIALS.clientId,
    clientSecret: options.clientSecret ?? DEFAULT_CREDENTIALS.clientSecret,
  }
  const state = seedState(dataset, credentials)
  Object.assign(state.acl, options.acl)
  const clock = createClock(options.now)
  const { server, journal, actAs, revokeAccess, revokeRefresh } = createSimulatorServer({
    state,
    credentials,
    clock: clock.now,
    strict: options.strict ?? true,
    invalidQueryReturnsNoRows: options.invalidQueryReturnsNoRows ?? false,
    requestsPerHour: options.requestsPerHour,
    tokenLifetimeSeconds: options.tokenLifetimeSeconds,
    journalFile: options.journalFile,
  })
  const running = await startListening(options, { server, journal, clock, credentials, dataset, state })
  return {
    ...running,
    acl: state.acl,
    revokeAccess,
    revokeRefresh,
    actAs,
  }
}
