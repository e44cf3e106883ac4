import type { ExecutionResult } from 'graphql'
import { composeSupergraph } from './compose.ts'
import type { Limits } from './limits.ts'
import { createSupergraph, type Supergraph } from './runtime.ts'
import { type ToyContext, toyContext, toySubgraphs } from './toy.ts'

export interface Answer {
  readonly data: unknown
  /** `path: CODE` of each error, sorted: the two executors find them in different orders. */
  readonly errors: readonly string[]
  readonly result: ExecutionResult
  readonly journal: readonly string[]
  readonly logged: readonly unknown[]
}

export type Ask = (source: string, variables?: unknown, operationName?: string) => Promise<Answer>

export interface Harness {
  readonly supergraph: Supergraph
  readonly ask: Ask
  readonly route: (source: string) => string
}

export function harness(limits: Partial<Limits> = {}): Harness {
  const logged: unknown[] = []
  const supergraph = createSupergraph({
    composed: composeSupergraph(toySubgraphs()),
    limits,
    log: (error) => logged.push(error),
  })
  const ask: Ask = async (source, variables, operationName) => {
    logged.length = 0
    const context: ToyContext = toyContext()
    const result = await answerOf(supergraph, source, variables, operationName, context)
    const errors = (result.errors ?? []).map(({ path, extensions }) => {
      const code = String(extensions.code)
      return path === undefined ? code : `${path.join('.')}: ${code}`
    })
    const data = result.data === undefined ? undefined : JSON.parse(JSON.stringify(result.data))
    return { data, errors: errors.sort(), result, journal: context.journal, logged: [...logged] }
  }
  return {
    supergraph,
    ask,
    route: (source) => supergraph.prepare({ document: supergraph.parse(source) }).route.by,
  }
}

async function answerOf(
  supergraph: Supergraph,
  source: string,
  variables: unknown,
  operationName: string | undefined,
  context: ToyContext,
): Promise<ExecutionResult> {
  try {
    return await supergraph.execute({ document: supergraph.parse(source), variables, operationName, context })
  } catch (error) {
    return supergraph.refused(error)
  }
}
