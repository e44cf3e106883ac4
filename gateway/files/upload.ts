import { createHash } from 'node:crypto'
import { decide } from '../../policy/decide.ts'
import type { Demand } from '../../policy/types.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import type { GatewayContext } from '../context.ts'
import { sealBytes } from '../secrets/credentials.ts'
import { newId } from '../store/newId.ts'
import { bytesWaitingAlone, insertUpload } from '../store/uploads.ts'
import { refuse } from '../writes/refuse.ts'
import { uploadField } from './kept.ts'
import { expectKind } from './kinds.ts'

/** What an agent gives the gateway to put onto a ticket later. */
export interface GivenFile {
  /** Slug. */
  readonly connection: string | undefined
  readonly contentType: string | undefined
  readonly bytes: Uint8Array
}

/** What is told of a file that waits. */
export interface WaitingFile {
  readonly id: string
  readonly contentType: string
  readonly size: number
  readonly sha256: string
  readonly expiresAt: string
}

/** What agents have waiting becomes room again when it is sent, or in its time. */
const FULL_RETRY_MS = 600_000

/**
 * Keeps a file for `uploadAttachment` of the same agent on the same connection, sealed by the connection's data key.
 * Who may not add files to tickets there keeps none here. @throws GatewayError
 */
export async function keepFile(context: GatewayContext, given: GivenFile): Promise<WaitingFile> {
  const { caller, services, known } = context
  if (caller.kind !== 'AGENT') {
    throw new GatewayError(
      'FORBIDDEN_OPERATION',
      'People write to a PSA by approving what an AI agent proposes.',
    )
  }
  const { connection, bytes } = given
  if (connection === undefined) throw badInput('connection', "a connection's slug", null)
  const demands: readonly Demand[] = [
    { connection, group: 'Attachments', kind: 'CREATE', fields: ['content'] },
  ]
  const decision = decide(known.principal, demands)
  if (decision.verdict === 'DENY')
    return refuse(context, caller, connection, 'uploadAttachment', demands, decision)
  const contentType = expectKind(given.contentType, bytes)
  await services.pace.write(caller)

  const { settings, store, keys, refuseAtLimit } = services
  const id = newId('up')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const row = await store.transaction(async (trx) => {
    const waiting = await bytesWaitingAlone(trx, caller.id)
    if (waiting + bytes.length > settings.uploadBytesPerAgent) {
      throw refuseAtLimit({
        caller,
        limit: 'uploadBytesPerAgent',
        of: 'bytes of files that wait for an AI agent',
        retryAfterMs: FULL_RETRY_MS,
        advice: 'Use those that wait, or wait until their time is over.',
      })
    }
    const sealed = await sealBytes(trx, keys, connection, uploadField(id), bytes)
    const upload = {
      id,
      connection,
      agent_id: caller.id,
      content_type: contentType,
      size: bytes.length,
      sha256,
      ...sealed,
    }
    return insertUpload(trx, upload, settings.uploadFor)
  })
  return { id, contentType, size: row.size, sha256, expiresAt: row.expires_at.toISOString() }
}
