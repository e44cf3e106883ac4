import { GatewayError } from '../../schema/errors.ts'
import type { OriginFacts } from './ports.ts'

/** @throws GatewayError NOT_CONFIGURED when a connection's address is not what an administrator pinned */
export function assertOrigin(connection: string, baseUrl: string, facts: OriginFacts): void {
  const url = URL.parse(baseUrl)
  const refuse = (why: string) =>
    new GatewayError('NOT_CONFIGURED', `The address of connection "${connection}" ${why}.`, { connection })
  if (url === null) throw refuse('is not a URL')
  if (url.username !== '' || url.password !== '') throw refuse('holds user information')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw refuse('is more than scheme, host and port')
  if (url.origin !== facts.origin) throw refuse('is not the origin that is pinned for it')
  const plainSandbox = url.protocol === 'http:' && facts.allowPrivate
  if (url.protocol !== 'https:' && !plainSandbox) throw refuse('is not https')
}

const PLAIN_PATH = /^\/(?!\/)[\x21-\x7e]*$/

/**
 * The one place where a URL comes to be. What the URL parser would repair (`//`, `\`, dot segments, control
 * characters) is a bug of the caller and refused.
 */
export function buildUrl(origin: string, path: string, query: readonly (readonly [string, string])[]): URL {
  const wrong = (why: string) => new GatewayError('INTERNAL', `A vendor request was built wrongly: ${why}.`)
  if (!PLAIN_PATH.test(path)) throw wrong('its path is not plain')
  if (/[\\?#@;]|\/\/|%2f|%5c|%2e|%00/i.test(path))
    throw wrong('its path holds a character that means something else')
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    throw wrong('its path holds dots')
  const text = query.map(([name, value]) => `${encodeQuery(name)}=${encodeQuery(value)}`).join('&')
  const url = new URL(origin + path + (text === '' ? '' : `?${text}`))
  if (url.origin !== origin || url.pathname !== path) throw wrong('it changed when read as a URL')
  return url
}

/** `'`, `*`, `(` and `)` too: ConnectWise's guide lists the first two, and none may end a value for anyone. */
function encodeQuery(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
