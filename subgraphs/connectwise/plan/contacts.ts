import { badInput, GatewayError } from '../../../schema/errors.ts'
import type {
  ContactFields,
  CreateContactInput,
  FieldChange,
  PlanDraft,
  UpdateContactInput,
} from '../../../schema/plan.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { unavailable } from '../../http/errors.ts'
import { recordDraft } from '../../planning/draft.ts'
import { textOf } from '../../planning/texts.ts'
import { readList } from '../client.ts'
import { compare, fieldPath, integer } from '../conditions.ts'
import { communication } from '../entities/contact.ts'
import { communicationTypes } from '../reference.ts'
import { type ContactBody, contact as shape } from '../schema.ts'
import { referred } from './people.ts'
import { step } from './steps.ts'
import { keyOf } from './ticket-now.ts'

/** ConnectWise's limits of names and title (its API description, Contact). */
const MAX_TEXT = { firstName: 30, lastName: 30, title: 100 } as const

type Communication = 'Email' | 'Phone'

export async function planCreateContact(
  session: VendorSession,
  input: CreateContactInput,
): Promise<PlanDraft> {
  const companyKey = keyOf(session, input.company, 'Company', 'company')
  const company = await referred(session, 'Company', companyKey, 'company')
  const names = {
    firstName: short(input.firstName, 'firstName'),
    ...(input.lastName == null ? {} : { lastName: short(input.lastName, 'lastName') }),
    ...(input.title == null ? {} : { title: short(input.title, 'title') }),
  }
  const items = [
    ...(input.email == null ? [] : [await newItem(session, 'Email', emailOf(input.email))]),
    ...(input.phone == null ? [] : [await newItem(session, 'Phone', textOf(input.phone, 'phone'))]),
  ]
  const body = {
    ...names,
    company: { id: Number(companyKey) },
    ...(input.active === undefined ? {} : { inactiveFlag: !input.active }),
    ...(items.length === 0 ? {} : { communicationItems: items }),
  }
  const created = step(session, {
    method: 'POST',
    path: '/company/contacts',
    body,
    except: [...(input.email == null ? ['email'] : []), ...(input.phone == null ? ['phone'] : [])],
    target: { type: 'Company', key: companyKey },
    creates: 'Contact',
    summary: `Adds a contact to ${company.shown}.`,
    reconcile: { by: 'FINGERPRINT', parent: { type: 'Company', key: companyKey }, content: names },
  })
  const shown: readonly (readonly [string, string | null | undefined])[] = [
    ['firstName', input.firstName],
    ['lastName', input.lastName],
    ['email', input.email],
    ['phone', input.phone],
    ['title', input.title],
    ['company', company.shown],
  ]
  return recordDraft({
    steps: [created],
    changes: shown.flatMap(([field, after]) =>
      after == null ? [] : [{ target: null, field, before: null, after }],
    ),
    baseline: [],
    company: companyKey,
  })
}

export async function planUpdateContact(
  session: VendorSession,
  input: UpdateContactInput,
): Promise<PlanDraft> {
  const key = keyOf(session, input.id, 'Contact', 'id')
  const now = await contactNow(session, key)
  const before: Required<{ [F in keyof ContactFields]: string | boolean | null }> = {
    firstName: now.firstName ?? null,
    lastName: now.lastName ?? null,
    email: communication(now, 'Email'),
    phone: communication(now, 'Phone'),
    title: now.title ?? null,
    active: now.inactiveFlag !== true,
  }
  const changed = (Object.keys(before) as (keyof ContactFields)[]).filter(
    (field) => input[field] !== undefined && input[field] !== before[field],
  )
  if (changed.length === 0) throw new GatewayError('NO_CHANGE', 'The contact already is as asked.')
  if (changed.includes('firstName') && (input.firstName as string | null) === null) {
    throw badInput('firstName', 'a first name: every contact has one', null)
  }
  const operations = changed.flatMap((field): object[] => {
    const value = input[field]
    if (field === 'active') return [{ op: 'replace', path: 'inactiveFlag', value: value !== true }]
    if (field === 'email' || field === 'phone') return []
    return [
      value === null
        ? { op: 'remove', path: field }
        : { op: 'replace', path: field, value: short(value as string, field) },
    ]
  })
  const items = await itemsAfter(session, now, input, changed)
  if (items !== null) operations.push({ op: 'replace', path: 'communicationItems', value: items })
  const target = { type: 'Contact', key } as const
  return recordDraft({
    steps: [
      step(session, {
        method: 'PATCH',
        path: `/company/contacts/${key}`,
        body: operations,
        // The array repeats what it does not change.
        except: (['email', 'phone'] as const).filter((field) => !changed.includes(field)),
        target,
        creates: null,
        summary: `Changes ${changed.join(', ')} of contact #${key}.`,
        reconcile: {
          by: 'VALUES',
          target,
          planned: Object.fromEntries(changed.map((field) => [field, input[field] ?? null])),
        },
      }),
    ],
    changes: changed.map(
      (field): FieldChange => ({
        target,
        field,
        before: words(before[field]),
        after: words(input[field] ?? null),
      }),
    ),
    baseline: [
      {
        target,
        version: now._info?.lastUpdated ?? null,
        fields: Object.fromEntries(
          [...new Set([...changed, 'active' as const])].map((field) => [field, before[field]]),
        ),
        kind: 'UPDATE',
      },
    ],
    sideEffects: changed.includes('email')
      ? ['Mail to this contact goes to the new address from then on.']
      : [],
    company: now.company === null ? null : String(now.company.id),
  })
}

