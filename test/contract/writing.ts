import { expect } from 'vitest'
import type { WriteName } from '../../schema/plan.ts'
import type { Vendor } from '../../schema/source.ts'
import type { Ticket } from '../../simulators/dataset/index.ts'
import type { Answer } from '../gateway.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { toldBy } from './told.ts'
import { startContract } from './vendors.ts'

const REQUEST = `id state planHash clientReach partial error { code message details } ticket { id } notes { id }
  timeEntries { id } steps { outcome vendorMessage }`
const PLAN = `steps { method path body summary clientReach demands fields
    file { contentType size sha256 encoding bodySha256 } } clientMail { verdict recipients reasons }
  changes { field before after } sideEffects warnings`

/** The MSP's own people; whoever else is written to is the client. */
const STAFF = /@anchorpoint-it\.example$/

export interface Mailed {
  readonly to: readonly string[]
}

export type WritingDesk = Awaited<ReturnType<typeof startWriting>>

/**
 * A vendor's desk with the people who write on it, and tickets that nobody has written on yet. `open` names groups
 * that an IT administrator's agent only reads, and here may write.
 */
export async function startWriting(vendor: Vendor, open: readonly string[] = []) {
  const t = await startContract([vendor])
  const { desk } = t
  const missing = NOT_SUPPORTED[vendor]
  const told = toldBy(vendor, desk.slug, desk.simulator.dataset)
  const dana = await t.approver()
  // Deleting is off in every profile: here an administrator turned it on.
  const admin = await t.agent(
    'IT_ADMIN',
    (policy) => ({
      ...policy,
      groups: Object.fromEntries(
        Object.entries(policy.groups).map(([name, group]) => [
          name,
          group.level === 'READ_WRITE' || open.includes(name)
            ? { ...policy.groups.Contacts!, ...group, level: 'READ_WRITE' as const, delete: true }
            : group,
        ]),
      ),
    }),
    dana.id,
  )
  const helpdesk = await t.agent('HELPDESK', undefined, dana.id)
  const reader = await t.agent('READ_ONLY')
  const { parentTicketIds } = desk.simulator.dataset.facts
  const pool = told.tickets.filter(
    (one) =>
      one.kind === 'service' &&
      one.boardId === 1 &&
      ['ACTIVE', 'WAITING_CLIENT', 'WAITING_OTHER'].includes(told.category(one)) &&
      one.contactId !== undefined &&
      one.ownerId !== undefined &&
      one.parentId === undefined &&
      one.mergedIntoId === undefined &&
      !parentTicketIds.includes(one.id),
  )

  function write(token: string, name: WriteName, input: object, dryRun = false): Promise<Answer> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    return t.ask(
      token,
      `mutation ($input: ${type}!, $dryRun: Boolean!) { ${name}(input: $input, dryRun: $dryRun) { __typename
        ... on WriteOutcome { request { ${REQUEST} } }
        ... on DryRunPlan { wouldRequireApproval plan { ${PLAN} } } } }`,
      { input, dryRun },
    )
  }

  /** Addresses of clients that something was mailed to. */
  function mailed(): readonly string[] {
    const outbox = desk.simulator.outbox() as readonly Mailed[]
    return [...new Set(outbox.flatMap(({ to }) => to))].filter((address) => !STAFF.test(address)).toSorted()
  }

  /** What was mailed, the plan had said: to whom, and never after a NO. */
  function expectMailAsPlanned({ clientMail }: { readonly clientMail: PlannedMail }) {
    if (clientMail.verdict === 'NO') expect(mailed(), JSON.stringify(clientMail)).toEqual([])
    expect(clientMail.recipients).toEqual(expect.arrayContaining([...mailed()]))
  }

  async function sign({ id, planHash }: { readonly id: string; readonly planHash: string }) {
    const { data, errors } = await t.ask(
      dana.token,
      `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { ${REQUEST} } }`,
      { id, planHash },
    )
    expect(errors).toEqual([])
    return data.approve
  }

  /** Gives the gateway a file, as `POST /attachments` does; answers what waits. */
  async function give(token: string, bytes: Uint8Array, contentType = 'text/plain', connection = desk.slug) {
    const { calls } = t.gateway
    const caller = await calls.authenticate(token, { address: 'test' })
    const info = { address: 'test', headers: { get: () => null } }
    return calls.upload(caller, { connection, contentType, bytes }, info)
  }

  return {
    t,
    give,
    sign,
    approver: dana.token,
    desk,
    told,
    missing,
    admin,
    helpdesk,
    reader,
    pool,
    write,
    mailed,
    close: () => t.close(),
    clear() {
      desk.simulator.clearJournal()
      ;(desk.simulator.outbox() as unknown[]).length = 0
    },
    fresh(fits: (ticket: Ticket) => boolean = () => true): Ticket {
      const index = pool.findIndex(fits)
      expect(index, 'a ticket to write on').toBeGreaterThanOrEqual(0)
      return pool.splice(index, 1)[0]!
    },
    idOf: (ticket: Ticket) => told.id('Ticket', ticket.id),
    /** Autotask wants the text that the client may read; the others take one for the technicians. */
    timeText: (text: string) => (vendor === 'autotask' ? { clientText: text } : { internalText: text }),
    async read(query: string, variables: Readonly<Record<string, unknown>>) {
      const { data, errors } = await t.ask(reader, query, variables)
      expect(errors).toEqual([])
      return data
    },
    /** Dry run, ask, sign, and look at how it went: the same walk for every write. */
    async carriedOut(name: WriteName, input: object, ends: object = { state: 'EXECUTED' }) {
      const dry = await write(admin, name, input, true)
      expect(dry.errors).toEqual([])
      expect(dry.data[name]).toMatchObject({
        __typename: 'DryRunPlan',
        wouldRequireApproval: true,
        request: null,
      })
      const { plan } = dry.data[name]
      expect(plan.steps.length).toBeGreaterThan(0)
      expect(desk.sent()).toEqual([])

      const asked = await write(admin, name, input)
      expect(asked.errors).toEqual([])
      expect(asked.data[name]).toMatchObject({
        __typename: 'ApprovalPending',
        request: { state: 'PENDING', clientReach: null },
      })
      expect(desk.sent()).toEqual([])
      expect(mailed()).toEqual([])

      const ended = await sign(asked.data[name].request)
      expect(ended, JSON.stringify(ended)).toMatchObject(ends)
      expect(desk.sent().length).toBe(plan.steps.length)
      expectMailAsPlanned(plan)
      return { ...ended, plan }
    },
  }
}

interface PlannedMail {
  readonly verdict: 'NO' | 'YES' | 'MAY'
  readonly recipients: readonly string[]
}
