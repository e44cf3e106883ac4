import type { BusinessCalendarInput, BusinessHoursQuery, Weekday } from '../../../../generated/console.ts'
import { sentence } from '../../words.ts'

export type Calendar = BusinessCalendarInput
export type Span = Calendar['hours'][number]

export const DAYS: readonly Weekday[] = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
]

/** Where nobody has set any, the form begins with the hours that deadlines go by until then, at the reader's own place. */
export function calendarOf(saved: BusinessHoursQuery['businessCalendar']): Calendar {
  if (saved == null) {
    const usual = DAYS.slice(0, 5).map((day) => ({ day, opens: '08:00', closes: '18:00' }))
    return { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, hours: usual, holidays: [] }
  }
  const { timeZone, hours, holidays } = saved
  return { timeZone, hours: [...hours], holidays: [...holidays] }
}

export function dayWord(day: Weekday): string {
  return sentence(day.toLowerCase())
}

export function hoursOn({ hours }: Calendar, day: Weekday): readonly Span[] {
  return hours.filter((one) => one.day === day)
}

/** The days keep the order of the week, whichever was changed last. */
export function withHours(calendar: Calendar, day: Weekday, spans: readonly Span[]): Calendar {
  return {
    ...calendar,
    hours: DAYS.flatMap((one) => (one === day ? spans : hoursOn(calendar, one))),
  }
}

/** Midnight is 24:00 where a day ends; an input for a time knows it as 00:00 alone. */
export const MIDNIGHT = { kept: '24:00', typed: '00:00' } as const

/** "2026-12-25" as the reader writes days. */
export function dateWord(day: string): string {
  return new Date(`${day}T00:00:00`).toLocaleDateString(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
}
