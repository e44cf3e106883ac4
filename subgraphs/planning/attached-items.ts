import type { VendorSession } from '../../schema/source.ts'

/** A configuration item on a ticket, where the vendor keeps the first on the ticket and others in rows. */
export interface Attached {
  readonly item: string
  /** Key of the row that attaches it; null for the one that the ticket names itself. */
  readonly row: string | null
}

export function itemKeys(attached: readonly Attached[]): readonly string[] {
  return [...new Set(attached.map(({ item }) => item))]
}

/** What is attached to each of these tickets; `named` holds the items that tickets name themselves. */
type AttachedTo = (
  session: VendorSession,
  tickets: readonly string[],
  named: ReadonlyMap<string, string | null>,
) => Promise<ReadonlyMap<string, readonly Attached[]>>

/** The same of one ticket that was read with the item that it names itself. */
export function ofOneTicket(attachedTo: AttachedTo) {
  async function attachedToOne(
    session: VendorSession,
    ticket: string,
    named: string | null,
  ): Promise<readonly Attached[]> {
    return (await attachedTo(session, [ticket], new Map([[ticket, named]]))).get(ticket) ?? []
  }
  return {
    attachedToOne,
    itemsOf: async (session: VendorSession, ticket: string, named: string | null) =>
      itemKeys(await attachedToOne(session, ticket, named)),
  }
}
