import { GatewayError } from '../../schema/errors.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { chunks } from '../reading/chunks.ts'
import { type Condition, fieldName, integer, isIn } from './conditions.ts'
import type { CalendarRow } from './entities/schedule-entry.ts'
import { askAll, type Row } from './lists/source.ts'
import { appointment, serviceCall, serviceCallTicket, serviceCallTicketResource } from './schema.ts'

/** Values of one list; what else a filter holds counts against the same 500 (API.md 4). */
const KEYS_PER_READ = 400
/** 10,000 records of one entity. */
const MAX_PAGES = 20

export const CALLS = ['id', 'description', 'startDateTime', 'endDateTime', 'isComplete', 'canceledDateTime']
export const APPOINTMENTS = ['id', 'title', 'startDateTime', 'endDateTime', 'resourceID']

/** The tickets of service calls by the ids of their rows, and appointments by theirs. */
export async function entriesByIds(
  session: VendorSession,
  access: VendorAccess,
  links: readonly string[],
  appointments: readonly string[],
): Promise<readonly CalendarRow[]> {
  const [calls, others] = await Promise.all([
    ofTickets(session, access, [], await linksOf(session, access, 'id', links)),
    readIn(session, access, 'Appointments', APPOINTMENTS, 'id', appointments),
  ])
  return [...calls, ...others.map(ofAppointment)]
}

interface Link {
  readonly id: number
  readonly serviceCallID: number
  readonly ticketID: number
}

/** The rows that put tickets on service calls. */
export async function linksOf(
  session: VendorSession,
  access: VendorAccess,
  column: 'id' | 'ticketID' | 'serviceCallID',
  keys: readonly string[],
): Promise<readonly Link[]> {
  const columns = ['id', 'serviceCallID', 'ticketID']
  return (await readIn(session, access, 'ServiceCallTickets', columns, column, keys)).flatMap((row) => {
    const { data } = serviceCallTicket.safeParse(row)
    return data === undefined ? [] : [data]
  })
}

/** The rows that send resources for a ticket of a service call. */
export async function resourcesOf(
  session: VendorSession,
  access: VendorAccess,
  links: readonly string[],
): Promise<
  readonly { readonly id: number; readonly serviceCallTicketID: number; readonly resourceID: number }[]
> {
  const columns = ['id', 'serviceCallTicketID', 'resourceID']
  const rows = await readIn(
    session,
    access,
    'ServiceCallTicketResources',
    columns,
    'serviceCallTicketID',
    links,
  )
  return rows.flatMap((row) => {
    const { data } = serviceCallTicketResource.safeParse(row)
    return data === undefined ? [] : [data]
  })
}

export async function ofCalls(
  session: VendorSession,
  access: VendorAccess,
  calls: readonly Row[],
): Promise<readonly CalendarRow[]> {
  const ids = calls.map(({ id }) => String(id))
  return joined(session, access, calls, await linksOf(session, access, 'serviceCallID', ids))
}

export async function ofTickets(
  session: VendorSession,
  access: VendorAccess,
  within: readonly Condition[],
  links: readonly Link[],
): Promise<readonly CalendarRow[]> {
  const ids = [...new Set(links.map(({ serviceCallID }) => String(serviceCallID)))]
  const calls = await readIn(session, access, 'ServiceCalls', CALLS, 'id', ids, within)
  return joined(session, access, calls, links)
}

async function joined(
  session: VendorSession,
  access: VendorAccess,
  calls: readonly Row[],
  links: readonly Link[],
): Promise<readonly CalendarRow[]> {
  const byId = new Map(calls.map((call) => [call.id, call]))
  const held = links.filter(({ serviceCallID }) => byId.has(serviceCallID))
  const sent = await resourcesOf(
    session,
    access,
    held.map(({ id }) => String(id)),
  )
  const byLink = Map.groupBy(sent, ({ serviceCallTicketID }) => serviceCallTicketID)
  return held.map(({ id, serviceCallID, ticketID }) => {
    const { data } = serviceCall.safeParse(byId.get(serviceCallID))
    return {
      key: String(id),
      call: serviceCallID,
      title: data?.description ?? null,
      startDateTime: data?.startDateTime ?? null,
      endDateTime: data?.endDateTime ?? null,
      complete: data?.isComplete === true,
      cancelled: (data?.canceledDateTime ?? null) !== null,
      ticketID,
      resources: (byLink.get(id) ?? []).map(({ resourceID }) => resourceID),
    }
  })
}

export function ofAppointment(row: Row): CalendarRow {
  const { data } = appointment.safeParse(row)
  return {
    key: `appointment.${row.id}`,
    call: null,
    title: data?.title ?? null,
    startDateTime: data?.startDateTime ?? null,
    endDateTime: data?.endDateTime ?? null,
    complete: false,
    cancelled: false,
    ticketID: null,
    resources: data?.resourceID == null ? [] : [data.resourceID],
  }
}

export function among(column: string, keys: readonly string[]): readonly Condition[] {
  return keys.length === 0
    ? []
    : [
        isIn(
          fieldName(column),
          keys.map((key) => integer(column, key)),
        ),
      ]
}

async function readIn(
  session: VendorSession,
  access: VendorAccess,
  entity: string,
  columns: readonly string[],
  column: string,
  keys: readonly string[],
  also: readonly Condition[] = [],
): Promise<readonly Row[]> {
  const found = await Promise.all(
    chunks(keys, KEYS_PER_READ).map((party) =>
      read(session, access, entity, columns, [...also, ...among(column, party)]),
    ),
  )
  return found.flat()
}

export async function read(
  session: VendorSession,
  access: VendorAccess,
  entity: string,
  columns: readonly string[],
  conditions: readonly Condition[],
): Promise<readonly Row[]> {
  const { rows, cut } = await askAll(
    { session, entity, access, columns, conditions, secondLook: [] },
    [],
    MAX_PAGES,
  )
  if (cut)
    throw new GatewayError(
      'LIMIT_EXCEEDED',
      `Autotask holds more than ${MAX_PAGES * 500} ${entity} here: ask for a shorter span.`,
      { argument: 'filter' },
    )
  return rows
}
