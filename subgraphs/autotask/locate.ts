import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { unavailable } from '../http/errors.ts'
import { readJson } from './client.ts'
import { zone as shape } from './schema.ts'

const ACCESS: VendorAccess = { group: 'System', kind: 'READ', fields: [], reference: true }
/** Tenants stay in their zone; clients keep the answer for a day (API.md 1). */
const CACHE_SECONDS = 24 * 3600

/** @throws GatewayError NOT_CONFIGURED when the connection has no login */
export async function loginName(session: VendorSession): Promise<string> {
  const login = await session.publicCredential?.('username')
  if (login === undefined || login === null || login.trim() === '')
    throw new GatewayError('NOT_CONFIGURED', 'The Autotask connection has no API user ("username").', {
      missing: 'username',
    })
  return login
}

interface Zone {
  readonly origin: string
  readonly webUrl: string | null
}

function zoneOf(session: VendorSession): Promise<Zone> {
  return session.cached('zone', CACHE_SECONDS, async () => {
    const answer = await readJson(session, {
      path: '/ZoneInformation',
      query: [['user', await loginName(session)]],
      access: ACCESS,
    })
    const parsed = shape.safeParse(answer)
    const url = parsed.success ? URL.parse(parsed.data.url) : null
    if (!parsed.success || url === null)
      throw unavailable(session.connection.slug, 'did not tell the zone of this API user')
    return { origin: url.origin, webUrl: parsed.data.webUrl }
  })
}

/** Origin of the zone that the tenant lives in; a call to another zone is refused like a wrong password. */
export async function locate(session: VendorSession): Promise<string> {
  return (await zoneOf(session)).origin
}

const ZONE_HOST = /^webservices(\w{1,10})\.autotask\.net$/i
const OPEN_TICKET = '/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID='

/** The address that opens a ticket for people. `webservices5` answers programs, `ww5` people (API.md 1). */
export async function ticketUrls(session: VendorSession): Promise<(id: number) => string> {
  const host = URL.parse(session.connection.baseUrl ?? '')?.hostname ?? ''
  const zone = ZONE_HOST.exec(host)?.[1]
  const web = zone === undefined ? await webOrigin(session) : `https://ww${zone}.autotask.net`
  return (id) => `${web}${OPEN_TICKET}${id}`
}

async function webOrigin(session: VendorSession): Promise<string> {
  const { origin, webUrl } = await zoneOf(session)
  const url = webUrl === null ? null : URL.parse(webUrl)
  // It becomes a link that people click: nothing but a web address.
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : origin
}
