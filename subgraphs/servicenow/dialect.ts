import { GatewayError } from '../../schema/errors.ts'
import type { Grant, SignInSend, VendorDialect } from '../../schema/source.ts'

type Credentials = Readonly<Record<string, string>>

const TOKEN_PATH = '/oauth_token.do'
/** Lifetime of an access token unless the instance says otherwise (API.md 3). */
const DEFAULT_SECONDS = 1800

/** Without an OAuth client there is nothing to sign in to: the empty token stands for basic authentication. */
const BASIC: Grant = { token: '', expiresAt: Number.MAX_SAFE_INTEGER }

export const servicenowDialect: VendorDialect = {
  credentials: [
    { name: 'username', secret: false, description: 'The integration user; empty for client credentials.' },
    { name: 'password', secret: true, description: 'Its password; empty for client credentials.' },
    {
      name: 'clientId',
      secret: true,
      description: 'Client id of an OAuth application registry entry; empty for basic authentication.',
    },
    { name: 'clientSecret', secret: true, description: 'Client secret that belongs to the client id.' },
  ],
  // API.md 2: one instance a customer; vanity and government domains are on-premises entries.
  cloudHosts: ['service-now.com'],
  async signIn(credentials, send) {
    if (!isOAuth(credentials)) return BASIC
    const { refreshToken } = credentials
    if (refreshToken !== undefined) {
      const refreshed = await ask(credentials, send, {
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
      })
      // A refresh token that has ended is no reason to stop while the credentials themselves are good.
      if (refreshed !== undefined) return { refresh: refreshToken, ...refreshed }
    }
    const { username = '', password = '' } = credentials
    const granted = await ask(
      credentials,
      send,
      username === '' ? { grant_type: 'client_credentials' } : { grant_type: 'password', username, password },
    )
    if (granted === undefined)
      throw new GatewayError('VENDOR_UNAVAILABLE', "The PSA refused the gateway's OAuth credentials.")
    return granted
  },
  authorize(credentials, grant) {
    if (grant !== undefined && grant.token !== '') return { authorization: `Bearer ${grant.token}` }
    const { username = '', password = '' } = credentials
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}` }
  },
}

function isOAuth({ clientId = '' }: Credentials): boolean {
  return clientId !== ''
}

/** undefined when the instance refuses these credentials. */
async function ask(
  { clientId = '', clientSecret = '' }: Credentials,
  send: SignInSend,
  form: Readonly<Record<string, string>>,
): Promise<Grant | undefined> {
  const asked = Date.now()
  const response = await send(TOKEN_PATH, { ...form, client_id: clientId, client_secret: clientSecret })
  if (response.status === 400 || response.status === 401 || response.status === 403) return undefined
  const answer = parsed(response.body)
  if (response.status !== 200 || typeof answer.access_token !== 'string' || answer.access_token === '') {
    // A sleeping or restarting instance answers with a page (API.md 2).
    throw new GatewayError('VENDOR_UNAVAILABLE', 'The PSA gave no token; the instance may be asleep.', {
      vendor: { status: response.status, message: '' },
    })
  }
  const seconds = Number(answer.expires_in ?? DEFAULT_SECONDS)
  return {
    token: answer.access_token,
    expiresAt: asked + (Number.isFinite(seconds) ? seconds : DEFAULT_SECONDS) * 1000,
    ...(typeof answer.refresh_token === 'string' ? { refresh: answer.refresh_token } : {}),
  }
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
