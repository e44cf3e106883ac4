import { badInput, GatewayError, UnfitRecord } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type {
  ConfigurationItemFields,
  CreateConfigurationItemInput,
  DeleteInput,
  PlanDraft,
  PlannedStep,
  UpdateConfigurationItemInput,
} from '../../schema/plan.ts'
import type { ConfigurationItemValues, NamedValue, VendorRecord } from '../../schema/records.ts'
import type { VendorSession, VendorSource } from '../../schema/source.ts'
import { comparable } from './comparable.ts'
import { recordDraft } from './draft.ts'
import { enumerated } from './facts.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, oneLine } from './texts.ts'

export type ItemField = keyof ConfigurationItemFields
type Text = 'name' | 'serialNumber' | 'tag'

/** A site or a contact as it is written, by key, with the name that people read. */
export type Place = NamedValue

/** What is written of an item, checked; null clears. */
export interface ItemChange {
  readonly name?: string
  readonly serialNumber?: string | null
  readonly tag?: string | null
  /** `YYYY-MM-DD` */
  readonly warrantyEndsOn?: string | null
  readonly active?: boolean
  readonly site?: Place | null
  readonly contact?: Place | null
}

export interface NewItem {
  /** Key. */
  readonly company: string
  readonly type: NamedValue | null
  /** Key. */
  readonly product: string | null
  readonly change: ItemChange
}

export interface ItemNow {
  readonly key: string
  /** Key. */
  readonly company: string
  readonly record: VendorRecord<ConfigurationItemValues>
}

const TEXTS = ['name', 'serialNumber', 'tag'] as const satisfies readonly Text[]
const FIELDS = [
  ...TEXTS,
  'warrantyEndsOn',
  'active',
  'site',
  'contact',
] as const satisfies readonly ItemField[]

/** How one vendor writes configuration items; what is planned around it is the same everywhere. */
export interface ItemWriter {
  readonly vendor: string
  /** Longest texts. */
  readonly max: Readonly<Partial<Record<Text, number>>>
  /** What it does not keep, with the reason. */
  readonly refused: Readonly<Partial<Record<ItemField | 'product', string>>>
  /** What can be written and not be cleared, with the reason. */
  readonly kept: Readonly<Partial<Record<ItemField, string>>>
  /** What a new item can't be without. */
  readonly required: readonly (ItemField | 'type' | 'product')[]
  readonly recordNow: ReturnType<typeof recordReader>
  readonly readMany: VendorSource['readMany']
  keyOf(session: VendorSession, id: string, type: 'Company' | 'Site' | 'Contact', argument: string): string
  /** The company's name for people. @throws GatewayError BAD_USER_INPUT when there is no such company */
  companyShown(session: VendorSession, key: string): Promise<string>
  /** By key or name. @throws GatewayError BAD_USER_INPUT with those that there are */
  type(session: VendorSession, wanted: string): Promise<NamedValue>
  /** By key or name, where an item is one of a product. */
  product?(session: VendorSession, wanted: string): Promise<NamedValue>
  create(session: VendorSession, item: NewItem, summary: string): Promise<PlannedStep> | PlannedStep
  update(
    session: VendorSession,
    now: ItemNow,
    change: ItemChange,
    summary: string,
  ): Promise<PlannedStep> | PlannedStep
  remove(session: VendorSession, now: ItemNow, summary: string): PlannedStep
  readonly onCreate?: readonly string[]
  readonly onUpdate?: readonly string[]
}

export function itemPlans(writer: ItemWriter) {
  return {
    async createConfigurationItem(
      session: VendorSession,
      input: CreateConfigurationItemInput,
    ): Promise<PlanDraft> {
      const { company: id, type: wantedType, product: wantedProduct, ...fields } = input
      for (const field of writer.required)
        if (input[field] == null)
          throw badInput(field, `a value: ${writer.vendor} requires one`, input[field])
      const company = writer.keyOf(session, id, 'Company', 'company')
      const shown = await writer.companyShown(session, company)
      const type = wantedType == null ? null : await writer.type(session, wantedType)
      const product = wantedProduct == null ? null : await productOf(writer, session, wantedProduct)
      const change = await checked(writer, session, company, fields)
      const made = { company, type, product: product?.key ?? null, change }
      return recordDraft({
        steps: [await writer.create(session, made, `Adds a configuration item to ${shown}.`)],
        changes: [
          ...FIELDS.flatMap((field) =>
            change[field] == null ? [] : [flatChange(null, field, null, change[field])],
          ),
          ...(type === null ? [] : [flatChange(null, 'type', null, type)]),
          ...(product === null ? [] : [flatChange(null, 'product', null, product)]),
          { target: null, field: 'company', before: null, after: shown },
        ],
        baseline: [],
        sideEffects: writer.onCreate ?? [],
        company,
        enumerated: type === null ? [] : [enumerated('type', type.name, type.key)],
      })
    },

    async updateConfigurationItem(
      session: VendorSession,
      { id, ...fields }: UpdateConfigurationItemInput,
    ): Promise<PlanDraft> {
      const now = await itemNow(writer, session, id, namesOf(fields))
      const wanted = await checked(writer, session, now.company, fields)
      const changed = FIELDS.filter(
        (field) =>
          wanted[field] !== undefined && comparable(wanted[field]) !== comparable(now.record.get(field)),
      )
      if (changed.length === 0)
        throw new GatewayError('NO_CHANGE', 'The configuration item already is as asked.')
      const change = Object.fromEntries(changed.map((field) => [field, wanted[field]])) as ItemChange
      const target = { type: 'ConfigurationItem', key: now.key } as const
      const before = await Promise.all(changed.map((field) => shownNow(writer, session, now, field)))
      return recordDraft({
        steps: [
          await writer.update(
            session,
            now,
            change,
            `Changes ${changed.join(', ')} of configuration item #${now.key}.`,
          ),
        ],
        changes: changed.map((field, index) => flatChange(target, field, before[index], change[field])),
        baseline: [{ target, version: null, fields: baseline(now, changed), kind: 'UPDATE' }],
        sideEffects: writer.onUpdate ?? [],
        company: now.company,
      })
    },

    async deleteConfigurationItem(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
      const now = await itemNow(writer, session, id, FIELDS)
      const target = { type: 'ConfigurationItem', key: now.key } as const
      return recordDraft({
        steps: [writer.remove(session, now, `Deletes configuration item #${now.key}.`)],
        changes: [flatChange(target, 'name', now.record.get('name'), null)],
        // No version marker of an item is read: every field of it is compared instead.
        baseline: [{ target, version: null, fields: baseline(now, FIELDS), kind: 'UPDATE' }],
        sideEffects: ['Tickets lose the item that they were about.'],
        company: now.company,
      })
    },
  }
}

