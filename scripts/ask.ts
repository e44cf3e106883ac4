/** What a script of an administrator needs to speak GraphQL to a running gateway. */
export interface Gateway {
  readonly url: string
  readonly token: string
}

/** @throws Error naming the variable that is missing */
export function gatewayOf(env: NodeJS.ProcessEnv): Gateway {
  const { COUNTERSIGN_URL: url = 'http://127.0.0.1:4000', COUNTERSIGN_TOKEN: token } = env
  if (token === undefined || token === '')
    throw new Error(`Expected COUNTERSIGN_TOKEN to hold a person's token for ${url}, got nothing`)
  return { url, token }
}

/** @throws Error with code and message of the first error */
export async function ask<Data>(
  { url, token }: Gateway,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const answer = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors = [] } = (await answer.json()) as {
    data?: Data
    errors?: readonly { message: string; extensions?: { code?: string } }[]
  }
  const [error] = errors
  if (error !== undefined) throw new Error(`${error.extensions?.code ?? answer.status}: ${error.message}`)
  return data as Data
}
