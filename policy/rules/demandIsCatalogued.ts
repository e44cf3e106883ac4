import type { AccessKind } from '../../schema/groups.ts'
import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

const KINDS: ReadonlySet<AccessKind> = new Set(['READ', 'CREATE', 'UPDATE', 'MERGE', 'BUNDLE', 'DELETE'])

/** Also stops a kind that the rules below have never heard of: none of them would object to it. */
export function demandIsCatalogued(question: Question): Objection | undefined {
  return firstObjection(question, (demand) =>
    demand.group !== undefined && demand.group !== '' && KINDS.has(demand.kind)
      ? undefined
      : objectTo(
          'NOT_CATALOGUED',
          demand,
          'no entry of the catalogue says which permission group this needs',
        ),
  )
}
