import { GraphiQL, type GraphiQLProps } from 'graphiql'
import { useMemo, useState } from 'react'
import type { Config } from './config.ts'
import { createFetcher } from './fetcher.ts'

const WELCOME = `# Every operation needs a token.
# Put yours in the headers editor below, then
# fetch the schema again: round arrow, on the left.
query Me {
  viewer {
    __typename
  }
}`

const noPlugins: NonNullable<GraphiQLProps['plugins']> = []

/** GraphiQL names a tab after its operation, so the title stands in the query. */
function exampleTabs(examples: Config['exampleTabs']): GraphiQLProps['defaultTabs'] {
  if (examples.length === 0) return undefined
  return examples.map(({ title, query, variables }) => ({
    query: `# ${title}\n${query.trimStart()}`,
    variables,
  }))
}

export function Page({ config }: { config: Config }) {
  const { tokens, exampleTabs: examples } = config
  const [account, setAccount] = useState(tokens[0]?.name)
  const token = tokens.find(({ name }) => name === account)?.token
  const fetcher = useMemo(() => createFetcher(token), [token])
  const tabs = useMemo(() => exampleTabs(examples), [examples])

  return (
    <div className="page">
      <header className="bar">
        <strong>Countersign</strong>
        {tokens.length > 0 ? (
          <label>
            Sign in as{' '}
            <select value={account} onChange={(event) => setAccount(event.target.value)}>
              {tokens.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        ) : (
          <span>Sign in with a token in the headers editor.</span>
        )}
      </header>
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={tabs}
        defaultQuery={WELCOME}
        defaultHeaders={token ? undefined : '{\n  "Authorization": "Bearer <token>"\n}'}
        defaultEditorToolsVisibility={token ? 'variables' : 'headers'}
        // Tokens do not belong into the browser's storage, where the history would keep them with each query.
        plugins={noPlugins}
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
      />
    </div>
  )
}
