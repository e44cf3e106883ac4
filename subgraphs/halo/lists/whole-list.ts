import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { Filter, ListPage, ListRequest, VendorAccess, VendorSession } from '../../../schema/source.ts'
import { attachmentSpec } from '../entities/attachment.ts'
import { boardSpec } from '../entities/board.ts'
import { memberSpec } from '../entities/member.ts'
import { agentOf, createdAt, kindOf, noteSpec, resolutionOutcomes } from '../entities/note.ts'
import { slaSpec } from '../entities/sla.ts'
import { ticketLineItemSpec } from '../entities/ticket-line-item.ts'
import { ticketTaskSpec } from '../entities/ticket-task.ts'
import { hasTime, startOf, timeEntrySpec } from '../entities/time-entry.ts'
import { noteReach } from '../note-groups.ts'
import {
  type EntitySpec,
  extrasFor,
  instant,
  readAccess,
  time,
  toRecord,
  wantedFields,
} from '../projection.ts'
import { checkedText, containsText } from '../query.ts'
import { readActions } from '../read-actions.ts'
import { readAttachments, readLineItems, readTasks } from '../read-below-ticket.ts'
import { isVendorId } from '../read-tickets.ts'
import type { ActionBody, MemberBody, TeamBody } from '../schema.ts'
import { memberRows, slaRows, teamRows } from '../whole-lists.ts'
import { noFilter, WHOLE_FILTERS } from './filters.ts'
import { WHOLE_ORDERS } from './orders.ts'
import { booleanOf, keysOf, listOf, rangeOf, within } from './values.ts'

export type WholeList = keyof typeof WHOLE_ORDERS

/** A list that the vendor gives whole: filtered, sorted and cut here, so that nothing depends on its order. */
export function wholeList(session: VendorSession, list: WholeList, request: ListRequest): Promise<ListPage> {
  switch (list) {
    case 'Member':
      return page(session, request, list, {
        entity: memberSpec,
        read: (access) => whole(memberRows(session, access)),
        tests: MEMBER_TESTS,
        key: ({ name }) => name ?? '',
      })
    case 'Board':
      return page(session, request, list, {
        entity: boardSpec,
        read: (access) => whole(teamRows(session, access)),
        tests: TEAM_TESTS,
        key: ({ name }) => name,
      })
    case 'Sla':
      return page(session, request, list, {
        entity: slaSpec,
        read: (access) => whole(slaRows(session, access)),
        tests: { text: nameContains },
        key: ({ name }) => name,
      })
    case 'Ticket.notes': {
      const reach = noteReach(session)
      return page(session, request, list, {
        entity: { ...noteSpec, group: reach.group },
        read: async (access) => {
          const { bodies, ...rest } = await readActions(session, parentKey(request), access, false)
          // An action without a word is the record of a change, and no note.
          return { ...rest, bodies: bodies.filter((body) => (body.note ?? '') !== '' && reach.shows(body)) }
        },
        tests: noteTests(session),
        key: (body) => instant(createdAt(body)),
      })
    }
    case 'Ticket.lineItems':
      return page(session, request, list, {
        entity: ticketLineItemSpec,
        read: (access) => found(session, readLineItems(session, parentKey(request), access)),
        tests: {},
        key: ({ id }) => id,
      })
    case 'Ticket.tasks':
      return page(session, request, list, {
        entity: ticketTaskSpec,
        read: (access) => found(session, readTasks(session, parentKey(request), access)),
        tests: {},
        key: ({ sequence }) => sequence,
      })
    case 'Ticket.attachments':
      return page(session, request, list, {
        entity: attachmentSpec,
        read: (access) => readAttachments(session, parentKey(request), access),
        tests: {},
        key: ({ datecreated }) => instant(datecreated),
      })
    case 'Ticket.timeEntries':
      return page(session, request, list, {
        entity: timeEntrySpec,
        read: async (access) => {
          const { bodies, ...rest } = await readActions(session, parentKey(request), access, true)
          return { ...rest, bodies: bodies.filter(hasTime) }
        },
        tests: timeTests(session),
        key: (body) => (request.order.key === 'STARTED_AT' ? startOf(body) : instant(createdAt(body))),
      })
  }
}

type Test<Body> = (body: Body) => boolean
type Tests<Body> = Readonly<Record<string, (value: unknown, name: string) => Test<Body>>>

interface WholeSpec<Body> {
  readonly entity: EntitySpec<Body>
  readonly tests: Tests<Body>
  read(access: VendorAccess): Promise<{ readonly bodies: readonly Body[]; readonly partial?: string }>
  key(body: Body): string | number | null
}

/** @throws GatewayError NOT_FOUND for a ticket that is gone */
async function found<Rows>(session: VendorSession, rows: Promise<Rows | null>): Promise<Rows> {
  const known = await rows
  if (known !== null) return known
  throw new GatewayError('NOT_FOUND', 'No such ticket.', { connection: session.connection.slug })
}

async function whole<Body>(rows: Promise<readonly Body[]>): Promise<{ readonly bodies: readonly Body[] }> {
  return { bodies: await rows }
}

