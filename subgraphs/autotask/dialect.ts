import type { VendorDialect } from '../../schema/source.ts'

export const autotaskDialect: VendorDialect = {
  credentials: [
    { name: 'username', secret: false, description: 'Login of a resource of the API user security level.' },
    { name: 'secret', secret: true, description: 'Password of that API user.' },
    {
      name: 'integrationCode',
      secret: true,
      description: "Tracking identifier of this integration, from the API user's page.",
    },
  ],
  // API.md 1: every zone, sandboxes and the common address are hosts below it.
  cloudHosts: ['autotask.net'],
  authorize({ username = '', secret = '', integrationCode = '' }) {
    return { username, secret, apiintegrationcode: integrationCode }
  },
}
