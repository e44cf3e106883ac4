import type { ListName, ListPage, VendorSession } from '../../schema/source.ts'
import { type ConnectWiseSimulator, startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import { type TestBench, type TestSetup, testBench } from '../testing.ts'
import { connectwise } from './index.ts'

export type Simulator = ConnectWiseSimulator

/** A simulator of its own for each test file, and a bench on it. */
export async function startBench(
  setup: Partial<TestSetup> = {},
): Promise<{ sim: Simulator; bench: TestBench }> {
  const sim = await startConnectWiseSimulator({ port: 0 })
  const bench = testBench({
    source: connectwise,
    baseUrl: sim.url,
    credentials: { ...sim.credentials },
    ...setup,
  })
  return { sim, bench }
}

export interface Fault {
  readonly match?: { readonly method?: string; readonly path?: string }
  readonly times?: number
  readonly kind: 'status' | 'delay' | 'reset' | 'malformed' | 'html' | 'oversized'
  readonly status?: number
  readonly when?: 'before' | 'after'
  readonly [more: string]: unknown
}

export async function plantFault(sim: Simulator, fault: Fault): Promise<void> {
  const answer = await fetch(`${sim.url}/__faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  if (!answer.ok) throw new Error(`The simulator refused the fault: ${await answer.text()}`)
}

export function writesIn(sim: Simulator): readonly { readonly method: string; readonly path: string }[] {
  return sim
    .journal()
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/__') && !path.endsWith('/search'))
}

export interface Asked {
  readonly filter?: Readonly<Record<string, unknown>>
  readonly order?: readonly [key: string, direction: 'ASC' | 'DESC']
  readonly first?: number
  readonly after?: unknown
  readonly fields?: readonly string[]
  readonly parent?: string
}

export function list(session: VendorSession, name: ListName, asked: Asked = {}): Promise<ListPage> {
  const { filter = {}, order = ['NUMBER', 'ASC'], first = 25, after = null, fields = [], parent } = asked
  return connectwise.listPage(session, {
    list: name,
    filter,
    order: { key: order[0], direction: order[1] },
    first,
    after,
    fields: new Set(fields),
    ...(parent === undefined ? {} : { parent }),
  })
}

/** Every id of a list, page by page. */
export async function walk(session: VendorSession, name: ListName, asked: Asked): Promise<readonly string[]> {
  const ids: string[] = []
  let after: unknown = null
  for (;;) {
    const page = await list(session, name, { ...asked, after })
    ids.push(...page.records.map(({ id }) => id))
    if (!page.hasNext) return ids
    after = page.positions.at(-1)
  }
}
