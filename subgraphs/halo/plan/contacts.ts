import { badInput, GatewayError } from '../../../schema/errors.ts'
import { parseId } from '../../../schema/ids.ts'
import type {
  ContactFields,
  CreateContactInput,
  FieldChange,
  PlanDraft,
  UpdateContactInput,
} from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { recordDraft } from '../../planning/draft.ts'
import { textOf } from '../../planning/texts.ts'
import { companyNow } from './people.ts'
import { recordNow } from './record-now.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

const MEMBERS: Readonly<Record<keyof ContactFields, string>> = {
  firstName: 'firstname',
  lastName: 'surname',
  email: 'emailaddress',
  phone: 'phonenumber',
  title: 'title',
  active: 'inactive',
}

export async function planCreateContact(
  session: VendorSession,
  input: CreateContactInput,
): Promise<PlanDraft> {
  const key = keyOf(session, input.company, 'Company', 'company')
  const company = await companyNow(session, key)
  if (company.site === null) {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'A contact of HaloPSA belongs to a site, and this company has no main one.',
      {
        argument: 'company',
      },
    )
  }
  const fields = written(input)
  const name = fullName(fields.firstName, fields.lastName)
  const content = {
    firstname: fields.firstName,
    ...(fields.lastName == null ? {} : { surname: fields.lastName }),
    ...(fields.email == null ? {} : { emailaddress: fields.email }),
  }
  const created = step({
    path: '/Users',
    element: {
      name,
      ...content,
      ...(fields.phone == null ? {} : { phonenumber: fields.phone }),
      ...(fields.title == null ? {} : { title: fields.title }),
      ...(input.active === undefined ? {} : { inactive: !input.active }),
      site_id: company.site,
      sendwelcomeemail: false,
    },
    except: ['name'],
    target: { type: 'Company', key },
    creates: 'Contact',
    summary: `Adds a contact to ${company.shown}.`,
    reconcile: { by: 'FINGERPRINT', parent: { type: 'Company', key }, content },
  })
  const shown: readonly (readonly [string, string | null | undefined])[] = [
    ...(['firstName', 'lastName', 'email', 'phone', 'title'] as const).map(
      (field) => [field, fields[field]] as const,
    ),
    ['company', company.shown],
  ]
  return recordDraft({
    steps: [created],
    changes: shown.flatMap(([field, after]) =>
      after == null ? [] : [{ target: null, field, before: null, after }],
    ),
    baseline: [],
    company: key,
  })
}

const FIELDS = ['firstName', 'lastName', 'email', 'phone', 'title', 'active'] as const

export async function planUpdateContact(
  session: VendorSession,
  input: UpdateContactInput,
): Promise<PlanDraft> {
  const { key, record } = await recordNow(session, 'Contact', input.id, [...FIELDS, 'company'])
  const wanted = written(input)
  const changed = FIELDS.filter(
    (field) => wanted[field] !== undefined && (wanted[field] ?? null) !== record.get(field),
  )
  if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The contact already is as asked.')
  const target = { type: 'Contact', key } as const
  const renamed = changed.includes('firstName') || changed.includes('lastName')
  const after = (field: 'firstName' | 'lastName') =>
    wanted[field] === undefined ? record.get(field) : wanted[field]
  const company = record.get('company')
  return recordDraft({
    steps: [
      step({
        path: '/Users',
        element: {
          id: Number(key),
          // The name that people see does not follow its parts by any word of the document.
          ...(renamed ? { name: fullName(after('firstName'), after('lastName')) } : {}),
          ...Object.fromEntries(
            changed.map((field) => [
              MEMBERS[field],
              field === 'active' ? wanted.active !== true : (wanted[field] ?? ''),
            ]),
          ),
        },
        except: ['name'],
        target,
        creates: null,
        summary: `Changes ${changed.join(', ')} of contact #${key}.`,
        reconcile: {
          by: 'VALUES',
          target,
          planned: Object.fromEntries(changed.map((field) => [field, wanted[field] ?? null])),
        },
      }),
    ],
    changes: changed.map(
      (field): FieldChange => ({
        target,
        field,
        before: words(record.get(field)),
        after: words(wanted[field] ?? null),
      }),
    ),
    baseline: [
      {
        target,
        version: null,
        fields: Object.fromEntries(
          [...new Set([...changed, 'active' as const])].map((field) => [field, record.get(field)]),
        ),
        kind: 'UPDATE',
      },
    ],
    sideEffects: changed.includes('email')
      ? ['Mail to this contact goes to the new address from then on.']
      : [],
    company: company === null ? null : (parseId(company.id)?.key ?? null),
  })
}

/** The members given, each checked; null clears. */
function written(input: ContactFields): ContactFields {
  const found: Record<string, string | boolean | null> = {}
  for (const field of FIELDS) {
    const value = input[field]
    if (value === undefined) continue
    if (value === null && (field === 'firstName' || field === 'active'))
      throw badInput(field, 'a value: every contact has one', null)
    found[field] = typeof value === 'string' ? line(value, field) : value
  }
  return found as ContactFields
}

const MAX_LINE = 255

function line(value: string, field: string): string {
  const text = textOf(value, field).trim()
  if (text.length > MAX_LINE || text.includes('\n'))
    throw badInput(field, `one line of at most ${MAX_LINE} characters`, value)
  if (field === 'email' && !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text))
    throw badInput(field, 'one mail address', value)
  return text
}

function fullName(...parts: readonly (string | null | undefined)[]): string {
  return parts.filter((part) => part != null && part !== '').join(' ')
}

function words(value: string | boolean | null): string | null {
  return value === null ? null : String(value)
}
