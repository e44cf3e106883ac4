import { remembered } from '../shared/instants.ts'

const EPOCH_DURATION = /^1970-01-(\d\d) (\d\d):(\d\d):(\d\d)$/
const SHOWN_DURATION = /^(?:(\d+) )?(\d\d):(\d\d):(\d\d)$/
const DAY = 86_400_000

/** How the vendor writes an instant: UTC, whole seconds, neither T nor Z. */
export const stamp = remembered((at) => new Date(at).toISOString().slice(0, 19).replace('T', ' '))
export const day = (date: Date | number): string => stamp(date).slice(0, 10)

export const isDateTimeText = (text: string): boolean => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
export const isDateText = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text)
export const instantOf = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)

/** A duration is told as the instant that long after the epoch. */
export const durationOf = (seconds: number): string => stamp(seconds * 1000)

export function secondsOf(duration: string): number | undefined {
  const epoch = EPOCH_DURATION.exec(duration)
  if (epoch) return Math.round(instantOf(duration) / 1000)
  const shown = SHOWN_DURATION.exec(duration)
  if (!shown) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = shown.slice(1).map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}

export function shownDuration(duration: string): string {
  const seconds = secondsOf(duration)
  if (seconds === undefined) return duration
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'Day'],
    [Math.floor(seconds / 3600) % 24, 'Hour'],
    [Math.floor(seconds / 60) % 60, 'Minute'],
  ]
  const told = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count > 1 ? 's' : ''}`)
  return told.length > 0 ? told.join(' ') : `${seconds} Second${seconds === 1 ? '' : 's'}`
}

/** The Sunday on which a time card's week starts. */
export const weekStart = (date: Date): string => day(date.getTime() - date.getUTCDay() * DAY)
