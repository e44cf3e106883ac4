import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildApp } from '../../scripts/build-console.ts'
import { CHROMIUM } from '../../scripts/chromium.ts'
import { startConnectWiseSimulator } from '../../simulators/connectwise/index.ts'
import { post, type Running, startProcess } from './process.ts'

let dataDir: string
let running: Running | undefined
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-start-'))
  // As root the database runs as another user, who has to reach its files.
  await chmod(dataDir, 0o755)
})
afterEach(async () => {
  await running?.stop()
  running = undefined
  await rm(dataDir, { recursive: true, force: true })
})

/** The technician's inbox, open in a browser; undefined where there is none. */
async function openInbox(url: string) {
  if (CHROMIUM === undefined) return undefined
  await buildApp('app', false)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  const page = await browser.newPage()
  page.setDefaultTimeout(50_000)
  await page.goto(url)
  await page.getByRole('button', { name: /Dana/ }).click()
  await page.getByRole('heading', { name: 'Approvals' }).waitFor()
  await page.goto(`${url}/approvals?view=everyone`)
  await page.getByText('Live').waitFor()
  // Gone as soon as the page is loaded anew.
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
  return {
    page,
    row: (ticket: string) => page.getByText(`#${ticket}`),
    isTheSamePage: () => page.evaluate(() => 'neverReloaded' in window),
    close: () => browser.close(),
  }
}

const TICKETS = '{ tickets(first: 2) { nodes { number title company { name } } } }'
const FROM_EACH = '{ tickets(first: 12) { nodes { id title status { name } company { name } } } }'

