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
