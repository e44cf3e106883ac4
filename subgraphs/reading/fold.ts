/** Texts as the vendors' collations compare them at their loosest: without case and accents. */
export function fold(value: string): string {
  return value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

export function containsExactly(whole: string, part: string): boolean {
  return fold(whole).includes(fold(part))
}
