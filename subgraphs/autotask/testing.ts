import { type AutotaskSimulator, startAutotaskSimulator } from '../../simulators/autotask/index.ts'
import { lister, type TestBench, type TestSetup, testBench, walker, writesBesides } from '../testing.ts'
import { autotask } from './index.ts'

export type Simulator = AutotaskSimulator

/**
 * A simulator of its own for each test file, and a bench on it. Its newest tickets are of today, so that the
 * first window of time holds as many as it would anywhere.
 */
export async function startBench(
  setup: Partial<TestSetup> = {},
  options: Parameters<typeof startAutotaskSimulator>[0] = {},
): Promise<{ sim: Simulator; bench: TestBench }> {
  const anchor = new Date(Math.floor(Date.now() / 1000) * 1000)
  const sim = await startAutotaskSimulator({ port: 0, anchor, ...options })
  const bench = testBench({
    source: autotask,
    baseUrl: sim.url,
    credentials: { ...sim.credentials },
    ...setup,
  })
  return { sim, bench }
}

/** Queries are POSTs too: a write is what is neither a GET nor one of them. */
export function writesIn(sim: Simulator): readonly { readonly method: string; readonly path: string }[] {
  return writesBesides(sim, (path) => /\/query(\/|$)/i.test(path))
}

export const list = lister(autotask, ['CREATED_AT', 'DESC'])

export const walk = walker(list)
