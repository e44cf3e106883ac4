import { expect, it } from 'vitest'
import { vendorClocks } from './clocks.ts'

const answered = (date: string | undefined, durationMs = 0) => ({
  status: 200,
  headers: (date === undefined ? {} : { date }) as Record<string, string>,
  body: '',
  durationMs,
})

it('tells how far a vendor is ahead or behind, each connection for itself', () => {
  const now = Date.parse('2026-11-20T10:00:00.500Z')
  const clocks = vendorClocks(() => now)
  clocks.note('ahead', answered('Fri, 20 Nov 2026 10:05:00 GMT'))
  clocks.note('behind', answered('Fri, 20 Nov 2026 09:59:00 GMT', 2_000))
  expect(clocks.skewOf('ahead')).toBe(300_000)
  expect(clocks.skewOf('behind')).toBe(-59_000)
  expect(clocks.skewOf('unheard')).toBeUndefined()
})

it('keeps what it knows when an answer tells no time', () => {
  const now = Date.parse('2026-11-20T10:00:00.500Z')
  const clocks = vendorClocks(() => now)
  clocks.note('psa', answered('Fri, 20 Nov 2026 10:00:10 GMT'))
  clocks.note('psa', answered(undefined))
  clocks.note('psa', answered('yesterday'))
  expect(clocks.skewOf('psa')).toBe(10_000)
})
