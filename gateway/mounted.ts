import { psaSubgraph } from '../schema/psa.ts'
import { controlSubgraph } from './control/subgraph.ts'
import { checkShield } from './shield/check.ts'
import { shielded } from './shield/shield.ts'
import { type Composed, composeSupergraph } from './supergraph/compose.ts'

/** Both subgraphs as the gateway mounts them: each with the shield around it. */
export function composeMounted(): Composed {
  return composeSupergraph([
    { name: 'psa', schema: shielded(psaSubgraph()) },
    { name: 'control', schema: shielded(controlSubgraph()) },
  ])
}

let checked: Promise<Composed> | undefined

/**
 * Composed and checked once in a process: the schema is code, so every gateway in it has the same.
 * @throws Error when a gated field could be read under a policy that denies everything
 */
export function mounted(): Promise<Composed> {
  checked ??= check()
  return checked
}

async function check(): Promise<Composed> {
  const composed = composeMounted()
  for (const { schema } of composed.subgraphs) await checkShield(schema)
  return composed
}
