import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openOidc } from '../../gateway/identity/oidc.ts'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { saveInstallation, setSetupCode } from '../../gateway/store/installation.ts'
import { CHROMIUM } from '../../scripts/chromium.ts'
import { codesOf, SECURITY } from '../e2e/desk.ts'
import { CLIENT_ID, CLIENT_SECRET, type Issuer, startIssuer } from '../issuer.ts'
import { axeProblems, axeProblemsInBoth } from './axe.ts'
import { type ConsoleStack, IN_A_BROWSER, PASSWORD, startConsole, WAIT_MS } from './stack.ts'

describe.skipIf(CHROMIUM === undefined)(
  'workflows, connections and people in a browser',
  IN_A_BROWSER,
  () => {
    let t: ConsoleStack
    let issuer: Issuer
    const avery = { email: 'avery@example.com' }
    let page: Page

    /** The first owner comes by the set-up code, in a browser. */
    beforeAll(async () => {
      issuer = await startIssuer()
      const oidc = openOidc(
        {
          issuer: issuer.url,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          audience: undefined,
          name: 'Acme Login',
          scope: 'openid',
          allowPrivate: true,
          linkByEmail: true,
        },
        { log: () => {} },
      )
      t = await startConsole({ oidc })
      const code = freshToken('css')
      const { db } = t.desk.store
      await saveInstallation(db, { sandbox: false })
      await setSetupCode(db, code.hash)
      page = await t.open()
      await page.getByLabel('Set-up code').fill(code.token)
      await page.getByLabel('Your name').fill('Avery Cole')
      await page.getByLabel('Mail address').fill(avery.email)
      await page.getByRole('textbox', { name: 'New password' }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Become the first owner' }).click()
      await page.getByRole('heading', { name: 'Approvals' }).waitFor()
      await saveInstallation(db, { sandbox: true })
    }, 120_000)
    afterAll(async () => {
      await t?.close()
      await issuer?.close()
    })

    const workflow = (id: string, tab = 'rights', on = page) => on.goto(`${t.url}/workflows/${id}?tab=${tab}`)
    const change = (token: string, id: string, status: string) =>
      t.desk.write(token, 'updateTicket', { id, status, reason: 'The vendor has to send a part.' })
    const looked = async (button = 'See what it changes') => {
      await page.getByRole('button', { name: button }).click()
      return page.getByRole('dialog')
    }
    const gone = (on = page) => on.getByRole('dialog').waitFor({ state: 'detached' })

    it('tells what a change does before it is saved, and the saved change stops the next call of the AI agent', async () => {
      const agent = await t.desk.agent('HELPDESK')
      const [first, second] = [t.desk.ticket(), t.desk.ticket()]
      const asked = await change(agent.token, first.id, 'Waiting on Vendor')
      const request = asked.data.updateTicket.request.id as string

      await workflow(agent.workflowId)
      await page.getByText('1 waiting').waitFor()
      await page.getByLabel('Access to Tickets', { exact: true }).selectOption('Read Only')
      const dialog = await looked()
      await dialog.getByText('Tickets: level Read Only, was Read-Write').waitFor()
      await dialog.getByText('Refused from now on').waitFor()
      await dialog.getByText('will be withdrawn').waitFor()
      expect(await dialog.getByRole('link', { name: 'Update ticket' }).getAttribute('href')).toBe(
        `/approvals/${request}`,
      )
      // Looked at, and not saved.
      expect((await t.desk.request(agent.token, request)).state).toBe('PENDING')

      await dialog.getByLabel('Why').fill('The vendor audit is on.')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await gone()
      await page.getByText('version 2').waitFor()
      expect((await t.desk.request(agent.token, request)).state).toBe('CANCELLED')
      expect(codesOf(await change(agent.token, second.id, 'Waiting on Vendor'))).toEqual(['GROUP_READ_ONLY'])
    })

    it('brings an old version back, with who changed what and why', async () => {
      const agent = await t.desk.agent('HELPDESK')
      await workflow(agent.workflowId)
      await page.getByLabel('Access to Contacts', { exact: true }).selectOption('Disabled')
      const dialog = await looked()
      await dialog.getByLabel('Why').fill('Nobody needs contacts here.')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('version 2').waitFor()

      await workflow(agent.workflowId, 'versions')
      const newest = page.getByRole('region', { name: 'Version 2' })
      await newest.getByText('Contacts: level Disabled, was Read Only').waitFor()
      await newest.getByText('Nobody needs contacts here.').waitFor()
      await newest.getByText('Avery Cole').waitFor()
      const restoring = await looked('Restore version 1')
      await restoring.getByText('Contacts: level Read Only, was Disabled').waitFor()
      await restoring.getByRole('button', { name: 'Restore', exact: true }).click()
      await page.getByRole('region', { name: 'Version 3' }).getByText('brought back version 1').waitFor()
      const { data } = await t.desk.ask(agent.token, '{ viewer { connections { groups { group } } } }')
      expect(data.viewer.connections[0].groups).toContainEqual({ group: 'Contacts' })
    })

    it('saves a form without losing what it has no field for', async () => {
      const rules = [{ when: { closes: true }, approvers: 2, notRequester: true }, { approvers: 1 }]
      const policy = {
        groups: {
          Tickets: {
            level: 'READ_WRITE',
            allowedFields: { UPDATE: ['status', 'custom:44'] },
            allowedValues: { status: ['In Progress'] },
            approval: rules,
          },
        },
        recordScope: { exclude: { boards: ['3'] } },
        testMode: false,
        timeOwner: { who: 'MEMBER', member: 'jdoe' },
        requireIdempotencyKey: true,
      } as const
      const agent = await t.desk.agent({ 'acme-cw': policy })
      await workflow(agent.workflowId)
      await page.getByText('By 2 rules').waitFor()
      await page.getByRole('button', { name: 'Allowed fields of Tickets:' }).click()
      const picking = page.getByRole('dialog')
      await picking.getByRole('combobox', { name: 'Status' }).fill('Waiting on V')
      // The vendor's own statuses are offered.
      await page.getByRole('option', { name: 'Waiting on Vendor' }).click()
      await picking.getByRole('button', { name: 'Done' }).click()
      await gone()
      await page.getByLabel('merge Tickets').check()
      const dialog = await looked()
      await dialog.getByText('Tickets: merge on').waitFor()
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('version 2').waitFor()
      const [saved] = (await t.desk.store.db
        .selectFrom('workflow_policy')
        .select('policy')
        .where('workflow_id', '=', agent.workflowId)
        .where('version', '=', 2)
        .execute()) as [{ policy: unknown }]
      expect(saved.policy).toEqual({
        ...policy,
        groups: {
          Tickets: {
            ...policy.groups.Tickets,
            allowedValues: { status: ['In Progress', 'Waiting on Vendor'] },
            merge: true,
          },
        },
      })
    })

    it('sets by rules who signs and which records there are, by the names that the PSA gives them', async () => {
      const agent = await t.desk.agent('HELPDESK')
      const [company] = t.desk.simulator.state.tables.companies.rows.values()
      const { id, name } = company as unknown as { id: number; name: string }
      await workflow(agent.workflowId)
      await page.getByLabel('Approval of Tickets').selectOption('By rules …')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('One signature for every write').waitFor()
      await dialog.getByRole('button', { name: 'Add a rule' }).click()
      // Before the one that always fits, which would keep it from ever being reached.
      const first = dialog.getByRole('region', { name: 'Rule 1' })
      await first.getByText('One signature when it closes the ticket').waitFor()
      await dialog.getByText('One signature for every other write').waitFor()
      await first.getByLabel('Add a condition').selectOption('The board')
      // A condition that names nothing is no condition.
      await first.getByText('Pick one at least').waitFor()
      expect(await dialog.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
      await first.getByRole('combobox', { name: 'The board' }).fill('secur')
      await page.getByRole('option', { name: 'Security' }).click()
      await first.getByLabel('Add a condition').selectOption('A field gets a value')
      await first.getByLabel('Field that gets a value').selectOption('Status')
      await first.getByRole('combobox', { name: 'Status becomes' }).fill('Clos')
      const closed = page.getByRole('listbox', { name: 'Status becomes' })
      await closed.getByRole('option', { name: 'Closed', exact: true }).click()
      await first.getByLabel('Then').selectOption('Two signatures')
      await first.getByRole('checkbox', { name: 'Not the person for whom' }).check()
      await first.getByText('the board is Security').waitFor()
      await dialog.getByRole('button', { name: 'Add a rule' }).click()
      const third = dialog.getByRole('region', { name: 'Rule 3' })
      await dialog.getByRole('button', { name: 'Up: rule 2' }).click()
      await first.getByText('One signature when it closes the ticket').waitFor()
      await dialog.getByRole('button', { name: 'Remove rule 1' }).click()
      await third.waitFor({ state: 'detached' })
      await dialog.getByRole('button', { name: 'Done' }).click()
      await gone()
      await page.getByRole('button', { name: 'Approval of Tickets: By 2 rules' }).waitFor()

      await page.getByRole('button', { name: 'Which records' }).click()
      const never = dialog.getByRole('group', { name: 'Never these' })
      await never.getByRole('combobox', { name: 'Companies', exact: true }).fill(name.slice(0, 6))
      await page.getByRole('option', { name, exact: true }).click()
      // The list lies over the button until the field is left.
      await page.keyboard.press('Tab')
      await dialog.getByRole('button', { name: 'Done' }).click()
      await gone()
      await page.getByText(`never the company ${name}`).waitFor()

      await looked()
      await dialog.getByText('Needs other signatures').waitFor()
      await dialog
        .getByText('needs 2 approvers, not the requester when it closes the ticket')
        .first()
        .waitFor()
      await dialog.getByText(`record scope without companies: also ${id}`).waitFor()
      await dialog.getByText(`${SECURITY} is Security`).waitFor()
      await dialog.getByText(`${id} is ${name}`).waitFor()
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('version 2').waitFor()
      const { policy } = await t.desk.store.db
        .selectFrom('workflow_policy')
        .select('policy')
        .where('workflow_id', '=', agent.workflowId)
        .where('version', '=', 2)
        .executeTakeFirstOrThrow()
      expect(policy).toMatchObject({
        recordScope: { exclude: { companies: [String(id)] } },
        groups: {
          Tickets: {
            approval: [
              {
                when: { closes: true, boards: [String(SECURITY)], values: { status: ['Closed'] } },
                approvers: 2,
                notRequester: true,
              },
              { approvers: 1 },
            ],
          },
        },
      })
      // Whoever opens it later reads names as well.
      await page.reload()
      await page.getByText(`never the company ${name}`).waitFor()
      await page.getByRole('button', { name: 'Approval of Tickets: By 2 rules' }).click()
      await first.getByText('the board is Security').waitFor()
      await page.keyboard.press('Escape')
      await gone()
    })

    it('sets business hours, after it has told what they change', async () => {
      const rule = { when: { insideBusinessHours: false }, approvers: 2 }
      const Tickets = { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' }, approval: [rule] } as const
      await t.desk.agent({ 'acme-cw': { groups: { Tickets } } })
      await page.goto(`${t.url}/workflows`)
      await page.getByRole('link', { name: 'Business hours' }).click()
      await page.getByText('Nobody has set business hours yet').waitFor()
      await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Ber')
      await page.getByRole('option', { name: 'Europe/Berlin' }).click()
      const day = (name: string) => page.getByRole('group', { name })
      await day('Saturday').getByRole('button', { name: 'add hours' }).click()
      await day('Saturday').getByLabel('from').fill('09:00')
      await day('Saturday').getByLabel('to').fill('00:00')
      await day('Friday').getByRole('button', { name: 'take these hours off' }).click()
      await page.getByLabel('Another day off').fill('2026-12-25')
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      const dialog = await looked()
      for (const text of [
        'Time zone Europe/Berlin',
        'Friday closed',
        'Saturday 09:00 to 24:00',
        'Holidays: also 2026-12-25',
        'Tickets: 2 approvers when it is outside business hours',
      ])
        await dialog.getByText(text).waitFor()
      await dialog.getByRole('button', { name: 'Save' }).click()
      await gone()
      await page.getByText(/^It is (business hours|outside of business hours) now/).waitFor()
      const { data } = await t.desk.ask(
        (await t.desk.person({ role: 'viewer' })).token,
        '{ businessCalendar { timeZone hours { day opens closes } holidays } }',
      )
      const usual = { opens: '08:00', closes: '18:00' }
      expect(data.businessCalendar).toEqual({
        timeZone: 'Europe/Berlin',
        hours: [
          ...['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY'].map((one) => ({ day: one, ...usual })),
          { day: 'SATURDAY', opens: '09:00', closes: '24:00' },
        ],
        holidays: ['2026-12-25'],
      })
    })

    it('refuses a text that is no policy, in the gateway’s words, and keeps the old one', async () => {
      const agent = await t.desk.agent('READ_ONLY')
      await workflow(agent.workflowId)
      await page.getByRole('radiogroup', { name: 'Edit as' }).getByText('Text').click()
      const text = page.getByLabel('The whole policy')
      await text.fill('{ "groups": {')
      await page.getByText('This is not JSON yet').waitFor()
      await text.fill('{ "groups": { "Tikets": { "level": "READ_ONLY" } } }')
      const dialog = await looked()
      await dialog.getByRole('alert').getByText('Tikets').waitFor()
      expect(await dialog.getByRole('button', { name: 'Save' }).count()).toBe(0)
    })

    it('makes a workflow with Helpdesk and test mode, whose token is shown once', async () => {
      await page.goto(`${t.url}/workflows/new`)
      await page.getByLabel('Name').fill('Ticket triage')
      expect(await page.getByRole('radio', { name: 'Helpdesk' }).isChecked()).toBe(true)
      await page.getByRole('button', { name: 'Create workflow' }).click()
      await page.getByText('Test mode is on').waitFor()
      await page.getByText('Access profile: Helpdesk · version 1').waitFor()

      await page.getByRole('tab', { name: 'AI agents' }).click()
      await page.getByRole('button', { name: 'New AI agent' }).click()
      await page.getByRole('dialog').getByLabel('Name').fill('Triage agent')
      await page.getByLabel('Works for').selectOption('Avery Cole')
      await page.getByRole('button', { name: 'Create token' }).click()
      const token = (await page.locator('[data-token]').textContent()) ?? ''
      const { data } = await t.desk.ask(token, '{ viewer { name workflow connections { testMode } } }')
      expect(data.viewer).toEqual({
        name: 'Triage agent',
        workflow: 'Ticket triage',
        connections: [{ testMode: true }],
      })
      const made = await t.desk.store.db
        .selectFrom('agent')
        .innerJoin('person', 'person.id', 'agent.on_behalf_of')
        .select('person.name')
        .where('agent.name', '=', 'Triage agent')
        .execute()
      expect(made).toEqual([{ name: 'Avery Cole' }])
      const nowhere = async () => {
        const kept = await page.evaluate(() => [
          document.documentElement.outerHTML,
          location.href,
          JSON.stringify(localStorage),
          JSON.stringify(sessionStorage),
          document.cookie,
        ])
        expect(kept.some((text) => text.includes(token))).toBe(false)
      }
      await page.getByRole('button', { name: 'I have stored it' }).click()
      await page.locator('[data-token]').waitFor({ state: 'detached' })
      await nowhere()
      await page.reload()
      await page.getByRole('button', { name: 'Rotate' }).waitFor()
      await nowhere()

      await page.getByRole('button', { name: 'Rotate' }).click()
      const next = (await page.locator('[data-token]').textContent()) ?? ''
      expect(next).not.toBe(token)
      await page.getByRole('button', { name: 'I have stored it' }).click()
      await page.getByText('replaced').waitFor()
      const revoke = page.getByRole('button', { name: 'Revoke' })
      for (const left of [1, 0]) {
        await revoke.first().click()
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
        await expect.poll(() => revoke.count(), { timeout: WAIT_MS }).toBe(left)
      }
      await page.getByText('Revoked', { exact: true }).waitFor()
      await expect(t.desk.ask(next, '{ viewer { name } }')).rejects.toMatchObject({
        extensions: { code: 'UNAUTHENTICATED' },
      })
    })

    it('turns test mode off only after a word, pauses and resumes', async () => {
      const agent = await t.desk.agent({ 'acme-cw': 'FULL_AUTOMATION' })
      const ticket = t.desk.ticket()
      const kindOf = async (status: string) =>
        (await change(agent.token, ticket.id, status)).data.updateTicket.__typename as string
      await workflow(agent.workflowId)
      await page.getByRole('button', { name: 'Turn test mode on' }).click()
      await page.getByText('Test mode is on').waitFor()
      expect(await kindOf('Waiting on Vendor')).toBe('DryRunPlan')
      await page.getByRole('button', { name: 'Turn test mode off' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Turn test mode off' }).click()
      await page.getByText('Test mode is on').waitFor({ state: 'detached' })
      expect(await kindOf('Waiting on Vendor')).toBe('TicketWritten')

      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
      await page.getByText('Its writes are held').waitFor()
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('Its writes are held').waitFor({ state: 'detached' })
    })

    it('takes a connection from a workflow, with what waits there, and gives it back', async () => {
      const agent = await t.desk.agent('HELPDESK')
      const asked = await change(agent.token, t.desk.ticket().id, 'Waiting on Vendor')
      await workflow(agent.workflowId)
      await page.getByRole('button', { name: 'Take it away' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox').fill('Not theirs')
      await dialog.getByRole('button', { name: 'Take it away' }).click()
      await page.getByText('No connection yet').waitFor()
      const { request } = asked.data.updateTicket
      expect((await t.desk.request(agent.token, request.id)).state).toBe('CANCELLED')
      await page.getByRole('button', { name: 'Add a connection' }).click()
      await dialog.getByRole('button', { name: /^Add/ }).click()
      await page.getByText('version 3').waitFor()
    })

    it('answers what its AI agents may, also about changes that are not saved yet', async () => {
      const agent = await t.desk.agent('HELPDESK')
      await workflow(agent.workflowId)
      await page.getByLabel('Access to Tickets', { exact: true }).selectOption('Read Only')
      const ask = async (verdict: string) => {
        await page.getByRole('button', { name: 'What would be decided?' }).click()
        await page.locator(`[data-verdict="${verdict}"]`).waitFor()
      }
      await page.getByRole('tab', { name: 'Try it' }).click()
      await page.getByText('The answers are about your changes').waitFor()
      await ask('REFUSED')
      await page.getByRole('tab', { name: 'What it may do' }).click()
      await page.getByRole('button', { name: 'Discard' }).click()
      await page.getByRole('tab', { name: 'Try it' }).click()
      await ask('NEEDS_APPROVAL')
      await page.getByRole('button', { name: 'Can it delete anything?' }).click()
      await page.getByRole('status').getByText('No', { exact: true }).waitFor()
    })

    it('connects a PSA, tests it, names the rights that are missing, and has its meanings confirmed', async () => {
      const { url, credentials } = t.desk.simulator
      await page.goto(`${t.url}/connections/new`)
      await page.getByRole('radio', { name: 'ConnectWise PSA' }).click()
      await page.getByText('make a role “Countersign”').waitFor()
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Beta ConnectWise')
      expect(await page.getByLabel('Short name').inputValue()).toBe('beta-connectwise')
      await page.getByLabel('Address').fill(url)
      const fill = async (on: Page | ReturnType<Page['getByRole']>, privateKey: string) => {
        await on.getByLabel('Company id').fill(credentials.companyId)
        await on.getByRole('textbox', { name: 'Public key' }).fill(credentials.publicKey)
        await on.getByRole('textbox', { name: 'Private key' }).fill(privateKey)
        await on.getByRole('textbox', { name: 'Client id' }).fill(credentials.clientId)
      }
      await fill(page, 'not the private key')
      await page.getByRole('button', { name: 'Connect and test' }).click()
      const health = page.getByRole('region', { name: 'Health' })
      await health.getByText('It does not work yet').waitFor()
      await health.getByText('credentials').first().waitFor()
      await health.getByText('Service Desk > Service Tickets: Add, Edit and Inquire, All').waitFor()

      await page.getByRole('button', { name: 'Change', exact: true }).click()
      await fill(page.getByRole('dialog'), credentials.privateKey)
      // A right that the security role lacks.
      await t.desk.fault({ method: 'GET', path: '/company/contacts', kind: 'status', status: 403, times: 1 })
      await page.getByRole('button', { name: 'Save' }).click()
      await health.getByText('It may not read contacts. Grant: Companies > Contacts: Inquire, All').waitFor()
      await health.getByRole('button', { name: 'Test now' }).click()
      await health.getByText('Address, credentials and rights are in order.').waitFor()
      await health.getByText('Writes appear in your PSA as').waitFor()

      const meaning = page.getByRole('region', { name: 'What things mean in this PSA' })
      await meaning.getByText('These are guesses').waitFor()
      await meaning.getByLabel('Reopened: Service Desk').selectOption('Assigned')
      await meaning.getByRole('button', { name: 'Confirm' }).click()
      await meaning.getByText('Confirmed.').waitFor()
      const row = await t.desk.store.db
        .selectFrom('connection')
        .select(['mapping', 'test_mode'])
        .where('slug', '=', 'beta-connectwise')
        .executeTakeFirstOrThrow()
      expect(row.test_mode).toBe(true)
      const assigned = await meaning.getByLabel('Reopened: Service Desk').inputValue()
      expect(row.mapping.reopenStatus?.['1']).toBe(assigned)

      await page.getByRole('link', { name: 'New workflow for it' }).click()
      expect(await page.getByRole('checkbox', { name: 'Beta ConnectWise' }).isChecked()).toBe(true)
      const secrets = await page.evaluate(() => document.documentElement.outerHTML)
      expect(secrets.includes(credentials.privateKey)).toBe(false)
    })

    it('shows nobody a button that the roles do not reach, and the gateway refuses without it', async () => {
      const agent = await t.desk.agent('HELPDESK')
      const viewer = await t.person('Vic Stone', 'viewer')
      const auditor = await t.person('Ash Field', 'auditor')
      const vic = await t.signedIn(viewer.email)
      await workflow(agent.workflowId, 'rights', vic)
      await vic.getByText('This is for policy administrators').waitFor()
      await vic.goto(`${t.url}/connections`)
      await vic.getByText('This is for administrators').waitFor()
      expect(await vic.locator('main button').count()).toBe(0)
      await vic.goto(`${t.url}/people`)
      await vic.getByText('This is for owners').waitFor()
      expect(await vic.locator('main button').count()).toBe(0)
      const tried = await vic.evaluate(async (id) => {
        const response = await fetch('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-countersign-csrf': '1' },
          body: JSON.stringify({ query: `mutation { setTestMode(on: false, workflow: "${id}") { on } }` }),
        })
        return response.json()
      }, agent.workflowId)
      expect(tried.errors[0].extensions.code).toBe('ROLE_REQUIRED')
      await vic.context().close()

      const ash = await t.signedIn(auditor.email)
      await ash.goto(`${t.url}/connections/acme-cw`)
      await ash.getByText('Credentials set').waitFor()
      expect(await ash.locator('main button').count()).toBe(0)
      await ash.context().close()
    })

    it('invites somebody by a link that is shown once, and takes them out again', async () => {
      await page.goto(`${t.url}/people`)
      await page.getByRole('button', { name: 'Invite somebody' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name').fill('Robin Vale')
      await dialog.getByLabel('Mail address').fill('robin@example.com')
      await dialog.getByLabel('Where').selectOption('acme-cw')
      await dialog.getByRole('button', { name: 'Make the invitation' }).click()
      const link = (await page.locator('[data-invitation]').textContent()) ?? ''
      await page.getByRole('button', { name: 'Done' }).click()
      await gone()
      expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(link.split('#')[1])
      const card = page.getByRole('region', { name: 'Robin Vale' })
      await card.getByText('Approver · acme-cw').waitFor()
      await card.getByText('has not signed in yet').waitFor()

      const robin = await t.open()
      // A fresh browser follows the link; only the part behind # changes nothing by itself.
      await robin.goto('about:blank')
      await robin.goto(link)
      await robin.getByRole('textbox', { name: 'New password' }).fill('another long password')
      await robin.getByRole('button', { name: 'Set password and sign in' }).click()
      await robin.getByRole('heading', { name: 'Approvals' }).waitFor()
      expect(robin.url()).not.toContain('#')
      const again = await t.open()
      await again.goto('about:blank')
      await again.goto(link)
      await again.getByRole('textbox', { name: 'New password' }).fill('a thief has this one')
      await again.getByRole('button', { name: 'Set password and sign in' }).click()
      await again.getByRole('alert').waitFor()
      await again.context().close()

      await page.reload()
      await card.getByText('signs in by password').waitFor()
      await card.getByRole('button', { name: 'Change Robin Vale' }).click()
      await page.getByRole('menuitem', { name: 'Deactivate' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
      await card.getByText('Deactivated').waitFor()
      await robin.reload()
      await robin.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
      await robin.context().close()
    })

    it('lets technicians say themselves when they are away, and who stands in', async () => {
      const lee = await t.approver('Lee Moss')
      const own = await t.signedIn(lee.email, { bypassCSP: true })
      await own.getByRole('button', { name: 'Account of Lee Moss' }).click()
      await own.getByRole('menuitem', { name: 'When you are away' }).click()
      await own.getByText('You are not away').waitFor()
      await own.getByRole('button', { name: 'I will be away' }).click()
      const dialog = own.getByRole('dialog')
      await dialog.getByLabel('Who stands in').selectOption('Avery Cole')
      await dialog.getByLabel('From').fill('2031-01-02T08:00')
      await dialog.getByLabel('Until').fill('2031-01-01T08:00')
      expect(await axeProblems(own, { within: '[role="dialog"]' })).toEqual([])
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.getByRole('alert').waitFor()
      await dialog.getByLabel('Until').fill('2031-01-09T08:00')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await own.getByText('Avery Cole stands in').waitFor()
      expect(await axeProblems(own)).toEqual([])
      expect(await own.getByText('Lee Moss', { exact: true }).count()).toBe(1)
      await own.getByRole('button', { name: 'I am back' }).click()
      await own.getByText('You are not away').waitFor()
      await own.context().close()
    })

    it('signs in with the identity provider, whoever was invited and nobody else', async () => {
      const { id, email } = await t.approver('Kim Lund')
      const kim = await t.open()
      // The provider knows who is there, and sends the browser back.
      await kim.route(`${issuer.url}/authorize*`, async (route) => {
        const back = await issuer.visit(route.request().url())
        await route.fulfill({ status: 302, headers: { location: back.href } })
      })
      const enter = () => kim.getByRole('button', { name: 'Sign in with Acme Login' }).click()
      issuer.next = { claims: { sub: 'stranger', email: 'stranger@example.com', email_verified: true } }
      await enter()
      await kim.getByRole('alert').waitFor()
      expect(new URL(kim.url()).origin).toBe(t.url)
      expect(await kim.getByText('stranger').count()).toBe(0)

      issuer.next = { claims: { sub: 'kim', email, email_verified: true } }
      await enter()
      await kim.getByRole('heading', { name: 'Approvals' }).waitFor()
      await kim.getByRole('button', { name: 'Account of Kim Lund' }).waitFor()
      // What the provider says later of the address changes nothing: the login is hers.
      issuer.next = { claims: { sub: 'kim', email: 'other@example.com', email_verified: true } }
      await kim.getByRole('button', { name: 'Account of Kim Lund' }).click()
      await kim.getByRole('menuitem', { name: 'Sign out' }).click()
      await enter()
      await kim.getByRole('button', { name: 'Account of Kim Lund' }).waitFor()
      const { db } = t.desk.store
      const logins = await db.selectFrom('person_login').selectAll().where('person_id', '=', id).execute()
      expect(logins.map(({ issuer: of, subject }) => [of, subject])).toEqual([[issuer.url, 'kim']])
      await kim.context().close()
    })

    it('asks who is there before a role is given, when the sign-in is long ago', async () => {
      const sam = await t.approver('Sam Reed')
      const { db } = t.desk.store
      await db
        .updateTable('person_session')
        .set({ signed_in_at: new Date(Date.now() - 3_600_000) })
        .execute()
      await page.goto(`${t.url}/people`)
      const card = page.getByRole('region', { name: 'Sam Reed' })
      await card.getByRole('button', { name: 'Change Sam Reed' }).click()
      await page.getByRole('menuitem', { name: 'Give a role' }).click()
      await page.getByRole('combobox', { name: 'Role' }).selectOption('Auditor')
      await page.getByRole('button', { name: 'Give the role' }).click()
      const still = page.getByRole('dialog', { name: 'Is it still you?' })
      await still.getByRole('textbox', { name: 'Password' }).fill('a wrong password')
      await still.getByRole('button', { name: 'Go on' }).click()
      await still.getByRole('alert').waitFor()
      const rolesOfSam = () =>
        db.selectFrom('person_role').select('role').where('person_id', '=', sam.id).orderBy('role').execute()
      expect(await rolesOfSam()).toEqual([{ role: 'approver' }])
      await still.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
      await still.getByRole('button', { name: 'Go on' }).click()
      await card.getByText('Auditor · every connection').waitFor()
      expect(await rolesOfSam()).toEqual([{ role: 'approver' }, { role: 'auditor' }])

      await page.getByRole('button', { name: 'Change Avery Cole' }).click()
      await page.getByRole('menuitem', { name: 'Away, with a deputy' }).click()
      await page.getByLabel('Who stands in').selectOption('Sam Reed')
      await page.getByLabel('From').fill('2030-01-02T09:00')
      await page.getByLabel('Until').fill('2030-01-09T09:00')
      await page.getByRole('button', { name: 'Save' }).click()
      const own = page.getByRole('region', { name: 'Avery Cole' })
      await own.getByText('Sam Reed stands in').waitFor()
      await own.getByRole('button', { name: 'Is back' }).click()
      await own.getByText('Sam Reed stands in').waitFor({ state: 'detached' })
    })

    it('axe finds nothing on any page or dialog, in light and dark', async () => {
      const agent = await t.desk.agent('HELPDESK')
      const on = await t.signedIn(avery.email, { bypassCSP: true })
      const problems: string[] = []
      /** A dialog lies over a page that is looked at by itself. */
      const look = async (what: string, within = 'html') => {
        problems.push(...(await axeProblemsInBoth(on, { within })).map((one) => `${what}: ${one}`))
      }
      const open = async (what: string, button: string | RegExp) => {
        await on.getByRole('button', { name: button, exact: true }).click()
        await on.getByRole('dialog').waitFor()
        await look(what, '[role=dialog]')
        await on.keyboard.press('Escape')
        await gone(on)
      }
      await on.goto(`${t.url}/workflows`)
      await on.getByRole('link', { name: 'New workflow' }).waitFor()
      await on.getByRole('article').first().waitFor()
      await look('workflows')
      await on.getByRole('link', { name: 'New workflow' }).click()
      await on.getByRole('button', { name: 'Create workflow' }).waitFor()
      await look('new workflow')
      await workflow(agent.workflowId, 'rights', on)
      await on.getByRole('table').waitFor()
      await open('fields', /^Allowed fields of Tickets:/)
      await open('profile', 'Fill from a profile')
      await on.getByLabel('Approval of Tickets').selectOption('By rules …')
      await on.getByRole('button', { name: 'Add a rule' }).click()
      for (const condition of ['The board', 'The company', 'A field gets a value', 'Money', 'Business hours'])
        await on.getByLabel('Add a condition').selectOption(condition)
      await look('rules', '[role=dialog]')
      for (const condition of ['The board', 'The company', 'A field gets a value'])
        await on.getByRole('button', { name: `Take off: ${condition}` }).click()
      await on.keyboard.press('Escape')
      await gone(on)
      await open('records', 'Which records')
      // Every row is made alike.
      await on.getByLabel('Find a permission group').fill('ticket')
      await on.getByLabel('Access to Tickets', { exact: true }).selectOption('Read Only')
      await look('policy')
      await on.getByRole('button', { name: 'See what it changes' }).click()
      await on.getByRole('dialog').getByText('Refused from now on').waitFor()
      await look('preview', '[role=dialog]')
      await workflow(agent.workflowId, 'agents', on)
      await open('new agent', 'New AI agent')
      await open('revoke', 'Revoke')
      await look('agents')
      await workflow(agent.workflowId, 'try', on)
      await on.getByRole('button', { name: 'What would be decided?' }).click()
      await on.locator('[data-verdict]').waitFor()
      await on.getByRole('button', { name: 'Can it close a ticket?' }).click()
      await on.getByRole('status').getByText('Yes', { exact: true }).waitFor()
      await look('try')
      await workflow(agent.workflowId, 'versions', on)
      await on.getByRole('region', { name: 'Version 1' }).waitFor()
      await look('versions')
      await on.goto(`${t.url}/business-hours`)
      await on.getByLabel('Another day off').fill('2027-01-01')
      await on.getByRole('button', { name: 'Add', exact: true }).click()
      await look('business hours')
      await on.getByRole('button', { name: 'See what it changes' }).click()
      await on.getByRole('dialog').getByText('also 2027-01-01').waitFor()
      await look('preview of business hours', '[role=dialog]')
      await on.goto(`${t.url}/people`)
      await on.getByRole('region', { name: 'Avery Cole' }).waitFor()
      await open('invite', 'Invite somebody')
      await look('people')
      await on.goto(`${t.url}/connections`)
      await on.getByRole('article').first().waitFor()
      await look('connections')
      await on.goto(`${t.url}/connections/new`)
      await on.getByRole('radio', { name: 'ServiceNow' }).click()
      await look('new connection')
      await on.goto(`${t.url}/connections/acme-cw`)
      await on.getByText('in order').first().waitFor()
      await on.getByRole('button', { name: 'Confirm' }).waitFor()
      await open('change connection', 'Change')
      await look('connection')
      expect(problems).toEqual([])
      await on.context().close()
    })

    it('stands on a phone with nothing beside the screen', async () => {
      const agent = await t.desk.agent('HELPDESK')
      const phone = await t.signedIn(avery.email, {
        viewport: { width: 390, height: 800 },
        hasTouch: true,
        isMobile: true,
      })
      for (const [path, sign] of [
        ['/workflows', 'New workflow'],
        [`/workflows/${agent.workflowId}`, 'Permission group'],
        [`/workflows/${agent.workflowId}?tab=try`, 'Ask about the policy'],
        [`/workflows/${agent.workflowId}?tab=versions`, 'In force'],
        ['/business-hours', 'by the clock on the wall'],
        ['/people', 'Owner · every connection'],
        ['/connections/new', 'Which PSA?'],
        ['/connections/acme-cw', 'Resolving and reopening'],
      ] as const) {
        await phone.goto(`${t.url}${path}`)
        await phone.getByText(sign).first().waitFor()
        expect(await phone.evaluate(() => document.documentElement.scrollWidth), path).toBe(390)
      }
      await phone.context().close()
    })
  },
)
