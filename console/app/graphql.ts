import { Client, type CombinedError, fetchExchange, mapExchange } from '@urql/core'
import { CSRF } from './session/session.ts'

/** No cache: a decision is made on what stands in the store now. */
export function createGraphqlClient(onSignedOut: () => void): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetchOptions: { headers: CSRF },
    exchanges: [
      mapExchange({
        onError: (error) => {
          if (codeOf(error) === 'UNAUTHENTICATED') onSignedOut()
        },
      }),
      fetchExchange,
    ],
  })
}

export function codeOf(error: CombinedError | undefined): string | undefined {
  const code = error?.graphQLErrors[0]?.extensions.code
  return typeof code === 'string' ? code : undefined
}

/** The gateway's own sentence; what the browser says of a broken line is put in ours. */
export function messageOf(error: CombinedError): string {
  return (
    error.graphQLErrors[0]?.message ?? 'Countersign could not be reached. Check your network, then try again.'
  )
}
