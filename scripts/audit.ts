// The audit trail, outside of the installation.
//
//   npm run -s audit -- export > trail.ndjson                     (COUNTERSIGN_URL, COUNTERSIGN_TOKEN of an auditor)
//   npm run -s audit -- key > audit-key.pem
//   npm run -s audit -- verify trail.ndjson --key audit-key.pem --checkpoints data/checkpoints.ndjson
//   npm run -s audit -- erase --before 2026-01-31               (DATABASE_OWNER_URL, or the embedded database's folder)

import { createPublicKey } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Checkpoint } from '../gateway/audit/checkpoint.ts'
import { type Erasure, erasePayloads } from '../gateway/audit/erase.ts'
import { readLine, type TrailLine } from '../gateway/audit/lines.ts'
import { verifyTrail } from '../gateway/audit/verify-trail.ts'
import { readOptions } from '../gateway/options.ts'
import { startEmbedded } from '../gateway/store/embedded.ts'
import { ask, gatewayOf } from './ask.ts'

const USAGE = `Usage:
  npm run -s audit -- export [--after-checkpoint SEQ] > trail.ndjson
  npm run -s audit -- key > audit-key.pem
  npm run -s audit -- verify TRAIL --key PEM [--checkpoints FILE]
  npm run -s audit -- erase --before DATE | --request ID | --ticket ID`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    key: { type: 'string' },
    checkpoints: { type: 'string' },
    'after-checkpoint': { type: 'string' },
    before: { type: 'string' },
    request: { type: 'string' },
    ticket: { type: 'string' },
  },
})

async function exportTrail(): Promise<void> {
  const gateway = gatewayOf(process.env)
  const from = values['after-checkpoint']
  let cursor: string | null = null
  do {
    const page: { exportAudit: { lines: readonly string[]; next: string | null } } = await ask(
      gateway,
      `mutation ($afterCheckpoint: Int, $cursor: String) {
        exportAudit(afterCheckpoint: $afterCheckpoint, cursor: $cursor) { lines next } }`,
      { afterCheckpoint: from === undefined ? null : Number(from), cursor },
    )
    for (const line of page.exportAudit.lines) process.stdout.write(`${line}\n`)
    cursor = page.exportAudit.next
  } while (cursor !== null)
}

async function* linesOf(file: string): AsyncGenerator<TrailLine> {
  const handle = await open(file)
  let number = 0
  for await (const text of handle.readLines()) {
    number += 1
    if (text !== '') yield readLine(text, number)
  }
}

/** True when it is intact. */
async function verify(trail: string, keyFile: string): Promise<boolean> {
  const checkpoints: Checkpoint[] = []
  if (values.checkpoints !== undefined) {
    for await (const line of linesOf(values.checkpoints)) {
      if (line.is === 'checkpoint') checkpoints.push(line.checkpoint)
    }
  } else {
    process.stderr.write("Without --checkpoints a tail that was cut off can't be seen.\n")
  }
  const publicKey = createPublicKey(await readFile(keyFile))
  const result = await verifyTrail(linesOf(trail), { publicKey, checkpoints })
  if (result.intact) {
    process.stdout.write(
      `intact: the chain goes to event ${result.last.seq}, and ${result.checkpoints} signed checkpoints confirm it\n`,
    )
  } else {
    process.stdout.write(`NOT intact: event ${result.seq}: ${result.reason}\n`)
  }
  return result.intact
}

/** Undefined unless exactly one of the three says what. @throws TypeError for a date that is none */
function erasureAsked(): Erasure | undefined {
  const { before, request, ticket } = values
  if ([before, request, ticket].filter((one) => one !== undefined).length !== 1) return undefined
  if (request !== undefined) return { requestId: request }
  if (ticket !== undefined) return { ticketId: ticket }
  const date = new Date(before ?? '')
  if (!/^\d{4}-\d{2}-\d{2}/.test(before ?? '') || Number.isNaN(date.getTime()))
    throw new TypeError(`Expected --before to be a date like 2026-01-31, got ${before}`)
  return { before: date }
}

/** With the rights of the database's owner, which the gateway itself does not use. */
async function erase(erasure: Erasure): Promise<void> {
  const { DATABASE_OWNER_URL: databaseOwnerUrl, COUNTERSIGN_DATA } = process.env
  const { dataDir } = readOptions([], { COUNTERSIGN_DATA })
  // Joins the server of a gateway that runs, and else starts it for as long as this takes.
  const embedded =
    databaseOwnerUrl === undefined ? await startEmbedded({ dataDir, log: () => {} }) : undefined
  try {
    const erased = await erasePayloads(embedded?.ownerUrl ?? databaseOwnerUrl!, erasure, 'npm run audit')
    process.stdout.write(`erased: ${erased} payloads; the events and the chain stay\n`)
  } finally {
    await embedded?.stop()
  }
}

const [command, trail] = positionals
try {
  const erasure = command === 'erase' && trail === undefined ? erasureAsked() : undefined
  if (command === 'export' && trail === undefined) await exportTrail()
  else if (command === 'key' && trail === undefined) {
    process.stdout.write((await ask<{ auditKey: string }>(gatewayOf(process.env), '{ auditKey }')).auditKey)
  } else if (command === 'verify' && trail !== undefined && values.key !== undefined) {
    process.exitCode = (await verify(trail, values.key)) ? 0 : 1
  } else if (erasure !== undefined) {
    await erase(erasure)
  } else {
    process.stderr.write(`${USAGE}\n`)
    process.exitCode = 2
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
