import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
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
  { what: 'HTML', fault: { kind: 'html' }, list: 'VENDOR_UNAVAILABLE', write: 'UNKNOWN' },
  { what: 'broken JSON', fault: { kind: 'malformed' }, list: 'VENDOR_UNAVAILABLE', write: 'UNKNOWN' },
]

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

describe.each(vendors)('%s: when the PSA fails', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let told: Told
  let admin: string
  let signer: string
  beforeAll(async () => {
    t = await startContract([vendor])
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
    const { data, errors } = await t.ask(admin, '{ tickets(first: 3) { nodes { title } } }')

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
    const { data, errors } = await t.ask(
      signer,
      `mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) {
        state error { code } } }`,
      asked.data.addTicketNote.request,
    )

    expect(errors).toEqual([])
    expect(data.approve).toEqual(ENDS[write])
    expect(desk.sent()).toHaveLength(write === 'AGAIN' ? 2 : 1)
  })
})
