import { type HaloSimulator, startHaloSimulator } from '../../simulators/halo/index.ts'
import { lister, type TestBench, type TestSetup, testBench, walker, writesBesides } from '../testing.ts'
import { halo } from './index.ts'

export type Simulator = HaloSimulator

/** A simulator of its own for each test file, and a bench on it. */
export async function startBench(
  setup: Partial<TestSetup> = {},
): Promise<{ sim: Simulator; bench: TestBench }> {
  const sim = await startHaloSimulator({ port: 0 })
  const bench = testBench({
    source: halo,
    baseUrl: sim.url,
    credentials: { ...sim.credentials },
    ...setup,
  })
  return { sim, bench }
}

/** Requests that are no reads; the token is asked for by a POST too. */
export function writesIn(sim: Simulator): readonly { readonly method: string; readonly path: string }[] {
  return writesBesides(sim, (path) => path.startsWith('/auth/'))
}

export const list = lister(halo, ['NUMBER', 'ASC'])

export const walk = walker(list)
