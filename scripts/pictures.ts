/**
 * Takes the README's pictures of the console, from a gateway that runs with its sandbox: `npm start` with a fresh data
 * folder, then `npm run pictures` in another terminal. `--data` names the data folder when it is not `data`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { CHROMIUM } from './chromium.ts'

interface Sandbox {
  readonly gateway: string
  readonly agents: { readonly helpdesk: string }
}

const { values } = parseArgs({ options: { data: { type: 'string', default: 'data' } } })
if (CHROMIUM === undefined)
  throw new Error('No Chromium is found. Install one with: npx playwright-core install chromium')
const { gateway, agents } = JSON.parse(readFileSync(join(values.data, 'sandbox.json'), 'utf8')) as Sandbox
const docs = fileURLToPath(new URL('../docs', import.meta.url))

async function ask<Data>(query: string, variables: object): Promise<Data> {
  const response = await fetch(`${gateway}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${agents.helpdesk}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown }
  if (errors !== undefined) throw new Error(`The agent could not ask: ${JSON.stringify(errors)}`)
  return data
}

const REASONS = [
  'The headset was replaced and the user is testing it; work has started.',
  'The carrier opened a fault, and its technician is on the way.',
  'Picked up after the monitoring alert.',
  'The user answered; nothing is blocked any more.',
]
const { tickets } = await ask<{ tickets: { nodes: { id: string }[] } }>(
  '{ tickets(first: 4, filter: { status: ["Scheduled"] }, connections: ["acme-cw", "acme-halo"]) { nodes { id } } }',
  {},
)
const requests: string[] = []
for (const [index, { id }] of tickets.nodes.entries()) {
  const { updateTicket } = await ask<{ updateTicket: { request: { id: string } } }>(
    'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { ... on WriteOutcome { request { id } } } }',
    { input: { id, status: 'In Progress', reason: REASONS[index] } },
  )
  requests.push(updateTicket.request.id)
}
const shown = requests[0]

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
await page.goto(gateway)
await page.getByRole('button', { name: /Dana/ }).click()
await page.getByRole('heading', { name: 'Approvals' }).waitFor()
await page.goto(`${gateway}/approvals?view=everyone`)
await page.locator(`[data-request="${shown}"]`).waitFor()
await page.screenshot({ path: join(docs, 'console-inbox.png') })
await page.goto(`${gateway}/approvals/${shown}`)
await page.getByRole('heading', { name: 'Your decision' }).waitFor()
await page.getByRole('link', { name: 'Open in the PSA' }).waitFor()
await page.screenshot({ path: join(docs, 'console-request.png'), fullPage: true })

const administrator = await browser.newPage({ viewport: { width: 1280, height: 900 } })
await administrator.goto(gateway)
await administrator.getByRole('button', { name: /Avery/ }).click()
await administrator.getByRole('link', { name: 'Workflows' }).click()
await administrator.getByRole('link', { name: 'Helpdesk agent' }).click()
await administrator.getByLabel('Access to Tickets', { exact: true }).waitFor()
await administrator.screenshot({ path: join(docs, 'console-policy.png') })
await browser.close()
