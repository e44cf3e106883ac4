import type { IncomingHttpHeaders } from 'node:http'
import type { Rec } from '../shared/json.ts'
import { ApiError, invalid, noPermission } from './errors.ts'
import { all, get, type State } from './state.ts'

export interface Credentials {
  username: string
  secret: string
  integrationCode: string
}
export interface Caller {
  caller: Rec
  impersonator: Rec | undefined
}

/** Whatever is wrong with them, the answer does not tell: empty, and naming the zone's host. */
const unauthorised = () =>
  new ApiError(401, undefined, undefined, {
    'www-authenticate': 'Basic realm="webservices14.autotask.net"',
  })

export function checkCredentials(headers: IncomingHttpHeaders, credentials: Credentials): void {
  const { username, secret, integrationCode } = credentials
  const sameUser = String(headers.username ?? '').toLowerCase() === username.toLowerCase()
  if (!sameUser || headers.secret !== secret || headers.apiintegrationcode !== integrationCode)
    throw unauthorised()
}

export function resourceNamed(state: State, userName: string): Rec {
  const found = all(state, 'Resources').find((row) => row.userName === userName)
  if (!found) throw new Error(`No resource ${userName}`)
  return found
}

/** The login that is given to the gateway is the one of its own resource (API.md 2). */
export function apiUserOf(state: State): Rec {
  const found = all(state, 'Resources').find((row) => row.resourceType === 'API User')
  if (!found) throw new Error('No API user')
  return found
}

/** In whose name the call is made. The header needs a right that an administrator gives or does not give. */
export function callerOf(state: State, headers: IncomingHttpHeaders, mayImpersonate: boolean): Caller {
  const apiUser = apiUserOf(state)
  const wanted = headers.impersonationresourceid
  if (wanted === undefined) return { caller: apiUser, impersonator: undefined }
  if (!mayImpersonate) throw noPermission('impersonate for')
  const resource = /^\d+$/.test(String(wanted)) ? get(state, 'Resources', Number(wanted)) : undefined
  if (!resource || resource.isActive === false)
    throw invalid('The ImpersonationResourceId does not name an active resource')
  return { caller: resource, impersonator: apiUser }
}
