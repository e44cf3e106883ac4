import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The longest, most of which only wait: begun last, each would run alone at the end. */
const LONGEST = [
  'test/contract/reconcile',
  'test/console/setup',
  'test/console/console',
  'test/console/history',
  'test/fuzz/fuzz',
  'test/start/start',
  'test/e2e/reconcile',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) =>
      LONGEST.some((name) => moduleId.endsWith(`${name}.test.ts`))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
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
    sequence: { sequencer: LongestFirst },
    // Modules are loaded, and the schema is composed, once a worker: both take longer than most tests.
    isolate: false,
  },
})
