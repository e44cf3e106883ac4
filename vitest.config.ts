import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The longest, most of which only wait: begun last, each would run alone at the end. Those that wait for moments come
 * before those that have browsers work.
 */
const LONGEST = [
  'test/contract/reconcile',
  'test/e2e/reconcile',
  'test/start/start',
  'test/contract/faults',
  'test/fuzz/fuzz',
  'test/console/console',
  'test/console/setup',
  'test/console/history',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
      return found < 0 ? LONGEST.length : found
    }
    return sorted.toSorted((a, b) => place(a) - place(b))
  }
}

export default defineConfig({
  resolve: {
    // Without this the ESM and the CJS build of graphql both load, and instanceof checks fail between them.
    alias: [
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['{schema,policy,subgraphs,gateway,simulators,scripts,test}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/global-setup.ts'],
    // Two cores, and many a test waits for a timeout or a process.
    maxWorkers: 4,
    // What a test makes is soon gone: with more room for the young, less of it is copied before that (7 % of the CPU time).
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
    // Modules are loaded, and the schema is composed, once a worker: both take longer than most tests.
    isolate: false,
  },
})
