import { GatewayError } from '../../schema/errors.ts'
import type { Grant, VendorDialect } from '../../schema/source.ts'

/** API.md 2: about an hour; only used when the answer does not tell. */
const DEFAULT_LIFE_SECONDS = 3600

export const haloDialect: VendorDialect = {
  credentials: [
    {
      name: 'clientId',
      secret: true,
      description: 'Client ID of an API application of the kind "Client ID and Secret (Services)".',
    },
    { name: 'clientSecret', secret: true, description: 'Client secret that belongs to it.' },
    {
      name: 'tenant',
      secret: false,
      description: 'Tenant name, as Configuration > Integrations > Halo API shows it; empty on premises.',
    },
  ],
  // API.md 1; custom domains and one's own servers need an on-premises entry.
  cloudHosts: ['halopsa.com', 'haloitsm.com', 'haloservicedesk.com'],

  /** Client credentials give no refresh token (API.md 2): renewing is signing in again. */
  async signIn({ clientId = '', clientSecret = '', tenant = '' }, send): Promise<Grant> {
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'all',
    }
    const { status, body } = await send('/auth/token', form, tenant === '' ? [] : [['tenant', tenant]])
    const answer = parsed(body)
    const token = answer.access_token
    if (status >= 400 || typeof token !== 'string' || token === '') {
      throw new GatewayError('VENDOR_UNAVAILABLE', "HaloPSA refused the gateway's credentials.", {
        vendor: { status, message: '' },
      })
    }
    const life = Number(answer.expires_in)
    const seconds = Number.isFinite(life) && life > 0 ? life : DEFAULT_LIFE_SECONDS
    return { token, expiresAt: Date.now() + seconds * 1000 }
  },

  authorize(_credentials, grant): Readonly<Record<string, string>> {
    return grant === undefined ? {} : { authorization: `Bearer ${grant.token}` }
  },
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
