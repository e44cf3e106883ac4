import { badInput } from '../errors.ts'
import type { WriteName } from '../plan.ts'

export interface Nulls {
  /** An explicit null clears these. */
  readonly clears: ReadonlySet<string>
  /** What every such record has: null can't be meant. */
  readonly refused: ReadonlySet<string>
}

const CONTACT_ALWAYS_HAS: ReadonlySet<string> = new Set(['firstName', 'active'])

const TICKET: Nulls = {
  clears: new Set(['type', 'assignee', 'contact', 'dueAt', 'value']),
  refused: new Set(['title', 'status', 'priority', 'board', 'company', 'customFields']),
}
const NEW_CONTACT: Nulls = { clears: new Set(), refused: CONTACT_ALWAYS_HAS }
const CONTACT: Nulls = {
  clears: new Set(['lastName', 'email', 'phone', 'title']),
  refused: CONTACT_ALWAYS_HAS,
}
const COMPANY_ALWAYS_HAS: ReadonlySet<string> = new Set(['name', 'status', 'active'])
const NEW_COMPANY: Nulls = { clears: new Set(), refused: COMPANY_ALWAYS_HAS }
const COMPANY: Nulls = {
  clears: new Set(['identifier', 'phone', 'website']),
  refused: COMPANY_ALWAYS_HAS,
}
const SITE_ALWAYS_HAS: ReadonlySet<string> = new Set(['name', 'active'])
const NEW_SITE: Nulls = { clears: new Set(), refused: SITE_ALWAYS_HAS }
const SITE: Nulls = {
  clears: new Set(['phone', 'street', 'city', 'state', 'postalCode']),
  refused: SITE_ALWAYS_HAS,
}
const ITEM_ALWAYS_HAS: ReadonlySet<string> = new Set(['name', 'active'])
const NEW_ITEM: Nulls = { clears: new Set(), refused: ITEM_ALWAYS_HAS }
const ITEM: Nulls = {
  clears: new Set(['serialNumber', 'tag', 'warrantyEndsOn', 'site', 'contact']),
  refused: ITEM_ALWAYS_HAS,
}
/** A correction replaces: no PSA has time without these, and an empty text is no correction. */
const TIME_ENTRY: Nulls = {
  clears: new Set(),
  refused: new Set([
    'startedAt',
    'hours',
    'billableOption',
    'workType',
    'workRole',
    'clientText',
    'internalText',
  ]),
}

/** Every line has these; what it says can be another text, and not none. */
const LINE_ITEM: Nulls = {
  clears: new Set(),
  refused: new Set(['quantity', 'price', 'cost', 'description', 'billableOption']),
}

/** A task says something, is done or not, and stands somewhere. */
const TASK: Nulls = { clears: new Set(), refused: new Set(['text', 'done', 'position']) }

/** Nothing stands yet of what can be left out. */
const NEW_FILE: Nulls = { clears: new Set(), refused: new Set() }

/** Whatever is planned has a time; what it is called can be another text, and not none. */
const SCHEDULE_ENTRY: Nulls = { clears: new Set(), refused: new Set(['startsAt', 'endsAt', 'title']) }

/** By which fields of a write's input a null clears, and by which it is refused. */
export function nullsOf(write: WriteName): Nulls {
  switch (write) {
    case 'createContact':
      return NEW_CONTACT
    case 'updateContact':
      return CONTACT
    case 'createCompany':
      return NEW_COMPANY
    case 'updateCompany':
      return COMPANY
    case 'createSite':
      return NEW_SITE
    case 'updateSite':
      return SITE
    case 'createConfigurationItem':
      return NEW_ITEM
    case 'updateConfigurationItem':
      return ITEM
    case 'addTicketLineItem':
    case 'updateTicketLineItem':
      return LINE_ITEM
    case 'addTicketTask':
    case 'updateTicketTask':
      return TASK
    case 'uploadAttachment':
      return NEW_FILE
    case 'createScheduleEntry':
    case 'updateScheduleEntry':
      return SCHEDULE_ENTRY
    case 'updateTimeEntry':
      return TIME_ENTRY
    default:
      return TICKET
  }
}

/**
 * What the nulls of a coerced input mean: cleared where a field can be empty, refused where it can't, and the same as
 * left out where nothing stands yet. The policy has judged the input as it came, where a null is a field.
 * @throws GatewayError BAD_USER_INPUT
 */
export function withoutNulls<T>(write: WriteName, input: T): T {
  return without(nullsOf(write), input, 'input')
}

function without<T>(nulls: Nulls, input: T, path: string): T {
  if (Array.isArray(input)) return input.map((item, index) => without(nulls, item, `${path}.${index}`)) as T
  if (typeof input !== 'object' || input === null) return input
  const members = Object.entries(input).flatMap(([name, value]: [string, unknown]) => {
    if (value !== null) return [[name, without(nulls, value, `${path}.${name}`)]]
    if (nulls.clears.has(name)) return [[name, null]]
    if (nulls.refused.has(name))
      throw badInput(`${path}.${name}`, 'a value, or nothing at all: it can not be cleared', null)
    return []
  })
  return Object.fromEntries(members) as T
}
