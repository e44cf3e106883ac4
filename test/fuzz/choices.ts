import fc from 'fast-check'

/**
 * Decisions read from a list of numbers that fast-check made: a shorter list and smaller numbers make a smaller
 * request, so that a failure shrinks by itself. A list that is used up answers 0.
 */
export class Choices {
  readonly #numbers: readonly number[]
  #at = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  below(count: number): number {
    return (this.#numbers[this.#at++] ?? 0) % count
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** Never for a list that is used up. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent
  }

  some<T>(list: readonly T[], most: number): readonly T[] {
    return list.length === 0 ? [] : Array.from({ length: 1 + this.below(most) }, () => this.of(list))
  }
}

export const numbers = fc.array(fc.noBias(fc.nat({ max: 0xff_ffff })), {
  minLength: 20,
  maxLength: 160,
  size: 'max',
})
