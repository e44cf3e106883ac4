import { badInput, GatewayError } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type {
  CreateSiteInput,
  DeleteInput,
  PlanDraft,
  PlannedStep,
  SiteFields,
  UpdateSiteInput,
} from '../../schema/plan.ts'
import type { SiteValues, VendorRecord } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { changedFields } from './changes.ts'
import { recordDraft } from './draft.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, textOf } from './texts.ts'

export type SiteField = keyof SiteFields
/** What is written of a site, checked; null clears. */
export type SiteChange = Readonly<Partial<Record<SiteField, string | boolean | null>>>

const FIELDS = ['name', 'phone', 'street', 'city', 'state', 'postalCode', 'active'] as const

interface SiteNow {
  readonly key: string
  readonly company: string
  readonly record: VendorRecord<SiteValues>
}

/** How one vendor writes sites; what is planned around it is the same everywhere. */
export interface SiteWriter {
  /** In sentences. */
  readonly vendor: string
  /** Longest texts; a street, line by line. A field that is not here is not kept by the vendor. */
  readonly max: Readonly<Partial<Record<Exclude<SiteField, 'active'>, number>>>
  /** False where nothing tells a site that is no longer in use. */
  readonly keepsActive: boolean
  /** Lines that a street may have. */
  readonly streetLines: number
  readonly recordNow: ReturnType<typeof recordReader>
  companyKey(session: VendorSession, id: string): string
  /** The company's name for people. @throws GatewayError BAD_USER_INPUT when there is no such company */
  companyShown(session: VendorSession, key: string): Promise<string>
  create(session: VendorSession, company: string, change: SiteChange, summary: string): PlannedStep
  update(session: VendorSession, now: SiteNow, change: SiteChange, summary: string): PlannedStep
  remove(session: VendorSession, now: SiteNow, summary: string): PlannedStep
  readonly onCreate?: readonly string[]
}

export function sitePlans(writer: SiteWriter) {
  return {
    async createSite(
      session: VendorSession,
      { company: id, ...fields }: CreateSiteInput,
    ): Promise<PlanDraft> {
      const company = writer.companyKey(session, id)
      const shown = await writer.companyShown(session, company)
      const change = checked(writer, fields)
      return recordDraft({
        steps: [writer.create(session, company, change, `Adds a site to ${shown}.`)],
        changes: [
          ...FIELDS.flatMap((field) =>
            change[field] == null ? [] : [flatChange(null, field, null, change[field])],
          ),
          { target: null, field: 'company', before: null, after: shown },
        ],
        baseline: [],
        sideEffects: writer.onCreate ?? [],
        company,
      })
    },

    async updateSite(session: VendorSession, { id, ...fields }: UpdateSiteInput): Promise<PlanDraft> {
      const now = await siteNow(writer, session, id)
      const wanted = checked(writer, fields)
      const changed = changedFields(FIELDS, wanted, now.record)
      if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The site already is as asked.')
      const change = Object.fromEntries(changed.map((field) => [field, wanted[field] ?? null]))
      const target = { type: 'Site', key: now.key } as const
      return recordDraft({
        steps: [writer.update(session, now, change, `Changes ${changed.join(', ')} of site #${now.key}.`)],
        changes: changed.map((field) => flatChange(target, field, now.record.get(field), change[field])),
        baseline: [{ target, version: null, fields: baseline(now, changed), kind: 'UPDATE' }],
        company: now.company,
      })
    },

    async deleteSite(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
      const now = await siteNow(writer, session, id)
      const target = { type: 'Site', key: now.key } as const
      return recordDraft({
        steps: [writer.remove(session, now, `Deletes site #${now.key}.`)],
        changes: [flatChange(target, 'name', now.record.get('name'), null)],
        // No version marker of a site is read: every field of it is compared instead.
        baseline: [{ target, version: null, fields: baseline(now, FIELDS), kind: 'UPDATE' }],
        sideEffects: [`${writer.vendor} refuses while records still need the site.`],
        company: now.company,
      })
    },
  }
}

async function siteNow(writer: SiteWriter, session: VendorSession, id: string): Promise<SiteNow> {
  const { key, record } = await writer.recordNow(session, 'Site', id, [...FIELDS, 'company'])
  const company = record.has(['company']) ? record.get('company') : null
  const companyKey = company === null ? undefined : parseId(company.id)?.key
  if (companyKey === undefined)
    throw new GatewayError('NOT_SUPPORTED', 'The site has no company that can be read.', { argument: 'id' })
  return { key, company: companyKey, record }
}

function baseline({ record, company }: SiteNow, fields: readonly SiteField[]) {
  return { ...Object.fromEntries(fields.map((field) => [field, record.get(field)])), company }
}

/** Every field that was given, as it may be written. */
function checked(writer: SiteWriter, fields: SiteFields): SiteChange {
  const found: Partial<Record<SiteField, string | boolean | null>> = {}
  for (const field of FIELDS) {
    const value = fields[field]
    if (value === undefined) continue
    if (value === null && (field === 'name' || field === 'active'))
      throw badInput(field, 'a value: every site has one', null)
    if (field === 'active' && !writer.keepsActive) {
      throw new GatewayError('NOT_SUPPORTED', `${writer.vendor} does not keep whether a site is in use.`, {
        argument: field,
      })
    }
    found[field] = typeof value === 'string' && field !== 'active' ? lines(writer, value, field) : value
  }
  return found
}

function lines(writer: SiteWriter, value: string, field: Exclude<SiteField, 'active'>): string {
  const most = field === 'street' ? writer.streetLines : 1
  const max = writer.max[field] ?? Number.POSITIVE_INFINITY
  const text = textOf(value, field).trim()
  const each = text.split('\n')
  if (each.length > most || each.some((line) => line.length > max || line.trim() === ''))
    throw badInput(
      field,
      `${most === 1 ? 'one line' : `1 to ${most} lines`} of at most ${max} characters`,
      value,
    )
  return text
}

/** First and second line of a street, as vendors with two fields keep it; null where there is none. */
export function streetLines(street: string | boolean | null): readonly [string | null, string | null] {
  const [first = null, second = null] = typeof street === 'string' ? street.split('\n') : []
  return [first, second]
}
