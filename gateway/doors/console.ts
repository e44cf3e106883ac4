import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PAGE_POLICY } from './headers.ts'

/** Addresses that the one page reads itself. Any other stays unknown to browsers and scripts alike. */
const SECTIONS = [
  'approvals',
  'history',
  'workflows',
  'business-hours',
  'connections',
  'people',
  'operations',
  'away',
] as const

/** What a phone asks for that installs the page, at addresses that never change (console/app/public). */
const INSTALLED = {
  'app.webmanifest': 'application/manifest+json',
  'icon.svg': 'image/svg+xml',
  'icon-192.png': 'image/png',
  'icon-512.png': 'image/png',
  'icon-maskable.png': 'image/png',
  'apple-touch-icon.png': 'image/png',
} as const

/** The console at `/`, from its build. */
export async function addConsole(app: FastifyInstance, directory: string): Promise<void> {
  const index = join(directory, 'index.html')
  const page = existsSync(index) ? readFileSync(index, 'utf8') : undefined
  const answer = async (_request: FastifyRequest, reply: FastifyReply) => {
    if (page === undefined) {
      const text = 'The console is not built. Build it with: npm run build:console, then start again.\n'
      return reply.code(503).type('text/plain; charset=utf-8').send(text)
    }
    return reply
      .headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page)
  }
  app.get('/', answer)
  app.get('/welcome', answer)
  for (const section of SECTIONS) {
    app.get(`/${section}`, answer)
    app.get(`/${section}/*`, answer)
  }

  if (page === undefined) return
  for (const [name, type] of Object.entries(INSTALLED)) {
    const file = join(directory, name)
    if (!existsSync(file)) continue
    const content = readFileSync(file)
    app.get(`/${name}`, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=3600').type(type).send(content),
    )
  }
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    cacheControl: false,
    // Vite puts a hash of the content in the names of everything but the page.
    setHeaders: (reply) => reply.header('cache-control', 'public, max-age=31536000, immutable'),
  })
}
