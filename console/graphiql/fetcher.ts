import type { GraphiQLProps } from 'graphiql'
import { getOperationAST } from 'graphql'
import { createClient } from 'graphql-ws'
import type { Account } from './config.ts'

type Fetcher = GraphiQLProps['fetcher']
type Answer = Awaited<ReturnType<Fetcher>>

function endpoint(protocol: string): string {
  return `${protocol}//${location.host}/graphql`
}

/**
 * POST for queries and mutations, a WebSocket for subscriptions, both with the rights of the account. A token in the
 * headers editor wins over the account chosen above it.
 */
export function createFetcher(account: Account | undefined): Fetcher {
  return ({ query, operationName, variables }, { headers: written = {}, documentAST } = {}) => {
    const headers = new Headers({ accept: 'application/json', ...written })
    headers.set('content-type', 'application/json')
    if (account?.token !== undefined && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${account.token}`)
    const bySession = account !== undefined && !headers.has('authorization')
    // What no other site's page can send (gateway/doors/cookies.ts).
    if (bySession) headers.set('x-countersign-csrf', '1')
    const operation = documentAST && getOperationAST(documentAST, operationName)

    if (operation?.operation === 'subscription') {
      // A socket a subscription: it signs in once, when it opens, and accounts can change in between. Without a token
      // the gateway takes the session of a page of its own.
      const client = createClient({
        url: endpoint(location.protocol === 'https:' ? 'wss:' : 'ws:'),
        connectionParams: bySession ? {} : { authorization: headers.get('authorization') },
      })
      return client.iterate({ query, operationName, variables }) as Answer
    }

    return fetch(endpoint(location.protocol), {
      method: 'POST',
      credentials: bySession ? 'same-origin' : 'omit',
      headers,
      body: JSON.stringify({ query, operationName, variables }),
    }).then((response) => response.json())
  }
}
