import { GatewayError } from '../../../schema/errors.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { unavailable } from '../../http/errors.ts'
import { ownKey } from '../../planning/own-key.ts'
import { query } from '../client.ts'
import { compare, fieldName, integer, isIn } from '../conditions.ts'
import { unifiedType, unifiedValue } from '../custom-fields.ts'
import type { TextField } from '../entities/note.ts'
import { isClosed } from '../entities/ticket.ts'
import { time } from '../projection.ts'
import { isVendorId } from '../read-many.ts'
import { userDefinedFields } from '../reference.ts'
import { type FieldInfo, ticket as shape, type TicketBody } from '../schema.ts'

/** The ticket as a plan sees it. Texts and custom fields are there only when asked for. */
export interface TicketNow extends TicketBody {
  readonly definitions: readonly FieldInfo[]
}

export interface Needs {
  readonly texts?: ReadonlySet<TextField>
  readonly custom?: boolean
}

const COLUMNS = [
  'id',
  'ticketNumber',
  'title',
  'status',
  'priority',
  'queueID',
  'ticketType',
  'companyID',
  'contactID',
  'assignedResourceID',
  'assignedResourceRoleID',
  'billingCodeID',
  'configurationItemID',
  'problemTicketId',
  'dueDateTime',
  'lastActivityDate',
  'lastTrackedModificationDateTime',
]

const FIELDS = [
  'assignee',
  'board',
  'closed',
  'company',
  'configurationItems',
  'contact',
  'dueAt',
  'number',
  'parent',
  'priority',
  'status',
  'title',
  'type',
]

/** A global id of this connection, as the vendor's key. */
export function keyOf(session: VendorSession, id: string, type: EntityType, argument: string): string {
  return ownKey(session, id, type, argument, isVendorId)
}

/** Tickets as they stand, read past every cache, in one request. @throws GatewayError NOT_FOUND */
export async function ticketsNow(
  session: VendorSession,
  keys: readonly string[],
  needs: Needs = {},
): Promise<readonly TicketNow[]> {
  const definitions = needs.custom === true ? await userDefinedFields(session) : []
  const texts = [...(needs.texts ?? [])]
  const [first] = keys
  const { rows } = await query(session, {
    entity: 'Tickets',
    filter: [
      keys.length === 1
        ? compare(fieldName('id'), 'eq', integer('id', first))
        : isIn(
            fieldName('id'),
            keys.map((key) => integer('id', key)),
          ),
    ],
    fields: [...COLUMNS, ...texts, ...definitions.map(({ name }) => name)],
    max: keys.length,
    access: {
      group: 'Tickets',
      kind: 'READ',
      fields: [...FIELDS, ...texts, ...(needs.custom === true ? ['customFields'] : [])].toSorted(),
    },
  })
  const found = rows.map((row) => {
    const parsed = shape.safeParse(row)
    if (!parsed.success) throw unavailable(session.connection.slug, 'sent a ticket that could not be read')
    return { ...parsed.data, definitions }
  })
  return keys.map((key) => {
    const now = found.find(({ id }) => String(id) === key)
    if (now === undefined) throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'id' })
    return now
  })
}

export async function ticketNow(session: VendorSession, key: string, needs: Needs = {}): Promise<TicketNow> {
  const [now] = await ticketsNow(session, [key], needs)
  return now as TicketNow
}

/** Baseline values by the schema's names; `custom:<name>` for each custom field that was read. */
export function ticketValues(now: TicketNow): Readonly<Record<string, unknown>> {
  const key = (id: number | null) => (id === null ? null : String(id))
  const values: Record<string, unknown> = {
    title: now.title,
    status: key(now.status),
    priority: key(now.priority),
    type: key(now.ticketType),
    board: key(now.queueID),
    company: key(now.companyID),
    contact: key(now.contactID),
    assignee: key(now.assignedResourceID),
    closed: isClosed(now),
    parent: key(now.problemTicketId),
    dueAt: time(now.dueDateTime),
    // No field tells of a merge, which only the interface can do.
    mergedInto: null,
    description: textValue(now.description),
    resolution: textValue(now.resolution),
  }
  for (const { name, value } of now.userDefinedFields ?? [])
    values[`custom:${name}`] = customValue(value, name, now.definitions)
  return values
}

/** Line ends may come back as the service keeps them: they do not make another text. */
export function textValue(text: string | null): string | null {
  const value = (text ?? '').replaceAll('\r\n', '\n').trimEnd()
  return value === '' ? null : value
}

export function customValue(
  value: string | number | boolean | null | undefined,
  name: string,
  definitions: readonly FieldInfo[],
): unknown {
  const definition = definitions.find((one) => one.name === name)
  return unifiedValue(value, definition === undefined ? 'TEXT' : unifiedType(definition), definition)
}

/** Bumped by changes that a history keeps; notes and time move `lastActivityDate` only. */
export function versionOf(now: TicketBody): string | null {
  return now.lastTrackedModificationDateTime ?? now.lastActivityDate
}

/** Of its configuration items the one that it names itself. */
export function namedItem({ configurationItemID }: TicketBody): string | null {
  return configurationItemID === null ? null : String(configurationItemID)
}

export function numberOf(now: TicketBody): string {
  return now.ticketNumber ?? `#${now.id}`
}
