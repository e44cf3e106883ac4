import { badInput, GatewayError, UnfitRecord } from '../../../schema/errors.ts'
import type {
  ContactFields,
  CreateContactInput,
  FieldChange,
  PlanDraft,
  UpdateContactInput,
} from '../../../schema/plan.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { NO_MAIL } from '../../planning/mail.ts'
import { list } from '../../planning/texts.ts'
import { readRow } from '../client.ts'
import { CONTACTS_ONLY } from '../people.ts'
import { type Row, valueAt } from '../rows.ts'
import { referred } from './people.ts'
import { step } from './steps.ts'
import { lineOf } from './texts.ts'
import { keyOf, versionOf } from './ticket-now.ts'

/** tables.json, sys_user. */
const COLUMNS = {
  firstName: { column: 'first_name', max: 50 },
  lastName: { column: 'last_name', max: 50 },
  email: { column: 'email', max: 100 },
  phone: { column: 'phone', max: 40 },
  title: { column: 'title', max: 60 },
  active: { column: 'active', max: 5 },
} as const
type Field = keyof typeof COLUMNS
const FIELDS = Object.keys(COLUMNS) as readonly Field[]

/** A row without a login name: portal access is never given (API.md 13, Contact). */
export async function planCreateContact(
  session: VendorSession,
  { company, ...fields }: CreateContactInput,
): Promise<PlanDraft> {
  const key = keyOf(session, company, 'Company', 'company')
  const home = await referred(session, 'Company', key, 'company')
  await expectClient(session, key)
  const columns = columnsOf(fields)
  if (columns.last_name === undefined && columns.email === undefined)
    throw badInput('lastName', 'a last name or a mail address', undefined)
  const content = { ...columns, company: key }
  const target: TargetRef = { type: 'Company', key }
  return {
    ...EMPTY,
    steps: [
      step(session, {
        method: 'POST',
        table: 'sys_user',
        body: content,
        target,
        creates: 'Contact',
        summary: `Adds a contact to ${home.record === null ? 'a company' : 'the company'}, without a login.`,
        reconcile: { by: 'FINGERPRINT', parent: target, content },
      }),
    ],
    changes: [
      { target: null, field: 'company', before: null, after: home.shown },
      ...FIELDS.flatMap((field): FieldChange[] => {
        const after = columns[COLUMNS[field].column]
        return after === undefined ? [] : [{ target: null, field, before: null, after }]
      }),
    ],
    sideEffects: ['The contact is a row of the user table; it has no login name and no role.'],
    facts: {
      ...EMPTY.facts,
      company: key,
      companies: [key],
      reaches: [{ company: key, notApplicable: ['board'] }],
    },
  }
}

export async function planUpdateContact(
  session: VendorSession,
  { id, ...fields }: UpdateContactInput,
): Promise<PlanDraft> {
  const key = keyOf(session, id, 'Contact', 'id')
  const now = await contactNow(session, key)
  const wanted = columnsOf(fields)
  const changed = FIELDS.filter((field) => {
    const { column } = COLUMNS[field]
    return wanted[column] !== undefined && wanted[column] !== (now.values[column] ?? '')
  })
  if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The contact already is as asked.')
  // "" clears no column of choices (API.md 5), and the dictionary has the job title as one.
  if (changed.includes('title') && wanted.title === '') {
    throw new GatewayError('NOT_SUPPORTED', 'ServiceNow cannot clear a job title: give another one.', {
      argument: 'title',
    })
  }
  const columns = Object.fromEntries(
    changed.map((field) => [COLUMNS[field].column, wanted[COLUMNS[field].column] as string]),
  )
  const target: TargetRef = { type: 'Contact', key }
  const company = valueAt(now, 'company')
  return {
    ...EMPTY,
    steps: [
      step(session, {
        method: 'PATCH',
        table: 'sys_user',
        sysId: key,
        body: columns,
        target,
        creates: null,
        summary: `Changes ${list(changed)} of a contact.`,
        reconcile: {
          by: 'VALUES',
          target,
          planned: Object.fromEntries(changed.map((field) => [field, planned(field, columns)])),
        },
      }),
    ],
    changes: changed.map((field) => ({
      target,
      field,
      before: valueAt(now, COLUMNS[field].column),
      after: columns[COLUMNS[field].column] || null,
    })),
    baseline: [
      {
        target,
        version: versionOf(now),
        fields: contactBaseline(now, [...changed, 'company', 'active']),
        kind: 'UPDATE',
      },
    ],
    sideEffects: [
      ...(changed.includes('email') ? ['Mail to this contact goes to the new address from then on.'] : []),
      ...(changed.includes('active')
        ? ['The row is also a login, if it has a user name: that follows.']
        : []),
    ],
    facts: {
      ...EMPTY.facts,
      company,
      companies: company === null ? [] : [company],
      // A contact stands on no board.
      reaches: [{ company, notApplicable: ['board'] }],
    },
  }
}

/** The row, and only while it is a client's: staff and integrations stand in the same table. */
export async function contactNow(session: VendorSession, key: string): Promise<Row> {
  const row = await readRow(
    session,
    'sys_user',
    key,
    [
      ...FIELDS.map((field) => COLUMNS[field].column),
      'company',
      'sys_mod_count',
      'sys_updated_on',
      ...CONTACTS_ONLY.paths,
    ],
    { group: 'Contacts', kind: 'READ', fields: [...FIELDS, 'company'].toSorted() },
  )
  if (row === undefined || !CONTACTS_ONLY.admits(row))
    throw new GatewayError('NOT_FOUND', 'No such contact.', { argument: 'id' })
  return row
}

/** Contact values under the schema's names, as baselines and reconciliation compare them. */
export function contactBaseline(row: Row, fields: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...new Set(fields)].map((field) => {
      if (field === 'company') return [field, valueAt(row, 'company')]
      const known = FIELDS.find((one) => one === field)
      return [field, known === undefined ? null : planned(known, row.values)]
    }),
  )
}

function planned(field: Field, values: Readonly<Record<string, string>>): unknown {
  const value = values[COLUMNS[field].column]
  if (field === 'active') return value === undefined || value === '' ? null : value === 'true'
  return value === undefined || value === '' ? null : value
}

function columnsOf(fields: ContactFields): Record<string, string> {
  const columns: Record<string, string> = {}
  for (const field of FIELDS) {
    const value = fields[field]
    const { column, max } = COLUMNS[field]
    if (value === undefined) continue
    if (typeof value === 'boolean') columns[column] = String(value)
    else if (value === null || value === '') columns[column] = ''
    else columns[column] = lineOf(value, field, max)
  }
  if (columns.email !== undefined && columns.email !== '' && !/^[^\s@]+@[^\s@]+$/.test(columns.email))
    throw badInput('email', 'a mail address', columns.email)
  return columns
}

/** Somebody of a company that is no customer would be a colleague. */
export async function expectClient(session: VendorSession, key: string): Promise<void> {
  const row = await readRow(session, 'core_company', key, ['customer'], {
    group: 'Companies',
    kind: 'READ',
    fields: [],
  })
  if (row?.values.customer !== 'true') throw new UnfitRecord('company', 'a company that is a customer', key)
}

const EMPTY = {
  baseline: [],
  warnings: [],
  clientMail: NO_MAIL,
  facts: {
    company: null,
    companies: [],
    board: null,
    reaches: [],
    priorityRank: null,
    closes: false,
    reopens: false,
    clientMail: 'NO',
    billableHours: 0,
    values: {},
  },
  ticket: null,
} as const satisfies Partial<PlanDraft>