describe('npm start', () => {
  it('brings up simulator, database and gateway, and says where and how to go on', async () => {
    running = startProcess(dataDir)
    await running.printed(/A first query:/)
    const file = join(dataDir, 'sandbox.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const sandbox = JSON.parse(await readFile(file, 'utf8'))
    expect(sandbox).toEqual({
      gateway: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      connections: [
        { slug: 'acme-cw', vendor: 'connectwise', simulator: expect.stringMatching(/^http:\/\/127/) },
        { slug: 'acme-at', vendor: 'autotask', simulator: expect.stringMatching(/^http:\/\/127/) },
        { slug: 'acme-halo', vendor: 'halo', simulator: expect.stringMatching(/^http:\/\/127/) },
        { slug: 'acme-sn', vendor: 'servicenow', simulator: expect.stringMatching(/^http:\/\/127/) },
      ],
      agents: {
        readOnly: expect.any(String),
        helpdesk: expect.any(String),
        itAdmin: expect.any(String),
        fullAutomation: expect.any(String),
      },
      technician: expect.any(String),
      administrator: expect.any(String),
      people: {
        technician: { email: 'dana@anchorpoint.example', password: expect.any(String) },
        administrator: { email: 'avery@anchorpoint.example', password: expect.any(String) },
      },
    })
    for (const text of [sandbox.gateway, sandbox.agents.helpdesk, sandbox.technician])
      expect(running.output()).toContain(text)
    for (const token of Object.values<string>(sandbox.agents)) {
      const { data, errors } = await post(sandbox.gateway, token, TICKETS)
      expect(errors).toBeUndefined()
      expect(data.tickets.nodes).toHaveLength(2)
    }
    const { data: first } = await post(sandbox.gateway, sandbox.agents.helpdesk, FROM_EACH)
    const slugs = first.tickets.nodes.map(({ id }: { id: string }) => id.split(':')[0])
    expect([...new Set(slugs)].sort()).toEqual(['acme-at', 'acme-cw', 'acme-halo', 'acme-sn'])
    // The mapping is confirmed: a note that needs an outcome or a note type can be planned on each.
    for (const slug of new Set<string>(slugs)) {
      const ticket = first.tickets.nodes.find(({ id }: { id: string }) => id.startsWith(`${slug}:`))
      const { data, errors } = await post(
        sandbox.gateway,
        sandbox.agents.helpdesk,
        'mutation ($id: ID!) { addTicketNote(input: { ticket: $id, kind: INTERNAL, text: "Seen" }, dryRun: true) { __typename } }',
        { id: ticket.id },
      )
      expect(errors).toBeUndefined()
      expect(data.addTicketNote.__typename).toBe('DryRunPlan')
    }
    const who = await post(sandbox.gateway, sandbox.administrator, '{ viewer { kind roles { role } } }')
    expect(who.data.viewer).toEqual({ kind: 'PERSON', roles: [{ role: 'owner' }] })

    // One click signs a browser of this machine in, and so does the password.
    const signIn = (path: string, body: unknown) =>
      fetch(`${sandbox.gateway}/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-countersign-csrf': '1' },
        body: JSON.stringify(body),
      })
    const session = await (await fetch(`${sandbox.gateway}/auth/session`)).json()
    expect(session).toMatchObject({
      person: null,
      offers: { setup: false, sandbox: [{ as: 'technician' }, { as: 'administrator' }] },
    })
    expect((await signIn('sandbox', { as: 'technician' })).status).toBe(204)
    expect((await signIn('sign-in', sandbox.people.administrator)).status).toBe(204)

    // What was asked before a restart still waits after it, and the tokens stay.
    const asked = await post(
      sandbox.gateway,
      sandbox.agents.helpdesk,
      'mutation { updateTicket(input: { id: "acme-cw:Ticket:44805", status: "In Progress" }) { __typename } }',
    )
    expect(asked.data.updateTicket.__typename).toBe('ApprovalPending')
    const inbox = await openInbox(sandbox.gateway)
    try {
      await inbox?.row('44805').waitFor()
      // Killed, with nothing said to anybody, and started again where the page looks for it.
      await running.stop('SIGKILL')
      await inbox?.page.getByText('Reconnecting …').waitFor()
      running = startProcess(dataDir, [], { PORT: new URL(sandbox.gateway).port })
      await running.printed(/A first query:/)
      const again = JSON.parse(await readFile(file, 'utf8'))
      expect({ ...again, connections: [] }).toEqual({ ...sandbox, connections: [] })
      const { data: later, errors: laterErrors } = await post(
        again.gateway,
        again.agents.helpdesk,
        'mutation { updateTicket(input: { id: "acme-cw:Ticket:44806", title: "Renamed after the restart" }) { __typename } }',
      )
      expect(laterErrors).toBeUndefined()
      expect(later.updateTicket.__typename).toBe('ApprovalPending')
      for (const number of ['44805', '44806']) await inbox?.row(number).waitFor()
      expect(await inbox?.isTheSamePage()).not.toBe(false)
      const { data } = await post(
        again.gateway,
        again.technician,
        '{ approvals { nodes { state ticket { number } } } events(filter: { types: [REQUEST_CREATED] }) { nodes { ticket { number } } } }',
      )
      const waiting = ['44806', '44805'].map((number) => ({ state: 'PENDING', ticket: { number } }))
      expect(data.approvals.nodes).toEqual(expect.arrayContaining(waiting))
      expect(data.events.nodes.map((one: { ticket: { number: string } }) => one.ticket.number)).toEqual([
        '44806',
        '44805',
      ])
      expect(await running.stop()).toBe(0)
    } finally {
      await inbox?.close()
    }
  }, 120_000)

  it('refuses a port that is none, naming the setting', async () => {
    running = startProcess(dataDir, [], { PORT: 'four thousand' })
    await expect(running.printed(/never/)).rejects.toThrow(
      'Expected PORT to be a port from 0 to 65535, got four thousand',
    )
  })
})

describe('npm start -- --no-sandbox', () => {
  it('goes from the set-up code to a first real query by mutations alone', async () => {
    const psa = await startConnectWiseSimulator({ port: 0 })
    try {
      running = startProcess(dataDir, ['--no-sandbox'])
      const [, url = ''] = await running.printed(/running at (\S+)/)
      const [, code = ''] = await running.printed(/Bearer (css_\S+)'/)
      const created = await post(
        url,
        code,
        'mutation { createPerson(input: { name: "Olga", email: "olga@example.com", roles: [{ role: owner }] }) { token } }',
      )
      expect(created.errors).toBeUndefined()
      const owner = created.data.createPerson.token as string
      const ask = async (query: string, variables = {}) => {
        const { data, errors } = await post(url, owner, query, variables)
        expect(errors).toBeUndefined()
        return data
      }
      const { companyId, publicKey, privateKey, clientId } = psa.credentials
      await ask(
        `mutation ($input: SaveConnectionInput!) { saveConnection(input: $input) { slug enabled testMode credentialFields } }`,
        {
          input: {
            slug: 'first-cw',
            vendor: 'connectwise',
            name: 'Our ConnectWise',
            baseUrl: psa.url,
            onPremises: true,
            credentials: Object.entries({ companyId, publicKey, privateKey, clientId }).map(
              ([name, value]) => ({ name, value }),
            ),
          },
        },
      )
      const tested = await ask('mutation { testConnection(slug: "first-cw") { ok version } }')
      expect(tested.testConnection).toMatchObject({ ok: true })
      const made = await ask(
        'mutation { createWorkflow(input: { name: "Triage", connections: ["first-cw"] }) { id testMode policies { profile } } }',
      )
      expect(made.createWorkflow).toMatchObject({ testMode: true, policies: [{ profile: 'HELPDESK' }] })
      const issued = await ask(
        'mutation ($id: ID!) { createAgentToken(input: { workflow: $id, name: "Triage bot" }) { token } }',
        {
          id: made.createWorkflow.id,
        },
      )
      const { data, errors } = await post(url, issued.createAgentToken.token, TICKETS)
      expect(errors).toBeUndefined()
      expect(data.tickets.nodes).toHaveLength(2)

      const click = await fetch(`${url}/auth/sandbox`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-countersign-csrf': '1' },
        body: '{"as":"administrator"}',
      })
      expect(click.status).toBe(400)

      const reused = await post(url, code, '{ viewer { kind } }')
      expect(reused.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    } finally {
      await psa.close()
    }
  }, 120_000)
})
