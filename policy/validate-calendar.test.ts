import { describe, expect, it } from 'vitest'
import type { BusinessCalendar } from './calendar.ts'
import { parseCalendar } from './validate-calendar.ts'

const calendar: BusinessCalendar = {
  timeZone: 'Europe/Berlin',
  hours: [
    { day: 'MONDAY', opens: '08:00', closes: '12:00' },
    { day: 'MONDAY', opens: '12:00', closes: '24:00' },
  ],
  holidays: ['2028-02-29'],
}
const hours = (opens: string, closes: string) => [{ day: 'MONDAY' as const, opens, closes }]

describe('a business calendar', () => {
  it('is taken as it came', () => expect(parseCalendar(calendar)).toEqual(calendar))

  it.each`
    change                                                                 | message
    ${{ timeZone: 'Mars/Olympus' }}                                        | ${'Expected timeZone to be a time zone such as "Europe/Berlin", got "Mars/Olympus".'}
    ${{ timeZone: '+02:00' }}                                              | ${'Expected timeZone to be a time zone such as "Europe/Berlin", got "+02:00".'}
    ${{ hours: [] }}                                                       | ${'Expected hours to hold working hours, got []; without any, nothing would ever be due.'}
    ${{ hours: hours('8:00', '18:00') }}                                   | ${'Expected hours[0].opens to be a time such as "08:00", got "8:00".'}
    ${{ hours: hours('08:00', '25:00') }}                                  | ${'Expected hours[0].closes to be a time such as "18:00", or "24:00", got "25:00".'}
    ${{ hours: hours('22:00', '06:00') }}                                  | ${'Expected hours[0] to close after it opens'}
    ${{ hours: [...hours('08:00', '13:00'), ...hours('12:00', '18:00')] }} | ${'Expected hours to keep the spans of a day apart'}
    ${{ hours: [{ ...hours('08:00', '18:00')[0], day: 'FUNDAY' }] }}       | ${'Expected hours[0].day to be one of MONDAY'}
    ${{ holidays: ['2026-02-30'] }}                                        | ${'Expected holidays[0] to be a day such as "2026-12-25", got "2026-02-30".'}
    ${{ holidays: ['25.12.2026'] }}                                        | ${'Expected holidays[0] to be a day'}
    ${{ weekend: true }}                                                   | ${'Expected the calendar to have no keys but timeZone, hours, holidays, got "weekend".'}
  `('refuses $change', ({ change, message }) => {
    expect(() => parseCalendar({ ...calendar, ...change })).toThrow(message)
  })
})
