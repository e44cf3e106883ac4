import { GatewayError } from '../../../schema/errors.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { unavailable } from '../../http/errors.ts'
import { comparable } from '../../planning/comparable.ts'
import { ownKey } from '../../planning/own-key.ts'
import { readList } from '../client.ts'
import { all, type Condition, compare, fieldPath, integer } from '../conditions.ts'
import { ticketSpec } from '../entities/ticket.ts'
import { toRecord } from '../projection.ts'
import { isChildKey, isVendorId, ONLY_SERVICE_TICKETS } from '../read-many.ts'
import { ticket as shape, type TicketBody } from '../schema.ts'

/** Unified fields that a plan shows, compares or decides by. */
const READ = [
  'title',
  'status',
  'priority',
  'type',
  'board',
  'company',
  'contact',
  'assignee',
  'closed',
  'mergedInto',
  'parent',
  'customFields',
] as const

/** Named by what they stand below and by their own number. */
const BELOW: ReadonlySet<EntityType> = new Set(['Site', 'TicketTask', 'Attachment'])

/** A global id of this connection, as the vendor's key. */
export function keyOf(session: VendorSession, id: string, type: EntityType, argument: string): string {
  return ownKey(session, id, type, argument, BELOW.has(type) ? isChildKey : isVendorId)
}

/** The ticket as it stands, read past every cache. */
export async function ticketNow(session: VendorSession, key: string): Promise<TicketBody> {
  const [row] = await readList(session, {
    path: '/service/tickets',
    query: [
      [
        'conditions',
        all([compare(fieldPath('id'), '=', integer('id', key)), ONLY_SERVICE_TICKETS]) as Condition,
      ],
      ['fields', vendorPaths(session).join(',')],
      ['pageSize', '1'],
    ],
    access: { group: 'Tickets', kind: 'READ', fields: [...READ].toSorted() },
  })
  if (row === undefined) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
  const parsed = shape.safeParse(row)
  if (!parsed.success) throw unavailable(session.connection.slug, 'sent a ticket that could not be read')
  return parsed.data
}

/** Names that belong to other groups are shown only to who may read them; the ids stand in the ticket. */
function vendorPaths(session: VendorSession): readonly string[] {
  const named = (member: string, group: string) => (session.mayRead(group, 'name') ? [`${member}/name`] : [])
  return [
    'id',
    'summary',
    'status/id',
    'status/name',
    'priority/id',
    'priority/name',
    'type/id',
    'type/name',
    'board/id',
    ...named('board', 'Boards & Ticket Setup'),
    'company/id',
    ...named('company', 'Companies'),
    'contact/id',
    ...named('contact', 'Contacts'),
    'owner/id',
    ...named('owner', 'Members'),
    'closedFlag',
    'requiredDate',
    'parentTicketId',
    'mergedParentTicket/id',
    'automaticEmailCcFlag',
    'automaticEmailCc',
    'customFields',
    '_info',
  ]
}

/** Baseline values by the schema's names; `custom:<id>` for each custom field of the ticket. */
export function ticketValues(connection: string, body: TicketBody): Readonly<Record<string, unknown>> {
  const wanted = new Set([...READ, 'dueAt'].filter((field) => field !== 'customFields'))
  const record = toRecord(ticketSpec, body, { connection, wanted })
  const values: Record<string, unknown> = {}
  for (const field of wanted) values[field] = comparable(record.get(field))
  for (const { id, value } of body.customFields ?? []) values[`custom:${id}`] = value ?? null
  return values
}

export function versionOf({ _info }: TicketBody): string | null {
  return _info?.lastUpdated ?? null
}
