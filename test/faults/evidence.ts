import { execFile } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readLine } from '../../gateway/audit/lines.ts'
import type { ExportedEvent } from '../../gateway/audit/verify.ts'
import type { ApprovalRow, WriteRequestRow, WriteStepRow } from '../../gateway/store/tables.ts'
import { bodyHash } from '../../policy/permit.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import type { Desk } from './desk.ts'
import type { Installation } from './installation.ts'
import { READ_BY_POST, SLUGS } from './vendors.ts'

/** One write as a PSA received it. */
export interface Received {
  readonly connection: string
  readonly at: number
  readonly method: string
  readonly path: string
  /** Part of what some requests are about: HaloPSA numbers actions ticket by ticket. */
  readonly query: string
  readonly bodyHash: string
  readonly text: string
  readonly status: number
  readonly fault: string | undefined
}

/** Everything that the run left behind, read once all of it has come to rest. */
export interface Evidence {
  readonly received: readonly Received[]
  readonly events: readonly ExportedEvent[]
  readonly trailFile: string
  readonly keyFile: string
  readonly checkpointsFile: string
  readonly requests: ReadonlyMap<string, WriteRequestRow>
  readonly steps: readonly WriteStepRow[]
  readonly approvals: readonly ApprovalRow[]
  /** In how many records of the PSAs each mark stands. */
  readonly holding: Readonly<Record<string, number>>
  /** The records in which a mark stands that was to go. */
  readonly left: ReadonlyMap<string, readonly string[]>
  /** Marks of tickets that are merged or bundled now, or at least not as they were. */
  readonly linked: ReadonlySet<string>
}

const AUDIT = fileURLToPath(new URL('../../scripts/audit.ts', import.meta.url))

/** `npm run audit`, as an auditor runs it. */
export async function auditCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [AUDIT, ...args], {
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
    })
    return { code: 0, out: stdout }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: `${stdout}${stderr}` }
  }
}

function journalOf(connection: string, file: string): Received[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry)
    .filter(({ method, path }) => method !== 'GET' && !READ_BY_POST.test(path) && !path.startsWith('/__'))
    .map(({ time, method, path, query, body, status, fault }) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      return {
        connection,
        at: Date.parse(time),
        method,
        path,
        query: new URLSearchParams(query).toString(),
        bodyHash: bodyHash(text),
        text,
        status,
        fault,
      }
    })
}

export async function gather(
  { files, gateways, owner, store, psas, dir }: Installation,
  { noted, links }: Pick<Desk, 'noted' | 'links'>,
): Promise<Evidence> {
  const env = { COUNTERSIGN_URL: gateways[0]?.url ?? '', COUNTERSIGN_TOKEN: owner.token }
  // As they stood before: the export itself is an event that a later checkpoint may sign.
  const checkpointsFile = join(dir, 'checkpoints-before-export.ndjson')
  copyFileSync(files.checkpoints, checkpointsFile)
  const trail = await auditCommand(['export'], env)
  const key = await auditCommand(['key'], env)
  if (trail.code !== 0 || key.code !== 0) throw new Error(`no audit export: ${trail.out.slice(-500)}`)
  const [trailFile, keyFile] = [join(dir, 'trail.ndjson'), join(dir, 'audit-key.pem')]
  writeFileSync(trailFile, trail.out)
  writeFileSync(keyFile, key.out)
  const linked = new Set<string>()
  for (const [mark, before] of links)
    if ((await psas.call('where', { mark })).join() !== before) linked.add(mark)
  const lines = trail.out.split('\n').filter((line) => line !== '')
  const [requests, steps, approvals, holding] = await Promise.all([
    store.db.selectFrom('write_request').selectAll().execute(),
    store.db.selectFrom('write_step').selectAll().execute(),
    store.db.selectFrom('approval').selectAll().execute(),
    psas.call('holding', { marks: noted.flatMap(({ shows: { present, gone } }) => [...present, ...gone]) }),
  ])
  const left = new Map<string, readonly string[]>()
  for (const mark of noted.flatMap(({ shows: { gone } }) => gone))
    if ((holding[mark] ?? 0) > 0) left.set(mark, await psas.call('where', { mark }))
  return {
    received: SLUGS.flatMap((slug) => journalOf(slug, files.journals[slug] as string)),
    events: lines.flatMap((line, index) => {
      const read = readLine(line, index + 1)
      return read.is === 'event' ? [read.event] : []
    }),
    trailFile,
    keyFile,
    checkpointsFile,
    requests: new Map(requests.map((row) => [row.id, row])),
    steps,
    approvals,
    holding,
    left,
    linked,
  }
}
