import { parseId } from '../../schema/ids.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { acceptHeader, apiPath, failed } from './client.ts'
import { codebaseOf } from './codebase.ts'

const CONTENT: VendorAccess = { group: 'Attachments', kind: 'READ', fields: ['content'] }

/** By the document's own number: that it is this ticket's was told by the list that its record came from. */
export const download: VendorSource['download'] = async (session, file) => {
  const [, document = ''] = (parseId(file.id)?.key ?? '').split('.')
  const answer = await session.download({
    method: 'GET',
    path: apiPath(await codebaseOf(session), `/system/documents/${document}/download`),
    query: [],
    headers: { accept: acceptHeader(session) },
    body: null,
    access: CONTENT,
  })
  if (answer.status === 404) return undefined
  if (answer.bytes === null) throw failed(session, answer)
  return answer.bytes
}
