import { z } from 'zod'
import { type BusinessCalendar, minutesOf, WEEKDAYS } from './calendar.ts'
import { parseWhole, strict } from './expected.ts'

/** Ten years of holidays; a longer list is a mistake. */
const MOST_HOLIDAYS = 400
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

const A_TIME = 'be a time such as "08:00"'
const AN_END = 'be a time such as "18:00", or "24:00"'

const hours = strict({
  day: z.enum(WEEKDAYS, { error: `be one of ${WEEKDAYS.join(', ')}` }),
  opens: z.string({ error: A_TIME }).regex(TIME, { error: A_TIME }),
  closes: z
    .string({ error: AN_END })
    .refine((time) => TIME.test(time) || time === '24:00', { error: AN_END }),
}).refine(({ opens, closes }) => minutesOf(closes) > minutesOf(opens), {
  error: 'close after it opens; work past midnight is a second span on the next day',
})

const calendar = strict({
  timeZone: z
    .string({ error: 'be a time zone such as "Europe/Berlin"' })
    .refine(isTimeZone, { error: 'be a time zone such as "Europe/Berlin"' }),
  hours: z
    .array(hours, { error: 'be a list of working hours' })
    .min(1, { error: 'hold working hours; without any, nothing would ever be due' })
    .refine(areApart, { error: 'keep the spans of a day apart' }),
  holidays: z
    .array(
      z
        .string({ error: 'be a day such as "2026-12-25"' })
        .refine(isDay, { error: 'be a day such as "2026-12-25"' }),
      { error: 'be a list of days' },
    )
    .max(MOST_HOLIDAYS, { error: `hold ${MOST_HOLIDAYS} days at most` }),
})

/** @throws GatewayError BAD_USER_INPUT naming the setting, what it takes and what came */
export function parseCalendar(input: unknown): BusinessCalendar {
  return parseWhole(calendar, input, 'the calendar')
}

/** By name: an offset such as "+02:00" knows no summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

function areApart(spans: BusinessCalendar['hours']): boolean {
  return spans.every((one, index) =>
    spans
      .slice(index + 1)
      .every((other) => one.day !== other.day || one.closes <= other.opens || other.closes <= one.opens),
  )
}

/** JavaScript takes a 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return false
  const parsed = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day)
}
