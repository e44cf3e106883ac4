/** As many at a time as one request takes. */
export function chunks<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  const found: T[][] = []
  for (let start = 0; start < values.length; start += size) found.push(values.slice(start, start + size))
  return found
}
