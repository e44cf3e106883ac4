import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { PAGE_POLICY } from './headers.ts'
import { isFromHere } from './here.ts'

/** What the page offers in the sandbox. Its tokens are the sandbox's own and worth nothing elsewhere. */
export interface GraphiqlConfig {
  readonly tokens: ReadonlyArray<{
    readonly name: string
    readonly kind: 'AGENT' | 'PERSON'
    readonly token: string
  }>
  /** Records that the page's examples can name (console/graphiql/examples.ts). */
  readonly examples: {
    readonly connection: string
    readonly ticket: string
    readonly otherTicket: string
  } | null
}

/** `/graphiql`, from its build. */
export async function addGraphiql(
  app: FastifyInstance,
  directory: string,
  config: (() => GraphiqlConfig) | undefined,
): Promise<void> {
  app.get('/graphiql', async (_request, reply) => reply.redirect('/graphiql/'))
  app.get('/graphiql/config.json', async (request, reply) => {
    // Nothing to offer is no error: the page then asks for a token.
    if (!config || !isFromHere(request)) return reply.code(204).send()
    return config()
  })

  if (!existsSync(join(directory, 'index.html'))) {
    app.get('/graphiql/', async (_request, reply) => {
      const text = 'The GraphiQL page is not built. Build it with: npm run build:console, then start again.\n'
      return reply.code(503).type('text/plain; charset=utf-8').send(text)
    })
    return
  }
  await app.register(fastifyStatic, {
    root: directory,
    prefix: '/graphiql/',
    decorateReply: false,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('content-security-policy', PAGE_POLICY)
      // Vite puts a hash of the content in the names of everything but the page.
      const forever = path.includes(`${join(directory, 'assets')}`)
      reply.header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
