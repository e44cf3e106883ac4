import { parseId } from '../../schema/ids.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { failed } from './client.ts'

const CONTENT: VendorAccess = { group: 'Attachments', kind: 'READ', fields: ['content'] }

export const download: VendorSource['download'] = async (session, file) => {
  const answer = await session.download({
    method: 'GET',
    path: `/api/now/attachment/${parseId(file.id)?.key ?? ''}/file`,
    query: [],
    headers: { accept: '*/*' },
    body: null,
    access: CONTENT,
  })
  if (answer.status === 404) return undefined
  if (answer.bytes === null) throw failed(session, answer)
  return answer.bytes
}
