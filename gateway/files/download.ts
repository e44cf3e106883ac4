import { psa } from '../../schema/access.ts'
import { GatewayError } from '../../schema/errors.ts'
import { expectId } from '../../schema/ids.ts'
import { DEFAULT_DOOR_SETTINGS } from '../../subgraphs/http/ports.ts'
import type { GatewayContext } from '../context.ts'
import { judgedByRecord } from '../vendors.ts'
import { UPLOAD_PREFIX } from './kept.ts'
import { openWaiting } from './waiting.ts'

/** A file on its way to whoever asked for it. */
export interface FileAnswer {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const { access: CONTENT } = psa('Attachments', 'content')
/** What is told of a file, and which ticket it is judged by. */
const FIELDS = new Set(['fileName', 'size', 'ticket'])

/**
 * The bytes of a file on a ticket, for who may read them: its record is read by the same door and the same record scope
 * as every record, and only then are its bytes asked for. @throws GatewayError
 */
export async function openFile(context: GatewayContext, id: string): Promise<FileAnswer> {
  if (id.startsWith(UPLOAD_PREFIX)) return openWaiting(context, id)
  const { connection: slug } = expectId(id, 'Attachment')
  const connection = context.connections.get(slug)
  if (connection === undefined)
    throw new GatewayError('CONNECTION_FORBIDDEN', 'The connection in this id is not assigned to you.')
  const refusal = context.judge(CONTENT, slug) ?? connection.scope?.refuseAlone('Attachment') ?? null
  if (refusal !== null) throw refusal
  const gone = new GatewayError('NOT_FOUND', 'No Attachment with this id is visible to you.', {
    id: id.slice(0, 300),
  })
  const file = await context.reads.load(id, 'Attachment', FIELDS)
  if (file === null) throw gone
  const size = file.get('size')
  const limit = DEFAULT_DOOR_SETTINGS.maxFileBytes
  if (size !== null && size > limit)
    throw new GatewayError(
      'LIMIT_EXCEEDED',
      `A file is passed on up to ${limit} bytes, and this one has ${size}.`,
      {
        limit,
        came: size,
      },
    )
  // Judged by its record, as a raw read is by what it names: a session under a record scope sends nothing by itself.
  const { source, session } = connection.scope === undefined ? connection : judgedByRecord(context, slug)
  const bytes = await source.download(session, file)
  if (bytes === undefined) throw gone
  return { name: file.get('fileName') ?? 'file', bytes }
}