async function contactNow(session: VendorSession, key: string): Promise<ContactBody> {
  const [row] = await readList(session, {
    path: '/company/contacts',
    query: [
      ['conditions', compare(fieldPath('id'), '=', integer('id', key))],
      ['fields', 'id,firstName,lastName,title,inactiveFlag,company/id,communicationItems,_info'],
      ['pageSize', '1'],
    ],
    access: {
      group: 'Contacts',
      kind: 'READ',
      fields: ['active', 'company', 'email', 'firstName', 'lastName', 'phone', 'title'],
    },
  })
  if (row === undefined) throw new GatewayError('NOT_FOUND', 'No such contact.', { argument: 'id' })
  const parsed = shape.safeParse(row)
  if (!parsed.success) throw unavailable(session.connection.slug, 'sent a contact that could not be read')
  // As it came: the array is written back whole, with members that nothing here reads.
  return {
    ...parsed.data,
    communicationItems:
      (row as { communicationItems?: ContactBody['communicationItems'] }).communicationItems ?? null,
  }
}

/** The whole array with the default address or number replaced; null when neither is written. */
async function itemsAfter(
  session: VendorSession,
  now: ContactBody,
  input: UpdateContactInput,
  changed: readonly string[],
): Promise<readonly object[] | null> {
  let items: readonly Item[] = (now.communicationItems ?? []) as readonly Item[]
  let touched = false
  for (const [field, type] of [
    ['email', 'Email'],
    ['phone', 'Phone'],
  ] as const) {
    if (!changed.includes(field)) continue
    touched = true
    const given = input[field] ?? null
    const value = given === null ? null : field === 'email' ? emailOf(given) : textOf(given, field)
    const current = items.filter(({ communicationType }) => communicationType === type)
    const main = current.find(({ defaultFlag }) => defaultFlag === true) ?? current[0]
    if (value === null) items = items.filter((item) => item !== main)
    else if (main === undefined) items = [...items, (await newItem(session, type, value)) as Item]
    else items = items.map((item) => (item === main ? { ...item, value } : item))
  }
  return touched ? items.map(({ _info, ...item }) => item) : null
}

interface Item {
  readonly communicationType?: string
  readonly defaultFlag?: boolean
  readonly _info?: unknown
}

async function newItem(session: VendorSession, type: Communication, value: string): Promise<object> {
  const usable = (await communicationTypes(session)).filter(
    (one) => (type === 'Email' ? one.emailFlag : one.phoneFlag) === true,
  )
  const found = usable.find(({ defaultFlag }) => defaultFlag === true) ?? usable[0]
  if (found === undefined) {
    throw new GatewayError(
      'NOT_CONFIGURED',
      `The tenant has no communication type for ${type.toLowerCase()}.`,
      {
        missing: 'communicationTypes',
      },
    )
  }
  return { type: { id: found.id }, value, communicationType: type, defaultFlag: true }
}

function short(value: string, field: keyof typeof MAX_TEXT): string {
  const text = textOf(value, field)
  if (text.length > MAX_TEXT[field]) throw badInput(field, `at most ${MAX_TEXT[field]} characters`, value)
  return text
}

function emailOf(value: string): string {
  if (!/^[^\s@;,]+@[^\s@;,]+$/.test(value)) throw badInput('email', 'one mail address', value)
  return value
}

function words(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}