/** In the form in which reconciliation reads them. */
export function plannedItem(change: ItemChange): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(change).map(([field, value]) => [field, comparable(value)]))
}

function namesOf(fields: ConfigurationItemFields): readonly ItemField[] {
  return FIELDS.filter((field) => fields[field] !== undefined)
}

async function itemNow(
  writer: ItemWriter,
  session: VendorSession,
  id: string,
  fields: readonly ItemField[],
): Promise<ItemNow> {
  const { key, record } = await writer.recordNow(session, 'ConfigurationItem', id, [
    ...fields,
    'type',
    'company',
  ])
  const company = record.has(['company']) ? record.get('company') : null
  const companyKey = company === null ? undefined : parseId(company.id)?.key
  if (companyKey === undefined)
    throw new GatewayError('NOT_SUPPORTED', 'The item has no company that can be read.', { argument: 'id' })
  return { key, company: companyKey, record }
}

function baseline({ record, company }: ItemNow, fields: readonly ItemField[]) {
  return {
    ...Object.fromEntries(fields.map((field) => [field, comparable(record.get(field))])),
    company,
  }
}

const PLACES = { site: 'Site', contact: 'Contact' } as const

/** A field of now as a person reads it. */
async function shownNow(
  { readMany }: ItemWriter,
  session: VendorSession,
  { record }: ItemNow,
  field: ItemField,
): Promise<unknown> {
  if (field !== 'site' && field !== 'contact') return record.get(field)
  const key = comparable(record.get(field))
  if (typeof key !== 'string') return null
  const [found] = await readMany(session, PLACES[field], [key], new Set(['name']))
  return found instanceof Error || !found?.has(['name']) ? key : found.get('name')
}

async function productOf(writer: ItemWriter, session: VendorSession, wanted: string): Promise<NamedValue> {
  expectKept(writer, 'product')
  if (writer.product === undefined) throw badInput('product', 'no product', wanted)
  return writer.product(session, wanted)
}

function expectKept(writer: ItemWriter, field: ItemField | 'product'): void {
  const reason = writer.refused[field]
  if (reason !== undefined) throw new GatewayError('NOT_SUPPORTED', reason, { argument: field })
}

/** Every field that was given, as it may be written to an item of this company. */
async function checked(
  writer: ItemWriter,
  session: VendorSession,
  company: string,
  fields: ConfigurationItemFields,
): Promise<ItemChange> {
  for (const field of namesOf(fields)) {
    expectKept(writer, field)
    if (fields[field] !== null) continue
    if (field === 'name' || field === 'active') throw badInput(field, 'a value: every item has one', null)
    const reason = writer.kept[field]
    if (reason !== undefined) throw new GatewayError('NOT_SUPPORTED', reason, { argument: field })
  }
  const texts = TEXTS.flatMap((field) => {
    const value = fields[field]
    if (value === undefined) return []
    return [[field, value === null ? null : oneLine(value, field, writer.max[field])] as const]
  })
  const { warrantyEndsOn, active, site, contact } = fields
  return {
    ...Object.fromEntries(texts),
    ...(warrantyEndsOn === undefined
      ? {}
      : { warrantyEndsOn: warrantyEndsOn === null ? null : dayOf(warrantyEndsOn, 'warrantyEndsOn') }),
    ...(active === undefined ? {} : { active }),
    ...(site === undefined ? {} : { site: await place(writer, session, company, site, 'site') }),
    ...(contact === undefined ? {} : { contact: await place(writer, session, company, contact, 'contact') }),
  }
}

/** @throws GatewayError BAD_USER_INPUT for one of another company: a PSA may move the item there without a word. */
async function place(
  { keyOf, readMany }: ItemWriter,
  session: VendorSession,
  company: string,
  id: string | null,
  field: 'site' | 'contact',
): Promise<Place | null> {
  if (id === null) return null
  const type = PLACES[field]
  const key = keyOf(session, id, type, field)
  const [found] = (await readMany(session, type, [key], new Set(['name', 'company']))) as (
    | VendorRecord
    | null
    | undefined
    | Error
  )[]
  if (found instanceof Error) throw found
  const theirs = found?.has(['company']) ? comparable(found.get('company')) : undefined
  if (theirs !== company) throw new UnfitRecord(field, `a ${type} of the same company`, id)
  return { key, name: found?.has(['name']) ? String(found.get('name') ?? key) : key }
}

function dayOf(value: string, argument: string): string {
  const at = Date.parse(`${value}T00:00:00Z`)
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== value)
    throw badInput(argument, 'a day as YYYY-MM-DD', value)
  return value
}
