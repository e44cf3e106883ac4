import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { RawRequest } from '../../../schema/passthrough.ts'
import { elementOf, type Members } from '../body-fields.ts'
import { reachOf } from '../reach.ts'
import { bodyPath } from './shapes.ts'

/** The one element that a write holds, and the bytes that the demands are read from. */
export interface Written {
  readonly members: Members
  /** As an array, also where the vendor takes the object alone. */
  readonly bytes: string | null
}

const NOTHING: Written = { members: new Map(), bytes: null }

/** The few bodies that are an object and no array (API.md 5), of those that are not denied. */
const ONE_OBJECT: ReadonlySet<string> = new Set(['/tickets/object', '/actions/reaction', '/bookmark'])

/** @throws GatewayError BAD_USER_INPUT for a body that can't be read whole, FORBIDDEN_OPERATION for commands in it */
export function writtenBy(request: RawRequest): Written {
  const { endpoint, body } = request
  if (body === undefined) {
    if (endpoint.method === 'DELETE') return NOTHING
    throw badInput('body', 'a body', 'none')
  }
  const isObject = ONE_OBJECT.has(endpoint.template.toLowerCase())
  if (isObject && Array.isArray(body)) throw badInput('body', 'one object, without an array', 'an array')
  const bytes = JSON.stringify(isObject ? [body] : body)
  const members = elementOf(bytes)
  const table = reachOf(`POST ${bodyPath(endpoint.template)}`)
  for (const [name, value] of members) {
    expectOneNumber(name, value)
    if (typeof value !== 'object' || value === null) continue
    if (name === 'customfields' || OWN_LISTS.has(name)) expectFields(name, value)
    // What nobody has listed might be any record's.
    else if (LISTS.has(name) && table.has(name)) expectPlain(name, value)
    else throw badInput('body', 'lists and objects whose group is known', `one as "${name}"`)
  }
  return { members, bytes }
}

/** Members that name a record or a choice by its number. */
const NUMBERED = /id$|^new_(status|priority|agent|tickettype)$|^chargerate$|^clonedfrom$/

/** The vendor binds "09" and "9.0" to 9 (API.md 5): a text that is read as a number has one spelling here. */
function expectOneNumber(name: string, value: unknown): void {
  if (!NUMBERED.test(name)) return
  const isText = typeof value === 'string' && /^[\s+-]*[\d.,_]+([eE][+-]?\d+)?\s*$/.test(value)
  const isOdd = isText
    ? !/^(0|-?[1-9]\d{0,9})$/.test(value)
    : typeof value === 'number' && !Number.isInteger(value)
  if (isOdd) throw badInput('body', `a whole number as "${name}"`, 'a number in another form')
}

/** Members that the vendor describes as a list or an object, of those that `side-effects.tsv` gives a group. */
const LISTS: ReadonlySet<string> = new Set(
  (
    'assets attachments documents items_issued project_items_issued budgets expenses milestones timeentries todo_list ' +
    'child_ticket_ids related_tickets new_related_tickets agent_booking new_asset new_items_issued new_tags ' +
    'new_additional_agents new_faqlists new_related_articles new_crm_note new_approvalprocess_users ' +
    'new_approvalprocess_cab followers_user bulkemail_users site_update billingplans chargerates overriding_rates'
  ).split(' '),
)

/** Lists of fields by id: custom fields, and those of an asset's type. */
const OWN_LISTS: ReadonlySet<string> = new Set(['fields'])

/** By id alone: a policy knows no other name, and the vendor might go by either. */
function expectFields(list: string, value: object): void {
  for (const one of itemsOf(list, value)) {
    const members = namesIn(list, one)
    if ([...members.keys()].some((name) => name !== 'id' && name !== 'value'))
      throw badInput('body', `id and value alone in "${list}"`, 'another member')
    if (typeof members.get('id') !== 'number') throw badInput('body', `an id in each of "${list}"`, 'none')
    if (isNested(members.get('value'))) throw badInput('body', `plain values in "${list}"`, 'another one')
  }
}

/**
 * What a record in a list may not hold, whatever list it is: other records that it would hang on, addresses that are
 * followed, flags that show it to the client, authors.
 */
const NOT_IN_A_LIST =
  /^(_.*|(ticket|user|client|site|unique|agent|action|parent|fault)_?id|action_?number|type|.*link|s3url|.*anon.*|show.*|who.*|(send)?email.*|customfields)$/

/** Files of a ticket are new ones: an id would be a file of another record. */
const NEW_ONLY: ReadonlySet<string> = new Set(['attachments', 'documents'])

function expectPlain(list: string, value: object): void {
  for (const one of Array.isArray(value) ? itemsOf(list, value) : [value]) {
    // A list of ids.
    if (typeof one === 'number') continue
    for (const [name, inner] of namesIn(list, one)) {
      if (NOT_IN_A_LIST.test(name) || (NEW_ONLY.has(list) && name === 'id'))
        throw new GatewayError(
          'FORBIDDEN_OPERATION',
          `What stands in "${list}" may not name other records, people or addresses.`,
          { field: `${list}.${name}` },
        )
      expectOneNumber(name, inner)
      if (isNested(inner)) throw badInput('body', `plain values in "${list}"`, 'a list or an object')
    }
  }
}

function itemsOf(list: string, value: object): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw badInput('body', `a list as "${list}"`, 'an object')
}

function namesIn(list: string, one: unknown): Members {
  if (typeof one === 'object' && one !== null && !Array.isArray(one)) return elementOf(JSON.stringify([one]))
  throw badInput('body', `objects in "${list}"`, 'something else')
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
