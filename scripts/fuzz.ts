/** `npm run fuzz -- --runs 100000 --seed 7`: generated requests and operations, judged at the simulators' journals. */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string' } },
})
for (const [name, value] of Object.entries(values))
  if (!/^\d{1,9}$/.test(value)) throw new TypeError(`--${name}: expected a whole number, got "${value}"`)

const { status } = spawnSync('vitest', ['run', 'test/fuzz'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_RUNS: values.runs,
    FUZZ_SEED: values.seed ?? String(randomInt(2 ** 31)),
  },
})
process.exitCode = status ?? 1
