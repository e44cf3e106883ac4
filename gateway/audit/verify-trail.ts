import type { KeyObject } from 'node:crypto'
import { type Checkpoint, isSignedBy } from './checkpoint.ts'
import type { TrailLine } from './lines.ts'
import { type ChainPlace, type ExportedEvent, type Verification, verifyChain } from './verify.ts'

export interface Trusted {
  /** Kept outside the installation; without it signatures prove nothing. */
  readonly publicKey: KeyObject
  /** What the second sink received. A tail that was cut, or a table restored from an old copy, shows only here. */
  readonly checkpoints?: readonly Checkpoint[]
}

/** How many signed checkpoints the events were held against, besides what `verifyChain` tells. */
export type TrailVerification = Verification & { readonly checkpoints: number }

interface Complaint {
  readonly seq: number
  readonly reason: string
}

/**
 * Verifies an export with nothing but the export, the public key and the second sink's checkpoints. An export whose
 * first line is a checkpoint begins behind it.
 */
export async function verifyTrail(
  lines: AsyncIterable<TrailLine> | Iterable<TrailLine>,
  { publicKey, checkpoints = [] }: Trusted,
): Promise<TrailVerification> {
  const forged = checkpoints.find((one) => !isSignedBy(publicKey, one))
  if (forged !== undefined)
    return broken({ seq: forged.seq, reason: 'the sink holds a checkpoint for it without a valid signature' })

  const known = new Map<number, ChainPlace>(checkpoints.map((one) => [one.seq, one]))
  const trail = (async function* () {
    yield* lines
  })()
  let line = await trail.next()
  let after: ChainPlace | undefined
  if (line.done !== true && line.value.is === 'checkpoint') {
    const { checkpoint } = line.value
    const complaint = judge(checkpoint, publicKey, known.get(checkpoint.seq))
    if (complaint !== undefined) return broken(complaint)
    after = checkpoint
    line = await trail.next()
  }

  let last: ChainPlace | undefined = after
  let complaint: Complaint | undefined
  let held = 0
  async function* events(): AsyncGenerator<ExportedEvent> {
    for (; line.done !== true && complaint === undefined; line = await trail.next()) {
      if (line.value.is === 'event') {
        const { event } = line.value
        complaint = differs(event, known.get(event.seq))
        if (known.has(event.seq)) held += 1
        last = event
        // Given to the chain even so: what it finds first comes first.
        yield event
      } else {
        const { checkpoint } = line.value
        complaint = judge(checkpoint, publicKey, last)
        if (!known.has(checkpoint.seq)) held += 1
      }
    }
  }
  const chain = await verifyChain(events(), after === undefined ? {} : { after })
  if (!chain.intact) return broken(chain)
  if (complaint !== undefined) return broken(complaint)
  const beyond = Math.max(...known.keys(), 0)
  if (beyond > chain.last.seq) {
    return broken({ seq: chain.last.seq + 1, reason: `the chain once went on to ${beyond}` })
  }
  return { ...chain, checkpoints: held }
}

function broken({ seq, reason }: Complaint): TrailVerification {
  return { intact: false, seq, reason, checkpoints: 0 }
}

/** A checkpoint in an export stands right behind its event. */
function judge(
  checkpoint: Checkpoint,
  publicKey: KeyObject,
  event: ChainPlace | undefined,
): Complaint | undefined {
  const { seq } = checkpoint
  if (!isSignedBy(publicKey, checkpoint)) return { seq, reason: 'its checkpoint bears no valid signature' }
  if (event !== undefined && event.seq !== seq) return { seq, reason: 'its checkpoint stands out of place' }
  return differs(checkpoint, event)
}

function differs(here: ChainPlace, known: ChainPlace | undefined): Complaint | undefined {
  return known === undefined || known.hash.equals(here.hash)
    ? undefined
    : { seq: here.seq, reason: 'it is not the event that the checkpoint has seen' }
}
