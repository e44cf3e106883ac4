import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLine } from '../../gateway/audit/lines.ts'
import { CHROMIUM } from '../../scripts/chromium.ts'
import type { TestAgent } from '../gateway.ts'
import { axeProblemsInBoth } from './axe.ts'
import { type ConsoleStack, IN_A_BROWSER, startConsole, WAIT_MS } from './stack.ts'

describe.skipIf(CHROMIUM === undefined)('pages beside the inbox', IN_A_BROWSER, () => {
  let t: ConsoleStack
  let agent: TestAgent
  let other: TestAgent
  let dana: Awaited<ReturnType<ConsoleStack['approver']>>
  let avery: typeof dana
  /** Dana's, who approves; and Avery's, who owns the installation. */
  let page: Page
  let owners: Page

  beforeAll(async () => {
    t = await startConsole({
      graphiql: () => ({
        tokens: [{ name: 'Helpdesk agent', kind: 'AGENT', token: agent.token }],
        examples: null,
      }),
    })
    agent = await t.desk.agent('HELPDESK')
    other = await t.desk.agent('READ_ONLY')
    dana = await t.approver('Dana Reyes')
    avery = await t.person('Avery Cole', 'owner')
    page = await t.signedIn(dana.email)
    owners = await t.signedIn(avery.email)
  }, 120_000)
  afterAll(() => t?.close())

  async function ask(change: Record<string, unknown> = { status: 'Waiting on Vendor' }) {
    const ticket = t.desk.ticket()
    const { data } = await t.desk.write(agent.token, 'updateTicket', { id: ticket.id, ...change })
    return { ticket, request: data.updateTicket.request as { id: string; planHash: string } }
  }
  const refused = () => t.desk.writeBlind(other.token, 'deleteTicket', { id: 'acme-cw:Ticket:1' })
  const open = (path: string, on = page) => on.goto(`${t.url}${path}`)
  const rows = (type: string, on = page) => on.locator(`[data-type="${type}"]`)
  const heading = (name: string, on = page) => on.getByRole('heading', { name, exact: true }).waitFor()

  describe('the Event History', () => {
    it('shows what happens while it is open, without reload', async () => {
      await open('/history')
      await heading('Event history')
      const { request } = await ask()
      await rows('REQUEST_CREATED').getByText('Waits for a person').waitFor()
      await t.desk.approve(dana.token, request)
      await rows('WRITE_OUTCOME').getByText('Done in the PSA').waitFor()
      await refused()
      await rows('DECISION').getByText('Refused', { exact: true }).waitFor()
      // The chart counts them, too.
      await page.getByRole('img', { name: 'Written in the PSA: 1 in all' }).waitFor()
      await page.getByRole('img', { name: 'Refused: 1 in all' }).waitFor()
    })

    it('says when the line is broken, then goes on behind the last event and loses none', async () => {
      const open = await t.stopServing()
      await page.getByText('Reconnecting …').waitFor()
      for (let count = 0; count < 3; count += 1) await ask({ title: `Renamed ${count}` })
      await open()
      await page.getByText('Live').waitFor()
      await expect.poll(() => rows('REQUEST_CREATED').count(), { timeout: WAIT_MS }).toBe(4)
    })

    it('is filtered by the gateway, and the address is the filter', async () => {
      await open('/history')
      await rows('DECISION').waitFor()
      await page.getByRole('combobox', { name: 'What' }).click()
      await page.getByRole('option', { name: 'Decided by people' }).click()
      await rows('REQUEST_CREATED').first().waitFor({ state: 'detached' })
      await rows('REQUEST_APPROVED').waitFor()
      expect(new URL(page.url()).searchParams.get('kind')).toBe('decided')
      await page.reload()
      await rows('REQUEST_APPROVED').waitFor()
      expect(await page.locator('[data-event]').count()).toBe(1)

      for (const [search, found] of [
        ['outcome=DENY&group=Companies', 0],
        [`outcome=DENY&workflow=${other.workflowId}`, 1],
        [`outcome=DENY&agent=${agent.id}`, 0],
        ['outcome=DENY&time=between&to=2026-01-01T00:00:00Z', 0],
      ] as const) {
        await open(`/history?${search}`)
        if (found === 0) await page.getByText('Nothing happened').waitFor()
        else await rows('DECISION').waitFor()
        expect(await page.locator('[data-event]').count(), search).toBe(found)
      }
    })

    it('finds the events of a ticket by the number that people say', async () => {
      const { ticket } = await ask()
      await ask()
      await open('/history?kind=asked')
      const number = page.getByRole('textbox', { name: 'Ticket number' })
      await number.fill('99999999')
      await number.press('Enter')
      await page.getByText('The PSA knows no such ticket.').waitFor()
      await number.fill(`#${ticket.key}`)
      await number.press('Enter')
      await page.getByRole('button', { name: 'One ticket only: show all again' }).waitFor()
      await expect.poll(() => page.locator('[data-event]').count(), { timeout: WAIT_MS }).toBe(1)
      expect(new URL(page.url()).searchParams.get('ticket')).toBe(ticket.id)
    })

    it('opens an event to its decision, its plan and what went to the PSA', async () => {
      const { request } = await ask()
      await t.desk.approve(dana.token, request)
      await open(`/history?request=${request.id}`)
      await rows('WRITE_OUTCOME').getByRole('link').click()
      await page.getByRole('cell', { name: /^PATCH .*tickets/ }).waitFor()
      await page.getByRole('cell', { name: 'Waiting on Vendor' }).waitFor()
      await page.getByRole('link', { name: 'Update ticket' }).click()
      await heading('Your decision')

      await open('/history?outcome=DENY')
      await rows('DECISION').getByRole('link').click()
      await page.getByText('GROUP_READ_ONLY', { exact: true }).waitFor()
      await open('/history/999999999')
      await page.getByText('No such event').waitFor()
    })

    it('exports the trail for an auditor, and for nobody else', async () => {
      await open('/history')
      await heading('Event history')
      expect(await page.getByRole('button', { name: 'Export the trail' }).count()).toBe(0)
      await open('/history', owners)
      const download = owners.waitForEvent('download')
      await owners.getByRole('button', { name: 'Export the trail' }).click()
      const lines = readFileSync(await (await download).path(), 'utf8')
        .trimEnd()
        .split('\n')
      const events = lines.map(readLine).flatMap((line) => (line.is === 'event' ? [line.event] : []))
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
      expect(events.some(({ type }) => type === 'WRITE_INTENT')).toBe(true)
      await rows('EXPORTED', owners).waitFor()
    })

    it('shows an owner how much of each quota is used, now and hour by hour', async () => {
      await open('/history', owners)
      const chart = owners.getByRole('figure', { name: 'Requests to the PSAs over time' })
      await chart.getByRole('img', { name: /[1-9]\d* requests, at most [1-9]\d* in an hour/ }).waitFor()
      await chart.getByText(/of 48,000$/).waitFor()
      await chart.getByRole('button', { name: 'Show the numbers' }).click()
      const [hours, last] = [chart.getByRole('row'), chart.getByRole('row').last().getByRole('cell')]
      // A day has 24 of them, and what has begun counts as one; the first row is the head.
      expect(await hours.count()).toBeGreaterThan(12)
      expect(Number(await last.textContent())).toBeGreaterThan(0)
      await owners
        .locator('[data-connection="acme-cw"]')
        .getByText(/of 800 requests in a minute/)
        .waitFor()
    })
  })

  describe('the operations page', () => {
    const queue = (state: string, on = page) => on.locator(`[data-queue="${state}"]`)
    const row = (id: string, on = page) => on.locator(`[data-request="${id}"]`)
    async function endsBadly(fault: Parameters<ConsoleStack['desk']['fault']>[0], state: string) {
      const { request, ticket } = await ask()
      await t.desk.fault({ method: 'PATCH', ...fault })
      const { data } = await t.desk.approve(dana.token, request)
      expect(data.approve.state).toBe(state)
      return { ...request, ticket }
    }

    it('shows what waits, and settles with a note what nobody is sure of', async () => {
      await open('/operations')
      const { id } = await endsBadly({ kind: 'reset', when: 'before' }, 'UNKNOWN_OUTCOME')
      await queue('UNKNOWN_OUTCOME').getByText('1', { exact: true }).waitFor()
      await row(id).getByRole('button', { name: 'Say what became of it' }).click()
      const dialog = page.getByRole('dialog')
      expect(await dialog.getByRole('button', { name: 'Settle it' }).isDisabled()).toBe(true)
      await dialog.getByRole('radio', { name: 'is not there' }).check()
      await dialog.getByRole('textbox').fill('The status is as it was.')
      await dialog.getByRole('button', { name: 'Settle it' }).click()
      await queue('UNKNOWN_OUTCOME').getByText('none').waitFor()
      expect(await t.desk.request(agent.token, id)).toMatchObject({
        state: 'FAILED',
        comments: [{ kind: 'RESOLVED', text: 'The status is as it was.' }],
      })
    })

    it('asks once more for what failed, as a new request', async () => {
      await open('/operations')
      const { id } = await endsBadly({ kind: 'status', status: 400, when: 'before' }, 'FAILED')
      await row(id).getByRole('button', { name: 'Ask once more' }).click()
      await page.getByRole('dialog').getByRole('textbox').fill('The PSA was being updated.')
      await page.getByRole('dialog').getByRole('button', { name: 'Ask once more' }).click()
      await heading('Your decision')
      expect(page.url()).not.toContain(id)
      await page.getByText('The PSA was being updated.').waitFor()
    })

    it('holds writes and lets them go on; who administers nothing is not offered it', async () => {
      await open('/operations')
      await heading('Health')
      expect(await page.getByRole('heading', { name: 'Holding writes' }).count()).toBe(0)
      await open('/operations', owners)
      await owners.getByRole('combobox', { name: 'Where to hold writes' }).click()
      await owners.getByRole('option', { name: 'Connection acme-cw' }).click()
      await owners.getByRole('button', { name: 'Hold writes' }).click()
      await owners.getByRole('dialog').getByRole('textbox').fill('The PSA is being moved.')
      await owners.getByRole('dialog').getByRole('button', { name: 'Hold writes' }).click()
      await owners.locator('[data-paused="connection:acme-cw"]').waitFor()

      const { request } = await ask()
      const approving = t.desk.approve(dana.token, request)
      await queue('APPROVED', owners).getByText('1 held back').waitFor()
      await owners.getByRole('button', { name: 'Let them go on' }).click()
      await queue('APPROVED', owners).getByText('none').waitFor()
      expect((await approving).data.approve.state).toBe('EXECUTED')
    })
  })

  describe('GraphiQL', () => {
    let on: Page
    const elsewhere: string[] = []
    beforeAll(async () => {
      on = await page.context().newPage()
      on.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(t.url))
          elsewhere.push(request.url())
      })
      await open('/graphiql/', on)
    })
    /** A click on the button does nothing before the editor holds the operation of the tab. */
    const clickExecute = async (operation: string) => {
      await on.locator('.graphiql-query-editor .view-lines').getByText(operation).first().waitFor()
      await on.getByRole('button', { name: /Execute query/ }).click()
    }
    const execute = async (operation: string) => {
      const answered = on.waitForResponse(
        (one) => one.request().postData()?.includes(`query ${operation}`) ?? false,
      )
      await clickExecute(operation)
      const response = await answered
      return { headers: await response.request().allHeaders(), body: await response.json() }
    }

    it('asks with the rights of who is signed in, without a token', async () => {
      await on.getByRole('combobox', { name: 'With the rights of' }).waitFor()
      const { headers, body } = await execute('NewestTickets')
      expect(body.data.tickets.nodes).toHaveLength(5)
      expect(headers).toMatchObject({ cookie: expect.any(String), 'x-countersign-csrf': '1' })
      expect(headers.authorization).toBeUndefined()
    })

    it('streams with the session, too', async () => {
      await on.getByRole('tab', { name: 'Live' }).click()
      // GraphiQL names the operation of the tab before for a moment, which is quicker than a person clicks.
      await expect
        .poll(
          async () => {
            await clickExecute('Live')
            return on
              .getByRole('button', { name: /Stop query/ })
              .waitFor({ timeout: 2_000 })
              .then(
                () => true,
                () => false,
              )
          },
          { timeout: WAIT_MS },
        )
        .toBe(true)
      // Until the stream is open, nothing tells the page.
      await expect
        .poll(
          async () => {
            await ask()
            return on.locator('.result-window').textContent()
          },
          { interval: 1_000, timeout: WAIT_MS },
        )
        .toContain('REQUEST_CREATED')
      await on.getByRole('button', { name: /Stop query/ }).click()
    })

    it('asks with the rights of a sandbox agent, and then sends no cookie', async () => {
      await on.getByRole('combobox', { name: 'With the rights of' }).selectOption('Helpdesk agent')
      const { headers, body } = await execute('NewestTickets')
      expect(body.data.tickets.nodes).toHaveLength(5)
      expect(headers.authorization).toBe(`Bearer ${agent.token}`)
      expect(headers.cookie).toBeUndefined()
    })

    it('gives the session to no request without the header of our own pages, and keeps no token', async () => {
      const code = await on.evaluate(async () => {
        const response = await fetch('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: '{ viewer { name } }' }),
        })
        return (await response.json()).errors[0].extensions.code
      })
      expect(code).toBe('FORBIDDEN_OPERATION')
      expect(on.url()).toBe(`${t.url}/graphiql/`)
      expect(await on.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(agent.token)
      expect(elsewhere).toEqual([])
    })
  })

  it('axe finds nothing on any of these pages, in light and dark', async () => {
    const on = await t.signedIn(avery.email, { bypassCSP: true })
    const problems: string[] = []
    const look = async (what: string, where?: Parameters<typeof axeProblemsInBoth>[1]) => {
      problems.push(...(await axeProblemsInBoth(on, where)).map((one) => `${what}: ${one}`))
    }
    await open('/history?time=between', on)
    for (const button of await on.getByRole('button', { name: 'Show the numbers' }).all())
      await button.click()
    await rows('WRITE_OUTCOME', on).first().waitFor()
    await look('history')
    await rows('WRITE_OUTCOME', on).first().getByRole('link').click()
    await heading('What changes', on)
    await look('event')
    await open('/history?group=Companies&outcome=DONE', on)
    await on.getByText('Nothing happened').waitFor()
    await look('no events')
    await open('/operations', on)
    await on.locator('[data-connection="acme-cw"]').waitFor()
    await on.getByRole('button', { name: 'Ask once more' }).first().click()
    await on.getByRole('dialog').waitFor()
    await look('operations, asking once more')
    await open('/graphiql/', on)
    await on.getByRole('button', { name: /Execute query/ }).waitFor()
    // Its tabs hold buttons, and its colours of comments are faint.
    await look('GraphiQL', { notOurs: '.graphiql-container' })
    expect(problems).toEqual([])
    await on.context().close()
  })

  it('nothing stands beside the screen of a phone', async () => {
    const phone = await t.signedIn(avery.email, { viewport: { width: 390, height: 800 } })
    const width = () => phone.evaluate(() => document.documentElement.scrollWidth)
    await open('/history?time=between', phone)
    for (const button of await phone.getByRole('button', { name: 'Show the numbers' }).all())
      await button.click()
    await rows('WRITE_OUTCOME', phone).first().waitFor()
    expect(await width()).toBe(390)
    await rows('WRITE_OUTCOME', phone).first().getByRole('link').click()
    await heading('What changes', phone)
    expect(await width()).toBe(390)
    await open('/operations', phone)
    await phone.getByRole('button', { name: 'Ask once more' }).first().waitFor()
    expect(await width()).toBe(390)
    await phone.context().close()
  })
})
