/**
 * How long a technician waits for the inbox: from the click that signs in until the first request can be approved, in
 * a browser that has never seen the page, and from a reload until then. The gateway is the sandbox of `npm start`, on
 * this machine.
 *
 *   npm run bench:console [-- --requests 50 --rounds 10]
 */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { buildApp } from '../scripts/build-console.ts'
import { CHROMIUM } from '../scripts/chromium.ts'

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '50' }, rounds: { type: 'string', default: '10' } },
})
const REQUESTS = Number(values.requests)
const ROUNDS = Number(values.rounds)
if (CHROMIUM === undefined)
  throw new Error('No Chromium is found. Install one with: npx playwright-core install chromium')

await buildApp('app', false)
const data = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
// As root the database runs as another user, who has to reach its files.
await chmod(data, 0o755)
const gateway = spawn(process.execPath, [fileURLToPath(new URL('../gateway/main.ts', import.meta.url))], {
  cwd: data,
  env: { ...process.env, PORT: '0', COUNTERSIGN_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = new Promise<void>((resolve) => gateway.once('exit', () => resolve()))
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
try {
  await new Promise<void>((resolve, reject) => {
    let output = ''
    gateway.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('A first query:')) resolve()
    })
    void ended.then(() => reject(new Error(`The gateway ended:\n${output}`)))
  })
  const { gateway: url, agents } = JSON.parse(await readFile(join(data, 'sandbox.json'), 'utf8')) as {
    readonly gateway: string
    readonly agents: { readonly helpdesk: string }
  }
  await fillInbox(url, agents.helpdesk)

  const signedIn: number[] = []
  const reloaded: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(url)
    const button = page.getByRole('button', { name: /Dana/ })
    await button.waitFor()
    const first = await until(page, () => button.click())
    const again = await until(page, () => page.reload({ waitUntil: 'commit' }))
    await context.close()
    // The first round compiles what the others run.
    if (round === 0) continue
    signedIn.push(first)
    reloaded.push(again)
  }
  console.log(`${REQUESTS} requests wait, ${ROUNDS} rounds; milliseconds until the inbox can be used`)
  console.log(`after sign-in, nothing cached: ${spread(signedIn)}`)
  console.log(`after a reload:                ${spread(reloaded)}`)
} finally {
  await browser.close()
  gateway.kill('SIGTERM')
  await ended
  await rm(data, { recursive: true, force: true })
}

async function fillInbox(url: string, token: string): Promise<void> {
  const { tickets } = await ask<{ tickets: { nodes: { id: string }[] } }>(
    url,
    token,
    '{ tickets(first: 100, filter: { open: true }, connections: ["acme-cw", "acme-at"]) { nodes { id } } }',
  )
  let made = 0
  for (const { id } of tickets.nodes) {
    if (made === REQUESTS) break
    const { updateTicket } = await ask<{ updateTicket: { __typename: string } | null }>(
      url,
      token,
      'mutation ($id: ID!, $title: String!) { updateTicket(input: { id: $id, title: $title }) { __typename } }',
      { id, title: `Renamed ${made}` },
    )
    if (updateTicket?.__typename === 'ApprovalPending') made += 1
  }
  if (made < REQUESTS) throw new Error(`Expected ${REQUESTS} requests to wait, got ${made}`)
}

async function ask<Data>(url: string, token: string, query: string, variables = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return ((await response.json()) as { data: Data }).data
}

/** Usable: a request is there, with a button that takes a click. */
async function until(page: Page, begin: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await begin()
  await page.locator('[data-request] button:not([disabled])', { hasText: 'Approve' }).first().waitFor()
  return performance.now() - from
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN)
  return `half under ${at(0.5)}, 9 of 10 under ${at(0.9)}, the slowest ${at(1)}`
}
