import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AccessProfile, profilePolicy } from '../../policy/profiles.ts'
import type { Vendor } from '../../schema/source.ts'
import { openForAdministration } from '../admin/probe.ts'
import { hashPassword } from '../identity/passwords.ts'
import { authenticate, freshToken } from '../identity/tokens.ts'
import { saveCredentials } from '../secrets/credentials.ts'
import type { Services } from '../services.ts'
import { createConnection, findConnection, saveConnection } from '../store/connections.ts'
import type { Db } from '../store/index.ts'
import { saveInstallation } from '../store/installation.ts'
import { createPerson, findPerson, grantRole, savePerson } from '../store/people.ts'
import { createAgentToken, createPersonToken } from '../store/tokens.ts'
import {
  createAgent,
  createWorkflow,
  currentPolicies,
  findAgent,
  findWorkflow,
  savePolicy,
} from '../store/workflows.ts'
import type { RunningSimulator } from './simulators.ts'

/** What a script needs to use the sandbox; `data/sandbox.json`, readable by its owner alone. */
export interface Sandbox {
  readonly gateway: string
  readonly connections: readonly {
    readonly slug: string
    readonly vendor: string
    readonly simulator: string
  }[]
  readonly agents: Readonly<Record<AgentName, string>>
  readonly technician: string
  readonly administrator: string
  /** With what the two sign in as people do. */
  readonly people: Readonly<Record<keyof typeof SANDBOX_PEOPLE, LocalAccount>>
}

interface LocalAccount {
  readonly email: string
  readonly password: string
}

const AGENTS = {
  readOnly: { profile: 'READ_ONLY', name: 'Read Only agent' },
  helpdesk: { profile: 'HELPDESK', name: 'Helpdesk agent' },
  itAdmin: { profile: 'IT_ADMIN', name: 'IT Admin agent' },
  fullAutomation: { profile: 'FULL_AUTOMATION', name: 'Full Automation agent' },
} as const satisfies Record<string, { profile: AccessProfile; name: string }>
export type AgentName = keyof typeof AGENTS

/** Who signs in to the sandbox by one click. */
export const SANDBOX_PEOPLE = {
  technician: 'per_sandbox_technician',
  administrator: 'per_sandbox_administrator',
} as const
const { technician: TECHNICIAN, administrator: ADMINISTRATOR } = SANDBOX_PEOPLE
/** Dana is a technician of the simulated MSP: time that an agent logs for her is this member's. */
const MEMBERS: Readonly<Record<Vendor, string>> = {
  connectwise: 'jdoe',
  autotask: '151',
  halo: '151',
  servicenow: 'jdoe',
}
const DAYS_90 = 90 * 24 * 3600 * 1000

/** Connections to the simulators, a workflow a profile, a technician and an administrator; made once, kept afterwards. */
export async function seedSandbox(
  services: Services,
  simulators: readonly RunningSimulator[],
  gateway: string,
  dataDir: string,
): Promise<Sandbox> {
  const { db } = services.store
  await saveInstallation(db, { sandbox: true, test_mode: false })
  for (const simulator of simulators) await connect(services, simulator)
  await Promise.all(simulators.map(({ slug }) => confirmMapping(services, slug)))
  await person(db, TECHNICIAN, 'Dana Reyes (technician)', 'dana@anchorpoint.example', simulators, 'approver')
  await person(
    db,
    ADMINISTRATOR,
    'Avery Cole (administrator)',
    'avery@anchorpoint.example',
    simulators,
    'owner',
  )
  for (const name of Object.keys(AGENTS) as AgentName[]) await agent(services, name, simulators)

  const file = join(dataDir, 'sandbox.json')
  const known = await readSandbox(file)
  const agents: Record<string, string> = {}
  for (const name of Object.keys(AGENTS) as AgentName[]) {
    agents[name] = await keptToken(db, known?.agents?.[name], () => newAgentToken(db, name))
  }
  const sandbox: Sandbox = {
    gateway,
    connections: simulators.map(({ slug, vendor, url }) => ({ slug, vendor, simulator: url })),
    agents: agents as Sandbox['agents'],
    technician: await keptToken(db, known?.technician, () => newPersonToken(db, TECHNICIAN)),
    administrator: await keptToken(db, known?.administrator, () => newPersonToken(db, ADMINISTRATOR)),
    people: {
      technician: await localAccount(services, TECHNICIAN, known?.people?.technician),
      administrator: await localAccount(services, ADMINISTRATOR, known?.people?.administrator),
    },
  }
  await writeFile(file, `${JSON.stringify(sandbox, null, 2)}\n`, { mode: 0o600 })
  return sandbox
}

