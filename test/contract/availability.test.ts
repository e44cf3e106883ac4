import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { iso, toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const DAY = 86_400_000
const HOUR = 3_600_000

/** For two members with their names, cold: Autotask keeps service calls in three entities beside appointments. */
const REQUESTS: Readonly<Partial<Record<Vendor, number>>> = { connectwise: 2, autotask: 5, halo: 2 }

const ASK = `query ($members: [ID!]!, $from: DateTime!, $to: DateTime!) {
  availability(members: $members, from: $from, to: $to) {
    member { id name } busy { startsAt endsAt reason } unplanned { startsAt endsAt } notConsidered } }`

interface Span {
  readonly startsAt: string
  readonly endsAt: string
}
interface Told {
  readonly member: { readonly id: string; readonly name: string }
  readonly busy: readonly (Span & { readonly reason: string })[]
  readonly unplanned: readonly Span[]
  readonly notConsidered: readonly string[]
}

describe.each(vendors)('%s: who has time', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  const none = NOT_SUPPORTED[vendor].lists.ScheduleEntry
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const dataset = () => t.desk.simulator.dataset
  const memberId = (id: number) => told.id('Member', id)
  const ask = (token: string, members: readonly string[], from: number, to: number) =>
    t.ask(token, ASK, { members, from: iso(from), to: iso(to) })

  if (none !== undefined) {
    it('is not known, and the reason is told in the place of an empty calendar', async () => {
      const now = Date.now()
      const { data, errors } = await ask(reader, [memberId(151)], now, now + DAY)
      expect(data.availability).toEqual([null])
      expect(errors).toMatchObject([
        { message: none, path: ['availability', 0], extensions: { code: 'NOT_SUPPORTED' } },
      ])
      expect(t.desk.asked()).toEqual([])
    })
    return
  }

  it('is what the calendars leave, and what was not looked at is said', async () => {
    await t.restart()
    const visits = dataset().appointments.toSorted((a, b) => b.startsAt - a.startsAt)
    const { technicianId, startsAt } = visits[0]!
    const [from, to] = [startsAt - 20 * DAY, startsAt + 2 * DAY]
    const other = technicianId === 155 ? 154 : 155
    const { data, errors } = await ask(reader, [memberId(technicianId), memberId(other)], from, to)
    expect(errors).toEqual([])
    expect(t.desk.asked().length).toBe(REQUESTS[vendor])
    const answers: readonly Told[] = data.availability
    expect(answers.map(({ member }) => member.id)).toEqual([memberId(technicianId), memberId(other)])
    for (const [index, id] of [technicianId, other].entries()) {
      const { busy, unplanned, notConsidered } = answers[index]!
      expect(notConsidered.join(' ')).toMatch(/working hours/i)
      const wanted = visits.filter((one) => one.technicianId === id && one.startsAt < to && one.endsAt > from)
      for (const one of wanted)
        expect(busy).toContainEqual({
          startsAt: iso(one.startsAt),
          endsAt: iso(one.endsAt),
          reason: 'PLANNED',
        })
      // Moment by moment: nothing is both, and nothing is neither.
      const within = (spans: readonly Span[], at: number) =>
        spans.some((one) => Date.parse(one.startsAt) <= at && at < Date.parse(one.endsAt))
      for (let at = Math.ceil(from / HOUR) * HOUR; at < to; at += HOUR / 4)
        expect(within(busy, at), iso(at) ?? '').toBe(!within(unplanned, at))
      expect(unplanned[0]!.startsAt >= iso(from)!).toBe(true)
      expect(unplanned.at(-1)!.endsAt <= iso(to)!).toBe(true)
    }
    expect(answers[0]!.busy.length).toBeGreaterThan(0)
  })

  it('takes whoever is away for away, where time off is told and open', async () => {
    const day = Math.floor(dataset().anchor.getTime() / DAY) * DAY
    // No profile but the widest opens the group of days off.
    const open = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: { ...policy.groups, 'Time Off': { level: 'READ_ONLY' as const } },
    }))
    const { data } = await ask(
      vendor === 'autotask' ? open : reader,
      [memberId(151), memberId(152)],
      day,
      day + 14 * DAY,
    )
    const away = (data.availability as Told[]).map(({ busy }) =>
      busy.filter(({ reason }) => reason === 'TIME_OFF'),
    )
    if (vendor !== 'autotask') {
      expect(away).toEqual([[], []])
      for (const { notConsidered } of data.availability as Told[])
        expect(notConsidered.join(' ')).toMatch(/time off/i)
      return
    }
    // A day without hours is that day wherever on Earth; the one that was refused is none.
    const [first, second] = [day + 9 * DAY, day + 4 * DAY + 15 * HOUR]
    expect(away).toEqual([
      [{ startsAt: iso(first - 14 * HOUR), endsAt: iso(first + 36 * HOUR), reason: 'TIME_OFF' }],
      [{ startsAt: iso(second), endsAt: iso(second + HOUR), reason: 'TIME_OFF' }],
    ])
    t.desk.simulator.clearJournal()
    const without = await ask(reader, [memberId(151)], day, day + 14 * DAY)
    expect(without.errors).toEqual([])
    const [told151] = without.data.availability as Told[]
    expect(told151!.busy.map(({ reason }) => reason)).not.toContain('TIME_OFF')
    expect(told151!.notConsidered.join(' ')).toMatch(/time off/i)
    expect(t.desk.asked().filter(({ path }) => /timeoff/i.test(path))).toEqual([])
  })

  it('is refused for a span or members that can not be asked for, without the group, and under a record scope', async () => {
    const now = dataset().anchor.getTime()
    for (const [members, from, to, argument] of [
      [[], now, now + DAY, 'members'],
      [Array.from({ length: 21 }, () => memberId(151)), now, now + DAY, 'members'],
      [[told.id('Company', 250)], now, now + DAY, 'members'],
      [[memberId(151)], now, now, 'to'],
      [[memberId(151)], now, now + 32 * DAY, 'to'],
    ] as const) {
      const { errors } = await ask(reader, members, from, to)
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
    }
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: { ...policy.groups, 'Schedule Entries': { level: 'DISABLED' as const } },
    }))
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [told.id('Company', 302).split(':')[2]!] } },
    }))
    for (const [token, code] of [
      [closed, 'GROUP_DISABLED'],
      [scoped, 'RECORD_OUT_OF_SCOPE'],
    ] as const) {
      const { errors } = await ask(token, [memberId(151)], now, now + DAY)
      expect(errors).toMatchObject([{ extensions: { code } }])
    }
    expect(t.desk.asked()).toEqual([])
  })
})
