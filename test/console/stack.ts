import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { CSRF_HEADER } from '../../gateway/doors/cookies.ts'
import type { GraphiqlConfig } from '../../gateway/doors/graphiql.ts'
import { startServer } from '../../gateway/doors/server.ts'
import type { OidcProvider } from '../../gateway/identity/oidc.ts'
import { hashPassword } from '../../gateway/identity/passwords.ts'
import { savePerson } from '../../gateway/store/people.ts'
import type { Role } from '../../schema/access.ts'
import { buildApp } from '../../scripts/build-console.ts'
import { CHROMIUM } from '../../scripts/chromium.ts'
import { type Desk, startDesk } from '../e2e/desk.ts'

export const PASSWORD = 'a long enough password'
const COST = 10
/** A busy machine takes its time. Before a test's own limit: then the failure names what was waited for. */
export const WAIT_MS = 60_000
export const IN_A_BROWSER = { timeout: 2 * WAIT_MS } as const

interface ConsoleOptions {
  /** With GraphiQL, and what the sandbox would offer there. */
  readonly graphiql?: () => GraphiqlConfig
  readonly oidc?: OidcProvider
}

interface StackPerson {
  readonly id: string
  readonly email: string
  readonly password: string
  /** A token of theirs, for what a test does behind the page. */
  readonly token: string
}

export interface ConsoleStack {
  readonly desk: Desk
  readonly url: string
  /** A person who may approve, with a password. */
  approver(name: string): Promise<StackPerson>
  /** A person with these roles, for every connection; an owner holds every role. */
  person(name: string, ...roles: readonly Role[]): Promise<StackPerson>
  /** A browser of its own, at the sign-in page. */
  open(options?: BrowserContextOptions): Promise<Page>
  /** The same, signed in and at the inbox. */
  signedIn(email: string, options?: BrowserContextOptions): Promise<Page>
  /** Nobody reaches the gateway until what it answers is called. */
  stopServing(): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** A gateway with a simulator behind it, its doors, the built console and a browser. */
export async function startConsole(options: ConsoleOptions = {}): Promise<ConsoleStack> {
  const { graphiql, oidc } = options
  await buildApp('app', false)
  if (graphiql !== undefined) await buildApp('graphiql', false)
  const desk = await startDesk({ settings: { passwordCost: COST }, ...(oidc !== undefined && { oidc }) })
  const { calls, supergraph, signIn } = desk.gateway
  const serve = (port: number) =>
    startServer({
      calls,
      signIn,
      schema: supergraph.apiSchema,
      host: '127.0.0.1',
      port,
      consoleDir: fileURLToPath(new URL('../../dist/app', import.meta.url)),
      graphiqlDir: fileURLToPath(new URL('../../dist/graphiql', import.meta.url)),
      ...(graphiql !== undefined && { graphiqlConfig: graphiql }),
      log: () => {},
      limits: { bodyBytes: 256 * 1024 },
    })
  let server = await serve(0)
  const { url } = server
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    // What one person has open is one process.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--process-per-site'],
  })

  async function blank(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(WAIT_MS)
    return context.newPage()
  }
  async function person(name: string, ...roles: readonly Role[]): Promise<StackPerson> {
    const { id, token } = await desk.person(...roles.map((role) => ({ role })))
    const email = `${id.toLowerCase()}@example.com`
    await savePerson(desk.store.db, id, { name, email, password_hash: await hashPassword(PASSWORD, COST) })
    return { id, email, password: PASSWORD, token }
  }
  return {
    desk,
    url,
    approver: (name) => person(name, 'approver'),
    person,
    async open(options) {
      const page = await blank(options)
      await page.goto(url)
      return page
    },
    async signedIn(email, options) {
      const page = await blank(options)
      // Without the page: loading that first takes as long as what is tested then, and it has tests of its own.
      const answer = await page.request.post(`${url}/auth/sign-in`, {
        data: { email, password: PASSWORD },
        headers: { [CSRF_HEADER]: '1' },
      })
      if (!answer.ok()) throw new Error(`${email} was not signed in: ${await answer.text()}`)
      await page.goto(`${url}/approvals?view=everyone`)
      await page.getByText('Live').waitFor()
      return page
    },
    async stopServing() {
      await server.close()
      return async () => {
        server = await serve(Number(new URL(url).port))
      }
    },
    async close() {
      await browser.close()
      await server.close()
      await desk.close()
    },
  }
}
