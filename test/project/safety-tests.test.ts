import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const ROW = /^\| .+ \| `(?<file>[^`]+)`: (?<name>.+?) +\|$/

it('docs/safety-tests.md names tests that exist', async () => {
  const lines = (await readFile('docs/safety-tests.md', 'utf8')).split('\n')
  const rows = lines.filter((line) => line.startsWith('| ') && line.includes('`: '))
  expect(rows.length).toBeGreaterThan(50)
  for (const row of rows) {
    const { file, name } = ROW.exec(row)?.groups ?? {}
    expect(file, row).toBeDefined()
    expect(await readFile(file!, 'utf8'), row).toContain(name)
  }
})
