import { createHash } from 'node:crypto'
import { isAdmin } from './access.ts'
import type { Answer, Caller } from './call.ts'
import { errorBody, VendorError } from './errors.ts'
import { rowsOf, type State } from './store.ts'

export interface Credentials {
  username: string
  password: string
  clientId: string
  clientSecret: string
  /** Somebody whom no ACL holds back; an integration should not be him. */
  adminUsername: string
  adminPassword: string
}

export const ACCESS_SECONDS = 1800
const REFRESH_SECONDS = 8_640_000

interface Token {
  user: string
  expires: number
}

export const notAuthenticated = () =>
  new VendorError(
    401,
    errorBody('User Not Authenticated', 'Required to provide Auth information'),
    undefined,
    { 'www-authenticate': 'BASIC realm="Service-now"' },
  )

export function callerNamed(state: State, userName: string): Caller | undefined {
  const user = rowsOf(state, 'sys_user').find((row) => row.user_name === userName)
  if (!user || user.active === 'false' || user.locked_out === 'true') return undefined
  return { user, admin: isAdmin(user) }
}

export function createAuth(state: State, credentials: Credentials, clock: () => Date, accessSeconds: number) {
  const access = new Map<string, Token>()
  const refresh = new Map<string, Token>()
  let issued = 0

  const passwordFits = (user: string, password: string) =>
    (user === credentials.username && password === credentials.password) ||
    (user === credentials.adminUsername && password === credentials.adminPassword)
  const seconds = () => Math.floor(clock().getTime() / 1000)
  const make = (kind: string) =>
    createHash('sha256').update(`${kind}:${issued++}:${credentials.clientSecret}`).digest('base64url')

  /** While a token lives it is the answer to every further request for one. */
  function current(
    tokens: Map<string, Token>,
    user: string,
    kind: string,
    lifetime: number,
  ): [string, number] {
    for (const [token, held] of tokens) {
      if (held.user === user && held.expires > seconds()) return [token, held.expires - seconds()]
    }
    const token = make(kind)
    tokens.set(token, { user, expires: seconds() + lifetime })
    return [token, lifetime - 1]
  }

  function granted(user: string, refreshToken?: string): Answer {
    const [token, expiresIn] = current(access, user, 'access', accessSeconds)
    return {
      status: 200,
      body: {
        access_token: token,
        ...(refreshToken && { refresh_token: refreshToken }),
        scope: 'useraccount',
        token_type: 'Bearer',
        expires_in: expiresIn,
      },
    }
  }

  const denied = (error: string, description: string): Answer => ({
    status: 401,
    body: { error, error_description: description },
  })

  /** `POST /oauth_token.do` */
  function tokenEndpoint(form: URLSearchParams): Answer {
    const asked = (name: string) => form.get(name) ?? ''
    if (asked('client_id') !== credentials.clientId || asked('client_secret') !== credentials.clientSecret)
      return denied('invalid_client', 'client is not valid')
    switch (asked('grant_type')) {
      case 'password': {
        const user = asked('username')
        if (!passwordFits(user, asked('password')) || !callerNamed(state, user))
          return denied('access_denied', 'access_denied')
        return granted(user, current(refresh, user, 'refresh', REFRESH_SECONDS)[0])
      }
      case 'refresh_token': {
        const held = refresh.get(asked('refresh_token'))
        if (!held || held.expires <= seconds()) return denied('access_denied', 'access_denied')
        return granted(held.user, asked('refresh_token'))
      }
      case 'client_credentials':
        return granted(credentials.username)
    }
    return denied('server_error', `unsupported grant_type ${asked('grant_type')}`)
  }

  function callerOf(authorization: string | undefined): Caller {
    const [, scheme = '', value = ''] = /^(\w+)\s+(.+)$/.exec(authorization ?? '') ?? []
    let user: string | undefined
    if (scheme.toLowerCase() === 'basic') {
      const [, name = '', password = ''] =
        /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString('utf8')) ?? []
      if (passwordFits(name, password)) user = name
    } else if (scheme.toLowerCase() === 'bearer') {
      const token = access.get(value)
      if (token && token.expires > seconds()) user = token.user
    }
    const caller = user === undefined ? undefined : callerNamed(state, user)
    if (!caller) throw notAuthenticated()
    return caller
  }

  /** Ends every access token at once, as an administrator can. */
  const revokeAccess = () => access.clear()
  const revokeRefresh = () => refresh.clear()

  return { tokenEndpoint, callerOf, revokeAccess, revokeRefresh }
}
