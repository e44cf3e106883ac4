import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHROMIUM } from '../../scripts/chromium.ts'
import { SECURITY, until } from '../e2e/desk.ts'
import { axeProblemsInBoth } from './axe.ts'
import { type ConsoleStack, IN_A_BROWSER, startConsole } from './stack.ts'

if (CHROMIUM === undefined) {
  console.warn(
    'No Chromium is found: the tests of the console are left out. Install one with: npx playwright-core install chromium',
  )
}
const FIRST_LOAD_BYTES = 300 * 1024

describe.skipIf(CHROMIUM === undefined)('the console in a browser', IN_A_BROWSER, () => {
  let t: ConsoleStack
  let agent: string
  let dana: { readonly id: string; readonly email: string }
  /** Dana's, and Robin's, who may approve, too. */
  let page: Page
  let robin: Page

  beforeAll(async () => {
    t = await startConsole()
    agent = (await t.desk.agent('HELPDESK')).token
    dana = await t.approver('Dana Reyes')
    page = await t.signedIn(dana.email)
    robin = await t.signedIn((await t.approver('Robin Vale')).email)
  }, 120_000)
  afterAll(() => t?.close())

  /** An AI agent asks for a change that waits for a person. */
  async function ask(
    summary = 'Printer on fire',
    change: Record<string, unknown> = { status: 'Waiting on Vendor' },
    over: Record<string, unknown> = {},
  ) {
    const ticket = t.desk.ticket({ summary, ...over })
    const { data, errors } = await t.desk.write(agent, 'updateTicket', {
      id: ticket.id,
      reason: 'The vendor has to send a part.',
      ...change,
    })
    expect(errors).toEqual([])
    return { ticket, id: data.updateTicket.request.id as string }
  }
  const stateOf = async (id: string) => (await t.desk.request(agent, id)).state as string
  const settled = (id: string, state: string) => until(async () => (await stateOf(id)) === state, 15_000)
  const row = (id: string, on = page) => on.locator(`[data-request="${id}"]`)
  const statusOf = (key: number) => (t.desk.inPsa(key).status as { name: string }).name
  const openRequest = async (id: string, on = page) => {
    await on.goto(`${t.url}/approvals/${id}`)
    await on.getByRole('heading', { name: 'Your decision' }).waitFor()
  }
  const inbox = (on = page) => on.goto(`${t.url}/approvals?view=everyone`)

  it('an AI agent’s mutation appears in the open inbox without reload, and approving it changes the PSA', async () => {
    await inbox()
    await page.getByText('All done').waitFor()
    const { id, ticket } = await ask()
    await row(id).waitFor()
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toContain(' · ')

    await row(id).getByRole('link').click()
    await page.getByRole('cell', { name: 'Waiting on Vendor' }).waitFor()
    await page.getByText('The vendor has to send a part.').waitFor()
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    await page.locator('[data-state="EXECUTED"]').waitFor()
    expect(statusOf(ticket.key)).toBe('Waiting on Vendor')
    expect(await stateOf(id)).toBe('EXECUTED')
  })

  it('of two people at the same request one wins, and the other is told', async () => {
    const { id } = await ask()
    await openRequest(id)
    await openRequest(id, robin)
    // Each sees that the other looks, and so does whoever looks at the list; nobody is kept from deciding.
    await page.getByText('Robin Vale is looking at this').waitFor()
    await robin.getByText('Dana Reyes is looking at this').waitFor()
    const list = await robin.context().newPage()
    await inbox(list)
    await row(id, list).getByText('Dana Reyes is looking at this').waitFor()
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    await robin.getByText('Dana Reyes was faster').waitFor()
    expect(await robin.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0)
    await settled(id, 'EXECUTED')
    await list.close()
  })

  it('edits and approves', async () => {
    const { id, ticket } = await ask()
    await openRequest(id)
    await page.getByRole('button', { name: 'Edit and approve' }).click()
    await page.getByRole('textbox', { name: 'Status' }).fill('Waiting on Client')
    await page.getByRole('button', { name: 'Save and approve' }).click()
    await page.locator('[data-state="EXECUTED"]').waitFor()
    expect(statusOf(ticket.key)).toBe('Waiting on Client')
  })

  it('nobody signs what somebody else changed meanwhile without having looked at it', async () => {
    const { id, ticket } = await ask()
    await inbox(robin)
    await row(id, robin).getByRole('checkbox').check()
    await openRequest(id)
    const other = await page.context().newPage()
    await openRequest(id, other)
    await other.getByRole('button', { name: 'Edit and approve' }).click()
    await other.getByRole('textbox', { name: 'Status' }).fill('Waiting on Client')
    await other.getByRole('button', { name: 'Save and look again' }).click()

    await page.getByText('Changed while you looked at it').waitFor()
    await page.getByText('Dana Reyes changed what is asked for').waitFor()
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).isDisabled()).toBe(true)
    await page.keyboard.press('a')
    expect(await stateOf(id)).toBe('PENDING')
    // Selected before the change, and no longer.
    await robin.locator(`[data-request="${id}"] input:not(:checked)`).waitFor()
    // Who made the change knows it.
    expect(await other.getByText('Changed while you looked at it').count()).toBe(0)

    await page.getByRole('button', { name: 'I have looked at the change' }).click()
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    await page.locator('[data-state="EXECUTED"]').waitFor()
    expect(statusOf(ticket.key)).toBe('Waiting on Client')
    await other.close()
  })

  it('sends back with a question, which the AI agent reads', async () => {
    const { id } = await ask()
    await openRequest(id)
    await page.getByRole('button', { name: 'Ask back' }).click()
    await page.getByRole('textbox').fill('Which vendor?')
    await page.getByRole('button', { name: 'Send back' }).click()
    await page.locator('[data-state="RETURNED"]').waitFor()
    expect((await t.desk.request(agent, id)).comments).toEqual([{ kind: 'RETURNED', text: 'Which vendor?' }])
  })

  it('approves five selected, unless it is undone', async () => {
    // No mail to the client: what may mail is signed one by one.
    const asked: Awaited<ReturnType<typeof ask>>[] = []
    for (let index = 0; index < 5; index += 1) {
      asked.push(await ask(`Request ${index}`, { title: `Renamed ${index}` }))
    }
    await inbox()
    const select = async () => {
      for (const { id } of asked) await row(id).getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Approve 5 selected' }).click()
    }
    await select()
    await page.getByRole('button', { name: 'Undo' }).click()
    for (const { id } of asked)
      await row(id).getByRole('button', { name: 'Approve', disabled: false }).waitFor()
    expect(await stateOf(asked[0]?.id ?? '')).toBe('PENDING')
    await select()
    await page.getByText('5 approved.').waitFor()
    for (const [index, { id, ticket }] of asked.entries()) {
      expect(await stateOf(id)).toBe('EXECUTED')
      expect(t.desk.inPsa(ticket.key).summary).toBe(`Renamed ${index}`)
      await row(id).waitFor({ state: 'detached' })
    }
  })

  it('the keyboard alone approves and rejects', async () => {
    const [one, other] = [await ask('First'), await ask('Second')]
    await inbox()
    await row(other.id).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    await page.keyboard.press('j')
    await page.keyboard.press('r')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('Not today')
    await page.keyboard.press('Control+Enter')
    await settled(other.id, 'REJECTED')
    await settled(one.id, 'EXECUTED')
    expect((await t.desk.request(agent, other.id)).comments).toEqual([
      { kind: 'REJECTED', text: 'Not today' },
    ])
  })

  it('narrows the inbox by what waits, and orders it by when tickets are due', async () => {
    const title = { title: 'Another title' }
    const late = await ask('Late', title, { requiredDate: '2031-05-06T07:08:09Z' })
    const soon = await ask('Soon', title, { requiredDate: '2020-05-06T07:08:09Z' })
    const elsewhere = await ask('Elsewhere', title, { board: { id: SECURITY }, status: { name: 'New' } })
    await inbox()
    await row(elsewhere.id).waitFor()
    await page.keyboard.press('f')
    await page.getByRole('combobox', { name: 'Board' }).click()
    await page.getByRole('option', { name: /^Security.* \(1\)$/ }).click()
    await row(late.id).waitFor({ state: 'detached' })
    await row(elsewhere.id).waitFor()
    expect(await row(late.id).count()).toBe(0)
    // Whoever gets the address sees the same.
    await page.reload()
    await row(elsewhere.id).waitFor()
    expect(await row(late.id).count()).toBe(0)
    await page.getByRole('combobox', { name: 'Client mail' }).click()
    await page.getByRole('option', { name: 'Mails the client' }).click()
    await page.getByText('None fits').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await row(late.id).waitFor()

    await page.getByRole('combobox', { name: 'Order' }).click()
    await page.getByRole('option', { name: 'Ticket due first' }).click()
    await page.waitForURL(/order=due/)
    const ids = () =>
      page
        .locator('[data-request]')
        .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-request')))
    await until(async () => (await ids())[0] === soon.id, 15_000)
    expect((await ids()).filter((id) => id === late.id || id === elsewhere.id)).toEqual([
      late.id,
      elsewhere.id,
    ])
    await row(soon.id).getByText('ticket overdue').waitFor()
    for (const { id } of [late, soon, elsewhere])
      await t.desk.ask(agent, `mutation { cancelWriteRequest(id: "${id}") { id } }`)
  })

  it('an approver proposes to stop asking, and an administrator decides by the evidence', async () => {
    const admin = await t.signedIn((await t.person('Avery Cole', 'policyAdmin')).email, { bypassCSP: true })
    for (const decision of ['Accept', 'Decline'] as const) {
      const own = await t.desk.agent('HELPDESK')
      const rename = async () =>
        (await t.desk.write(own.token, 'updateTicket', { id: t.desk.ticket().id, title: 'Renamed' })).data
          .updateTicket
      const { request } = await rename()
      await openRequest(request.id)
      await page.getByRole('button', { name: 'Stop asking for changes like this' }).click()
      await page.getByRole('textbox').fill('Always the same')
      await page.getByRole('button', { name: 'Propose it' }).click()
      await page.getByText('Dana Reyes proposed to stop asking').waitFor()
      expect((await rename()).__typename).toBe('ApprovalPending')

      await admin.goto(`${t.url}/workflows`)
      await admin.getByText('1 proposal').first().waitFor()
      await admin.goto(`${t.url}/workflows/${own.workflowId}`)
      await admin.getByText('people were asked for 1 like it: 0 approved unchanged').waitFor()
      expect(await axeProblemsInBoth(admin)).toEqual([])
      await admin.getByRole('button', { name: decision }).click()
      const dialog = admin.getByRole('dialog')
      await dialog.waitFor()
      expect(await axeProblemsInBoth(admin, { within: '[role="dialog"]' })).toEqual([])
      await dialog.getByRole('textbox').fill('As seen')
      await dialog.getByRole('button', { name: decision }).click()
      await admin.getByText('Dana Reyes proposes to stop asking').waitFor({ state: 'detached' })
      expect((await rename()).__typename).toBe(decision === 'Accept' ? 'TicketWritten' : 'ApprovalPending')
      await openRequest(request.id)
      await page.getByText(`Avery Cole ${decision === 'Accept' ? 'accepted' : 'declined'}`).waitFor()
    }
    await admin.context().close()
  })

  it('without a network says so, loses no click in silence, and goes on where it stood', async () => {
    const { id, ticket } = await ask('Without a network')
    const approve = () => row(id, robin).getByRole('button', { name: 'Approve' }).click()
    const badge = robin.getByRole('banner').getByText('Offline')
    await inbox(robin)
    await row(id, robin).waitFor()
    await robin.context().setOffline(true)
    await badge.waitFor()
    await approve()
    await row(id, robin).getByText('Not approved: Countersign could not be reached').waitFor()
    expect(await stateOf(id)).toBe('PENDING')
    await robin.context().setOffline(false)
    await badge.waitFor({ state: 'detached' })
    await approve()
    await settled(id, 'EXECUTED')
    expect(statusOf(ticket.key)).toBe('Waiting on Vendor')
  })

  it('of 5,000 that wait only what is on the screen stands in the page, from the first to the last', async () => {
    const { id } = await ask('One of many')
    const many = await page.context().newPage()
    // The page alone is on trial: the gateway answers once, and its one request is told a hundred times fifty.
    let one: { readonly id: string; readonly ticket: { readonly id: string } } | undefined
    await many.route('**/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON()
      if (!query.includes('page: approvals(')) return route.continue()
      if (one === undefined) {
        const { data } = await (await route.fetch()).json()
        one = data.page.nodes.find((each: { id: string }) => each.id === id)
      }
      const from = Number(variables.after ?? 0)
      const nodes = Array.from({ length: 50 }, (_, index) => {
        const ticket = {
          ...one?.ticket,
          id: `${one?.ticket.id}${from + index}`,
          number: `${from + index + 1}`,
        }
        return { ...one, id: `wr_${from + index + 1}`, ticket }
      })
      const next = from + nodes.length
      await route.fulfill({
        json: { data: { page: { endCursor: String(next), hasNextPage: next < 5_000, nodes } } },
      })
    })
    await inbox(many)
    await many.getByText('5000 requests', { exact: true }).waitFor()
    const shown = () => many.locator('[data-request]').count()
    expect(await shown()).toBeGreaterThan(3)
    expect(await shown()).toBeLessThan(60)
    await row('wr_1', many).waitFor()
    // What is measured on the way makes the page longer than it was thought to be.
    await until(async () => {
      await many.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
      return (await row('wr_5000', many).count()) === 1
    }, 30_000)
    expect(await row('wr_1', many).count()).toBe(0)
    expect(await shown()).toBeLessThan(60)
    await many.close()
  })

  it('a phone approves and rejects, and nothing stands beside the screen', async () => {
    const phone = await t.signedIn(dana.email, {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
      isMobile: true,
    })
    const [one, other] = [await ask('First'), await ask('Second')]
    await row(one.id, phone).getByRole('button', { name: 'Reject' }).tap()
    await phone.getByRole('textbox').fill('Not today')
    await phone.getByRole('dialog').getByRole('button', { name: 'Reject' }).tap()
    await settled(one.id, 'REJECTED')
    await row(other.id, phone).getByRole('link').tap()
    await phone.getByRole('heading', { name: 'Your decision' }).waitFor()
    await phone.getByRole('button', { name: 'Approve', exact: true }).tap()
    await settled(other.id, 'EXECUTED')
    const width = () => phone.evaluate(() => document.documentElement.scrollWidth)
    expect(await width()).toBe(390)
    await inbox(phone)
    expect(await width()).toBe(390)
    await phone.context().close()
  })

  it('what a client or an AI agent wrote stays harmless text, and pushes nothing off the screen', async () => {
    const hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\u202Egnp.exe'
    const { id, ticket } = await ask(hostile, { title: `${hostile}!`, reason: hostile })
    t.desk.simulator.state.tables.tickets.rows.get(ticket.key)!.summary = `${hostile} ${'x'.repeat(10_000)}`
    for (const visit of [inbox, () => openRequest(id)]) {
      await visit()
      await page.getByText('⟨U+202E⟩').first().waitFor()
      expect(await page.locator('main img, main script').count()).toBe(0)
      expect(await page.evaluate(() => 'hit' in window)).toBe(false)
      expect((await page.content()).includes('\u202E')).toBe(false)
      const [width, seen] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        window.innerWidth,
      ])
      expect(width).toBe(seen)
    }
    await page.getByText('x'.repeat(10_000)).waitFor()
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).isVisible()).toBe(true)
  })

  it('axe finds nothing on any page, in light and dark', async () => {
    const { id } = await ask('Accessible')
    const on = await t.signedIn(dana.email, { bypassCSP: true })
    const problems: string[] = []
    const look = async (what: string) => {
      problems.push(...(await axeProblemsInBoth(on)).map((one) => `${what}: ${one}`))
    }
    await row(id, on).waitFor()
    await on.keyboard.press('j')
    await on.keyboard.press('f')
    await on.getByRole('combobox', { name: 'Ticket owner' }).waitFor()
    await look('inbox')
    await on.keyboard.press('?')
    await on.getByRole('dialog').waitFor()
    await look('keys')
    await openRequest(id, on)
    await on.getByRole('link', { name: 'Open in the PSA' }).waitFor()
    await on.getByRole('button', { name: 'Show the exact request' }).click()
    await look('request')
    await on.goto(`${t.url}/approvals/nowhere/else`)
    await on.getByRole('heading', { name: 'No such page' }).waitFor()
    await look('nowhere')
    await on.getByRole('button', { name: 'Account of Dana Reyes' }).click()
    await on.getByRole('menuitem', { name: 'Sign out' }).click()
    await on.getByRole('button', { name: 'Sign in' }).waitFor()
    await look('sign-in')
    expect(problems).toEqual([])
    await on.context().close()
  })

  it('loads less than 300 KB of compressed script, from here alone, and breaks no content policy', async () => {
    const scripts: Promise<number>[] = []
    const elsewhere: string[] = []
    const complaints: string[] = []
    const fresh = await t.open()
    // The sign-in page fetches the inbox beside it, and must be through with that before it is loaded once more.
    await fresh.waitForLoadState('networkidle')
    fresh.on('response', (response) => {
      if (!response.url().startsWith(t.url)) elsewhere.push(response.url())
      if (response.url().endsWith('.js')) scripts.push(response.body().then((body) => gzipSync(body).length))
    })
    fresh.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await fresh.reload()
    await fresh.getByLabel('Mail address').fill(dana.email)
    await fresh.getByRole('textbox', { name: 'Password' }).fill('a long enough password')
    await fresh.getByRole('button', { name: 'Sign in' }).click()
    await fresh.getByRole('heading', { name: 'Approvals' }).waitFor()
    const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0)
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES)
    expect(elsewhere).toEqual([])
    expect(complaints).toEqual([])
    await fresh.context().close()
  })

  it('installs on a phone, and keeps nothing there that a worker could show later', async () => {
    const session = await page.context().newCDPSession(page)
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
    // A browser of a test is always a private one, where nothing is installed.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito'])
    const { url, errors, data } = await session.send('Page.getAppManifest')
    expect({ url, errors }).toEqual({ url: `${t.url}/app.webmanifest`, errors: [] })
    for (const { src, type } of JSON.parse(data ?? '').icons as { src: string; type: string }[]) {
      const answer = await fetch(`${t.url}${src}`)
      expect([answer.status, answer.headers.get('content-type')], src).toEqual([200, type])
    }
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  })

  it('tells a failed sign-in in plain words', async () => {
    const fresh = await t.open()
    await fresh.goto(`${t.url}/?signInFailed=RATE_LIMITED`)
    await fresh.getByText('Too many tries. Wait a few minutes').waitFor()
    await fresh.context().close()
  })
})
