import { parseId } from '../../schema/ids.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { apiPath, failed } from './client.ts'

const CONTENT: VendorAccess = { group: 'Attachments', kind: 'READ', fields: ['content'] }

/** By the file's own number: that it is this ticket's was told by the list that its record came from. */
export const download: VendorSource['download'] = async (session, file) => {
  const [, attachment = ''] = (parseId(file.id)?.key ?? '').split('.')
  const answer = await session.download({
    method: 'GET',
    path: apiPath(`/Attachment/${attachment}`),
    query: [],
    headers: { accept: '*/*' },
    body: null,
    access: CONTENT,
  })
  if (answer.status === 404) return undefined
  if (answer.bytes === null) throw failed(session, answer)
  return answer.bytes
}
