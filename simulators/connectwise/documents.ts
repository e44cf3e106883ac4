import { type Rec, stamp } from '../shared/json.ts'
import { VendorError } from '../shared/vendor-error.ts'
import { type Call, created, type Route } from './call.ts'
import { callerName, entityRoutes, touch } from './entity.ts'
import { badRequest, missing, notFound } from './errors.ts'
import { count, list, shower } from './listing.ts'
import { insert } from './state.ts'

/** DocumentFormData, with the vendor's own spelling. */
const PARTS: ReadonlySet<string> = new Set([
  'file',
  'recordId',
  'recordType',
  'title',
  'url',
  'privateFlag',
  'readOnlyFlay',
  'isAvatar',
])

function documents(call: Call): Rec[] {
  const type = call.query.get('recordtype')
  const id = call.query.get('recordid')
  if (!type) throw missing('document', 'recordType')
  if (!id) throw missing('document', 'recordId')
  return call.state.tables.documents
    .all()
    .filter(
      (row) => String(row.$recordType).toLowerCase() === type.toLowerCase() && row.$recordId === Number(id),
    )
}

function download(call: Call) {
  const id = Number(call.params[0])
  const file = call.state.files.get(id)
  const row = call.state.tables.documents.rows.get(id)
  if (!file || !row) throw notFound('Document', id)
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${row.fileName}"`,
  }
  return { status: 200, body: file, headers }
}

interface Part {
  readonly fileName: string | undefined
  readonly bytes: Buffer
}

/** multipart/form-data as RFC 7578 has it: what does not keep to it is refused whole. */
function partsOf({ headers, rawBody }: Call): ReadonlyMap<string, Part> {
  const boundary = /^multipart\/form-data; *boundary="?([^";]+)"?$/i.exec(
    String(headers['content-type'] ?? ''),
  )?.[1]
  if (boundary === undefined) {
    throw new VendorError(415, {
      message: "The request entity's media type is not supported for this resource.",
    })
  }
  const text = rawBody.toString('latin1')
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`)
  if (pieces.length < 3 || pieces[0] !== '' || !/^--(\r\n)?$/.test(pieces.at(-1) ?? ''))
    throw badRequest('Unexpected end of MIME multipart stream.')
  const parts = new Map<string, Part>()
  for (const piece of pieces.slice(1, -1)) {
    const [, head = '', body = ''] = /^\r\n((?:[^\r\n]+\r\n)+)\r\n(.*)$/s.exec(piece) ?? []
    const disposition = /^content-disposition: *form-data;(.*)$/im.exec(head)?.[1] ?? ''
    const name = /(?:^|;) *name="([^"]*)"/i.exec(disposition)?.[1]
    if (name === undefined || !PARTS.has(name))
      throw badRequest(`The form part '${name}' is not supported.`, `unknown form part ${name}`)
    const fileName = /filename="([^"]*)"/i.exec(disposition)?.[1]
    parts.set(name, {
      fileName: fileName === undefined ? undefined : Buffer.from(fileName, 'latin1').toString('utf8'),
      bytes: Buffer.from(body, 'latin1'),
    })
  }
  return parts
}

export function uploadDocument(call: Call) {
  const parts = partsOf(call)
  const text = (name: string) => parts.get(name)?.bytes.toString('utf8')
  const [file, recordType, recordId] = [parts.get('file'), text('recordType'), Number(text('recordId'))]
  if (!recordType) throw missing('document', 'recordType')
  if (!recordId) throw missing('document', 'recordId')
  if (file?.fileName === undefined) throw missing('document', 'file')
  const isTicket = recordType.toLowerCase() === 'ticket'
  if (isTicket && !call.state.tables.tickets.rows.has(recordId)) throw notFound('Ticket', recordId)
  if (!isTicket)
    throw badRequest(`The record type '${recordType}' is not played.`, `record type ${recordType}`)
  const row = insert(call.state.tables.documents, {
    title: text('title') ?? file.fileName,
    fileName: file.fileName,
    owner: callerName(call),
    linkFlag: false,
    imageFlag: /\.(png|jpe?g|gif)$/i.test(file.fileName),
    publicFlag: text('privateFlag')?.toLowerCase() !== 'true',
    readOnlyFlag: text('readOnlyFlay')?.toLowerCase() === 'true',
    size: file.bytes.length,
    createdOnDate: stamp(call.now),
    _info: { dateEntered: stamp(call.now), enteredBy: callerName(call) },
    $recordType: 'Ticket',
    $recordId: recordId,
  })
  call.state.files.set(Number(row.id), file.bytes)
  touch(call, row)
  return created(shower(call, 'DocumentInfo')(row))
}

export const documentRoutes: Route[] = [
  {
    method: 'GET',
    template: 'system/documents',
    handler: (call) => list(call, 'DocumentInfo', documents(call)),
  },
  {
    method: 'GET',
    template: 'system/documents/count',
    handler: (call) => count(call, 'DocumentInfo', documents(call)),
  },
  { method: 'POST', template: 'system/documents', handler: uploadDocument },
  { method: 'GET', template: 'system/documents/{id}/download', handler: download },
  ...entityRoutes({ table: 'documents', path: 'system/documents', writes: ['DELETE'] }).filter((route) =>
    route.template.endsWith('{id}'),
  ),
]
