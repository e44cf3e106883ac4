import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import type { AnyVariables, OperationResult, TypedDocumentNode } from '@urql/core'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { useClient } from 'urql'
import { codeOf } from '../graphql.ts'
import { leaveForProvider, type SignedIn, send } from './session.ts'

/** Resolves with whether the person signed in afresh. */
const Fresh = createContext<() => Promise<boolean>>(async () => false)

/** Asks for the password again when a sensitive change needs it. */
export function FreshProvider({ session, children }: { session: SignedIn; children: ReactNode }) {
  const [answer, setAnswer] = useState<{ readonly done: (fresh: boolean) => void }>()
  const [error, setError] = useState<string | null>(null)
  const ask = useCallback(() => {
    setError(null)
    return new Promise<boolean>((done) => setAnswer({ done }))
  }, [])
  const end = (fresh: boolean) => {
    answer?.done(fresh)
    setAnswer(undefined)
  }
  const confirm = (work: Promise<unknown>) =>
    work.then(
      () => end(true),
      (failure: Error) => setError(failure.message),
    )

  return (
    <Fresh value={ask}>
      {children}
      {/* The change that asks may itself come from a dialog: this one lies over it. */}
      <Modal opened={answer !== undefined} onClose={() => end(false)} title="Is it still you?" zIndex={300}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const password = String(new FormData(event.currentTarget).get('password'))
            void confirm(send('confirm', { password }))
          }}
        >
          <Stack>
            <Text size="sm">This change needs a sign-in of the last few minutes.</Text>
            {error !== null && (
              <Alert color="red" role="alert" variant="outline">
                {error}
              </Alert>
            )}
            {session.method === 'OIDC' ? (
              <Button
                onClick={() => {
                  const returnTo = location.pathname + location.search
                  leaveForProvider({ fresh: true, returnTo }).catch((failure: Error) =>
                    setError(failure.message),
                  )
                }}
              >
                Sign in again with {session.offers.oidc}
              </Button>
            ) : (
              <>
                <PasswordInput
                  name="password"
                  label="Password"
                  autoComplete="current-password"
                  data-autofocus
                  required
                />
                <Group justify="flex-end">
                  <Button type="submit">Go on</Button>
                </Group>
              </>
            )}
          </Stack>
        </form>
      </Modal>
    </Fresh>
  )
}

/** Runs mutations; one that needs a fresh sign-in is run again after it. */
export function useChange() {
  const client = useClient()
  const askFresh = useContext(Fresh)
  return useCallback(
    async <Data, Variables extends AnyVariables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ): Promise<OperationResult<Data, Variables>> => {
      const run = () => client.mutation(document, variables).toPromise()
      const result = await run()
      const stale = codeOf(result.error) === 'FRESH_SIGN_IN_REQUIRED'
      return stale && (await askFresh()) ? run() : result
    },
    [client, askFresh],
  )
}
