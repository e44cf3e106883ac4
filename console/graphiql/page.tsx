import { GraphiQL, type GraphiQLProps } from 'graphiql'
import { useMemo, useState } from 'react'
import type { Account, Offer } from './config.ts'
import { agentExamples, type ExampleRecords, PLACEHOLDERS, personExamples } from './examples.ts'
import { createFetcher } from './fetcher.ts'
import { storageOf } from './storage.ts'

const WELCOME = `# Every operation needs a token, or that you sign in to the console first.
# Put yours in the headers editor below, then
# fetch the schema again: round arrow, on the left.
query Me {
  viewer { kind name }
}`

const noPlugins: NonNullable<GraphiQLProps['plugins']> = []

/** GraphiQL names a tab after its operation, so the title stands in the query. */
function exampleTabs(account: Account, records: ExampleRecords): GraphiQLProps['defaultTabs'] {
  const examples = account.kind === 'AGENT' ? agentExamples(records) : personExamples(records)
  return examples.map(({ title, query, variables }) => ({
    query: `# ${title}\n${query}`,
    ...(variables !== undefined && { variables: JSON.stringify(variables, null, 2) }),
  }))
}

export function Page({ offer: { accounts, examples } }: { offer: Offer }) {
  const [name, setName] = useState(accounts[0]?.name)
  const account = accounts.find((one) => one.name === name)
  const fetcher = useMemo(() => createFetcher(account), [account])
  const tabs = useMemo(() => account && exampleTabs(account, examples ?? PLACEHOLDERS), [account, examples])
  const storage = useMemo(() => storageOf(account?.name ?? 'token'), [account])

  return (
    <div className="page">
      <header className="bar">
        <h1>
          <a href="/">Countersign</a> GraphiQL
        </h1>
        {account !== undefined ? (
          <label>
            With the rights of{' '}
            <select value={name} onChange={(event) => setName(event.target.value)}>
              {accounts.map((one) => (
                <option key={one.name}>{one.name}</option>
              ))}
            </select>
          </label>
        ) : (
          <span>Sign in to the console, or put a token in the headers editor.</span>
        )}
      </header>
      <main>
        <GraphiQL
          key={account?.name}
          fetcher={fetcher}
          storage={storage}
          defaultTabs={tabs}
          defaultQuery={WELCOME}
          defaultHeaders={account ? undefined : '{\n  "Authorization": "Bearer <token>"\n}'}
          defaultEditorToolsVisibility={account ? 'variables' : 'headers'}
          // Tokens do not belong into the browser's storage, where the history would keep them with each query.
          plugins={noPlugins}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
        />
      </main>
    </div>
  )
}
