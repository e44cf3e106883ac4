import { useCallback, useEffect, useMemo, useState } from 'react'
import { BrowserRouter } from 'react-router'
import { Provider } from 'urql'
import { createGraphqlClient } from './graphql.ts'
import { LiveProvider } from './live/LiveProvider.tsx'
import { OutboxProvider } from './outbox.tsx'
import { Failure } from './parts/Failure.tsx'
import { Loading } from './parts/Loading.tsx'
import { Shell } from './Shell.tsx'
import { FreshProvider } from './session/Fresh.tsx'
import { SignIn } from './session/SignIn.tsx'
import { loadSession, type Session, type SignedIn } from './session/session.ts'

/** Nothing but the sign-in page is shown to somebody who is not signed in. */
export function App() {
  const [session, setSession] = useState<Session | Error>()
  const reload = useCallback(async () => {
    setSession(await loadSession().catch((error: Error) => error))
  }, [])
  useEffect(() => void reload(), [reload])
  // The page that most sign in for is there by the time they have.
  useEffect(() => {
    if (['/', '/approvals'].includes(location.pathname)) void import('./pages/inbox/InboxPage.tsx')
  }, [])

  if (session === undefined) return <Loading what="Countersign" />
  if (session instanceof Error) return <Failure error={session} retry={reload} />
  const { person } = session
  const invited = location.pathname === '/welcome' && location.hash.length > 1
  if (person === null || invited) return <SignIn session={session} onSignedIn={reload} />
  return <SignedInApp key={person.id} session={{ ...session, person }} onSession={reload} />
}

function SignedInApp({ session, onSession }: { session: SignedIn; onSession: () => Promise<void> }) {
  const client = useMemo(() => createGraphqlClient(() => void onSession()), [onSession])
  return (
    <Provider value={client}>
      <FreshProvider session={session}>
        <LiveProvider onSignedOut={onSession}>
          <OutboxProvider>
            <BrowserRouter>
              <Shell session={session} onSession={onSession} />
            </BrowserRouter>
          </OutboxProvider>
        </LiveProvider>
      </FreshProvider>
    </Provider>
  )
}
