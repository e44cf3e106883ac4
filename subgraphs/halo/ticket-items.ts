import { GatewayError } from '../../schema/errors.ts'
import type { VendorSession } from '../../schema/source.ts'
import { rawId, ticketDetail } from './read-tickets.ts'

/** Rows of the assets of a ticket: the ticket itself shows them, and no list does (API.md 3). */
export async function assetsOf(session: VendorSession, ticket: string): Promise<readonly unknown[]> {
  const access = { group: 'Tickets', kind: 'READ', fields: ['configurationItems'] } as const
  const row = await ticketDetail(session, ticket, access)
  if (row === undefined || String(rawId(row)) !== ticket)
    throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
  const { assets } = row as { readonly assets?: unknown }
  return Array.isArray(assets) ? (assets as readonly unknown[]) : []
}

export async function itemsOf(session: VendorSession, ticket: string): Promise<readonly string[]> {
  return (await assetsOf(session, ticket)).flatMap((row) => rawId(row) ?? []).map(String)
}
