import type { VendorDialect } from '../../schema/source.ts'

export const connectwiseDialect: VendorDialect = {
  credentials: [
    { name: 'companyId', secret: false, description: 'The login company, as typed on the sign-in page.' },
    { name: 'publicKey', secret: true, description: 'Public key of an API member, from its API Keys tab.' },
    { name: 'privateKey', secret: true, description: 'Private key that belongs to the public key.' },
    {
      name: 'clientId',
      secret: true,
      description: 'Client id of this integration, from developer.connectwise.com.',
    },
  ],
  // API.md 2: regions and the sandbox are hosts below the first, staging below the second.
  cloudHosts: ['myconnectwise.net', 'connectwisedev.com'],
  authorize({ companyId = '', publicKey = '', privateKey = '', clientId = '' }) {
    // The plus sign is literal inside the user name (API.md 3).
    const user = `${companyId}+${publicKey}:${privateKey}`
    return { authorization: `Basic ${Buffer.from(user, 'utf8').toString('base64')}`, clientid: clientId }
  },
  requestIdHeader: 'x-cw-request-id',
}
