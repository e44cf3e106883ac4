import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { endPauses } from '../rows.ts'
import { type Told, toldBy } from './told.ts'
import { type ContractGateway, startContract, type VendorDesk, vendors } from './vendors.ts'

interface Failing {
  readonly what: string
  readonly fault: Readonly<Record<string, unknown>>
  /** How a read and an approved write end. */
  readonly list: string
  readonly write: keyof typeof ENDS
}

/** Seconds that a PSA may take here: long for a simulator, short for a test. */
const TIMEOUT = 1
/** Half of what the oversized answer holds: who kept all of it would need more than twice this. */
const MEMORY = 50 * 1024 * 1024

const ENDS = {
  REJECTED: { state: 'FAILED', error: { code: 'VENDOR_REJECTED' } },
  UNKNOWN: { state: 'UNKNOWN_OUTCOME', error: { code: 'OUTCOME_UNKNOWN' } },
  /** Nothing was applied, which the answer proves: it is sent once more after the wait. */
  AGAIN: { state: 'EXECUTED', error: null },
} as const

/** What a PSA, or something before it, may answer instead. */
const FAULTS: readonly Failing[] = [
  { what: '401', fault: status(401), list: 'VENDOR_UNAVAILABLE', write: 'REJECTED' },
  { what: '404', fault: status(404), list: 'VENDOR_UNAVAILABLE', write: 'REJECTED' },
  { what: '429', fault: status(429, { 'retry-after': '1' }), list: 'BACKPRESSURE', write: 'AGAIN' },
  { what: '500', fault: status(500), list: 'VENDOR_UNAVAILABLE', write: 'UNKNOWN' },
  broken('HTML with 200', { kind: 'html', status: 200 }),
  broken('HTML with 502', { kind: 'html', status: 502 }),
  broken('broken JSON', { kind: 'malformed' }),
  broken('nothing with 200', { kind: 'status', status: 200, body: '' }),
  broken('an answer after the timeout', { kind: 'delay', delayMs: 2.5 * TIMEOUT * 1000 }),
  broken('a byte now and then, without end', { kind: 'drip' }),
  broken('100 MB', { kind: 'oversized' }),
]

/** It proves nothing, so a read fails, and of a write nobody knows. */
function broken(what: string, fault: Failing['fault']): Failing {
  return { what, fault, list: 'VENDOR_UNAVAILABLE', write: 'UNKNOWN' }
}

function status(code: number, headers: Readonly<Record<string, string>> = {}) {
  return { kind: 'status', status: code, headers }
}

/** Where a vendor's answer means something else, and why. */
const ELSEWHERE: Readonly<
  Record<string, Readonly<Record<string, Partial<Pick<Failing, 'list' | 'write'>>>>>
> = {
  // A release that moved answers so: the address is what has to be looked at.
  connectwise: { '404': { list: 'NOT_CONFIGURED' } },
  // A text that API.md does not record as a refusal proves nothing about a write.
  autotask: { '401': { write: 'UNKNOWN' }, '404': { list: 'NOT_FOUND', write: 'UNKNOWN' } },
}

/** The request that writes a note. */
const NOTES = {
  connectwise: { method: 'POST', path: '/\\/notes$/' },
  autotask: { method: 'POST', path: '/\\/Notes$/' },
  halo: { method: 'POST', path: '/\\/Actions$/' },
  servicenow: { method: 'PATCH' },
} as const

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/**
 * The most that was in use at once, over what was before; simulator and gateway together. Measured where there is much
 * to keep, since to collect garbage takes longer than all else here.
 */
async function growthDuring<T>(
  { kind }: Failing['fault'],
  work: () => Promise<T>,
): Promise<{ result: T; growth: number }> {
  if (kind !== 'oversized') return { result: await work(), growth: 0 }
  const used = () => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  // What earlier tests left behind would otherwise be counted, and then vanish, in the middle of this one.
  collectGarbage()
  const before = used()
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, used())
  }, 2)
  try {
    return { result: await work(), growth: most - before }
  } finally {
    clearInterval(watch)
  }
}

describe.each(vendors)('%s: when the PSA fails', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let admin: string
  let signer: string
  beforeAll(async () => {
    t = await startContract([vendor], { vendorRead: TIMEOUT, vendorWrite: TIMEOUT })
    desk = t.desk
    told = toldBy(vendor, desk.slug, desk.simulator.dataset)
    const dana = await t.approver()
    signer = dana.token
    admin = await t.agent('IT_ADMIN', undefined, dana.id)
    // Token and address are there already: what fails is the request itself.
    await t.ask(admin, '{ tickets(first: 1) { nodes { id } } }')
  })
  afterEach(async () => {
    await desk.stopFaults()
    await endPauses(t.gateway.services.store)
  })
  afterAll(() => t.close())

  const faults = FAULTS.map((one) => ({ ...one, ...ELSEWHERE[vendor]?.[one.what] }))

  it.each(faults)('$what: a list answers $list', async ({ fault, list }) => {
    await desk.fault({ ...fault, times: 50 })
    const { result, growth } = await growthDuring(fault, () =>
      t.ask(admin, '{ tickets(first: 3) { nodes { title } } }'),
    )
    const { data, errors } = result

    expect(growth).toBeLessThan(MEMORY)
    expect(data?.tickets ?? null).toBeNull()
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([list])
  })

  it.each(faults)('$what: an approved write ends $write', async ({ what, fault, write }) => {
    const ticket = told.tickets.find((one) => !told.closed(one) && one.kind === 'service' && one.contactId)!
    const asked = await t.ask(
      admin,
      `mutation ($input: AddTicketNoteInput!) { addTicketNote(input: $input) {
        ... on WriteOutcome { request { id planHash } } } }`,
      { input: { ticket: told.id('Ticket', ticket.id), kind: 'INTERNAL', text: `Contract: ${what}` } },
    )
    expect(asked.errors).toEqual([])
    desk.simulator.clearJournal()
    await desk.fault({ ...fault, match: NOTES[vendor], times: 1 })
    const { result, growth } = await growthDuring(fault, () =>
      t.ask(
        signer,
        `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) {
          state error { code } } }`,
        asked.data.addTicketNote.request,
      ),
    )
    const { data, errors } = result

    expect(growth).toBeLessThan(MEMORY)
    expect(errors).toEqual([])
    expect(data.approve).toEqual(ENDS[write])
    // A request comes into the journal with its answer, which may be later than ours.
    const { kind } = fault
    await vi.waitFor(() => expect(desk.sent().map((entry) => entry.fault)).toContain(kind), 10_000)
    expect(desk.sent()).toHaveLength(write === 'AGAIN' ? 2 : 1)
  })
})
