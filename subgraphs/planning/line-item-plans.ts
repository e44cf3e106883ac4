import { difference, isDecimal, normal, percent, product as times } from '../../schema/decimals.ts'
import { badInput, GatewayError } from '../../schema/errors.ts'
import type {
  AddTicketLineItemInput,
  DeleteInput,
  FieldChange,
  LineItemFields,
  PlanDraft,
  PlannedStep,
  UpdateTicketLineItemInput,
} from '../../schema/plan.ts'
import type {
  BillableOption,
  ProductValues,
  TicketLineItemValues,
  VendorRecord,
} from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { changedFields, deletedFields } from './changes.ts'
import { comparableValues } from './comparable.ts'
import { recordDraft } from './draft.ts'
import { enumerated } from './facts.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, oneLine } from './texts.ts'
import { below, placed, type TicketOf, type TicketReader, ticketIdOf } from './ticket-of.ts'

type Field = keyof LineItemFields
/** What is written of a line, checked; numbers in the one way of writing them. */
export type LineItemChange = Readonly<Partial<Record<Field, string>>>

export interface LineItemNow {
  readonly key: string
  readonly ticket: TicketOf
  readonly record: VendorRecord<TicketLineItemValues>
}

/** How one vendor writes what is sold with tickets; what is planned around it is the same everywhere. */
export interface LineItemWriter {
  /** In sentences. */
  readonly vendor: string
  readonly maxDescription: number
  /** The options that it has; none where it keeps no such thing. */
  readonly billable: readonly BillableOption[]
  readonly recordNow: ReturnType<typeof recordReader>
  readonly ticketOf: TicketReader
  add(
    session: VendorSession,
    ticket: TicketOf,
    product: { readonly key: string; readonly record: VendorRecord<ProductValues> },
    change: LineItemChange,
    given: ReadonlySet<string>,
    summary: string,
  ): Promise<PlannedStep> | PlannedStep
  update(session: VendorSession, now: LineItemNow, change: LineItemChange, summary: string): PlannedStep
  /** Or the reason why there is none. */
  readonly remove: string | ((session: VendorSession, now: LineItemNow, summary: string) => PlannedStep)
}

const FIELDS = [
  'quantity',
  'price',
  'cost',
  'description',
  'billableOption',
] as const satisfies readonly Field[]
const WHOLE = [...FIELDS, 'product', 'billed', 'ticket'] as const
/** What a changed line is judged by, whatever it is that changes. */
const SHOWN = ['quantity', 'price', 'cost', 'billed', 'ticket'] as const
const PRODUCT = ['identifier', 'name', 'price', 'cost', 'active'] as const

export function lineItemPlans(writer: LineItemWriter) {
  return {
    async addTicketLineItem(
      session: VendorSession,
      { ticket: id, product: productId, ...fields }: AddTicketLineItemInput,
    ): Promise<PlanDraft> {
      const wanted = checked(writer, fields)
      const ticket = await writer.ticketOf(session, id, 'ticket')
      const product = await writer.recordNow(session, 'Product', productId, PRODUCT, 'product')
      // Said outright, so that nobody's price list changes what a person approved.
      const price = wanted.price ?? product.record.get('price')
      if (price === null) throw badInput('price', 'a price: the catalogue has none for this product', null)
      const billableOption =
        wanted.billableOption ?? (writer.billable.includes('BILLABLE') ? 'BILLABLE' : undefined)
      const change: LineItemChange = {
        ...wanted,
        price,
        ...(billableOption === undefined ? {} : { billableOption }),
      }
      const worth = worthOf({ ...change, cost: wanted.cost ?? product.record.get('cost') })
      const shown = product.record.get('name') || product.record.get('identifier') || `#${product.key}`
      const given = new Set(Object.keys(wanted))
      return recordDraft({
        steps: [
          await writer.add(
            session,
            ticket,
            product,
            change,
            given,
            `Adds a product to ticket ${ticket.number}: ${saidOf(worth)}.`,
          ),
        ],
        changes: [
          flatChange(null, 'product', null, shown),
          ...FIELDS.flatMap((field) => {
            const after = field === 'cost' ? worth.cost : change[field]
            return after == null ? [] : [flatChange(null, field, null, after)]
          }),
          ...totals(null, null, worth),
        ],
        baseline: [below(ticket)],
        sideEffects: [BILLING],
        warnings: [
          ...(ticket.closed ? ['The ticket is closed.'] : []),
          ...(product.record.get('active') === false ? ['The product is not sold any more.'] : []),
          ...(wanted.cost === undefined && worth.cost !== null
            ? [`The cost is the catalogue's of now; ${writer.vendor} enters its own.`]
            : []),
        ],
        ...placed(ticket),
        amount: worth.amount,
        enumerated: optionsOf(change),
      })
    },

    async updateTicketLineItem(
      session: VendorSession,
      { id, ...fields }: UpdateTicketLineItemInput,
    ): Promise<PlanDraft> {
      const wanted = checked(writer, fields)
      const now = await lineNow(writer, session, id)
      const { key, record, ticket } = now
      const changed = changedFields(FIELDS, wanted, record)
      if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The line already is as asked.')
      const change = Object.fromEntries(changed.map((field) => [field, wanted[field]])) as LineItemChange
      const before = worthOf(valuesOf(record))
      const after = worthOf({ ...valuesOf(record), ...change })
      const target = { type: 'TicketLineItem', key } as const
      return recordDraft({
        steps: [
          writer.update(
            session,
            now,
            change,
            `Changes ${changed.join(', ')} of a line of ticket ${ticket.number}: ${saidOf(after)}.`,
          ),
        ],
        changes: [
          ...changed.map((field) => flatChange(target, field, record.get(field), change[field])),
          ...totals(target, before, after),
        ],
        baseline: [
          {
            target,
            version: null,
            fields: comparableValues(record, [...new Set([...changed, ...SHOWN])]),
            kind: 'UPDATE',
          },
        ],
        sideEffects: [BILLING],
        ...placed(ticket),
        amount: after.amount,
        enumerated: optionsOf(change),
      })
    },

    async deleteTicketLineItem(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
      const { remove } = writer
      if (typeof remove === 'string') throw new GatewayError('NOT_SUPPORTED', remove)
      const now = await lineNow(writer, session, id)
      const { key, record, ticket } = now
      const before = worthOf(valuesOf(record))
      const target = { type: 'TicketLineItem', key } as const
      return recordDraft({
        steps: [remove(session, now, `Deletes a line of ticket ${ticket.number}: ${saidOf(before)}.`)],
        changes: [...deletedFields(target, FIELDS, record), ...totals(target, before, NOTHING)],
        // No version marker of a line is read: every field of it is compared instead.
        baseline: [{ target, version: null, fields: comparableValues(record, WHOLE), kind: 'UPDATE' }],
        sideEffects: ['What was sold is not billed; stock and purchasing may follow.'],
        ...placed(ticket),
        amount: before.amount,
      })
    },
  }
}

