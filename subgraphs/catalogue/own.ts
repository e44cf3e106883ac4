import { forbiddenGroups } from '../../policy/forbidden-groups.ts'
import { badInput } from '../../schema/errors.ts'
import type { Endpoint, EndpointCatalogue, EndpointMethod, ParameterType } from '../../schema/passthrough.ts'
import type { Vendor } from '../../schema/source.ts'
import { groupsOf } from './groups.ts'
import { catalogueOf, tablesOf, type VendorCatalogue } from './index.ts'
import { overlaps } from './overlap.ts'
import { segmentsOf } from './segments.ts'
import { treeOf } from './tree.ts'

/** An administrator's own entry, as it is stored for a connection. */
export type OwnEndpoint = Endpoint & { readonly own: NonNullable<Endpoint['own']> }

/**
 * The vendor's part of the catalogue and a connection's own entries. The vendor's part is asked first and its
 * answer stands: an own entry can add to it and never changes what it says, also after an update of the product.
 */
export function withOwn(vendor: Vendor, own: readonly OwnEndpoint[]): EndpointCatalogue {
  const catalogue = catalogueOf(vendor)
  if (own.length === 0) return catalogue
  const tree = treeOf(own, tablesOf(catalogue.endpoints))
  return {
    // Only pages of the catalogue ask for all of them; a raw call looks up one.
    get endpoints() {
      return [...own.map((entry) => closed(entry, deniedGroup(entry.group))), ...catalogue.endpoints]
    },
    find(method, path) {
      const known = catalogue.find(method, path)
      if (known !== undefined) return known
      const found = tree.find(method, path)
      if (found === undefined) return undefined
      // Judged by the path itself, since a place in a template may hold what its text does not show.
      const reason = deniedGroup(found.endpoint.group) ?? closedPath(catalogue, found.path)
      return { ...found, endpoint: closed(found.endpoint, reason) }
    },
  }
}

function closed<E extends Endpoint>(endpoint: E, denied: string | undefined): E {
  return denied === undefined ? endpoint : { ...endpoint, denied }
}

function deniedGroup(group: string): string | undefined {
  const wanted = group.toLowerCase()
  for (const [name, reason] of forbiddenGroups) if (name.toLowerCase() === wanted) return reason
  return undefined
}

function closedPath({ never }: VendorCatalogue, path: string): string | undefined {
  return never.find((rule) => rule.path.test(path))?.reason
}

const OWN_TYPES: readonly ParameterType[] = ['INTEGER', 'HEX32', 'GUID', 'NAME']
const METHODS: readonly EndpointMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const LONGEST_GROUP = 100
const FIELD = /^[A-Za-z_][A-Za-z0-9_:. -]{0,99}$/
const QUERY_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/

/**
 * An entry that may be stored. What the catalogue denies, closes for good or already holds is refused.
 *
 * @throws GatewayError BAD_USER_INPUT
 */
export function expectOwn(vendor: Vendor, entry: OwnEndpoint): OwnEndpoint {
  const catalogue = catalogueOf(vendor)
  const { method, template, parameters, query } = entry
  if (!METHODS.includes(method)) throw badInput('input.method', `one of ${METHODS.join(', ')}`, method)
  expectTemplate(template, parameters)
  expectGroup(vendor, entry.group)
  const reason = closedPath(catalogue, template)
  if (reason !== undefined)
    throw badInput('input.path', `a path that is not closed for good: ${reason}`, template)
  const same = catalogue.endpoints.filter((known) => known.method === method && overlaps(known, entry))
  const denied = same.find((known) => known.denied !== undefined)
  if (denied !== undefined) {
    throw badInput(
      'input.path',
      `a path that reaches nothing that is denied, such as ${method} ${denied.template}: ${denied.denied}`,
      template,
    )
  }
  const [known] = same
  if (known !== undefined) {
    throw badInput(
      'input.path',
      `an endpoint that the catalogue does not have: ${method} ${known.template} is of the group "${known.group}"`,
      template,
    )
  }
  for (const name of query) expectQueryName(catalogue, name)
  if (new Set(query).size !== query.length) throw badInput('input.query', 'each name once', query)
  expectFields(entry.own.fields)
  return entry
}

