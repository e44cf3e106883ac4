import { expect, it } from 'vitest'
import type { VendorRequest, VendorSession } from '../../schema/source.ts'
import { readOnce } from './read-once.ts'

const request = (path: string, fields: readonly string[] = []): VendorRequest => ({
  method: 'GET',
  path,
  query: [],
  headers: {},
  body: null,
  access: { group: 'Tickets', kind: 'READ', fields },
})

it('asks once for what is asked in the same words, and once more in the next scope', async () => {
  const sent: string[] = []
  const session = {
    read: async ({ path }: VendorRequest) => {
      sent.push(path)
      return { status: 200, headers: {}, body: path, durationMs: 1 }
    },
  } as unknown as VendorSession
  const scope = readOnce(session)
  const [one, same] = await Promise.all([scope.read(request('/1')), scope.read(request('/1'))])
  expect(one).toBe(same)
  await scope.read(request('/2'))
  // Another access is judged, and so asked, for itself.
  await scope.read(request('/1', ['title']))
  expect(sent).toEqual(['/1', '/2', '/1'])
  await readOnce(session).read(request('/1'))
  expect(sent).toHaveLength(4)
})
