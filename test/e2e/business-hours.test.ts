import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WEEKDAYS } from '../../policy/calendar.ts'
import { codesOf, type Desk, startDesk } from './desk.ts'

let t: Desk
let owner = ''
let admin = ''

beforeAll(async () => {
  t = await startDesk()
  owner = (await t.person({ role: 'owner' })).token
  admin = (await t.person({ role: 'policyAdmin' })).token
})
afterAll(() => t.close())

const always = WEEKDAYS.map((day) => ({ day, opens: '00:00', closes: '24:00' }))
const CALENDAR = 'timeZone hours { day opens closes } holidays open'
const save = (token: string, input: object) =>
  t.ask(
    token,
    `mutation ($input: BusinessCalendarInput!) { saveBusinessCalendar(input: $input) { ${CALENDAR} } }`,
    { input },
  )
const read = async (token: string) =>
  (await t.ask(token, `{ businessCalendar { ${CALENDAR} } }`)).data.businessCalendar

const rules = [
  { when: { insideBusinessHours: true }, approvers: 0 },
  { when: { insideBusinessHours: false }, approvers: 2 },
]
const agent = () =>
  t.agent({
    'acme-cw': {
      groups: {
        Tickets: { level: 'READ_WRITE', allowedFields: { UPDATE: 'ALL' }, approval: rules },
      },
    },
  })
const outcome = async (token: string, title: string) => {
  const { data, errors } = await t.writeBlind(token, 'updateTicket', { id: t.ticket().id, title })
  expect(errors).toEqual([])
  const { __typename, request } = data.updateTicket
  return [__typename, request.approversNeeded]
}

describe('business hours', () => {
  it('are unknown at first, and a rule on them takes its stricter side', async () => {
    expect(await read(admin)).toBeNull()
    expect(await outcome((await agent()).token, 'before anybody set them')).toEqual(['ApprovalPending', 2])
  })

  it('are set by an owner, whole', async () => {
    const input = { timeZone: 'Europe/Berlin', hours: always }
    expect(codesOf(await save(admin, input))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await save((await agent()).token, input))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await save(owner, { ...input, timeZone: 'Mars/Olympus' }))).toEqual(['BAD_USER_INPUT'])
    expect(await read(admin)).toBeNull()
    const { data, errors } = await save(owner, input)
    expect(errors).toEqual([])
    expect(data.saveBusinessCalendar).toEqual({ ...input, holidays: [], open: true })
    expect(await read(admin)).toEqual(data.saveBusinessCalendar)
    expect((await t.events()).at(-1)).toMatchObject({
      type: 'INSTALLATION_CHANGED',
      payload: { before: { businessCalendar: null }, after: { businessCalendar: input } },
    })
  })

  it('tell an owner what others would change, before they are saved', async () => {
    const { workflowId } = await agent()
    const EFFECTS = `query ($input: BusinessCalendarInput!) { businessCalendarEffects(input: $input) {
      changes open wasOpen endsAt endedAt rules { workflow { id } connection group rule } } }`
    const input = { timeZone: 'Europe/Berlin', hours: always.filter(({ day }) => day === 'MONDAY') }
    const holidays = ['2026-12-25']
    const effects = (token: string, given: object) => t.ask(token, EFFECTS, { input: given })
    const { data, errors } = await effects(owner, { ...input, holidays })
    expect(errors).toEqual([])
    const { rules: found, endsAt, endedAt, changes, wasOpen } = data.businessCalendarEffects
    expect(changes).toHaveLength(7)
    expect(changes).toContain('Sunday closed, was 00:00 to 24:00')
    expect(changes).toContain('holidays: also 2026-12-25')
    expect(wasOpen).toBe(true)
    expect(Date.parse(endsAt)).toBeGreaterThanOrEqual(Date.parse(endedAt))
    const ofAgent = found.filter(({ workflow }: { workflow: { id: string } }) => workflow.id === workflowId)
    const where = { workflow: { id: workflowId }, connection: 'acme-cw', group: 'Tickets' }
    expect(ofAgent).toEqual([
      { ...where, rule: 'no approver when it is inside business hours' },
      { ...where, rule: '2 approvers when it is outside business hours' },
    ])

    expect((await read(admin)).holidays).toEqual([])
    expect(codesOf(await effects(admin, input))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await effects(owner, { ...input, hours: [] }))).toEqual(['BAD_USER_INPUT'])
  })

  it("decide by the store's clock, at the moment of the decision", async () => {
    const { token } = await agent()
    expect(await outcome(token, 'within')).toEqual(['TicketWritten', 0])
    const now = Date.now()
    const holidays = [-1, 0, 1].map((day) => new Date(now + day * 86_400_000).toISOString().slice(0, 10))
    expect((await save(owner, { timeZone: 'UTC', hours: always, holidays })).errors).toEqual([])
    expect(await read(admin)).toMatchObject({ open: false })
    expect(await outcome(token, 'outside')).toEqual(['ApprovalPending', 2])
  })
})
