import { buildDataset } from '../dataset/index.ts'
import { createClock } from '../shared/clock.ts'
import type { Json } from '../shared/json.ts'
import { type Simulator, type SimulatorOptions, startListening } from '../shared/simulator.ts'
import type { Credentials } from './auth.ts'
import { apiUserOf } from './auth.ts'
import type { Answer } from './call.ts'
import { seedState } from './seed.ts'
import { createSimulatorServer } from './server.ts'
import type { State, WorkflowRule } from './state.ts'

export type { Fault } from '../shared/faults.ts'
export type { JournalEntry } from '../shared/journal.ts'
export type { Json, Rec } from '../shared/json.ts'
export type { Credentials } from './auth.ts'
export type { Answer } from './call.ts'
export type { Mail, State, WorkflowRule } from './state.ts'

export interface AutotaskSimulatorOptions extends SimulatorOptions {
  username?: string
  secret?: string
  integrationCode?: string
  /** Whether an administrator let the API user write in others' names. Refused unless true. */
  allowImpersonation?: boolean
  /** Requests an hour before the database refuses more; 10,000 unless given. */
  threshold?: number
  /** What the thread limit answers with; 429 unless given. */
  threadStatus?: 429 | 500
  /** Milliseconds that any answer takes at least, so that requests at once overlap; 5 unless given. */
  serviceTime?: number
  /** What zone discovery tells instead of this simulator, for a client that must not follow it. */
  zoneUrl?: string
  /** The tenant's rules that send mails; see DEFAULT_WORKFLOW_RULES. */
  workflowRules?: readonly WorkflowRule[]
  /** What the API user's security level forbids, for instance `create TimeEntries` or `query Contracts`. */
  denied?: readonly `${'query' | 'create' | 'edit' | 'delete'} ${string}`[]
}

export interface AutotaskSimulator extends Simulator<State, Credentials> {
  /** Pretends that this many requests came in the last hour. */
  setUsedRequests(count: number): void
  /** How many requests at once each entity ever saw, those refused for it included; entities in small letters. */
  mostAtOnce(): Readonly<Record<string, number>>
  /** What a technician does behind the caller's back, for instance `actAs('jdoe', 'PATCH', '/Tickets', {...})`. */
  actAs(userName: string, method: string, apiPath: string, body?: Json): Answer
}

export const DEFAULT_CREDENTIALS: Credentials = {
  username: 'api.user@anchorpoint-it.example',
  secret: 'simSecret#0001',
  integrationCode: 'SIMINTEGRATIONCODE0000000001',
}

/** Publishing a note and planning a service call mail nobody until a test says so. */
export const DEFAULT_WORKFLOW_RULES: readonly WorkflowRule[] = [
  'ticketCreated',
  'ticketAssigned',
  'ticketCompleted',
]

export async function startAutotaskSimulator(
  options: AutotaskSimulatorOptions = {},
): Promise<AutotaskSimulator> {
  const dataset = buildDataset(options)
  const state = seedState(
    dataset,
    new Set(options.workflowRules ?? DEFAULT_WORKFLOW_RULES),
    new Set(options.denied),
  )
  const clock = createClock(options.now)
  const credentials: Credentials = {
    username: options.username ?? DEFAULT_CREDENTIALS.username,
    secret: options.secret ?? DEFAULT_CREDENTIALS.secret,
    integrationCode: options.integrationCode ?? DEFAULT_CREDENTIALS.integrationCode,
  }
  apiUserOf(state).userName = credentials.username
  const { server, journal, limits, actAs } = createSimulatorServer({
    state,
    credentials,
    clock: clock.now,
    journalFile: options.journalFile,
    allowImpersonation: options.allowImpersonation ?? false,
    threshold: options.threshold ?? 10_000,
    threadStatus: options.threadStatus ?? 429,
    serviceTime: options.serviceTime ?? 5,
    zoneUrl: options.zoneUrl,
  })
  const running = await startListening(options, { server, journal, clock, credentials, dataset, state })
  return {
    ...running,
    setUsedRequests: limits.setUsed,
    mostAtOnce: limits.mostAtOnce,
    actAs,
  }
}
