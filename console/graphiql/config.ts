import type { ExampleRecords } from './examples.ts'

/** What the gateway offers when it runs the sandbox on this machine. */
interface Config {
  readonly tokens: ReadonlyArray<{
    readonly name: string
    readonly kind: 'AGENT' | 'PERSON'
    readonly token: string
  }>
  readonly examples: ExampleRecords | null
}

/** With whose rights operations run. */
export interface Account {
  readonly name: string
  readonly kind: 'AGENT' | 'PERSON'
  /** Left out: the browser's own session. */
  readonly token?: string
}

export interface Offer {
  /** The first is chosen at the beginning; none: whoever uses the page brings a token. */
  readonly accounts: readonly Account[]
  readonly examples: ExampleRecords | null
}

async function answerOf<T>(path: string): Promise<T | undefined> {
  const response = await fetch(path).catch(() => undefined)
  return response?.status === 200 ? ((await response.json()) as T) : undefined
}

/** Who is signed in, then whom the sandbox offers. That there is neither is no error. */
export async function loadOffer(): Promise<Offer> {
  const [session, config] = await Promise.all([
    answerOf<{ readonly person: { readonly name: string } | null }>('/auth/session'),
    answerOf<Config>('/graphiql/config.json'),
  ])
  const person = session?.person ?? null
  return {
    accounts: [
      ...(person === null ? [] : [{ name: `${person.name}, signed in`, kind: 'PERSON' } as const]),
      ...(config?.tokens ?? []),
    ],
    examples: config?.examples ?? null,
  }
}
