/** What the gateway offers when it runs the sandbox on this machine. */
export interface Config {
  readonly tokens: ReadonlyArray<{ readonly name: string; readonly token: string }>
  readonly exampleTabs: ReadonlyArray<{
    readonly title: string
    readonly query: string
    readonly variables?: string
  }>
}

const nothing: Config = { tokens: [], exampleTabs: [] }

/** Outside the sandbox there is nothing to offer, which is no error. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('/graphiql/config.json').catch(() => undefined)
  return response?.status === 200 ? ((await response.json()) as Config) : nothing
}
