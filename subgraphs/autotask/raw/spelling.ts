import { badInput } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { catalogueOf } from '../../catalogue/index.ts'
import { objectOf, readJson } from '../client.ts'

const CACHE_SECONDS = 600

/**
 * The reading with every field in the vendor's own spelling. The service takes a name in any case and passes over
 * one that it does not know (API.md 5); a policy lists one spelling, so the two have to meet before it is asked.
 *
 * @throws GatewayError BAD_USER_INPUT for a field that the entity does not have
 */
export async function spelled(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
): Promise<RawReading> {
  if (reading.settings.length === 0) return reading
  const columns = await namesAt(session, request, 'fields')
  if (columns === undefined) return reading
  const custom = reading.settings.some(({ field }) => field.startsWith('custom:'))
    ? await namesAt(session, request, 'userDefinedFields')
    : undefined
  const spelling = new Map<string, string>()
  for (const { member, field } of reading.settings) {
    const name = field.startsWith('custom:') ? field.slice('custom:'.length) : member
    const known = (field.startsWith('custom:') ? custom : columns)?.get(name.toLowerCase())
    if (known === undefined) throw badInput('body', 'fields that this kind of record has', `"${name}"`)
    // What has a name of the schema keeps it.
    if (field.toLowerCase() === member.toLowerCase())
      spelling.set(field.toLowerCase(), field.startsWith('custom:') ? `custom:${known}` : known)
  }
  const inSpelling = (field: string) => spelling.get(field.toLowerCase()) ?? field
  const access = (one: VendorAccess): VendorAccess => ({
    ...one,
    fields: one.fields.map(inSpelling).toSorted(),
  })
  return {
    ...reading,
    access: access(reading.access),
    alsoDemands: reading.alsoDemands.map(access),
    values: Object.fromEntries(
      Object.entries(reading.values).map(([field, value]) => [inSpelling(field), value]),
    ),
    settings: reading.settings.map((setting) => ({ ...setting, field: inSpelling(setting.field) })),
  }
}

/** Names by small letters; undefined where the entity tells none. */
async function namesAt(
  session: VendorSession,
  { endpoint: { template, group }, path }: RawRequest,
  part: 'fields' | 'userDefinedFields',
): Promise<ReadonlyMap<string, string> | undefined> {
  const metadata = `${path}/entityInformation/${part}`
  if (catalogueOf('autotask').find('GET', metadata) === undefined) return undefined
  // The same for every parent.
  return session.cached(`raw ${template} ${part}`, CACHE_SECONDS, async () => {
    const access: VendorAccess = { group, kind: 'READ', fields: [], reference: true }
    const { fields } = objectOf(await readJson(session, { path: metadata, access }))
    const names = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).flatMap((one) => {
      const { name } = objectOf(one)
      return typeof name === 'string' ? [[name.toLowerCase(), name] as const] : []
    })
    return new Map(names)
  })
}
