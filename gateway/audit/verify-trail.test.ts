import { createPublicKey, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { type Key, parseKey } from '../secrets/keyMaterial.ts'
import { appendEvent } from './append.ts'
import { type Checkpoint, publicKeyOf, signCheckpoint } from './checkpoint.ts'
import { checkpointLine, eventLine, readLine, type TrailLine } from './lines.ts'
import { wholeTrail } from './read.ts'
import { verifyTrail } from './verify-trail.ts'

const freshKey = (): Key => parseKey(randomBytes(32).toString('base64'), 'test')
const key = freshKey()
const publicKey = createPublicKey(publicKeyOf(key))

let database: TestDatabase
/** Twelve events, signed behind the fourth and the eighth. */
let lines: string[]
let checkpoints: Checkpoint[]

beforeAll(async () => {
  database = await createTestDatabase()
  const { store } = database
  for (let n = 1; n <= 12; n += 1) {
    await store.transaction((trx) =>
      appendEvent(trx, {
        type: 'DECISION',
        instance: 'gw-1',
        actor: { kind: 'AGENT', id: 'agt_1' },
        requestId: `wr_${n}`,
        payload: { text: `payload ${n}` },
      }),
    )
  }
  const events = await wholeTrail(store.db)
  checkpoints = [4, 8].map((seq) => signCheckpoint(key, events[seq - 1]!, new Date()))
  lines = events.flatMap((event) => {
    const signed = checkpoints.find(({ seq }) => seq === event.seq)
    return signed === undefined ? [eventLine(event)] : [eventLine(event), checkpointLine(signed)]
  })
})
afterAll(() => database.drop())

const read = (texts: readonly string[]): TrailLine[] => texts.map((text, index) => readLine(text, index + 1))
const seqOf = (line: string): number => Number(/"seq":(\d+)/.exec(line)?.[1])
const isEvent = (line: string, seq: number) => line.startsWith('{"event"') && seqOf(line) === seq
const edit = (seq: number, from: string, to: string) => (all: string[]) =>
  all.map((line) => (isEvent(line, seq) ? line.replace(from, to) : line))

describe('verifyTrail', () => {
  it('finds an untouched export intact, and counts the signatures that confirm it', async () => {
    expect(await verifyTrail(read(lines), { publicKey, checkpoints })).toMatchObject({
      intact: true,
      last: { seq: 12 },
      checkpoints: 2,
    })
  })

  it('finds an export that begins at a checkpoint intact', async () => {
    const from = lines.findIndex((line) => line.startsWith('{"checkpoint"'))
    expect(await verifyTrail(read(lines.slice(from)), { publicKey })).toMatchObject({ intact: true })
  })

  it.each<[string, (all: string[]) => string[], number]>([
    ['an edited event', edit(3, 'wr_3', 'wr_9'), 3],
    ['an edited payload', edit(5, 'payload 5', 'payload X'), 5],
    ['a removed event', (all) => all.filter((line) => !isEvent(line, 6)), 6],
    ['two events in the other order', (all) => [all[1]!, all[0]!, ...all.slice(2)], 1],
    ['a tail cut behind the last checkpoint of the export', (all) => all.slice(0, 5), 5],
    [
      'a forged checkpoint',
      (all) => all.map((line) => line.replace(/"signature":"../, '"signature":"00')),
      4,
    ],
    ['a checkpoint moved elsewhere', (all) => [...all.slice(0, 4), all[5]!, all[4]!, ...all.slice(6)], 4],
  ])('names the first event of %s', async (_, tamper, seq) => {
    expect(await verifyTrail(read(tamper([...lines])), { publicKey, checkpoints })).toMatchObject({
      intact: false,
      seq,
    })
  })

  it('sees a trail that was forged whole, as long as the key was not in it', async () => {
    const theirs = freshKey()
    const forged = checkpoints.map((one) => signCheckpoint(theirs, one, one.at))
    const all = lines.map((line) =>
      line.startsWith('{"checkpoint"')
        ? checkpointLine(forged.find(({ seq }) => seq === seqOf(line))!)
        : line,
    )
    expect(await verifyTrail(read(all), { publicKey })).toMatchObject({ intact: false, seq: 4 })
  })

  it('reads no line that is none of a trail', () => {
    expect(() => readLine('{"event":{"seq":1}}', 7)).toThrow('Line 7 is neither')
    expect(() => readLine('<html>', 8)).toThrow('Line 8 is no JSON')
  })
})
