import { badInput } from '../../../schema/errors.ts'
import type { RawRequest } from '../../../schema/passthrough.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import { conditionPaths, fieldPaths, orderPaths } from './condition-paths.ts'
import { merged, pathDemands } from './path-demands.ts'

type PathsOf = (argument: string, text: string) => readonly string[]

/** Everything that names fields, in a query or in the body of a search; small letters, as the vendor reads them. */
const NAMES_FIELDS: Readonly<Record<string, PathsOf>> = {
  conditions: conditionPaths,
  childconditions: conditionPaths,
  customfieldconditions: customFieldPaths,
  orderby: orderPaths,
  fields: fieldPaths,
  columns: fieldPaths,
}

const NUMBERS: ReadonlySet<string> = new Set(['page', 'pageid', 'pagesize'])

export interface QueryReading {
  readonly demands: readonly VendorAccess[]
  /** It tells records apart by what they hold. */
  readonly selects: boolean
}

/** What a query and the body of a search demand, each part read whole. @throws GatewayError BAD_USER_INPUT */
export function readQuery({ endpoint, query, body }: RawRequest): QueryReading {
  const given = [...query, ...searchOf(endpoint.method, endpoint.template, body)]
  const names = given.map(([name]) => name.toLowerCase())
  if (new Set(names).size !== names.length) throw badInput('body', 'nothing that the query says already', '')
  const demands = given.flatMap(([name, text]) => {
    const kind = name.toLowerCase()
    if (NUMBERS.has(kind) && !/^\d{1,9}$/.test(text)) throw badInput(name, 'a whole number', 'something else')
    return (NAMES_FIELDS[kind]?.(name, text) ?? []).flatMap((path) => pathDemands(endpoint.group, path))
  })
  return {
    demands: merged(demands),
    selects: names.some((name) => name.endsWith('conditions') || name === 'orderby'),
  }
}

/** The two searches take in the body what lists take in the query. Other reads by POST can't be read whole. */
function searchOf(method: string, template: string, body: unknown): readonly (readonly [string, string])[] {
  if (method !== 'POST') return []
  if (!/\/search$/.test(template))
    throw badInput('path', 'a read that the gateway can judge', 'another POST that reads')
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badInput('body', 'an object with conditions', 'something else')
  return Object.entries(body).map(([name, value]) => {
    const kind = name.toLowerCase()
    if (
      kind === 'fields' ||
      kind === 'columns' ||
      NAMES_FIELDS[kind] === undefined ||
      typeof value !== 'string'
    )
      throw badInput(
        'body',
        'conditions, orderBy, childConditions and customFieldConditions as texts',
        'another member',
      )
    return [name, value]
  })
}

/** `caption="x" AND value="y"`: the custom fields are the record's own; which of them is told by its caption. */
function customFieldPaths(argument: string, text: string): readonly string[] {
  const paths = conditionPaths(argument, text)
  if (paths.some((path) => !/^(caption|value|id|type)$/i.test(path)))
    throw badInput(argument, 'caption and value', 'another field')
  return paths
}
