import { expect, it } from 'vitest'
import type { VendorRecord } from '../../schema/records.ts'
import type { VendorSession, VendorSource } from '../../schema/source.ts'
import { referenceCache } from '../http/reference-cache.ts'
import { memberOf } from './member-now.ts'

function desk({ readable, known }: { readonly readable: boolean; readonly known: Set<string> }) {
  const asked: string[] = []
  const cache = referenceCache()
  const session = {
    mayRead: () => readable,
    cached: cache.get,
    forget: cache.forget,
  } as unknown as VendorSession
  const record = { get: (field: string) => (field === 'name' ? 'Dana' : true), has: () => true }
  const readMany = (async (_session: VendorSession, _type: string, keys: readonly string[]) => {
    asked.push(...keys)
    return keys.map((key) => (known.has(key) ? (record as unknown as VendorRecord) : null))
  }) as unknown as VendorSource['readMany']
  return { asked, of: (key: string) => memberOf(session, readMany, key) }
}

it('reads a member once, and again whoever was not there', async () => {
  const known = new Set(['1'])
  const { asked, of } = desk({ readable: true, known })
  expect(await of('1')).toEqual({ name: 'Dana', active: true })
  await of('1')
  expect(asked).toEqual(['1'])
  expect(await of('2')).toBeNull()
  known.add('2')
  expect(await of('2')).not.toBeNull()
})

it('keeps nothing for whoever may not read members: their own read is judged each time', async () => {
  const { asked, of } = desk({ readable: false, known: new Set(['1']) })
  await of('1')
  await of('1')
  expect(asked).toEqual(['1', '1'])
})
