// The key-encryption key, which wraps the data keys of all credentials. See docs/keys.md.
//
//   npm run -s keys -- rotate        (the settings of the gateway: COUNTERSIGN_KEYS and so on, DATABASE_URL)

import { parseArgs } from 'node:util'
import { readOptions } from '../gateway/options.ts'
import { keySettings } from '../gateway/secrets/keys.ts'
import { rotateKeys } from '../gateway/secrets/rotate.ts'
import { startEmbedded } from '../gateway/store/embedded.ts'
import { openStore } from '../gateway/store/index.ts'

const USAGE = 'Usage: npm run -s keys -- rotate'

async function rotate(): Promise<void> {
  const { dataDir, databaseUrl } = readOptions([], process.env)
  // Joins the server of a gateway that runs, and else starts it for as long as this takes.
  const embedded = databaseUrl === undefined ? await startEmbedded({ dataDir, log: () => {} }) : undefined
  const store = openStore({ url: embedded?.appUrl ?? databaseUrl! })
  try {
    const settings = keySettings(process.env, dataDir, databaseUrl === undefined)
    const { key, rewrapped, begun, retired } = await rotateKeys(store, settings, 'npm run keys')
    if (begun) process.stdout.write('goes on with a key that was made before\n')
    process.stdout.write(`key ${key} wraps from now on: ${rewrapped} data keys were wrapped anew\n`)
    if (retired !== null) {
      process.stdout.write(
        `the former key is in ${retired}: no gateway reads it. Delete it with the last backup of the database from before.\n`,
      )
    }
  } finally {
    await store.close()
    await embedded?.stop()
  }
}

const { positionals } = parseArgs({ allowPositionals: true, options: {} })
try {
  if (positionals.length === 1 && positionals[0] === 'rotate') await rotate()
  else {
    process.stderr.write(`${USAGE}\n`)
    process.exitCode = 2
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
