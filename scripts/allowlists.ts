// Makes the simulators' allowlists anew from the vendors' documents.
//
//   npx node scripts/allowlists.ts path/to/vendors

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { autotaskAllowlists } from './autotask-allowlists.ts'
import { connectwiseAllowlists } from './connectwise-allowlists.ts'
import type { Allowlists } from './description.ts'
import { haloAllowlists } from './halo-allowlists.ts'
import { servicenowAllowlists } from './servicenow-allowlists.ts'

export const allowlists: readonly Allowlists[] = [
  autotaskAllowlists,
  connectwiseAllowlists,
  haloAllowlists,
  servicenowAllowlists,
]

function main(documents: string | undefined): void {
  if (documents === undefined || !existsSync(documents))
    throw new TypeError(
      `Expected the folder of the vendors' documents as the first argument, got ${documents}`,
    )
  for (const { vendor, file, make } of allowlists) {
    const { text, missing } = make(join(documents, vendor))
    writeFileSync(join(import.meta.dirname, '..', file), text)
    for (const path of missing) process.stderr.write(`not in the description of ${vendor}: ${path}\n`)
  }
}

if (import.meta.main) main(process.argv[2])
