import { appendFileSync } from 'node:fs'

export interface Answered {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of their own queries
  readonly data: any
  readonly errors: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[]
}

/** Null: the gateway died, or could not be reached. */
export type Reply = Answered | null

/** What agents and people are told, kept for the checker. */
export interface Client {
  ask(url: string, token: string, query: string, variables?: Record<string, unknown>): Promise<Reply>
  readonly codes: ReadonlyMap<string, number>
}

export function openClient(answersFile: string): Client {
  const codes = new Map<string, number>()
  return {
    codes,
    async ask(url, token, query, variables = {}) {
      try {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
          signal: AbortSignal.timeout(40_000),
        })
        const text = await response.text()
        appendFileSync(answersFile, `${text}\n`)
        const { data = null, errors = [] } = JSON.parse(text) as Partial<Answered>
        for (const { extensions } of errors) {
          const code = String(extensions?.code)
          codes.set(code, (codes.get(code) ?? 0) + 1)
        }
        return { data, errors }
      } catch {
        return null
      }
    },
  }
}

export function codesIn(reply: Reply): readonly string[] {
  return reply?.errors.map(({ extensions }) => String(extensions?.code)) ?? []
}
