import type { IncomingMessage } from 'node:http'
import fastifyCookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GatewayError } from '../../schema/errors.ts'

/** A page of another origin can't send it without being asked first, and nobody answers that question. */
export const CSRF_HEADER = 'x-countersign-csrf'

const TRANSACTION_SECONDS = 600

export interface Cookies {
  session(request: FastifyRequest): string | null
  /** On a WebSocket's upgrade, which Fastify does not see. */
  sessionOf(request: IncomingMessage): string | null
  setSession(reply: FastifyReply, session: { readonly token: string; readonly lifeSeconds: number }): void
  clearSession(reply: FastifyReply): void
  transaction(request: FastifyRequest): string | null
  setTransaction(reply: FastifyReply, transaction: string): void
  clearTransaction(reply: FastifyReply): void
  /** What a cookie alone may not do. @throws GatewayError FORBIDDEN_OPERATION */
  expectOwnPage(request: FastifyRequest): void
}

export interface CookieOptions {
  /** Whether browsers come by https: then the cookies go by nothing else, and to this very host alone. */
  readonly secure: boolean
  readonly isOwnOrigin: (origin: string) => boolean
}

export async function addCookies(app: FastifyInstance, options: CookieOptions): Promise<Cookies> {
  await app.register(fastifyCookie)
  const { secure, isOwnOrigin } = options
  const prefix = secure ? '__Host-' : ''
  const names = { session: `${prefix}countersign`, transaction: `${prefix}countersign-sign-in` }
  const common = { path: '/', httpOnly: true, secure } as const
  // The way back from the identity provider comes from another site, with the transaction and nothing else.
  const ofSession = { ...common, sameSite: 'strict' } as const
  const ofTransaction = { ...common, sameSite: 'lax' } as const

  return {
    session: ({ cookies }) => cookies[names.session] ?? null,
    sessionOf: ({ headers }) => app.parseCookie(headers.cookie ?? '')[names.session] ?? null,
    setSession: (reply, { token, lifeSeconds }) =>
      void reply.setCookie(names.session, token, { ...ofSession, maxAge: lifeSeconds }),
    clearSession: (reply) => void reply.clearCookie(names.session, ofSession),
    transaction: ({ cookies }) => cookies[names.transaction] ?? null,
    setTransaction: (reply, transaction) =>
      void reply.setCookie(names.transaction, transaction, { ...ofTransaction, maxAge: TRANSACTION_SECONDS }),
    clearTransaction: (reply) => void reply.clearCookie(names.transaction, ofTransaction),
    expectOwnPage({ headers }) {
      const { origin } = headers
      const site = headers['sec-fetch-site']
      const isOwn = origin === undefined ? site === undefined || site === 'same-origin' : isOwnOrigin(origin)
      if (isOwn && headers[CSRF_HEADER] !== undefined) return
      throw new GatewayError(
        'FORBIDDEN_OPERATION',
        `A session works from this installation's own pages only, with the header ${CSRF_HEADER}.`,
      )
    },
  }
}
