import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sources } from './index.ts'

/** What the vendors share. */
const SHARED = new Set(['catalogue', 'http', 'planning', 'reading', 'sending'])

it('registers every vendor that has a folder', async () => {
  const folders = await readdir(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true })
  const vendors = folders
    .filter((entry) => entry.isDirectory() && !SHARED.has(entry.name))
    .map(({ name }) => name)
  expect([...sources.keys()].toSorted()).toEqual(vendors.toSorted())
})
