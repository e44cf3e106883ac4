import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import * as oidc from 'openid-client'
import { GatewayError } from '../../schema/errors.ts'
import { operatorFetch } from '../../subgraphs/http/operator-fetch.ts'
import type { Log } from '../services.ts'

/** What the operator sets; docs/people.md has it for Entra ID, Google and Keycloak. */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  /** Left out: a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined
  /** Whose access tokens are taken at the GraphQL door; left out: nobody's. */
  readonly audience: string | undefined
  /** What the console calls it. */
  readonly name: string
  readonly scope: string
  /** The provider lives in one's own network. */
  readonly allowPrivate: boolean
  /** A mail address that the provider vouches for finds its person at the first sign-in. */
  readonly linkByEmail: boolean
}

/** Who the provider says it is. */
export interface ProviderIdentity {
  readonly issuer: string
  readonly subject: string
  /** Only one that the provider says it has verified. */
  readonly email: string | null
  /** When the person last proved who they are, where the provider tells. */
  readonly signedInAt: Date | undefined
}

/** What a browser keeps between its way to the provider and its way back. */
export interface Transaction {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface OidcProvider {
  readonly settings: OidcSettings
  start(
    redirectUri: string,
    options: { readonly fresh: boolean },
  ): Promise<{
    readonly location: string
    readonly transaction: Transaction
  }>
  /** @throws GatewayError UNAUTHENTICATED */
  finish(callback: URL, transaction: Transaction): Promise<ProviderIdentity>
  /** An access token at the GraphQL door. @throws GatewayError UNAUTHENTICATED */
  bearer(token: string): Promise<ProviderIdentity & { readonly expiresAt: number }>
}

/** Asymmetric ones only: with a symmetric one whoever knows the client secret, or the public key, could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
/** docs/safety.md (h): 60 s at most. */
const CLOCK_TOLERANCE = 30
/** Endpoints of a provider change seldom; keys have a cache of their own. */
const DISCOVERY_MS = 3_600_000

export interface OidcOptions {
  readonly log: Log
  /** A key that is unknown is looked for again, but not more often than this. */
  readonly keysCooldownMs?: number
}

export function openOidc(
  settings: OidcSettings,
  { log, keysCooldownMs = 10_000 }: OidcOptions,
): OidcProvider {
  const { issuer, clientId, clientSecret, audience } = settings
  const fetch = operatorFetch(settings.allowPrivate)
  let known:
    | { readonly config: oidc.Configuration; readonly keys: JWTVerifyGetKey; readonly at: number }
    | undefined
  let asking: Promise<NonNullable<typeof known>> | undefined

  async function discover(): Promise<NonNullable<typeof known>> {
    const config = await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE },
      clientSecret === undefined ? oidc.None() : oidc.ClientSecretPost(clientSecret),
      {
        [oidc.customFetch]: fetch as oidc.CustomFetch,
        // The socket decides: plain http reaches nothing but this machine, and that only where it is allowed.
        ...(settings.allowPrivate && { execute: [oidc.allowInsecureRequests] }),
      },
    )
    const { jwks_uri } = config.serverMetadata()
    if (jwks_uri === undefined)
      throw new TypeError('Expected the identity provider to name its keys (jwks_uri)')
    const keys = createRemoteJWKSet(new URL(jwks_uri), {
      [customFetch]: fetch as FetchImplementation,
      cooldownDuration: keysCooldownMs,
    })
    known = { config, keys, at: performance.now() }
    return known
  }

  function provider(): Promise<NonNullable<typeof known>> {
    if (known !== undefined && performance.now() - known.at < DISCOVERY_MS) return Promise.resolve(known)
    asking ??= discover().finally(() => {
      asking = undefined
    })
    return asking
  }

  /** What a token says is worth nothing before this: signed by the provider, for us, and not over. */
  async function verify(token: string, wanted: string): Promise<JWTPayload> {
    const { keys } = await provider()
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: wanted,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ['exp', 'iat', 'sub'],
    })
    return payload
  }

  async function refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const reason = reasonOf(error)
      log(reason.refused ? 'info' : 'warn', 'a sign-in at the identity provider failed', {
        reason: reason.text,
      })
      throw reason.refused
        ? new GatewayError('UNAUTHENTICATED', 'The identity provider did not vouch for this sign-in.')
        : new GatewayError('VENDOR_UNAVAILABLE', 'The identity provider can not be asked now. Try again.')
    }
  }

  return {
    settings,
    start: (redirectUri, { fresh }) =>
      refusing(async () => {
        const { config } = await provider()
        const transaction: Transaction = {
          state: oidc.randomState(),
          nonce: oidc.randomNonce(),
          verifier: oidc.randomPKCECodeVerifier(),
        }
        const location = oidc.buildAuthorizationUrl(config, {
          redirect_uri: redirectUri,
          scope: settings.scope,
          state: transaction.state,
          nonce: transaction.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(transaction.verifier),
          code_challenge_method: 'S256',
          // The provider must ask for the password again, not pass on that it did so this morning.
          ...(fresh && { prompt: 'login', max_age: '0' }),
        })
        return { location: location.href, transaction }
      }),
    finish: (callback, { state, nonce, verifier }) =>
      refusing(async () => {
        const { config } = await provider()
        const tokens = await oidc.authorizationCodeGrant(config, callback, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        // The library trusts the connection it got this through; the signature is looked at all the same.
        return identityOf(await verify(tokens.id_token ?? '', clientId))
      }),
    bearer: (token) =>
      refusing(async () => {
        if (audience === undefined) throw new errors.JWTClaimValidationFailed('no audience is set', {}, 'aud')
        const payload = await verify(token, audience)
        return { ...identityOf(payload), expiresAt: payload.exp as number }
      }),
  }
}

function identityOf({ iss, sub, email, email_verified, auth_time }: JWTPayload): ProviderIdentity {
  return {
    issuer: iss as string,
    subject: sub as string,
    email: email_verified === true && typeof email === 'string' ? email : null,
    signedInAt: typeof auth_time === 'number' ? new Date(auth_time * 1000) : undefined,
  }
}

/** The provider's words stay in the log. What is no verdict on the token or the code is a provider out of reach. */
function reasonOf(error: unknown): { readonly refused: boolean; readonly text: string } {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid)
    return { refused: false, text: error.code }
  if (error instanceof errors.JOSEError) {
    // A set of keys that answers no 200 has this general code.
    return { refused: error.code !== 'ERR_JOSE_GENERIC', text: error.code }
  }
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
    return { refused: true, text: error.error }
  if (error instanceof oidc.ClientError) {
    const { code = '' } = error
    return { refused: !/TIMEOUT|RESPONSE_IS_NOT|HTTP_REQUEST|DISCOVERY/.test(code), text: code }
  }
  return { refused: false, text: error instanceof Error ? error.name : 'unknown' }
}

/** Three parts with dots between: none of our own tokens has that. */
export function isProviderToken(token: string | null): token is string {
  return token !== null && /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/.test(token)
}
