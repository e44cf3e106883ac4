/**
 * Takes one safety switch out at a time and runs the tests that should notice. A suite that stays green without a
 * switch does not test it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

export interface Mutant {
  /** Which switch is off, in words. */
  readonly name: string
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** Test files or folders that have to fail. */
  readonly tests: readonly string[]
}

export type Verdict =
  /** A test failed, as it should. */
  | { readonly mutant: string; readonly caught: true; readonly by: string }
  | { readonly mutant: string; readonly caught: false; readonly why: string }

const LEFT_BEHIND: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', 'data', 'coverage'])

/** A copy to break; what is installed is linked. */
function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  cpSync(root, copy, {
    recursive: true,
    filter: (source) => !LEFT_BEHIND.has(relative(root, source).split(/[\\/]/)[0] ?? ''),
  })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
  return copy
}

interface VitestReport {
  readonly numPassedTests: number
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: ReadonlyArray<{ readonly fullName: string; readonly status: string }>
  }>
}

interface Run {
  readonly passed: number
  /** Tests that failed; a file that does not even load is none. */
  readonly failed: readonly string[]
  readonly notLoaded: readonly string[]
}

function runTests(folder: string, tests: readonly string[]): Run {
  const output = join(folder, 'mutants-report.json')
  rmSync(output, { force: true })
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--bail', '1', '--reporter', 'json', '--outputFile', output, ...tests]
  const { stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: withoutVitest(),
  })
  let report: VitestReport
  try {
    report = JSON.parse(readFileSync(output, 'utf8')) as VitestReport
  } catch {
    throw new Error(`vitest gave no report on ${tests.join(' ')}: ${stderr.slice(-500)}`)
  }
  return {
    passed: report.numPassedTests,
    failed: report.testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    ),
    notLoaded: report.testResults
      .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
      .map(({ name }) => relative(folder, name)),
  }
}

/** A test of this file runs under Vitest itself, whose variables would confuse the inner one. */
function withoutVitest(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$)/.test(name)))
}

/** @throws when the text to replace is not there exactly once: the code moved and the table did not. */
export function mutate(source: string, { name, file, find, replace }: Mutant): string {
  const count = source.split(find).length - 1
  if (count !== 1) throw new Error(`"${name}": expected its text once in ${file}, found it ${count} times`)
  return source.replace(find, () => replace)
}

function tryMutant(copy: string, mutant: Mutant): Verdict {
  const target = join(copy, mutant.file)
  const original = readFileSync(target, 'utf8')
  try {
    writeFileSync(target, mutate(original, mutant))
    const { failed, notLoaded } = runTests(copy, mutant.tests)
    if (failed[0]) return { mutant: mutant.name, caught: true, by: failed[0] }
    const why = notLoaded[0]
      ? `${notLoaded[0]} does not load, which proves nothing`
      : 'every test stayed green'
    return { mutant: mutant.name, caught: false, why }
  } finally {
    writeFileSync(target, original)
  }
}

/** Checks first that the named tests pass as things are: a test that always fails would catch everything. */
export function runMutants(
  root: string,
  mutants: readonly Mutant[],
  tell: (verdict: Verdict) => void,
): boolean {
  for (const mutant of mutants) mutate(readFileSync(join(root, mutant.file), 'utf8'), mutant)
  if (mutants.length === 0) return true
  const copy = copyOf(root)
  try {
    for (const tests of new Set(mutants.map((mutant) => mutant.tests.join('\n')))) {
      const { passed, failed, notLoaded } = runTests(copy, tests.split('\n'))
      const trouble = [...failed, ...notLoaded]
      if (trouble.length > 0) throw new Error(`Fails without any mutant: ${trouble.join(', ')}`)
      if (passed === 0) throw new Error(`No tests in ${tests.replaceAll('\n', ' ')}`)
    }
    const verdicts = mutants.map((mutant) => {
      const verdict = tryMutant(copy, mutant)
      tell(verdict)
      return verdict
    })
    return verdicts.every(({ caught }) => caught)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
