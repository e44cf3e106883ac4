/** `npm run test:mutants`: each line takes one safety switch out, and the tests named beside it have to notice. */
import { fileURLToPath } from 'node:url'
import { type Mutant, runMutants } from './mutation.ts'

export const mutants: readonly Mutant[] = [
  {
    name: 'the guard before planning',
    file: 'gateway/gateway.ts',
    find: '      guard({ ...prepared, schema: supergraph.apiSchema, access: supergraph.access, context }) //',
    replace: '      //',
    tests: ['test/e2e/reads-policy.test.ts'],
  },
  {
    name: 'the shield around both subgraphs, and the check of it at the start',
    file: 'gateway/mounted.ts',
    find: '  const composed = composeMounted()\n  for (const { schema } of composed.subgraphs) await checkShield(schema)',
    replace:
      "  const composed = composeSupergraph([{ name: 'psa', schema: psaSubgraph() }, { name: 'control', schema: controlSubgraph() }])",
    tests: ['test/e2e/reads-connections.test.ts', 'test/e2e/reads-policy.test.ts'],
  },
  {
    name: "the transport's check of every request",
    file: 'subgraphs/http/door.ts',
    find: 'if (refused !== null) throw refused',
    replace: '',
    tests: ['subgraphs/connectwise', 'test/e2e/writes.test.ts'],
  },
  {
    name: 'the permit at the door',
    file: 'subgraphs/http/permits.ts',
    find: 'if (!permitMatches(claims,',
    replace: 'if (false && !permitMatches(claims,',
    tests: ['subgraphs/connectwise/writes.test.ts'],
  },
  {
    name: 'the single use of a permit',
    file: 'subgraphs/http/permits.ts',
    find: 'if (!(await ports.consumeNonce(claims.nonce, claims.expiresAt))) {',
    replace: 'if (false) {',
    tests: ['subgraphs/connectwise/writes.test.ts'],
  },
  {
    name: 'the intent on record before the bytes leave',
    file: 'gateway/writes/execute.ts',
    find: "        type: 'WRITE_INTENT',",
    replace: "        type: 'READ',",
    tests: ['test/e2e/writes-outcomes.test.ts'],
  },
]

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const allCaught = runMutants(root, mutants, (verdict) => {
    console.log(
      verdict.caught
        ? `caught   ${verdict.mutant} (by "${verdict.by}")`
        : `SURVIVED ${verdict.mutant}: ${verdict.why}`,
    )
  })
  console.log(
    `${mutants.length} switches, ${allCaught ? 'each one is missed when it is off' : 'NOT all are missed'}`,
  )
  if (!allCaught) process.exitCode = 1
}
