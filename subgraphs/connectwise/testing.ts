import { type ConnectWiseSimulator, startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import { lister, type TestBench, type TestSetup, testBench, walker, writesBesides } from '../testing.ts'
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

export function writesIn(sim: Simulator): readonly { readonly method: string; readonly path: string }[] {
  return writesBesides(sim, (path) => path.endsWith('/search'))
}

export const list = lister(connectwise, ['NUMBER', 'ASC'])

export const walk = walker(list)
