/** Digits behind the point that are kept: no PSA keeps more of a price or a quantity. */
const PLACES = 8
const UNIT = 10n ** BigInt(PLACES)
const DECIMAL = /^(-?)(\d{1,21})(?:\.(\d{1,8}))?$/

/**
 * A number of a PSA's JSON as decimal text, so that money is never calculated with as a float: `121.5`. With at
 * least so many digits behind the point.
 */
export function decimal(value: number | null | undefined, least = 0): string | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null
  // The shortest text that means this number is what the PSA wrote; only noise of its own sums is longer.
  const plain = String(value)
  return textOf(unitsOf(DECIMAL.test(plain) ? plain : value.toFixed(PLACES)), least)
}

export function money(value: number | null | undefined): string | null {
  return decimal(value, 2)
}

/** @throws RangeError for what `isDecimal` refuses */
export function product(a: string, b: string): string {
  return textOf((unitsOf(a) * unitsOf(b)) / UNIT, 2)
}

/** @throws RangeError for what `isDecimal` refuses */
export function sum(values: readonly string[], least = 0): string {
  return textOf(
    values.reduce((all, one) => all + unitsOf(one), 0n),
    least,
  )
}

/** @throws RangeError for what `isDecimal` refuses */
export function difference(a: string, b: string, least = 2): string {
  return textOf(unitsOf(a) - unitsOf(b), least)
}

export function isDecimal(value: string): boolean {
  return DECIMAL.test(value)
}

/** The same number in the one way of writing it. @throws RangeError for what `isDecimal` refuses */
export function normal(value: string, least = 0): string {
  return textOf(unitsOf(value), least)
}

/** What part the first is of the second, in percent with one digit; null of nothing. */
export function percent(part: string, whole: string): string | null {
  const of = unitsOf(whole)
  if (of === 0n) return null
  const tenths = Number((unitsOf(part) * 10_000n) / of) / 10
  return `${(Math.round(tenths) / 10).toFixed(1)} %`
}

function unitsOf(text: string): bigint {
  const found = DECIMAL.exec(text)
  if (found === null) throw new RangeError('Expected a decimal number')
  const [, sign = '', whole = '', fraction = ''] = found
  const units = BigInt(whole) * UNIT + BigInt(fraction.padEnd(PLACES, '0'))
  return sign === '-' ? -units : units
}

function textOf(units: bigint, least: number): string {
  const size = units < 0n ? -units : units
  const fraction = (size % UNIT).toString().padStart(PLACES, '0').replace(/0+$/, '').padEnd(least, '0')
  return `${units < 0n ? '-' : ''}${size / UNIT}${fraction === '' ? '' : `.${fraction}`}`
}
