import { GatewayError, UnfitRecord } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type { AttachConfigurationItemInput, Baseline, PlanDraft, PlannedStep } from '../../schema/plan.ts'
import type { Reference, TicketValues, VendorRecord } from '../../schema/records.ts'
import type { VendorSession, VendorSource } from '../../schema/source.ts'
import { comparable, comparableValues } from './comparable.ts'
import { recordDraft } from './draft.ts'
import { list } from './texts.ts'
import { toldTicket } from './ticket-of.ts'

/** What makes an attachment stale, besides the item itself. */
const COMPARED = ['status', 'company', 'mergedInto'] as const
const TICKET = ['number', 'title', 'board', 'assignee', 'dueAt', ...COMPARED] as const

export interface Attachment<Now> {
  readonly ticket: string
  readonly item: string
  /** How the ticket's items stand at the PSA. */
  readonly now: Now
  readonly summary: string
  readonly reconcile: PlannedStep['reconcile']
}

/** How one vendor attaches configuration items to tickets; what is planned around it is the same everywhere. */
export interface ItemAttacher<Now> {
  readonly readMany: VendorSource['readMany']
  keyOf(session: VendorSession, id: string, type: 'Ticket' | 'ConfigurationItem', argument: string): string
  /** True where the ticket itself names its first item: then it is read with the ticket, and `named` tells it. */
  readonly namesFirst: boolean
  now(session: VendorSession, ticket: string, named: string | null): Promise<Now>
  /** Keys of the items on the ticket. */
  itemsIn(now: Now): readonly string[]
  /** True where the PSA takes items of the ticket's own company only. */
  readonly sameCompany: boolean
  /** True where bytes made for the items of now would undo what somebody else attached: then any change of them is stale. */
  readonly restsOnAll: boolean
  attach(session: VendorSession, attachment: Attachment<Now>): readonly PlannedStep[]
  detach(session: VendorSession, attachment: Attachment<Now>): readonly PlannedStep[]
}

/** The field by which a plan compares and settles whether this item is on the ticket. */
export const itemField = (item: string) => `item:${item}`

/** Of those fields of a ticket that are about its items, the values; none of them costs a read where none is asked for. */
export async function itemValues(
  fields: readonly string[],
  read: () => Promise<readonly string[]>,
): Promise<Readonly<Record<string, unknown>>> {
  const asked = fields.filter((field) => field === 'configurationItems' || field.startsWith('item:'))
  if (asked.length === 0) return {}
  const items = await read()
  return Object.fromEntries(
    asked.map((field) => [
      field,
      field === 'configurationItems' ? listed(items) : items.includes(field.slice('item:'.length)),
    ]),
  )
}

const listed = (items: readonly string[]) => items.toSorted().join(',')

/** What a new ticket is about, as its plan tells it. */
export interface FirstItem {
  readonly key: string | null
  readonly changes: PlanDraft['changes']
  readonly warnings: readonly string[]
  readonly reaches: PlanDraft['facts']['reaches']
}

/** Of a ticket that is opened without one. */
const NO_ITEM: FirstItem = { key: null, changes: [], warnings: [], reaches: [] }

const OF_ANOTHER = 'The item is not of the company that the ticket is for.'

