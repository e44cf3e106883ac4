import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allowlists } from '../../scripts/allowlists.ts'

const root = join(import.meta.dirname, '..', '..')
/** The vendors' own documents lie beside the repository and are not part of it. */
const documents = join(root, '..', 'shared', 'vendors')
const there = existsSync(documents)

describe(`allowlists of the simulators${there ? '' : `: NOT COMPARED, no vendor documents at ${documents}`}`, () => {
  it.skipIf(!there).each(allowlists)(
    '$vendor: what is committed is what its documents say today',
    ({ vendor, file, make }) => {
      const { text, missing } = make(join(documents, vendor))

      expect(missing).toEqual([])
      // Compared as a truth: a difference of a megabyte of JSON helps nobody.
      expect(
        text === readFileSync(join(root, file), 'utf8'),
        `run scripts/allowlists.ts: ${file} differs`,
      ).toBe(true)
    },
  )
})
