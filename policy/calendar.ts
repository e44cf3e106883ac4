export const WEEKDAYS = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** One span of work on every such day; a day may have several, and one without any is no business day. */
export interface WorkingHours {
  readonly day: Weekday
  /** As `08:00`, by the clock on the wall of the calendar's time zone. */
  readonly opens: string
  /** Later than `opens`; `24:00` is midnight. */
  readonly closes: string
}

/** When an installation's people work. Validated where it enters, by `parseCalendar`. */
export interface BusinessCalendar {
  /** As the IANA database names it: `Europe/Berlin`. */
  readonly timeZone: string
  readonly hours: readonly WorkingHours[]
  /** Days off, as `2026-12-25`. */
  readonly holidays: readonly string[]
}

/** For deadlines of an installation that set none. An approval rule does not take this guess for a fact. */
export const DEFAULT_CALENDAR: BusinessCalendar = {
  timeZone: 'UTC',
  hours: WEEKDAYS.slice(0, 5).map((day) => ({ day, opens: '08:00', closes: '18:00' })),
  holidays: [],
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export function isOpen(calendar: BusinessCalendar, at: Date): boolean {
  const wall = wallClock(calendar.timeZone, at)
  const minutes = (wall % DAY) / MINUTE
  return hoursOn(calendar, wall).some(
    ({ opens, closes }) => minutesOf(opens) <= minutes && minutes < minutesOf(closes),
  )
}

/** The moment at which work ends on the first business day after the day of `from`. */
export function endOfNextBusinessDay(calendar: BusinessCalendar, from: Date): Date {
  const today = wallClock(calendar.timeZone, from)
  // One weekday at least has hours, so that each week without a business day uses up a holiday.
  const most = 7 * (calendar.holidays.length + 1)
  for (let days = 1; days <= most; days += 1) {
    const day = startOfDay(today) + days * DAY
    const closes = hoursOn(calendar, day).map((hours) => minutesOf(hours.closes))
    if (closes.length > 0) return instantOf(calendar.timeZone, day + Math.max(...closes) * MINUTE)
  }
  throw new TypeError('Expected a calendar with working hours, got one without')
}

function hoursOn({ hours, holidays }: BusinessCalendar, wall: number): readonly WorkingHours[] {
  const date = new Date(wall)
  if (holidays.includes(date.toISOString().slice(0, 10))) return []
  const day = WEEKDAYS[(date.getUTCDay() + 6) % 7]
  return hours.filter((one) => one.day === day)
}

export function minutesOf(time: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function startOfDay(wall: number): number {
  return wall - (wall % DAY)
}

/** What a clock on the wall shows, as the milliseconds of the UTC moment that is written alike. */
function wallClock(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

/**
 * The moment at which the wall clock shows this. Around a change of the clocks the first guess is off by the hour
 * that changed, and the offset at the guess puts it right.
 */
function instantOf(timeZone: string, wall: number): Date {
  const offsetAt = (instant: number) => wallClock(timeZone, new Date(instant)) - instant
  const guess = wall - offsetAt(wall)
  return new Date(wall - offsetAt(guess))
}
