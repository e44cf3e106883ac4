import {
  Alert,
  Anchor,
  Button,
  Card,
  Center,
  Divider,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { leaveForProvider, type Session, send } from './session.ts'

const failures: Readonly<Record<string, string>> = {
  UNAUTHENTICATED:
    'Nobody here has this login, or the sign-in took too long. Try again, or ask an owner for an invitation.',
  RATE_LIMITED: 'Too many tries. Wait a few minutes, then try again.',
  NOT_CONFIGURED: 'No identity provider is set up here. Sign in with a password.',
  VENDOR_UNAVAILABLE: 'The identity provider does not answer. Try again in a moment.',
}

function failedBefore(): string | null {
  const code = new URLSearchParams(location.search).get('signInFailed')
  if (code === null) return null
  return failures[code] ?? 'The sign-in did not work. Try again; if it goes on, ask an owner.'
}

interface Props {
  readonly session: Session
  readonly onSignedIn: () => Promise<void>
}

/** Signing in, a new person's first visit, and the very first owner. */
export function SignIn({ session, onSignedIn }: Props) {
  const { offers } = session
  const [error, setError] = useState(failedBefore)
  const [busy, setBusy] = useState(false)
  const code = location.pathname === '/welcome' ? decodeURIComponent(location.hash.slice(1)) : ''

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      await work()
      // The code and the failure of before do not belong into the address any more.
      if (location.pathname === '/welcome' || location.search !== '') history.replaceState(null, '', '/')
      await onSignedIn()
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure))
    } finally {
      setBusy(false)
    }
  }
  const toProvider = () => attempt(() => leaveForProvider(code === '' ? {} : { code }))
  const provider = offers.oidc !== null && (
    <Button variant="default" onClick={toProvider} loading={busy}>
      Sign in with {offers.oidc}
    </Button>
  )

  return (
    <Center mih="100dvh" p="md" component="main">
      <Card withBorder w="100%" maw={400} p="xl" shadow="sm">
        <Stack>
          <div>
            <Title order={1} size="h2">
              Countersign
            </Title>
            <Text c="dimmed" size="sm">
              AI agents ask. People sign.
            </Text>
          </div>
          {error !== null && (
            <Alert color="red" role="alert" variant="outline">
              {error}
            </Alert>
          )}
          {code !== '' ? (
            <>
              <Text>Welcome. Choose how you will sign in from now on.</Text>
              {provider}
              <AuthForm
                label="Set password and sign in"
                busy={busy}
                fields={['newPassword']}
                onSend={({ password }) => attempt(() => send('welcome', { code, password }))}
              />
            </>
          ) : offers.setup ? (
            <>
              <Text>
                Nobody owns this installation yet. The one-time set-up code stands in the output of the
                gateway.
              </Text>
              <AuthForm
                label="Become the first owner"
                busy={busy}
                fields={['code', 'name', 'email', 'newPassword']}
                onSend={(values) => attempt(() => send('setup', values))}
              />
            </>
          ) : (
            <>
              {offers.sandbox.map(({ as, name }) => (
                <Button
                  key={as}
                  variant="light"
                  loading={busy}
                  onClick={() => attempt(() => send('sandbox', { as }))}
                >
                  Sign in as {name}
                </Button>
              ))}
              {provider}
              {(offers.sandbox.length > 0 || offers.oidc !== null) && <Divider label="or" />}
              <AuthForm
                label="Sign in"
                busy={busy}
                fields={['email', 'password']}
                onSend={(values) => attempt(() => send('sign-in', values))}
              />
              <Text size="sm" c="dimmed">
                Forgotten the password? An owner makes you a new invitation. Developers:{' '}
                <Anchor href="/graphiql" underline="always">
                  GraphiQL
                </Anchor>
              </Text>
            </>
          )}
        </Stack>
      </Card>
    </Center>
  )
}

type Field = 'code' | 'name' | 'email' | 'password' | 'newPassword'
type Values = Readonly<Record<string, string>>

interface FormProps {
  readonly fields: readonly Field[]
  readonly label: string
  readonly busy: boolean
  readonly onSend: (values: Values) => void
}

function AuthForm({ fields, label, busy, onSend }: FormProps) {
  const input: Readonly<Record<Field, ReactNode>> = {
    code: <TextInput key="code" name="code" label="Set-up code" required autoComplete="off" />,
    name: <TextInput key="name" name="name" label="Your name" required autoComplete="name" />,
    email: (
      <TextInput
        key="email"
        name="email"
        type="email"
        label="Mail address"
        required
        autoComplete="username"
      />
    ),
    password: (
      <PasswordInput
        key="password"
        name="password"
        label="Password"
        required
        autoComplete="current-password"
      />
    ),
    newPassword: (
      <PasswordInput
        key="password"
        name="password"
        label="New password"
        description="At least 12 characters."
        minLength={12}
        required
        autoComplete="new-password"
      />
    ),
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const entries = [...new FormData(event.currentTarget)]
        onSend(Object.fromEntries(entries.map(([name, value]) => [name, String(value)])))
      }}
    >
      <Stack>
        {fields.map((field) => input[field])}
        <Button type="submit" loading={busy}>
          {label}
        </Button>
      </Stack>
    </form>
  )
}
