import { createPublicKey } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readLine } from '../../gateway/audit/lines.ts'
import { openSink } from '../../gateway/audit/sink.ts'
import { verifyTrail } from '../../gateway/audit/verify-trail.ts'
import { startTestGateway, type TestGateway } from '../gateway.ts'

const EXPORT = `mutation ($afterCheckpoint: Int, $cursor: String) {
  exportAudit(afterCheckpoint: $afterCheckpoint, cursor: $cursor) { lines next } }`
const DENIED = 'mutation { deleteTicket(input: { id: "acme-cw:Ticket:44805" }) { __typename } }'

let t: TestGateway
let folder: string
let file: string
let sinkIsAway = true
let auditor: string
let agent: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-checkpoints-'))
  file = join(folder, 'second', 'checkpoints.ndjson')
  const sink = openSink(file)
  t = await startTestGateway({
    settings: { checkpointEvents: 5, poll: 1 },
    checkpointSink: {
      name: sink.name,
      async append(line) {
        if (sinkIsAway) throw new Error('the second disk is away')
        await sink.append(line)
      },
    },
  })
  auditor = (await t.person({ role: 'auditor' })).token
  agent = (await t.agent('HELPDESK')).token
})
afterAll(async () => {
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

const read = (lines: readonly string[]) => lines.map((line, index) => readLine(line, index + 1))
const sinkLines = async () =>
  (await readFile(file, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')

async function exported(variables: Record<string, unknown> = {}): Promise<string[]> {
  const { data, errors } = await t.ask(auditor, EXPORT, variables)
  expect(errors).toEqual([])
  expect(data.exportAudit.next).toBeNull()
  return data.exportAudit.lines
}

describe('the audit trail outside of the installation', () => {
  it('is signed as it grows, and a sink that was away gets every signature once it is back', async () => {
    for (let n = 0; n < 12; n += 1) expect((await t.ask(agent, DENIED)).errors).toHaveLength(1)
    await vi.waitFor(() => expect(t.logged.join()).toContain('could not be checkpointed'), 10_000)
    expect(await sinkLines()).toEqual([])

    sinkIsAway = false
    for (let n = 0; n < 6; n += 1) await t.ask(agent, DENIED)
    await vi.waitFor(async () => {
      const signed = read(await exported()).filter(({ is }) => is === 'checkpoint')
      expect(signed.length).toBeGreaterThanOrEqual(2)
      expect(read(await sinkLines())).toEqual(expect.arrayContaining(signed))
    }, 10_000)
  })

  it('verifies offline, with the export, the public key and the sink alone', async () => {
    const { data } = await t.ask(auditor, '{ auditKey }')
    const publicKey = createPublicKey(data.auditKey)
    const checkpoints = read(await sinkLines()).flatMap((line) =>
      line.is === 'checkpoint' ? [line.checkpoint] : [],
    )
    const lines = await exported()
    expect(await verifyTrail(read(lines), { publicKey, checkpoints })).toMatchObject({ intact: true })

    const [first] = checkpoints
    const rest = await exported({ afterCheckpoint: first!.seq })
    expect(await verifyTrail(read(rest), { publicKey, checkpoints })).toMatchObject({ intact: true })
    expect(rest.length).toBeLessThan(lines.length)

    const restored = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('{"checkpoint"')),
    )
    expect(await verifyTrail(read(restored), { publicKey, checkpoints })).toMatchObject({
      intact: false,
      seq: restored.length + 1,
    })
  })

  it('holds the export itself', async () => {
    await exported()
    expect((await exported()).join()).toContain('"type":"EXPORTED"')
  })

  it('is for auditors of the whole installation', async () => {
    const technician = (await t.person({ role: 'approver' })).token
    const ofOne = (await t.person({ role: 'auditor', connection: 'acme-cw' })).token
    for (const token of [agent, technician, ofOne]) {
      const { errors } = await t.ask(token, EXPORT)
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['ROLE_REQUIRED'])
    }
  })

  it('begins at no place that nobody signed', async () => {
    const { errors } = await t.ask(auditor, EXPORT, { afterCheckpoint: 2 })
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'afterCheckpoint' })
  })
})

describe('openSink', () => {
  it('refuses an address that is not https', () => {
    expect(() => openSink('http://siem.example/hook')).toThrow(/COUNTERSIGN_CHECKPOINTS.*got http:/)
  })
})
