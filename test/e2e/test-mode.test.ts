import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveConnection } from '../../gateway/store/connections.ts'
import { saveInstallation } from '../../gateway/store/installation.ts'
import { saveWorkflow } from '../../gateway/store/workflows.ts'
import { profilePolicy } from '../../policy/profiles.ts'
import { connectwise } from '../../subgraphs/connectwise/index.ts'
import { type Desk, startDesk } from './desk.ts'

let t: Desk
beforeAll(async () => {
  t = await startDesk()
})
afterAll(() => t.close())

const policy = profilePolicy('FULL_AUTOMATION', 'connectwise', connectwise.groups)
const open = () => t.agent({ 'acme-cw': { ...policy, testMode: false } })

/** Each level alone; all the others are off. */
const levels: Readonly<Record<string, () => Promise<{ token: string; argument?: string; tells: string[] }>>> =
  {
    'the installation': async () => {
      await saveInstallation(t.store.db, { test_mode: true })
      return { token: (await open()).token, tells: ['installation'] }
    },
    'the connection': async () => {
      await saveConnection(t.store.db, 'acme-cw', { test_mode: true })
      return { token: (await open()).token, tells: ['connection'] }
    },
    'the workflow': async () => {
      const { token, workflowId } = await open()
      await saveWorkflow(t.store.db, workflowId, { test_mode: true })
      return { token, tells: ['workflow'] }
    },
    'the policy': async () => ({
      token: (await t.agent({ 'acme-cw': { ...policy, testMode: true } })).token,
      tells: ['workflow'],
    }),
    'the call': async () => ({ token: (await open()).token, argument: ', dryRun: true', tells: [] }),
  }

describe('test mode', () => {
  it.each(Object.entries(levels))('of %s alone makes a plan of every write', async (_level, turnOn) => {
    try {
      const { token, argument, tells } = await turnOn()
      const ticket = t.ticket()
      t.simulator.clearJournal()
      const { data, errors } = await t.write(
        token,
        'updateTicket',
        { id: ticket.id, title: 'Not sent' },
        argument,
      )
      expect(errors).toEqual([])
      expect(data.updateTicket).toMatchObject({ __typename: 'DryRunPlan', testMode: tells })
      expect(t.sent()).toEqual([])
      expect(t.inPsa(ticket.key).summary).toBe('Printer on fire')
    } finally {
      await saveInstallation(t.store.db, { test_mode: false })
      await saveConnection(t.store.db, 'acme-cw', { test_mode: false })
    }
  })

  it('is never turned off by a call', async () => {
    const { token } = await t.agent({ 'acme-cw': { ...policy, testMode: true } })
    const { data } = await t.write(
      token,
      'updateTicket',
      { id: t.ticket().id, title: 'x' },
      ', dryRun: false',
    )
    expect(data.updateTicket.__typename).toBe('DryRunPlan')
  })

  it('that is off everywhere lets a write through', async () => {
    const ticket = t.ticket()
    const { data } = await t.write((await open()).token, 'updateTicket', { id: ticket.id, title: 'Sent' })
    expect(data.updateTicket.__typename).toBe('TicketWritten')
    expect(t.inPsa(ticket.key).summary).toBe('Sent')
  })
})
