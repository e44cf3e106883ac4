import { describe, expect, it } from 'vitest'
import {
  type BusinessCalendar,
  DEFAULT_CALENDAR,
  endOfNextBusinessDay,
  isOpen,
  WEEKDAYS,
} from './calendar.ts'

const berlin: BusinessCalendar = {
  timeZone: 'Europe/Berlin',
  hours: [
    ...WEEKDAYS.slice(0, 5).flatMap((day) => [
      { day, opens: '08:00', closes: '12:00' },
      { day, opens: '13:00', closes: '17:30' },
    ]),
  ],
  holidays: ['2026-12-25'],
}
const wall = (timeZone: string): BusinessCalendar => ({ ...berlin, timeZone })
const aroundTheClock: BusinessCalendar = {
  ...berlin,
  hours: WEEKDAYS.map((day) => ({ day, opens: '00:00', closes: '24:00' })),
}

describe('open', () => {
  it.each`
    at                        | calendar                  | open     | why
    ${'2026-11-23T07:00:00Z'} | ${berlin}                 | ${true}  | ${'Monday at 8 in Berlin'}
    ${'2026-11-23T06:59:59Z'} | ${berlin}                 | ${false} | ${'a second before it opens'}
    ${'2026-11-23T11:30:00Z'} | ${berlin}                 | ${false} | ${'the lunch break'}
    ${'2026-11-23T16:30:00Z'} | ${berlin}                 | ${false} | ${'it closes with that minute'}
    ${'2026-11-22T10:00:00Z'} | ${berlin}                 | ${false} | ${'a Sunday'}
    ${'2026-12-25T10:00:00Z'} | ${berlin}                 | ${false} | ${'a holiday on a Friday'}
    ${'2026-07-06T06:00:00Z'} | ${berlin}                 | ${true}  | ${'summer time'}
    ${'2026-11-22T22:00:00Z'} | ${wall('Asia/Tokyo')}     | ${false} | ${'Monday at 7 in Tokyo'}
    ${'2026-11-22T23:00:00Z'} | ${wall('Asia/Tokyo')}     | ${true}  | ${'Monday at 8 in Tokyo'}
    ${'2026-11-23T02:15:00Z'} | ${wall('Asia/Kathmandu')} | ${true}  | ${'8:00 where the offset is 5:45'}
    ${'2026-11-29T22:59:59Z'} | ${aroundTheClock}         | ${true}  | ${'the last second of a day that ends at 24:00'}
    ${'2026-11-29T23:00:00Z'} | ${aroundTheClock}         | ${true}  | ${'the first of the next'}
  `('$at: $open, since it is $why', ({ at, calendar, open }) => {
    expect(isOpen(calendar, new Date(at))).toBe(open)
  })
})

describe('the end of the next business day', () => {
  it.each`
    from                      | calendar                       | end                           | why
    ${'2026-11-23T10:00:00Z'} | ${berlin}                      | ${'2026-11-24T16:30:00.000Z'} | ${'Monday gives Tuesday'}
    ${'2026-11-23T02:00:00Z'} | ${berlin}                      | ${'2026-11-24T16:30:00.000Z'} | ${'before opening, too'}
    ${'2026-11-27T10:00:00Z'} | ${berlin}                      | ${'2026-11-30T16:30:00.000Z'} | ${'Friday gives Monday'}
    ${'2026-11-28T10:00:00Z'} | ${berlin}                      | ${'2026-11-30T16:30:00.000Z'} | ${'and so does Saturday'}
    ${'2026-12-24T10:00:00Z'} | ${berlin}                      | ${'2026-12-28T16:30:00.000Z'} | ${'a holiday and a weekend lie between'}
    ${'2026-11-23T23:30:00Z'} | ${berlin}                      | ${'2026-11-25T16:30:00.000Z'} | ${'it is Tuesday already in Berlin'}
    ${'2026-03-27T10:00:00Z'} | ${berlin}                      | ${'2026-03-30T15:30:00.000Z'} | ${'the clocks change meanwhile'}
    ${'2026-10-24T10:00:00Z'} | ${aroundTheClock}              | ${'2026-10-25T23:00:00.000Z'} | ${'a day of 25 hours'}
    ${'2026-03-28T10:00:00Z'} | ${aroundTheClock}              | ${'2026-03-29T22:00:00.000Z'} | ${'a day of 23 hours'}
    ${'2026-11-23T10:00:00Z'} | ${wall('America/Los_Angeles')} | ${'2026-11-25T01:30:00.000Z'} | ${'west of Greenwich'}
    ${'2026-11-26T12:00:00Z'} | ${DEFAULT_CALENDAR}            | ${'2026-11-27T18:00:00.000Z'} | ${'nobody set another'}
  `('of $from: $end, since $why', ({ from, calendar, end }) => {
    expect(endOfNextBusinessDay(calendar, new Date(from)).toISOString()).toBe(end)
  })

  it('lies behind any run of holidays', () => {
    const holidays = Array.from({ length: 40 }, (_, day) =>
      new Date(Date.UTC(2026, 11, 1 + day)).toISOString().slice(0, 10),
    )

    expect(
      endOfNextBusinessDay({ ...berlin, holidays }, new Date('2026-11-30T10:00:00Z')).toISOString(),
    ).toBe('2027-01-11T16:30:00.000Z')
  })

  it('is none where nobody ever works', () => {
    expect(() => endOfNextBusinessDay({ ...berlin, hours: [] }, new Date())).toThrow('with working hours')
  })
})
