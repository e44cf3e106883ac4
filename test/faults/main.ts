// Faults on purpose, and what must hold all the same: docs/safety.md (m).
//
//   npm run test:faults                                 one seed of 100 write requests, and 200 duels
//   npm run test:faults:full                            seeds 1 to 5 of 500 each
//   npm run test:faults -- --seed 7 --requests 300      any other

import { parseArgs } from 'node:util'
import { CRASH_POINTS } from '../../gateway/writes/crash-points.ts'
import { run } from './run.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true, default: ['1'] },
    requests: { type: 'string', default: '100' },
    duels: { type: 'string', default: '200' },
    kills: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})

function whole(name: string, text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0)
    throw new TypeError(`Expected --${name} to be a whole number from 0, got ${text}`)
  return number
}

function table(title: string, counts: ReadonlyMap<string, number>): void {
  console.log(`\n${title}`)
  for (const [name, count] of [...counts].toSorted(([a], [b]) => a.localeCompare(b)))
    console.log(`  ${String(count).padStart(5)}  ${name}`)
}

const wanted = whole('kills', values.kills)
const requests = whole('requests', values.requests)
const problems: string[] = []
const kills = new Map<string, number>(CRASH_POINTS.map((point) => [point, 0]))
for (const [index, text] of values.seed.entries()) {
  const seed = whole('seed', text)
  const began = Date.now()
  // Duels are the same for every seed: once is enough.
  const duels = index === 0 ? whole('duels', values.duels) : 0
  const report = await run({ seed, requests, duels, killsEach: wanted, keep: values.keep })
  for (const [point, count] of report.kills) kills.set(point, (kills.get(point) ?? 0) + count)
  console.log(
    `\n== seed ${seed}: ${report.requests} write requests, ${Math.round((Date.now() - began) / 1000)} s`,
  )
  table('faults injected', report.faults)
  table('outcomes', report.outcomes)
  table('writes sent and settled, by kind and connection', report.matrix)
  table('refused before a request came to be', report.refused)
  table('error codes answered', report.codes)
  table('subscribers, events heard', report.heard)
  for (const problem of report.problems) console.log(`  VIOLATED ${problem}`)
  problems.push(...report.problems.map((problem) => `seed ${seed}: ${problem}`))
}
table('kill -9 by crash point', kills)
for (const [point, count] of kills)
  if (count < wanted) problems.push(`${point}: ${count} kills, ${wanted} wanted`)
console.log(
  problems.length === 0
    ? '\nI1 to I10 hold.'
    : `\n${problems.length} PROBLEMS\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
)
process.exit(problems.length === 0 ? 0 : 1)
