import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rules } from './index.ts'

const files = readdirSync(new URL('.', import.meta.url))
const ruleFiles = files.filter(
  (file) => !file.endsWith('.test.ts') && !['index.ts', 'rule.ts'].includes(file),
)

describe('the list of rules', () => {
  it('names every file of this folder once', () => {
    expect(rules.map((rule) => `${rule.name}.ts`).sort()).toEqual(ruleFiles.sort())
  })

  it.each(rules.map((rule) => rule.name))('%s has a test of its own', (name) => {
    expect(files).toContain(`${name}.test.ts`)
  })

  it('cannot be changed', () => expect(Object.isFrozen(rules)).toBe(true))
})
