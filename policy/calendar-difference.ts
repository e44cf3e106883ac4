import { type BusinessCalendar, WEEKDAYS, type Weekday } from './calendar.ts'

/** What changes from one calendar to another, in words; null: nobody has set one. */
export function calendarDifference(
  before: BusinessCalendar | null,
  after: BusinessCalendar,
): readonly string[] {
  const zone =
    before?.timeZone === after.timeZone ? [] : [`time zone ${after.timeZone}${was(before?.timeZone)}`]
  const days = WEEKDAYS.flatMap((day) => {
    const [from, to] = [before === null ? undefined : hoursText(before, day), hoursText(after, day)]
    return from === to ? [] : [`${sentence(day)} ${to}${was(from)}`]
  })
  const known = before?.holidays ?? []
  return [
    ...zone,
    ...days,
    ...holidays('also', after.holidays, known),
    ...holidays('no longer', known, after.holidays),
  ]
}

function hoursText({ hours }: BusinessCalendar, day: Weekday): string {
  const spans = hours
    .filter((one) => one.day === day)
    .toSorted((one, other) => one.opens.localeCompare(other.opens))
  return spans.length === 0
    ? 'closed'
    : spans.map(({ opens, closes }) => `${opens} to ${closes}`).join(' and ')
}

function holidays(what: string, of: readonly string[], without: readonly string[]): readonly string[] {
  const days = of.filter((day) => !without.includes(day)).toSorted()
  return days.length === 0 ? [] : [`holidays: ${what} ${days.join(', ')}`]
}

function was(text: string | undefined): string {
  return text === undefined ? '' : `, was ${text}`
}

function sentence(day: Weekday): string {
  return day.charAt(0) + day.slice(1).toLowerCase()
}
