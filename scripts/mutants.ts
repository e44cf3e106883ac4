/** `npm run test:mutants`: each line takes one safety switch out, and the tests named beside it have to notice. */
import { fileURLToPath } from 'node:url'
import { type Mutant, runMutants } from './mutation.ts'

export const mutants: readonly Mutant[] = []

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
