import { createHash } from 'node:crypto'
import { GatewayError } from '../../schema/errors.ts'
import { FILE_HOLE, type PlannedFile } from '../../schema/plan.ts'
import type { UploadedFile } from '../../schema/source.ts'
import { unsealBytes } from '../secrets/credentials.ts'
import type { Services } from '../services.ts'
import { findUpload } from '../store/uploads.ts'
import { extensionsOf } from './kinds.ts'

/** How ids of files begin that wait to be sent: no global id does. */
export const UPLOAD_PREFIX = 'up_'

interface Kept {
  readonly file: UploadedFile
  readonly bytes: Buffer
}

/** A file that an agent gave for a connection. @throws GatewayError NOT_FOUND when there is none, or its time is over */
export async function keptFile(
  { store, keys }: Pick<Services, 'store' | 'keys'>,
  owner: { readonly agentId: string; readonly connection: string },
  id: string,
): Promise<Kept> {
  const row = await findUpload(store.db, { ...owner, id })
  if (row === undefined) {
    throw new GatewayError(
      'NOT_FOUND',
      'No file with this id waits for you on this connection. Send it again to POST /attachments.',
      { argument: 'upload' },
    )
  }
  const bytes = await unsealBytes(store.db, keys, owner.connection, uploadField(id), row)
  const { content_type: contentType, size, sha256 } = row
  return {
    bytes,
    file: {
      id,
      contentType,
      size,
      sha256,
      extensions: extensionsOf(contentType),
      sha256In: (body, encoding) => sha256Of(filledBody(body, encoding, bytes)),
    },
  }
}

/** A body with the file in its place. */
export function filledBody(body: string, encoding: PlannedFile['encoding'], bytes: Uint8Array): Buffer {
  const [before, after, ...more] = body.split(FILE_HOLE)
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error('A body has one place for its file.')
  const file = encoding === 'BYTES' ? bytes : Buffer.from(Buffer.from(bytes).toString('base64'), 'latin1')
  return Buffer.concat([Buffer.from(before, 'utf8'), file, Buffer.from(after, 'utf8')])
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What the bytes of a file are sealed for; no credential has such a name. */
export function uploadField(id: string): string {
  return `upload ${id}`
}
