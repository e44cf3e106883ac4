import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { COVERAGE, coverage } from './coverage.ts'

it('docs/coverage.md says what the code says: npm run coverage', () => {
  expect(readFileSync(COVERAGE, 'utf8')).toBe(`${coverage()}\n`)
})