async function readSandbox(file: string): Promise<Partial<Sandbox> | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Sandbox>
  } catch {
    return undefined // none yet, or spoilt: tokens are made anew
  }
}

async function connect(
  { store, keys, sources }: Services,
  { slug, vendor, url, credentials }: RunningSimulator,
): Promise<void> {
  await store.transaction(async (trx) => {
    if ((await findConnection(trx, slug)) === undefined) {
      await createConnection(trx, {
        slug,
        vendor,
        name: `Sandbox ${vendor}`,
        baseUrl: url,
        enabled: true,
        testMode: false,
      })
    } else await saveConnection(trx, slug, { base_url: url })
    // Only what the dialect asks for: a simulator may tell of further accounts.
    const wanted = sources.get(vendor)?.dialect.credentials.map(({ name }) => name) ?? []
    const known = Object.entries(credentials).filter(([name]) => wanted.includes(name))
    await saveCredentials(trx, keys, slug, Object.fromEntries(known))
  })
}

/** As an administrator would who agrees with every guess; what somebody changed since stays. */
async function confirmMapping(services: Services, slug: string): Promise<void> {
  const { db } = services.store
  const row = await findConnection(db, slug)
  if (row === undefined || Object.keys(row.mapping).length > 0) return
  const open = openForAdministration(services, row)
  const guess = await open?.source.guessMapping?.(open.session)
  if (guess !== undefined) await saveConnection(db, slug, { mapping: guess.mapping })
}

async function person(
  db: Db,
  id: string,
  name: string,
  email: string,
  simulators: readonly RunningSimulator[],
  role: 'approver' | 'owner',
): Promise<void> {
  const memberKeys = Object.fromEntries(simulators.map(({ slug, vendor }) => [slug, MEMBERS[vendor]]))
  if ((await findPerson(db, id)) !== undefined) {
    // A connection may have come since.
    await savePerson(db, id, { member_keys: memberKeys, sandbox: true })
    return
  }
  await createPerson(db, { id, name, email, memberKeys, sandbox: true })
  await grantRole(db, { personId: id, role })
}

async function agent(
  { store, sources }: Services,
  key: AgentName,
  simulators: readonly RunningSimulator[],
): Promise<void> {
  const { profile, name } = AGENTS[key]
  const workflowId = `wf_sandbox_${key}`
  await store.transaction(async (trx) => {
    if ((await findWorkflow(trx, workflowId)) === undefined) {
      await createWorkflow(trx, { id: workflowId, name: `Sandbox: ${name}`, testMode: false })
    }
    const current = await currentPolicies(trx, workflowId)
    for (const { slug, vendor } of simulators) {
      if (current.some(({ connection }) => connection === slug)) continue
      const policy = { ...profilePolicy(profile, vendor, sources.get(vendor)?.groups ?? []), testMode: false }
      await savePolicy(trx, { workflowId, connection: slug, after: 0, policy, profile })
    }
    if ((await findAgent(trx, agentId(key))) === undefined) {
      await createAgent(trx, { id: agentId(key), workflowId, name, onBehalfOf: TECHNICIAN })
    }
  })
}

const agentId = (key: AgentName) => `agt_sandbox_${key}`

/** The token of the last start while it still lives. */
async function keptToken(db: Db, token: string | undefined, make: () => Promise<string>): Promise<string> {
  if (token !== undefined) {
    const alive = await authenticate(db, token).then(
      () => true,
      () => false,
    )
    if (alive) return token
  }
  return make()
}

async function newAgentToken(db: Db, key: AgentName): Promise<string> {
  const { token, id, hash } = freshToken('csa')
  await createAgentToken(db, { id, agentId: agentId(key), hash, expiresAt: new Date(Date.now() + DAYS_90) })
  return token
}

/** The password of the last start, unless somebody changed it since. */
async function localAccount(
  { store: { db }, settings }: Services,
  id: string,
  known: LocalAccount | undefined,
): Promise<LocalAccount> {
  const person = await findPerson(db, id)
  if (person === undefined) throw new Error(`Expected the person ${id} of the sandbox to be there`)
  if (known !== undefined && person.password_hash !== null) return { ...known, email: person.email }
  const password = randomBytes(12).toString('base64url')
  await savePerson(db, id, { password_hash: await hashPassword(password, settings.passwordCost) })
  return { email: person.email, password }
}

async function newPersonToken(db: Db, personId: string): Promise<string> {
  const { token, id, hash } = freshToken('csp')
  await createPersonToken(db, {
    id,
    personId,
    hash,
    expiresAt: new Date(Date.now() + DAYS_90),
    sandbox: true,
  })
  return token
}
