import type { GraphiQLProps } from 'graphiql'
import { getOperationAST } from 'graphql'
import { createClient } from 'graphql-ws'

type Fetcher = GraphiQLProps['fetcher']
type Answer = Awaited<ReturnType<Fetcher>>

function endpoint(protocol: string): string {
  return `${protocol}//${location.host}/graphql`
}

/**
 * POST for queries and mutations, a WebSocket for subscriptions, both signed in with the same token. A header
 * written in the headers editor wins over the account chosen above it.
 */
export function createFetcher(token: string | undefined): Fetcher {
  return ({ query, operationName, variables }, { headers: written = {}, documentAST } = {}) => {
    const headers = new Headers({ accept: 'application/json', ...written })
    headers.set('content-type', 'application/json')
    if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
    const operation = documentAST && getOperationAST(documentAST, operationName)

    if (operation?.operation === 'subscription') {
      // A socket a subscription: it signs in once, when it opens, and accounts can change in between.
      const client = createClient({
        url: endpoint(location.protocol === 'https:' ? 'wss:' : 'ws:'),
        connectionParams: { authorization: headers.get('authorization') },
      })
      return client.iterate({ query, operationName, variables }) as Answer
    }

    return fetch(endpoint(location.protocol), {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, operationName, variables }),
    }).then((response) => response.json())
  }
}
