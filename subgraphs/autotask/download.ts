import { parseId } from '../../schema/ids.ts'
import type { VendorAccess, VendorSource } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { objectOf, readJson } from './client.ts'

const CONTENT: VendorAccess = { group: 'Attachments', kind: 'READ', fields: ['content'] }

/** Bytes come as base64 in JSON, and only with the one file that is read below its ticket (API.md 11.9). */
export const download: VendorSource['download'] = async (session, file) => {
  const ticket = file.get('ticket')
  const { item, items } = objectOf(
    await readJson(session, {
      path: `/Tickets/${parseId(ticket?.id ?? '')?.key}/Attachments/${parseId(file.id)?.key}`,
      access: CONTENT,
    }),
  )
  // Documented as one record, and reported as a list of one (API.md 3).
  const found = item ?? (Array.isArray(items) ? items[0] : undefined)
  if (found === null || found === undefined) return undefined
  const { data } = objectOf(found)
  if (typeof data !== 'string') throw unavailable(session.connection.slug, 'told of a file without its bytes')
  return [Buffer.from(data, 'base64')]
}
