import { badInput } from '../../schema/errors.ts'

const RAW_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/
const RAW_DATE = /^\d{4}-\d{2}-\d{2}$/
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/
const DAY = 86_400_000

/** Raw times are UTC without a zone, `2024-01-02 03:04:05` (API.md 8); a date alone means its midnight. */
export function isoTime(raw: string | null): string | null {
  if (raw === null) return null
  const [, date, time] = RAW_TIME.exec(raw) ?? []
  if (date !== undefined && time !== undefined) return checked(`${date}T${time}Z`)
  return RAW_DATE.test(raw) ? checked(`${raw}T00:00:00Z`) : null
}

function checked(iso: string): string | null {
  return Number.isNaN(Date.parse(iso)) ? null : iso
}

export function rawTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')
}

export function rawDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}

/** @throws GatewayError BAD_USER_INPUT for anything but an ISO 8601 time with its zone */
export function instant(argument: string, value: unknown): number {
  const text = value instanceof Date ? value.toISOString() : value
  const time = typeof text === 'string' && ISO.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw badInput(argument, 'a time like "2026-11-20T16:00:00Z"', value)
  return time
}

/** The platform knows whole seconds: a fraction means the second that follows, for both ends of a span. */
export function secondUp(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) * 1000
}

export function dayUp(milliseconds: number): number {
  return Math.ceil(milliseconds / DAY) * DAY
}

/** A raw duration is the time since 1970 (API.md 8): `1970-01-01 00:02:17` is 137 seconds. */
export function durationSeconds(raw: string | null): number | null {
  const iso = isoTime(raw)
  return iso === null ? null : Date.parse(iso) / 1000
}
