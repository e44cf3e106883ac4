import { describe, expect, it } from 'vitest'
import type { BusinessCalendar } from './calendar.ts'
import { calendarDifference } from './calendar-difference.ts'

const before: BusinessCalendar = {
  timeZone: 'UTC',
  hours: [
    { day: 'MONDAY', opens: '13:00', closes: '17:00' },
    { day: 'MONDAY', opens: '08:00', closes: '12:00' },
    { day: 'SATURDAY', opens: '09:00', closes: '12:00' },
  ],
  holidays: ['2026-12-25'],
}

describe('the difference of two calendars', () => {
  it('is none where only the order differs', () => {
    expect(calendarDifference(before, { ...before, hours: before.hours.toReversed() })).toEqual([])
  })

  it('names the time zone, each day that differs, and the holidays', () => {
    expect(
      calendarDifference(before, {
        timeZone: 'Europe/Berlin',
        hours: [
          { day: 'MONDAY', opens: '08:00', closes: '17:00' },
          { day: 'TUESDAY', opens: '08:00', closes: '24:00' },
        ],
        holidays: ['2027-01-01', '2026-12-26'],
      }),
    ).toEqual([
      'time zone Europe/Berlin, was UTC',
      'Monday 08:00 to 17:00, was 08:00 to 12:00 and 13:00 to 17:00',
      'Tuesday 08:00 to 24:00, was closed',
      'Saturday closed, was 09:00 to 12:00',
      'holidays: also 2026-12-26, 2027-01-01',
      'holidays: no longer 2026-12-25',
    ])
  })

  it('tells the whole of the first one', () => {
    expect(calendarDifference(null, { ...before, hours: before.hours.slice(2) })).toEqual([
      'time zone UTC',
      'Monday closed',
      'Tuesday closed',
      'Wednesday closed',
      'Thursday closed',
      'Friday closed',
      'Saturday 09:00 to 12:00',
      'Sunday closed',
      'holidays: also 2026-12-25',
    ])
  })
})