export function attachPlans<Now>(attacher: ItemAttacher<Now>) {
  const plan = async (
    session: VendorSession,
    input: AttachConfigurationItemInput,
    attached: boolean,
  ): Promise<PlanDraft> => {
    const ticket = attacher.keyOf(session, input.ticket, 'Ticket', 'ticket')
    const item = attacher.keyOf(session, input.item, 'ConfigurationItem', 'item')
    const record = await ticketRecord(attacher, session, ticket)
    const [named = null] = attacher.namesFirst ? (record.get('configurationItems') as readonly string[]) : []
    const now = await attacher.now(session, ticket, named)
    const before = attacher.itemsIn(now)
    if (before.includes(item) === attached)
      throw new GatewayError(
        'NO_CHANGE',
        attached ? 'The item is on the ticket already.' : 'The item is not on the ticket.',
      )
    const items = await itemRecords(attacher.readMany, session, [...before, item])
    const company = keyOf(record.get('company'))
    const theirs = keyOf(items.get(item)?.company ?? null)
    const elsewhere = attached && theirs !== company
    if (items.get(item) === undefined)
      throw new UnfitRecord('item', 'a configuration item that exists', input.item)
    if (elsewhere && attacher.sameCompany)
      throw new UnfitRecord('item', "a configuration item of the ticket's company", input.item)
    const shown = (keys: readonly string[]) =>
      keys.length === 0 ? null : list(keys.map((key) => items.get(key)?.name ?? key).toSorted())
    const after = attached ? [...before, item] : before.filter((key) => key !== item)
    const number = record.get('number') ?? ticket
    const target = { type: 'Ticket', key: ticket } as const
    const name = items.get(item)?.name ?? item
    const attachment: Attachment<Now> = {
      ticket,
      item,
      now,
      summary: attached
        ? `Attaches configuration item ${name} to ticket ${number}.`
        : `Takes configuration item ${name} off ticket ${number}.`,
      reconcile: { by: 'VALUES', target, planned: { [itemField(item)]: attached } },
    }
    const baseline: Baseline = {
      target,
      version: null,
      fields: {
        ...Object.fromEntries(COMPARED.map((field) => [field, comparable(record.get(field))])),
        [itemField(item)]: !attached,
        ...(attacher.restsOnAll ? { configurationItems: listed(before) } : {}),
      },
      kind: 'UPDATE',
    }
    return recordDraft({
      steps: attached ? attacher.attach(session, attachment) : attacher.detach(session, attachment),
      changes: [{ target, field: 'configurationItems', before: shown(before), after: shown(after) }],
      baseline: [baseline],
      warnings: elsewhere ? [OF_ANOTHER] : [],
      company,
      board: keyOf(record.get('board')),
      reaches: theirs === company ? [] : [{ company: theirs, notApplicable: ['board'] }],
      ticket: toldTicket(ticket, number, comparableValues(record, ['title', 'assignee', 'dueAt'])),
    })
  }
  /** The item that a ticket is opened with, for this company. @throws GatewayError BAD_USER_INPUT */
  const firstItem = async (
    session: VendorSession,
    id: string | undefined,
    company: string | null,
  ): Promise<FirstItem> => {
    if (id === undefined) return NO_ITEM
    const key = attacher.keyOf(session, id, 'ConfigurationItem', 'configurationItem')
    const item = (await itemRecords(attacher.readMany, session, [key])).get(key)
    if (item === undefined) throw new UnfitRecord('configurationItem', 'a configuration item that exists', id)
    const theirs = keyOf(item.company)
    const elsewhere = theirs !== company
    if (elsewhere && attacher.sameCompany)
      throw new UnfitRecord('configurationItem', "a configuration item of the ticket's company", id)
    return {
      key,
      changes: [{ target: null, field: 'configurationItems', before: null, after: item.name }],
      warnings: elsewhere ? [OF_ANOTHER] : [],
      reaches: elsewhere ? [{ company: theirs, notApplicable: ['board'] }] : [],
    }
  }
  return {
    firstItem,
    attachConfigurationItem: (session: VendorSession, input: AttachConfigurationItemInput) =>
      plan(session, input, true),
    detachConfigurationItem: (session: VendorSession, input: AttachConfigurationItemInput) =>
      plan(session, input, false),
  }
}

async function ticketRecord(
  { readMany, namesFirst }: Pick<ItemAttacher<never>, 'readMany' | 'namesFirst'>,
  session: VendorSession,
  key: string,
): Promise<VendorRecord<TicketValues>> {
  const [record] = await readMany(
    session,
    'Ticket',
    [key],
    new Set([...TICKET, ...(namesFirst ? ['configurationItems'] : [])]),
  )
  if (record instanceof Error) throw record
  if (record === null || record === undefined)
    throw new GatewayError('NOT_FOUND', 'No such ticket.', { argument: 'ticket' })
  return record
}

interface ItemNow {
  readonly name: string
  readonly company: Reference | null
}

/** Items by key; one that is gone is left out. */
async function itemRecords(
  readMany: VendorSource['readMany'],
  session: VendorSession,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ItemNow>> {
  const found = await readMany(session, 'ConfigurationItem', keys, new Set(['name', 'company']))
  return new Map(
    found.flatMap((record, index): [string, ItemNow][] => {
      const key = keys[index]
      if (record instanceof Error) throw record
      if (record === null || key === undefined) return []
      return [[key, { name: record.get('name') ?? key, company: record.get('company') as Reference | null }]]
    }),
  )
}

function keyOf(reference: { readonly id: string } | null): string | null {
  return reference === null ? null : (parseId(reference.id)?.key ?? null)
}
