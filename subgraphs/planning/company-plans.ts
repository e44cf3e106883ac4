import { badInput, GatewayError } from '../../schema/errors.ts'
import type {
  CompanyFields,
  CreateCompanyInput,
  PlanDraft,
  PlannedStep,
  UpdateCompanyInput,
} from '../../schema/plan.ts'
import type { NamedValue } from '../../schema/records.ts'
import type { VendorSession } from '../../schema/source.ts'
import { comparable } from './comparable.ts'
import { recordDraft } from './draft.ts'
import { type Enumerated, enumerated } from './facts.ts'
import type { recordReader } from './record-now.ts'
import { flatChange, oneLine } from './texts.ts'

export type CompanyField = keyof CompanyFields
type Text = Exclude<CompanyField, 'status' | 'active'>
/** What is written of a company, checked; null clears. */
export type CompanyChange = Readonly<
  Partial<Record<Text, string | null>> & { status?: NamedValue; active?: boolean; accountManager?: string }
>

const TEXTS = ['name', 'identifier', 'phone', 'website'] as const satisfies readonly Text[]
const FIELDS = [...TEXTS, 'status', 'active'] as const satisfies readonly CompanyField[]

/** How one vendor writes companies; what is planned around it is the same everywhere. */
export interface CompanyWriter {
  readonly vendor: string
  /** Longest texts. */
  readonly max: Readonly<Partial<Record<Text, number>>>
  /** What it does not keep, or does not take, with the reason. */
  readonly refused: Readonly<Partial<Record<CompanyField | 'accountManager', string>>>
  /** What a company can't be without. */
  readonly required: readonly (CompanyField | 'accountManager')[]
  readonly recordNow: ReturnType<typeof recordReader>
  /** Key of a member of this connection. */
  memberKey(session: VendorSession, id: string): string
  /** A status by key or name. @throws GatewayError BAD_USER_INPUT with those that there are */
  status(session: VendorSession, wanted: string): Promise<NamedValue>
  create(session: VendorSession, change: CompanyChange): Promise<PlannedStep> | PlannedStep
  update(
    session: VendorSession,
    key: string,
    change: CompanyChange,
    summary: string,
  ): Promise<PlannedStep> | PlannedStep
  readonly onCreate?: readonly string[]
}

export function companyPlans(writer: CompanyWriter) {
  return {
    async createCompany(session: VendorSession, input: CreateCompanyInput): Promise<PlanDraft> {
      const { connection: _connection, accountManager, ...fields } = input
      for (const field of writer.required)
        if (input[field] == null)
          throw badInput(field, `a value: ${writer.vendor} requires one`, input[field])
      if (accountManager !== undefined) expectTaken(writer, 'accountManager')
      const change: CompanyChange = {
        ...(await checked(writer, session, fields)),
        ...(accountManager === undefined
          ? {}
          : { accountManager: writer.memberKey(session, accountManager) }),
      }
      return recordDraft({
        steps: [await writer.create(session, change)],
        changes: [...FIELDS, 'accountManager' as const].flatMap((field) =>
          change[field] == null ? [] : [flatChange(null, field, null, change[field])],
        ),
        baseline: [],
        sideEffects: writer.onCreate ?? [],
        // A scope that goes by companies knows nothing of one that does not exist.
        company: undefined,
        enumerated: valuesOf(change),
      })
    },

    async updateCompany(session: VendorSession, { id, ...fields }: UpdateCompanyInput): Promise<PlanDraft> {
      const { key, record } = await writer.recordNow(session, 'Company', id, FIELDS)
      const wanted = await checked(writer, session, fields)
      const changed = FIELDS.filter(
        (field) => wanted[field] !== undefined && comparable(wanted[field]) !== comparable(record.get(field)),
      )
      if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The company already is as asked.')
      const change = Object.fromEntries(changed.map((field) => [field, wanted[field]])) as CompanyChange
      const target = { type: 'Company', key } as const
      return recordDraft({
        steps: [
          await writer.update(session, key, change, `Changes ${changed.join(', ')} of company #${key}.`),
        ],
        changes: changed.map((field) => flatChange(target, field, record.get(field), change[field])),
        baseline: [
          {
            target,
            version: null,
            fields: Object.fromEntries(changed.map((field) => [field, comparable(record.get(field))])),
            kind: 'UPDATE',
          },
        ],
        company: key,
        enumerated: valuesOf(change),
      })
    },
  }
}

/** Under the names and in the form that reconciliation reads them. */
export function plannedValues(change: CompanyChange): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(change).map(([field, value]) => [field, comparable(value)]))
}

function valuesOf({ status }: CompanyChange): readonly Enumerated[] {
  return status == null ? [] : [enumerated('status', status.name, status.key)]
}

function expectTaken(writer: CompanyWriter, field: CompanyField | 'accountManager'): void {
  const reason = writer.refused[field]
  if (reason !== undefined) throw new GatewayError('NOT_SUPPORTED', reason, { argument: field })
}

async function checked(
  writer: CompanyWriter,
  session: VendorSession,
  fields: CompanyFields,
): Promise<CompanyChange> {
  for (const field of FIELDS) if (fields[field] !== undefined) expectTaken(writer, field)
  const texts = TEXTS.flatMap((field) => {
    const value = fields[field]
    if (value === undefined) return []
    if (value === null && writer.required.includes(field))
      throw badInput(field, `a value: ${writer.vendor} requires one`, null)
    return [[field, value === null ? null : oneLine(value, field, writer.max[field])] as const]
  })
  return {
    ...Object.fromEntries(texts),
    ...(fields.status === undefined ? {} : { status: await writer.status(session, fields.status) }),
    ...(fields.active === undefined ? {} : { active: fields.active }),
  }
}
