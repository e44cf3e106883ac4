import { badInput, GatewayError } from '../../../schema/errors.ts'
import type {
  ContactFields,
  CreateContactInput,
  DeleteInput,
  FieldChange,
  PlanDraft,
  UpdateContactInput,
} from '../../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { comparableValues } from '../../planning/comparable.ts'
import { recordDraft } from '../../planning/draft.ts'
import { list } from '../../planning/texts.ts'
import { WHOLE } from '../../planning/whole.ts'
import { referred } from './people.ts'
import { keyIn, recordNow } from './record-now.ts'
import { deletionStep, lineOf, MAX_EXTERNAL_ID, step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

type Field = keyof ContactFields

const MEMBERS: Readonly<Record<Field, string>> = {
  firstName: 'firstName',
  lastName: 'lastName',
  email: 'emailAddress',
  phone: 'phone',
  title: 'title',
  active: 'isActive',
}

/** Names: API.md 13. The others have no length there; these are what the metadata of a tenant gives. */
const MAX: Readonly<Record<Exclude<Field, 'active'>, number>> = {
  firstName: 20,
  lastName: 20,
  email: 254,
  phone: 25,
  title: 50,
}

const FIELDS = Object.keys(MEMBERS) as readonly Field[]

/** Contacts are read at the root and written below their company (API.md 13). */
export async function planCreateContact(
  session: VendorSession,
  input: CreateContactInput,
  actor: PlanActor,
): Promise<PlanDraft> {
  const companyKey = keyOf(session, input.company, 'Company', 'company')
  const { after: company } = await referred(session, 'Company', companyKey, 'company')
  if (input.lastName == null) throw badInput('lastName', 'a last name: Autotask requires one', input.lastName)
  const given = FIELDS.filter((field) => input[field] !== undefined && input[field] !== null)
  const content = Object.fromEntries(given.map((field) => [MEMBERS[field], wireValue(field, input[field])]))
  const target = { type: 'Company', key: companyKey } as const
  const correlation = actor.correlation.slice(0, MAX_EXTERNAL_ID)
  return recordDraft({
    steps: [
      step({
        method: 'POST',
        path: `/Companies/${companyKey}/Contacts`,
        // Required; a contact that is not said to have left is there.
        body: { isActive: 1, ...content, externalID: correlation },
        except: ['externalID', ...(input.active === undefined ? ['active'] : [])],
        target,
        creates: 'Contact',
        summary: `Adds a contact to ${company.shown}.`,
        // Nothing else of a contact tells who made it.
        reconcile: { by: 'CORRELATION', field: 'externalID', value: correlation },
      }),
    ],
    changes: [
      ...given.map((field) => change(null, field, null, input[field])),
      { target: null, field: 'company', before: null, after: company.shown },
    ],
    baseline: [],
    company: companyKey,
  })
}

export async function planUpdateContact(
  session: VendorSession,
  input: UpdateContactInput,
): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'Contact', input.id, [...FIELDS, 'company'])
  const company = companyOf(record)
  const changed = FIELDS.filter((field) => {
    const value = input[field]
    return value !== undefined && (value === '' ? null : value) !== record.get(field)
  })
  if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The contact already is as asked.')
  const target = { type: 'Contact', key } as const
  const planned = Object.fromEntries(
    changed.map((field) => [field, input[field] === '' ? null : input[field]]),
  )
  return recordDraft({
    steps: [
      step({
        method: 'PATCH',
        path: `/Companies/${company}/Contacts`,
        body: {
          id: Number(key),
          ...Object.fromEntries(changed.map((field) => [MEMBERS[field], wireValue(field, input[field])])),
        },
        except: [],
        target,
        creates: null,
        summary: `Changes ${list(changed)} of contact #${key}.`,
        reconcile: { by: 'VALUES', target, planned },
      }),
    ],
    changes: changed.map((field) => change(target, field, record.get(field), input[field])),
    baseline: [
      {
        target,
        version: null,
        fields: {
          ...Object.fromEntries(
            [...new Set<Field>([...changed, 'active'])].map((field) => [field, record.get(field)]),
          ),
          company,
        },
        kind: 'UPDATE',
      },
    ],
    sideEffects: changed.includes('email')
      ? ['Mail to this contact goes to the new address from then on.']
      : [],
    company,
  })
}

export async function planDeleteContact(session: VendorSession, { id }: DeleteInput): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'Contact', id, WHOLE.Contact)
  const company = companyOf(record)
  const target = { type: 'Contact', key } as const
  return recordDraft({
    steps: [deletionStep(`/Companies/${company}/Contacts/${key}`, target, `Deletes contact #${key}.`)],
    changes: [{ target, field: 'name', before: record.get('name'), after: null }],
    baseline: [{ target, version: null, fields: comparableValues(record, WHOLE.Contact), kind: 'UPDATE' }],
    sideEffects: ['Tickets of this contact lose it. Autotask refuses when records still need it.'],
    company,
  })
}

/** The company stands in the path: without it a contact cannot be written. */
function companyOf(record: { has(fields: string[]): boolean }): string {
  const key = keyIn(record, 'company')
  if (key !== null) return key
  throw new GatewayError(
    'NOT_SUPPORTED',
    'The contact has no company that can be read, and is written below it.',
    {
      argument: 'id',
    },
  )
}

function wireValue(field: Field, value: unknown): unknown {
  if (field === 'active') {
    if (typeof value !== 'boolean') throw badInput('active', 'true or false', value)
    // An integer here, where a boolean cannot be parsed (API.md 5).
    return value ? 1 : 0
  }
  if (value === null || value === undefined || value === '') {
    if (field === 'firstName' || field === 'lastName')
      throw badInput(field, 'a name: Autotask requires one', value)
    return null
  }
  const text = lineOf(value, field, MAX[field])
  if (field === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) throw badInput('email', 'a mail address', value)
  return text
}

function change(target: FieldChange['target'], field: Field, before: unknown, after: unknown): FieldChange {
  return { target, field, before: words(before), after: words(after) }
}

function words(value: unknown): string | null {
  return value === null || value === undefined || value === '' ? null : String(value)
}