function expectTemplate(template: string, parameters: Endpoint['parameters']): void {
  const segments = segmentsOf(template)
  if (segments === undefined) {
    throw badInput(
      'input.path',
      'a path that begins with a slash and has plain names or {name} between slashes, each name once, with no slash at the end, such as /api/x_acme/things/{id}',
      template,
    )
  }
  const names = segments.flatMap((segment) => ('name' in segment ? [segment.name] : []))
  // With a place at its beginning a template could stand for whatever the PSA has.
  if (segments[0] === undefined || 'name' in segments[0])
    throw badInput('input.path', 'a path whose first part is a plain name', template)
  for (const [name, type] of Object.entries(parameters)) {
    if (!names.includes(name))
      throw badInput('input.parameters', `names of the path: ${names.join(', ')}`, name)
    if (!OWN_TYPES.includes(type)) throw badInput('input.parameters', `one of ${OWN_TYPES.join(', ')}`, type)
  }
  const missing = names.filter((name) => parameters[name] === undefined)
  if (missing.length > 0) throw badInput('input.parameters', `a type for ${missing.join(', ')}`, parameters)
}

function expectGroup(vendor: Vendor, group: string): void {
  if (group !== group.trim() || group === '' || group.length > LONGEST_GROUP || !/^[\x20-\x7e]+$/.test(group))
    throw badInput('input.group', `a name of 1 to ${LONGEST_GROUP} plain characters`, group)
  const reason = deniedGroup(group)
  if (reason !== undefined)
    throw badInput('input.group', `a group that is not closed for good: ${reason}`, group)
  // Two groups that differ in their case alone would be one to whoever reads a policy.
  const known = groupsOf(vendor).find((one) => one.toLowerCase() === group.toLowerCase())
  if (known !== undefined && known !== group)
    throw badInput('input.group', `"${known}", as it is written`, group)
}

function expectQueryName({ withheld }: VendorCatalogue, name: string): void {
  if (!QUERY_NAME.test(name)) throw badInput('input.query', 'names of query parameters', name)
  const rule = withheld.find((one) => one.name.test(name))
  if (rule !== undefined) throw badInput('input.query', `names that may be sent: ${rule.reason}`, name)
}

/** An empty list could mean every field or none, so it is neither. */
function expectFields(fields: OwnEndpoint['own']['fields']): void {
  if (fields === 'ALL') return
  if (fields.length === 0)
    throw badInput('input.fields', 'at least one field, or left out for every field', fields)
  for (const field of fields) if (!FIELD.test(field)) throw badInput('input.fields', 'names of fields', field)
  if (new Set(fields.map((field) => field.toLowerCase())).size !== fields.length)
    throw badInput('input.fields', 'each field once', fields)
}

const TABLE_NAME = /^[a-z][a-z0-9_]{1,79}$/

/**
 * The endpoints of a custom table: those that a table of the catalogue has.
 *
 * @throws GatewayError BAD_USER_INPUT for a vendor without tables, or what names none
 */
export function ownTable(
  vendor: Vendor,
  table: string,
  group: string,
  own: OwnEndpoint['own'],
): readonly OwnEndpoint[] {
  const { tableModel, endpoints } = catalogueOf(vendor)
  if (tableModel === undefined)
    throw badInput('input.table', `nothing: ${vendor} has no tables, give method and path`, table)
  if (!TABLE_NAME.test(table)) throw badInput('input.table', 'the name of a table in small letters', table)
  const above = tableModel.slice(0, tableModel.lastIndexOf('/'))
  return endpoints
    .filter(({ template }) => template === tableModel || template.startsWith(`${tableModel}/`))
    .map(({ method, template, kind, parameters, query }) => ({
      method,
      template: `${above}/${table}${template.slice(tableModel.length)}`,
      group,
      kind,
      parameters,
      query,
      own,
    }))
}
