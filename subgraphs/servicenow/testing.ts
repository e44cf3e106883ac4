import {
  type ServiceNowSimulator,
  type ServiceNowSimulatorOptions,
  startServiceNowSimulator,
} from '../../simulators/servicenow/index.ts'
import { lister, type TestBench, type TestSetup, testBench, walker, writesBesides } from '../testing.ts'
import { servicenow } from './index.ts'

export type Simulator = ServiceNowSimulator

/** Basic authentication unless a test is about tokens. */
export function credentialsOf({ credentials }: Simulator, oauth = false): Readonly<Record<string, string>> {
  const { username, password, clientId, clientSecret } = credentials
  return { username, password, ...(oauth ? { clientId, clientSecret } : {}) }
}

/** A simulator of its own for each test file, and a bench on it. */
export async function startBench(
  setup: Partial<TestSetup> = {},
  options: ServiceNowSimulatorOptions = {},
): Promise<{ sim: Simulator; bench: TestBench }> {
  const sim = await startServiceNowSimulator({ port: 0, ...options })
  const bench = testBench({
    source: servicenow,
    baseUrl: sim.url,
    credentials: credentialsOf(sim),
    mapping: { closeCode: 'Solution provided' },
    ...setup,
  })
  return { sim, bench }
}

export function writesIn(sim: Simulator): readonly { readonly method: string; readonly path: string }[] {
  return writesBesides(sim, (path) => path === '/oauth_token.do')
}

export const list = lister(servicenow, ['CREATED_AT', 'DESC'])

/** Every id of a list, page by page; part of a list is no answer. */
export const walk = walker(async (session, name, asked) => {
  const page = await list(session, name, asked)
  if (page.partial !== undefined) throw new Error(page.partial)
  return page
})
