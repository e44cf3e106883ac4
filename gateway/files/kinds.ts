import { badInput } from '../../schema/errors.ts'

/** A kind of file that may go onto a ticket, and by what its bytes are known. */
interface FileKind {
  readonly contentType: string
  readonly extensions: readonly string[]
  /** Which bytes stand where; a text is UTF-8 without NUL. */
  readonly bytes: 'TEXT' | readonly (readonly [at: number, latin1: string])[]
}

const ZIP = [[0, 'PK\x03\x04']] as const
const OFFICE = 'application/vnd.openxmlformats-officedocument'

/**
 * What people attach to tickets, and nothing that a browser or a desktop runs when it is opened: no HTML, SVG or XML,
 * no program, no script, no document with macros.
 */
const KINDS: readonly FileKind[] = [
  { contentType: 'text/plain', extensions: ['txt', 'log'], bytes: 'TEXT' },
  { contentType: 'text/csv', extensions: ['csv'], bytes: 'TEXT' },
  { contentType: 'text/markdown', extensions: ['md'], bytes: 'TEXT' },
  { contentType: 'application/json', extensions: ['json'], bytes: 'TEXT' },
  { contentType: 'application/pdf', extensions: ['pdf'], bytes: [[0, '%PDF-']] },
  { contentType: 'image/png', extensions: ['png'], bytes: [[0, '\x89PNG\r\n\x1a\n']] },
  { contentType: 'image/jpeg', extensions: ['jpg', 'jpeg'], bytes: [[0, '\xff\xd8\xff']] },
  { contentType: 'image/gif', extensions: ['gif'], bytes: [[0, 'GIF8']] },
  {
    contentType: 'image/webp',
    extensions: ['webp'],
    bytes: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { contentType: 'application/zip', extensions: ['zip'], bytes: ZIP },
  { contentType: `${OFFICE}.wordprocessingml.document`, extensions: ['docx'], bytes: ZIP },
  { contentType: `${OFFICE}.spreadsheetml.sheet`, extensions: ['xlsx'], bytes: ZIP },
  { contentType: `${OFFICE}.presentationml.presentation`, extensions: ['pptx'], bytes: ZIP },
]

/** Of a kept file: endings that its name may have. */
export function extensionsOf(contentType: string): readonly string[] {
  return KINDS.find((kind) => kind.contentType === contentType)?.extensions ?? []
}

/**
 * The media type, if such files may be kept and these bytes are one.
 * @throws GatewayError BAD_USER_INPUT
 */
export function expectKind(header: string | undefined, bytes: Uint8Array): string {
  const said = (header ?? '').split(';')[0]!.trim().toLowerCase()
  const kind = KINDS.find(({ contentType }) => contentType === said)
  if (kind === undefined)
    throw badInput('content-type', `one of ${KINDS.map(({ contentType }) => contentType).join(', ')}`, said)
  if (bytes.length === 0) throw badInput('body', 'the bytes of a file', 'an empty body')
  const fits =
    kind.bytes === 'TEXT' ? isText(bytes) : kind.bytes.every(([at, mark]) => standsAt(bytes, at, mark))
  if (!fits) throw badInput('body', `a file of the type that the header says, ${said}`, 'other bytes')
  return said
}

function standsAt(bytes: Uint8Array, at: number, mark: string): boolean {
  return Buffer.from(bytes.subarray(at, at + mark.length)).toString('latin1') === mark
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes).includes('\0')
  } catch {
    return false
  }
}
