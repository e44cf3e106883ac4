import { describe, expect, it } from 'vitest'
import { decimal, difference, isDecimal, money, normal, percent, product, sum } from './decimals.ts'

describe('money and quantities as decimal text', () => {
  it.each([
    [1349, '1349.00'],
    [121.5, '121.50'],
    [0.0375, '0.0375'],
    [0.1 + 0.2, '0.30'],
    [1234567890.12, '1234567890.12'],
    [-9.5, '-9.50'],
    [1e-9, '0.00'],
    [0, '0.00'],
  ])('%d is %s', (value, text) => expect(money(value)).toBe(text))

  it('a quantity keeps no digits that say nothing, and what is no number is null', () => {
    expect([decimal(2), decimal(1.5), decimal(null), decimal(Number.NaN)]).toEqual(['2', '1.5', null, null])
  })

  it('is calculated with exactly', () => {
    // As floats: 0.30000000000000004 and 8.200000000000001.
    expect(product('0.1', '3')).toBe('0.30')
    expect(product('4.1', '2')).toBe('8.20')
    expect([sum(['0.1', '0.2']), sum([])]).toEqual(['0.3', '0'])
    expect(difference('1349', '1080.01')).toBe('268.99')
    expect(difference('3.2', '9.5')).toBe('-6.30')
    expect(percent('538.00', '2698.00')).toBe('19.9 %')
    expect(percent('-1', '3')).toBe('-33.3 %')
    expect(percent('1', '0')).toBeNull()
  })

  it.each(['', '1,5', '1.', '.5', '1e3', '+1', ' 1', '0x1', '1.123456789', 'NaN', '１'])(
    '%j is no decimal',
    (text) => {
      expect(isDecimal(text)).toBe(false)
      expect(() => normal(text)).toThrow(RangeError)
    },
  )

  it('is written one way', () =>
    expect([normal('007.50'), normal('7.5', 2), normal('-0')]).toEqual(['7.5', '7.50', '0']))
})
