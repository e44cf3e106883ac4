/** What /auth/session answers (docs/people.md). */
export interface Session {
  readonly person: { readonly id: string; readonly name: string; readonly email: string } | null
  readonly method: 'PASSWORD' | 'OIDC' | 'SANDBOX' | null
  readonly offers: {
    readonly oidc: string | null
    readonly sandbox: ReadonlyArray<{ readonly as: string; readonly name: string }>
    readonly setup: boolean
  }
}

export type SignedIn = Session & { readonly person: NonNullable<Session['person']> }

/** What no other site's page can send. */
export const CSRF = { 'x-countersign-csrf': '1' } as const

export class AuthError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const body: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (response.ok) return body
  const { errors } = (body ?? {}) as {
    errors?: ReadonlyArray<{ message: string; extensions?: { code?: string } }>
  }
  const message = errors?.[0]?.message ?? 'Countersign could not be reached. Try again in a moment.'
  throw new AuthError(errors?.[0]?.extensions?.code ?? 'INTERNAL', message)
}

export async function loadSession(): Promise<Session> {
  return (await answerOf(await fetch('/auth/session', { headers: CSRF }))) as Session
}

export type AuthPath = 'sign-in' | 'setup' | 'welcome' | 'confirm' | 'sandbox' | 'sign-out' | 'oidc/start'

export async function send(path: AuthPath, body: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const response = await fetch(`/auth/${path}`, {
    method: 'POST',
    headers: { ...CSRF, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return answerOf(response)
}

/** Leaves for the identity provider, which sends the browser back to `returnTo`. */
export async function leaveForProvider(options: {
  readonly code?: string
  readonly fresh?: boolean
  readonly returnTo?: string
}): Promise<void> {
  const { location: to } = (await send('oidc/start', options)) as { location: string }
  location.assign(to)
}
