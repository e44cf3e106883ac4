/** A configuration item on a ticket, where the vendor keeps the first on the ticket and others in rows. */
export interface Attached {
  readonly item: string
  /** Key of the row that attaches it; null for the one that the ticket names itself. */
  readonly row: string | null
}

export function itemKeys(attached: readonly Attached[]): readonly string[] {
  return [...new Set(attached.map(({ item }) => item))]
}
