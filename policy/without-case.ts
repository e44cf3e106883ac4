/** People type statuses, boards and companies; PSAs do not tell "In Progress" from "in progress" either. */
export function includesWithoutCase(list: readonly string[], value: string): boolean {
  const wanted = value.toLowerCase()
  return list.some((one) => one.toLowerCase() === wanted)
}
