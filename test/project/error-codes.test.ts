import { glob, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { ERROR_CODES } from '../../schema/errors.ts'

/** Where whole answers are looked at; a unit that throws a code says nothing of what comes out of a door. */
const WHOLE = [
  'gateway/doors/*.test.ts',
  'gateway/supergraph/*.test.ts',
  'test/{bypass,contract,e2e}/*.test.ts',
]

it('each is what a test of the gateway answers with', async () => {
  let tests = ''
  for await (const file of glob(WHOLE)) tests += await readFile(file, 'utf8')
  expect(ERROR_CODES.filter((code) => !tests.includes(`'${code}'`))).toEqual([])
})
