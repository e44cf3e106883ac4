/** ISO 8601 in UTC by whole seconds, as the schema tells times. */
export function wholeSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