async function page<Body extends { readonly id: number }>(
  session: VendorSession,
  request: ListRequest,
  list: WholeList,
  spec: WholeSpec<Body>,
): Promise<ListPage> {
  const { first, filter, order } = request
  if (!Number.isInteger(first) || first < 1 || first > 999)
    throw badInput('first', 'a number from 1 to 999', first)
  const names: readonly string[] = WHOLE_ORDERS[list]
  if (!names.includes(order.key)) {
    throw new GatewayError('BAD_USER_INPUT', `HaloPSA cannot order this list by "${order.key}".`, {
      argument: 'order',
      allowed: names,
    })
  }
  // Lists below a record take their conditions as arguments of their own.
  const prefix = list.includes('.') ? '' : 'filter.'
  const tests = testsOf(filter, spec.tests, WHOLE_FILTERS[list], prefix)
  const after = positionOf(request.after)
  const wanted = wantedFields(session, spec.entity, request.fields)
  const { bodies, partial } = await spec.read(readAccess(spec.entity, wanted))

  const sign = order.direction === 'ASC' ? 1 : -1
  const byId = order.key === 'NUMBER'
  const placed = bodies
    .filter((body) => tests.every((test) => test(body)))
    .map((body) => ({ body, at: { k: byId ? body.id : spec.key(body), id: body.id } }))
    .toSorted((a, b) => compare(a.at, b.at, sign))
  const rest = after === undefined ? placed : placed.filter(({ at }) => compare(at, after, sign) > 0)
  const shown = rest.slice(0, first)
  const extras = await extrasFor(
    session,
    spec.entity,
    shown.map(({ body }) => body),
    wanted,
    request.parent,
  )
  return {
    records: shown.map(({ body }) => toRecord(spec.entity, body, extras)),
    positions: shown.map(({ at }) => at),
    sortValues: shown.map(({ at: { k } }) =>
      typeof k === 'number' && !byId ? time(new Date(k).toISOString()) : k,
    ),
    hasNext: rest.length > shown.length,
    ...(partial === undefined ? {} : { partial }),
  }
}

interface Position {
  readonly k: string | number | null
  readonly id: number
}

function positionOf(after: unknown): Position | undefined {
  if (after === null || after === undefined) return undefined
  const { k, id } = after as Record<string, unknown>
  if ((k === null || typeof k === 'string' || typeof k === 'number') && typeof id === 'number')
    return { k, id }
  throw badInput('after', 'a position given by this list', after)
}

/** Nulls come last in both directions; records of one key are told apart by id. */
function compare(a: Position, b: Position, sign: number): number {
  if (a.k !== b.k) {
    if (a.k === null) return 1
    if (b.k === null) return -1
    const order =
      typeof a.k === 'string' && typeof b.k === 'string'
        ? a.k.localeCompare(b.k, 'en', { sensitivity: 'base' })
        : Number(a.k) - Number(b.k)
    if (order !== 0) return order * sign
  }
  return (a.id - b.id) * sign
}

function testsOf<Body>(
  filter: Filter,
  tests: Tests<Body>,
  allowed: readonly string[],
  prefix: string,
): readonly Test<Body>[] {
  return Object.entries(filter).flatMap(([name, value]) => {
    if (value === null || value === undefined) return []
    const test = Object.hasOwn(tests, name) ? tests[name] : undefined
    if (test === undefined) throw noFilter(prefix + name, allowed)
    return [test(value, prefix + name)]
  })
}

const MEMBER_TESTS: Tests<MemberBody> = {
  text: (value, name) => {
    const words = checkedText(name, value).trim().split(/\s+/)
    return ({ name: whole, firstname, surname }) =>
      words.every((word) => [whole, firstname, surname].some((one) => containsText(one ?? '', word)))
  },
  identifier: (value, name) => {
    const wanted = checkedText(name, value).toLowerCase()
    return ({ email }) => email?.toLowerCase() === wanted
  },
  active: (value, name) => {
    const wanted = booleanOf(value, name)
    return ({ isdisabled }) => (isdisabled !== true) === wanted
  },
}

function nameContains(value: unknown, name: string): Test<{ readonly name: string }> {
  const wanted = checkedText(name, value)
  return (body) => containsText(body.name, wanted)
}

const TEAM_TESTS: Tests<TeamBody> = {
  text: nameContains,
  active: (value, name) => {
    const wanted = booleanOf(value, name)
    return ({ inactive }) => (inactive !== true) === wanted
  },
}

const KINDS = ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING']

function noteTests(session: VendorSession): Tests<ActionBody> {
  const resolutions = resolutionOutcomes(session)
  const kinds = (value: unknown, name: string): Test<ActionBody> => {
    const wanted = new Set(listOf(value, name))
    for (const one of wanted)
      if (!KINDS.includes(one)) throw badInput(name, `one of ${KINDS.join(', ')}`, one)
    return (body) => wanted.has(kindOf(body, { resolutions }))
  }
  return {
    kinds,
    kind: kinds,
    clientVisible: (value, name) => {
      const wanted = booleanOf(value, name)
      return ({ hiddenfromuser }) => (hiddenfromuser !== true) === wanted
    },
    createdAt: (value, name) => {
      const range = rangeOf(value, name)
      return (body) => within(instant(createdAt(body)), range)
    },
  }
}

function timeTests(session: VendorSession): Tests<ActionBody> {
  return {
    member: (value, name) => {
      const wanted = keysOf(session, 'Member', value, name)
      return (body) => wanted.has(agentOf(body) ?? 0)
    },
    startedAt: (value, name) => {
      const range = rangeOf(value, name)
      return (body) => within(startOf(body), range)
    },
  }
}

function parentKey({ parent }: ListRequest): string {
  if (parent === undefined || !isVendorId(parent)) throw badInput('ticket', 'a ticket of HaloPSA', parent)
  return parent
}
