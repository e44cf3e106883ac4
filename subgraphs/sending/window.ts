/** When an unclear write was on its way. */
export interface Window {
  readonly after: string
  readonly before: string
}

/** The window is told in our clock's seconds, and what a vendor keeps below a second is not known. */
export const SLACK_MS = 1_000

/** `time` in milliseconds. A record without a date is not ruled out. */
export function within(time: number | null, { after, before }: Window): boolean {
  if (time === null || Number.isNaN(time)) return true
  return !(time < Date.parse(after) - SLACK_MS) && !(time > Date.parse(before) + SLACK_MS)
}

/** For texts that are compared: line ends and trailing blanks may come back otherwise. */
export function words(value: string): string {
  return value.trim().replace(/\s+/g, ' ')
}