const BILLING = 'A billable line reaches an invoice; stock and purchasing may follow.'

async function lineNow(writer: LineItemWriter, session: VendorSession, id: string): Promise<LineItemNow> {
  const { key, record } = await writer.recordNow(session, 'TicketLineItem', id, WHOLE)
  const ticket = ticketIdOf(record, 'line')
  if (record.get('billed') === true)
    throw new GatewayError(
      'NOT_SUPPORTED',
      'The line stands on an invoice: it can not be changed any more.',
      {
        argument: 'id',
      },
    )
  return { key, record, ticket: await writer.ticketOf(session, ticket, 'id') }
}

type Priced = Readonly<Partial<Record<'quantity' | 'price' | 'cost', string | null>>>

function valuesOf(record: VendorRecord<TicketLineItemValues>): Priced {
  return { quantity: record.get('quantity'), price: record.get('price'), cost: record.get('cost') }
}

/** What a line comes to; null where the PSA does not tell a part of it. */
interface Worth {
  readonly quantity: string | null
  readonly price: string | null
  readonly cost: string | null
  readonly amount: string | null
  /** With the part of the price that it is. */
  readonly margin: string | null
}

const NOTHING: Worth = { quantity: null, price: null, cost: null, amount: null, margin: null }

function worthOf({ quantity = null, price = null, cost = null }: Priced): Worth {
  const known = { quantity, price, cost }
  if (quantity === null || price === null) return { ...NOTHING, ...known }
  const amount = times(price, quantity)
  if (cost === null) return { ...NOTHING, ...known, amount }
  const margin = times(difference(price, cost), quantity)
  const part = percent(margin, amount)
  return { ...known, amount, margin: part === null ? margin : `${margin} (${part})` }
}

/** A person who signs sees what one costs and brings, also where that stays as it is. */
function saidOf({ quantity, price, cost }: Worth): string {
  const each = price === null ? '' : ` at ${price} each`
  return `${quantity ?? 'some'}${each}${cost === null ? '' : `, which cost ${cost}`}`
}

/** All of them together, before and after: what a person signs. */
function totals(target: FieldChange['target'], before: Worth | null, after: Worth): readonly FieldChange[] {
  return (['amount', 'margin'] as const).flatMap((field) => {
    const was = before?.[field] ?? null
    return was === null && after[field] === null ? [] : [flatChange(target, field, was, after[field])]
  })
}

function optionsOf({ billableOption }: LineItemChange) {
  return billableOption === undefined ? [] : [enumerated('billableOption', billableOption, billableOption)]
}

/** Digits before and behind the point; all of them together stand exactly in the number of a JSON body. */
const SIZES = { quantity: [6, 4], price: [9, 4], cost: [9, 4] } as const

function checked(writer: LineItemWriter, fields: LineItemFields): LineItemChange {
  const found: Partial<Record<Field, string>> = {}
  for (const field of ['quantity', 'price', 'cost'] as const) {
    const value = fields[field]
    if (value !== undefined) found[field] = number(value, field)
  }
  if (fields.description !== undefined)
    found.description = oneLine(fields.description, 'description', writer.maxDescription)
  const option = fields.billableOption
  if (option !== undefined) {
    if (writer.billable.length === 0)
      throw new GatewayError('NOT_SUPPORTED', `${writer.vendor} does not keep whether a line is billed.`, {
        argument: 'billableOption',
      })
    if (!writer.billable.includes(option))
      throw badInput('billableOption', `one of ${writer.billable.join(', ')}`, option)
    found.billableOption = option
  }
  return found
}

function number(value: string, field: keyof typeof SIZES): string {
  const [whole, behind] = SIZES[field]
  const fits = isDecimal(value) && new RegExp(`^\\d{1,${whole}}(\\.\\d{1,${behind}})?$`).test(value)
  const text = fits ? (field === 'quantity' ? normal(value) : normal(value, 2)) : null
  if (text === null || (field === 'quantity' && text === '0')) {
    const what = field === 'quantity' ? 'a decimal number above 0' : 'a decimal number from 0 on'
    throw badInput(field, `${what} of at most ${whole} digits and ${behind} behind the point`, value)
  }
  return text
}
