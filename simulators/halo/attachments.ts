import type { Json, Rec } from '../shared/json.ts'
import { schemaOf } from './allowlists.ts'
import { readElements } from './body.ts'
import { type Answer, type Call, ok, param, type Route } from './call.ts'
import { stamp } from './dates.ts'
import { sentence, silent, TICKET_NOT_FOUND } from './errors.ts'
import { answerList, ORDERING, sorted } from './listing.ts'
import { saveAll } from './saving.ts'
import { actionsOf, find, insert, rowsOf, shown } from './state.ts'
import { isDeleted } from './ticket-derived.ts'

const BODY = {
  schema: 'Attachment',
  plays: 'filename ticket_id action_id data_base64 note isimage showforusers',
}

/** Files that come inside a ticket or an action. */
export function attach(
  call: Call,
  sent: Json | undefined,
  owner: { ticketId: number; actionId?: number },
): number {
  const files = Array.isArray(sent) ? (sent as Rec[]) : []
  for (const file of files)
    addFile(call, { ...file, ticket_id: owner.ticketId, action_id: owner.actionId ?? 0 })
  return files.length
}

function addFile(call: Call, file: Rec): Rec {
  const encoded = /^data:[^;,]*(?:;[^;,]*)*;base64,(.*)$/s.exec(String(file.data_base64 ?? ''))?.[1]
  if (!file.filename) throw sentence(400, 'A filename must be given for the Attachment.')
  if (encoded === undefined)
    throw sentence(400, 'data_base64 must be a data URL, for instance data:text/plain;base64,aGk=')
  const bytes = Buffer.from(encoded, 'base64')
  const row = insert(call.state, 'attachments', {
    filename: file.filename,
    note: file.note ?? '',
    filesize: bytes.length,
    type: 0,
    unique_id: Number(file.ticket_id),
    isimage: file.isimage === true,
    showforusers: file.showforusers === true,
    datecreated: stamp(call.now),
    $ticket: Number(file.ticket_id),
    $action: Number(file.action_id ?? 0),
  })
  call.state.files.set(Number(row.id), bytes)
  return row
}

function write(call: Call, element: Rec): Rec {
  const ticket = find(call.state, 'tickets', element.ticket_id)
  if (!ticket || isDeleted(ticket)) throw sentence(400, TICKET_NOT_FOUND)
  if (element.action_id) {
    const action = actionsOf(call.state, Number(ticket.id)).find((row) => row.id === element.action_id)
    if (!action) throw sentence(400, `The Action ${element.action_id} does not exist.`)
    action.attachment_count = Number(action.attachment_count) + 1
  }
  return shown(addFile(call, element))
}

function download(call: Call): Answer {
  const row = find(call.state, 'attachments', param(call))
  const bytes = call.state.files.get(param(call))
  if (!row || !bytes) throw silent(404)
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${String(row.filename).replaceAll('"', '')}"`,
  }
  return { status: 200, body: bytes, headers }
}

export const attachmentRoutes: Route[] = [
  {
    method: 'GET',
    template: 'Attachment',
    plays: `ticket_id action_id unique_id type ${ORDERING}`,
    scope: 'tickets',
    handler: (call) => {
      const { query } = call
      const ticketId = query.int('ticket_id') ?? query.int('unique_id')
      const rows = rowsOf(call.state, 'attachments').filter(
        (row) =>
          (ticketId === undefined || row.$ticket === ticketId) &&
          (query.int('action_id') === undefined || row.$action === query.int('action_id')) &&
          (query.int('type') === undefined || row.type === query.int('type')),
      )
      return answerList(call, 'attachments', sorted(call, rows, schemaOf('Attachment')), shown)
    },
  },
  { method: 'GET', template: 'Attachment/{id}', scope: 'tickets', handler: download },
  {
    method: 'POST',
    template: 'Attachment',
    scope: 'tickets',
    handler: (call) => saveAll(readElements(call.body, BODY), (element) => write(call, element)),
  },
  {
    method: 'DELETE',
    template: 'Attachment/{id}',
    scope: 'tickets',
    handler: (call) => {
      const id = param(call)
      if (!call.state.tables.attachments.rows.delete(id)) throw silent(404)
      call.state.files.delete(id)
      return ok({ id })
    },
  },
]
