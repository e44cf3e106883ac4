import { forbiddenGroups } from '../../policy/forbidden-groups.ts'
import type { AccessKind } from '../../schema/groups.ts'
import type { Endpoint, EndpointMethod, ParameterType } from '../../schema/passthrough.ts'

export interface ParsedCatalogue {
  readonly endpoints: readonly Endpoint[]
  /** Paths that no own entry of an administrator opens, with the reason. */
  readonly never: readonly { readonly path: RegExp; readonly reason: string }[]
}

/**
 * `endpoints.tsv` as `scripts/endpoints.ts` makes it; a test keeps the two in step, so its shape is trusted here.
 * An endpoint of a group that is closed for good is denied as well: there is one answer to "may anybody?".
 */
export function parseCatalogue(text: string): ParsedCatalogue {
  const queries = new Map<string, readonly string[]>()
  const reasons = new Map<string, string>()
  const never: { path: RegExp; reason: string }[] = []
  const endpoints: Endpoint[] = []
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [first = '', second = '', third = '', ...rest] = line.split('\t')
    if (first === '@query') queries.set(second, third.split(','))
    else if (first === '@reason') reasons.set(second, third)
    else if (first === '@never')
      never.push({ path: new RegExp(second, 'i'), reason: reasons.get(third) ?? third })
    else if (first !== 'method') endpoints.push(endpointOf([first, second, third, ...rest], queries, reasons))
  }
  return { endpoints, never }
}

const NO_NAMES: readonly string[] = []

function endpointOf(
  [
    method,
    template = '',
    group = '',
    kind,
    parameters = '',
    query = '',
    flags = '',
    denied = '',
  ]: readonly string[],
  queries: ReadonlyMap<string, readonly string[]>,
  reasons: ReadonlyMap<string, string>,
): Endpoint {
  const reason = denied === '' ? forbiddenGroups.get(group) : (reasons.get(denied) ?? denied)
  return {
    method: method as EndpointMethod,
    template,
    group,
    kind: kind as AccessKind,
    parameters: parametersOf(parameters),
    query: query === '' ? NO_NAMES : (queries.get(query.slice(1)) ?? query.split(',')),
    ...(reason !== undefined && { denied: reason }),
    ...(flags.includes('generic') && { generic: true }),
    ...(flags.includes('sideEffects') && { sideEffects: true }),
  }
}

function parametersOf(text: string): Readonly<Record<string, ParameterType>> {
  if (text === '') return {}
  return Object.fromEntries(
    text.split(',').map((one) => {
      const [name = '', type] = one.split(':')
      return [name, type as ParameterType]
    }),
  )
}
