import type { IncomingHttpHeaders } from 'node:http'
import { VendorError } from '../shared/vendor-error.ts'

export interface Credentials {
  companyId: string
  publicKey: string
  privateKey: string
  clientId: string
}

/** A cloud server does not say that the keys are wrong: it finds nothing. */
const refused = (cloud: boolean) =>
  cloud
    ? new VendorError(404, { code: 'NotFound', message: 'The resource was not found.', errors: null })
    : new VendorError(401, { code: 'Unauthorized', message: 'UserNotAuthenticated', errors: null })

export function checkCredentials(
  headers: IncomingHttpHeaders,
  credentials: Credentials,
  cloud: boolean,
): void {
  const [scheme = '', encoded = ''] = (headers.authorization ?? '').split(' ')
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const { companyId, publicKey, privateKey, clientId } = credentials
  const [login = '', ...rest] = text.split('+')
  const known =
    login.toLowerCase() === companyId.toLowerCase() && rest.join('+') === `${publicKey}:${privateKey}`
  if (scheme.toLowerCase() !== 'basic' || !known) throw refused(cloud)
  const sent = headers.clientid
  if (typeof sent !== 'string' || sent.toLowerCase() !== clientId.toLowerCase()) {
    throw new VendorError(403, {
      code: 'Forbidden',
      message: 'A valid clientId header is required.',
      errors: null,
    })
  }
}

const MIME = 'application/vnd.connectwise.com+json'

/** The model that the caller pinned; a release that does not exist yet is refused. */
export function negotiate(accept: string | undefined, current: string): string {
  const version = /version=([^;,\s]+)/i.exec(accept ?? '')?.[1]
  if (version === undefined || version === '3.0.0') return `${MIME}; version=${current}`
  const order = (text: string) =>
    text
      .split('.')
      .map((part) => part.padStart(4, '0'))
      .join('.')
  if (!/^20\d\d\.\d+$/.test(version) || order(version) > order(current)) {
    throw new VendorError(400, {
      code: 'ConnectWiseApi',
      message: `The version '${version}' is not supported. Check your accept header to make sure you are using the correct version.`,
      errors: null,
    })
  }
  return `${MIME}; version=${version}`
}
