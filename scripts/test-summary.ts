/** The one line that CI looks for, from Vitest's report and the exit code of `npm test` (first argument). */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const report = fileURLToPath(new URL('../dist/test-results.json', import.meta.url))
const exitCode = Number(process.argv[2] ?? 0)

function counts(): { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number } {
  if (!existsSync(report)) return { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0 }
  return JSON.parse(readFileSync(report, 'utf8')) as ReturnType<typeof counts>
}

const { numPassedTests: passed, numFailedTests } = counts()
// Types, lint and the other checks run before the tests and have no count of their own: one that fails is one failure.
const failed = numFailedTests || (exitCode !== 0 || passed === 0 ? 1 : 0)
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1
