import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

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
    maxWorkers: 3,
    // Modules are loaded, and the schema is composed, once a worker: both take longer than most tests.
    isolate: false,
  },
})
