import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { badInput, GatewayError } from '../../schema/errors.ts'
import type { From, OpenedSession, SignIn } from '../identity/sign-in.ts'
import { bearerToken, type DoorLog } from './calls.ts'
import type { Cookies } from './cookies.ts'
import { publicError } from './errors.ts'
import { isFromHere } from './here.ts'

export interface AuthDoorOptions {
  readonly signIn: SignIn
  readonly cookies: Cookies
  /** Under which browsers know this server: where the identity provider sends them back to. */
  readonly publicUrl: () => string
  readonly log: DoorLog
}

// What stands in `error` ends the sentence "expected ...".
const aText = { error: 'a text of at most 1,000 characters' }
const text = z.string(aText).max(1_000, aText)
const bodies = {
  signIn: z.strictObject({ email: text, password: text }),
  setup: z.strictObject({ code: text, name: text, email: text, password: text }),
  welcome: z.strictObject({ code: text, password: text }),
  password: z.strictObject({ current: text, password: text }),
  confirm: z.strictObject({ password: text }),
  sandbox: z.strictObject({ as: text }),
  oidc: z.strictObject({
    code: text.optional(),
    returnTo: text.optional(),
    fresh: z.boolean({ error: 'true or false' }).optional(),
  }),
  nothing: z.strictObject({}),
}

const CALLBACK = '/auth/oidc/callback'

/** Signing in and out of browsers. Each POST needs the header of our own pages, so that no other page can make one. */
export function addAuth(app: FastifyInstance, { signIn, cookies, publicUrl, log }: AuthDoorOptions): void {
  const from = (request: FastifyRequest): From => ({ address: request.ip, session: cookies.session(request) })
  const own = { onRequest: async (request: FastifyRequest) => cookies.expectOwnPage(request) }
  const opened = (reply: FastifyReply, session: OpenedSession) => {
    cookies.setSession(reply, session)
    return reply.code(204).send()
  }

  app.get('/auth/session', async (request) => signIn.state(cookies.session(request), isFromHere(request)))

  app.post('/auth/sign-in', own, async (request, reply) =>
    opened(reply, await signIn.withPassword(read(bodies.signIn, request), from(request))),
  )
  app.post('/auth/setup', own, async (request, reply) =>
    opened(reply, await signIn.setUp(read(bodies.setup, request), from(request))),
  )
  app.post('/auth/welcome', own, async (request, reply) =>
    opened(reply, await signIn.welcome(read(bodies.welcome, request), from(request))),
  )
  app.post('/auth/password', own, async (request, reply) => {
    await signIn.changePassword(read(bodies.password, request), from(request))
    return reply.code(204).send()
  })
  app.post('/auth/sandbox', own, async (request, reply) => {
    // As with its tokens: to this machine only.
    if (!isFromHere(request)) throw new GatewayError('NOT_FOUND', 'Nothing is served at this address.')
    return opened(reply, await signIn.withSandbox(read(bodies.sandbox, request), from(request)))
  })
  app.post('/auth/sign-out', own, async (request, reply) => {
    read(bodies.nothing, request)
    await signIn.signOut(from(request))
    cookies.clearSession(reply)
    return reply.code(204).send()
  })

  /** A script with a personal token confirms it too; a header that no page can send needs no other. */
  app.post('/auth/confirm', async (request, reply) => {
    const token = bearerToken(request.headers.authorization)
    if (token === null) cookies.expectOwnPage(request)
    await signIn.confirm(read(bodies.confirm, request), token, from(request))
    return reply.code(204).send()
  })

  app.post('/auth/oidc/start', own, async (request, reply) => {
    const redirectUri = new URL(CALLBACK, publicUrl()).href
    const { location, transaction } = await signIn.startOidc(
      read(bodies.oidc, request),
      redirectUri,
      from(request),
    )
    cookies.setTransaction(reply, transaction)
    return { location }
  })
  /** The way back from the provider is a page's own navigation: what went wrong is told to the page it leads to. */
  app.get(CALLBACK, async (request, reply) => {
    cookies.clearTransaction(reply)
    try {
      const callback = new URL(request.url, publicUrl())
      const session = await signIn.finishOidc(callback, cookies.transaction(request), from(request))
      cookies.setSession(reply, session)
      return reply.redirect(session.returnTo, 303)
    } catch (error) {
      const { code } = publicError(error, log).extensions
      return reply.redirect(`/?signInFailed=${encodeURIComponent(String(code))}`, 303)
    }
  })
}

/** The members are named, what came in them is not: it may be a password. @throws GatewayError BAD_USER_INPUT */
function read<T>(shape: z.ZodType<T>, { body }: FastifyRequest): T {
  const parsed = shape.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys') throw badInput(issue.keys.join(', '), 'to be left out', null)
  const named = issue?.path.join('.') ?? ''
  throw named === '' ? badInput('body', 'a JSON object', null) : badInput(named, issue?.message ?? '', null)
}
