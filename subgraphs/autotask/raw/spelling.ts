import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawReading, RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess, VendorSession } from '../../../schema/source.ts'
import { catalogueOf } from '../../catalogue/index.ts'
import { objectOf, readJson } from '../client.ts'

const CACHE_SECONDS = 600

/**
 * The reading with every field in the vendor's own spelling. The service takes a name in any case and passes over
 * one that it does not know (API.md 5); a policy lists one spelling, so the two have to meet before it is asked.
 *
 * @throws GatewayError BAD_USER_INPUT for a field that the entity does not have, NOT_SUPPORTED where it tells none
 */
export async function spelled(
  session: VendorSession,
  request: RawRequest,
  reading: RawReading,
): Promise<RawReading> {
  if (reading.settings.length === 0) return reading
  const columns = await namesAt(session, request, 'fields')
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

type Part = 'fields' | 'userDefinedFields'

/** Names by small letters. @throws GatewayError NOT_SUPPORTED where the entity does not tell them */
async function namesAt(
  session: VendorSession,
  { endpoint: { template, group }, path }: RawRequest,
  part: Part,
): Promise<ReadonlyMap<string, string>> {
  const metadata = [path, rootOf(path)]
    .map((entity) => `${entity}/entityInformation/${part}`)
    .find((one) => catalogueOf('autotask').find('GET', one) !== undefined)
  // The same for every parent.
  const load = async (known: string) => {
    const access: VendorAccess = { group, kind: 'READ', fields: [], reference: true }
    const { fields } = objectOf(await readJson(session, { path: known, access }))
    const names = (Array.isArray(fields) ? (fields as readonly unknown[]) : []).flatMap((one) => {
      const { name } = objectOf(one)
      return typeof name === 'string' ? [[name.toLowerCase(), name] as const] : []
    })
    return new Map(names)
  }
  try {
    if (metadata !== undefined)
      return await session.cached(`raw ${template} ${part}`, CACHE_SECONDS, () => load(metadata))
  } catch (error) {
    // "404 for entities without UDFs" (API.md 3).
    if (!(error instanceof GatewayError) || error.code !== 'NOT_FOUND') throw error
    if (part === 'userDefinedFields') return new Map()
  }
  throw new GatewayError('NOT_SUPPORTED', 'Autotask does not tell the fields of this kind of record.')
}

/** The root name of a child that has no field list below its parent: `/Tickets/5/Attachments` is `/TicketAttachments`. */
function rootOf(path: string): string {
  const [, parent = '', , child = ''] = path.split('/')
  return `/${parent.replace(/ies$/, 'y').replace(/s$/, '')}${child}`
}
