import type { Services } from '../services.ts'
import { checkpointDue, insertCheckpoint, markDelivered, undelivered } from '../store/checkpoints.ts'
import { lockHead } from './append.ts'
import { signCheckpoint } from './checkpoint.ts'
import { checkpointLine } from './lines.ts'
import { record } from './record.ts'
import type { CheckpointSink } from './sink.ts'

/** How many are handed to the sink in one go. */
const PAGE = 100

export interface Checkpoints {
  /** Signs what is due and hands over what the sink lacks. */
  run(): Promise<void>
  close(): Promise<void>
}

/**
 * Signs the head of the chain every so many events or minutes, in whichever gateway finds it due first, and gives
 * each signature to the second sink, at least once and in order. A sink that is away gets them when it is back.
 */
export function startCheckpoints(services: Services, sink: CheckpointSink | undefined): Checkpoints {
  const { store, settings, log } = services
  let running: Promise<void> | undefined

  async function work(): Promise<void> {
    await store.transaction((trx) => checkpoint(trx))
    if (sink !== undefined) await deliver(sink)
  }

  async function checkpoint(trx: Parameters<typeof insertCheckpoint>[0]): Promise<void> {
    // Asked without a lock first: most of the time nothing is due.
    if (!(await checkpointDue(trx, settings.checkpointEvents, settings.checkpointEvery))) return
    const head = await lockHead(trx)
    if (!(await checkpointDue(trx, settings.checkpointEvents, settings.checkpointEvery))) return
    await insertCheckpoint(trx, signCheckpoint(services.keys.checkpoint, head, head.at))
    await record(trx, services, { type: 'CHECKPOINT', range: { firstSeq: head.seq, lastSeq: head.seq } })
  }

  async function deliver(to: CheckpointSink): Promise<void> {
    for (;;) {
      const waiting = await undelivered(store.db, to.name, PAGE)
      for (const one of waiting) {
        await to.append(checkpointLine(one))
        await markDelivered(store.db, to.name, one.seq)
      }
      if (waiting.length < PAGE) return
    }
  }

  function run(): Promise<void> {
    running ??= work()
      .catch((error) => log('error', 'the audit trail could not be checkpointed', { error: String(error) }))
      .finally(() => {
        running = undefined
      })
    return running
  }

  const timer = setInterval(run, settings.poll * 1000)
  timer.unref()
  return {
    run,
    async close() {
      clearInterval(timer)
      await running
    },
  }
}
