import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Mutant, mutate, runMutants, type Verdict } from '../../scripts/mutation.ts'

const root = join(import.meta.dirname, '..', '..')

/** A guard with two switches, of which the test knows one. */
const guard = `export function allowed(user: string, action: string) {
  if (user === 'stranger') return false
  if (action === 'delete') return false
  return true
}
`
const guardTest = `import { expect, it } from 'vitest'
import { allowed } from './guard.ts'
it('keeps strangers out', () => expect(allowed('stranger', 'read')).toBe(false))
`

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-toy-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  writeFileSync(join(folder, 'guard.ts'), guard)
  writeFileSync(join(folder, 'guard.test.ts'), guardTest)
  writeFileSync(
    join(folder, 'broken.test.ts'),
    "import { it } from 'vitest'\nit('fails', () => { throw new Error('always') })\n",
  )
  return folder
}

function mutant(find: string, replace: string, tests = ['guard.test.ts']): Mutant {
  return { name: `without: ${find}`, file: 'guard.ts', find, replace, tests }
}

describe('mutants', () => {
  it('tells a switch that tests miss from one that nobody does', () => {
    const folder = project()
    const verdicts: Verdict[] = []
    const allCaught = runMutants(
      folder,
      [
        mutant("if (user === 'stranger') return false", ''),
        mutant("if (action === 'delete') return false", ''),
        mutant('export function', 'export funktion'),
      ],
      (verdict) => verdicts.push(verdict),
    )

    expect(allCaught).toBe(false)
    expect(verdicts).toMatchObject([
      { caught: true, by: 'keeps strangers out' },
      { caught: false, why: 'every test stayed green' },
      { caught: false, why: expect.stringContaining('does not load') },
    ])
    expect(readFileSync(join(folder, 'guard.ts'), 'utf8')).toBe(guard)
  }, 60_000)

  it('trusts no test that fails anyway, and no empty list of tests', () => {
    const find = "if (user === 'stranger') return false"
    const run = (tests: string[]) => runMutants(project(), [mutant(find, '', tests)], () => {})

    expect(() => run(['broken.test.ts'])).toThrow('Fails without any mutant: fails')
    expect(() => run(['nowhere.test.ts'])).toThrow('No tests in nowhere.test.ts')
  }, 60_000)

  it.each([
    ['return false', 2],
    ['return maybe', 0],
  ])('refuses to guess which "%s" is meant', (find, count) => {
    expect(() => mutate(guard, mutant(find, ''))).toThrow(`found it ${count} times`)
  })
})
