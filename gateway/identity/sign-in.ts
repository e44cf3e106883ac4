import { z } from 'zod'
import { badInput, GatewayError } from '../../schema/errors.ts'
import { expectUnique, mailOf, nameOf } from '../admin/scope.ts'
import { record } from '../audit/record.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import type { Services } from '../services.ts'
import type { Trx } from '../store/index.ts'
import { claimSetup, readInstallation } from '../store/installation.ts'
import {
  endInvitations,
  findInvitation,
  findLogin,
  hasLogin,
  linkLogin,
  spendInvitation,
} from '../store/logins.ts'
import { storeNow } from '../store/now.ts'
import { createPerson, findPerson, findPersonByEmail, grantRole, savePerson } from '../store/people.ts'
import { confirmSession, createSession, endSession, endSessionsOf, findSession } from '../store/sessions.ts'
import type { PersonRow, SignInMethod } from '../store/tables.ts'
import { confirmPersonToken } from '../store/tokens.ts'
import type { PersonCaller } from './caller.ts'
import type { OidcProvider, ProviderIdentity } from './oidc.ts'
import { expectGoodPassword, hashPassword, verifyPassword } from './passwords.ts'
import { type Attempt, expectTriesLeft, forgive } from './throttle.ts'
import { authenticate, fits, freshToken, partsOf, refused } from './tokens.ts'

/** Where a request came from, and the session that its browser had before. */
export interface From {
  readonly address: string
  readonly session: string | null
}

export interface OpenedSession {
  /** For the cookie alone. */
  readonly token: string
  readonly lifeSeconds: number
}

/** What a page needs to know before and after somebody signed in. */
export interface SessionState {
  readonly person: { readonly id: string; readonly name: string; readonly email: string } | null
  readonly method: SignInMethod | null
  readonly signedInAt: Date | null
  /** Until then sensitive changes need no further sign-in. */
  readonly freshUntil: Date | null
  readonly expiresAt: Date | null
  /** What this installation offers. */
  readonly offers: {
    readonly password: true
    /** Name of the identity provider. */
    readonly oidc: string | null
    /** One click, under the sandbox alone. */
    readonly sandbox: readonly { readonly as: string; readonly name: string }[]
    /** Nobody owns the installation yet. */
    readonly setup: boolean
  }
}

/** What the doors under /auth call. Passwords come by these alone, so that none ever stands in a GraphQL document. */
export interface SignIn {
  state(session: string | null, isHere: boolean): Promise<SessionState>
  withPassword(
    input: { readonly email: string; readonly password: string },
    from: From,
  ): Promise<OpenedSession>
  /** The first owner, by the one-time set-up code. */
  setUp(
    input: {
      readonly code: string
      readonly name: string
      readonly email: string
      readonly password: string
    },
    from: From,
  ): Promise<OpenedSession>
  /** A password by an invitation, which serves as the way back in too. */
  welcome(input: { readonly code: string; readonly password: string }, from: From): Promise<OpenedSession>
  changePassword(input: { readonly current: string; readonly password: string }, from: From): Promise<void>
  /** Proves again who holds this session or personal token. */
  confirm(input: { readonly password: string }, token: string | null, from: From): Promise<void>
  withSandbox(input: { readonly as: string }, from: From): Promise<OpenedSession>
  signOut(from: From): Promise<void>
  startOidc(
    input: { readonly code?: string; readonly returnTo?: string; readonly fresh?: boolean },
    redirectUri: string,
    from: From,
  ): Promise<{ readonly location: string; readonly transaction: string }>
  finishOidc(
    callback: URL,
    transaction: string | null,
    from: From,
  ): Promise<OpenedSession & { readonly returnTo: string }>
}

export interface SignInOptions {
  readonly oidc: OidcProvider | undefined
  /** Counts what can't stand in the trail one by one. */
  readonly noteFailure: (address: string) => void
  /** Under the sandbox alone: who signs in by one click. */
  readonly sandboxPeople?: Readonly<Record<string, string>>
}

/** How long the way to the identity provider and back may take. */
const TRANSACTION_SECONDS = 600
const Transaction = z.strictObject({
  oidc: z.literal(true),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  invitation: z.string().nullable(),
  at: z.number(),
})

const wrong = () => new GatewayError('UNAUTHENTICATED', 'The mail address or the password is wrong.')

export function openSignIn(
  services: Services,
  { oidc, noteFailure, sandboxPeople = {} }: SignInOptions,
): SignIn {
  const { store, settings, keys } = services
  const { db } = store

  /** Codes are 256 bits of chance: guesses are counted for the trail, and need no limit. */
  function deadCode({ address }: Pick<From, 'address'>): GatewayError {
    noteFailure(address)
    return new GatewayError(
      'UNAUTHENTICATED',
      'The code is wrong, used or too old. An owner makes a new one.',
    )
  }

  /** @throws GatewayError RATE_LIMITED */
  async function expectTries(attempt: Attempt): Promise<void> {
    try {
      await expectTriesLeft(db, settings, attempt)
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'RATE_LIMITED') noteFailure(attempt.address)
      throw error
    }
  }

  /** @throws GatewayError UNAUTHENTICATED, RATE_LIMITED */
  async function expectPassword(
    person: PersonRow | undefined,
    password: string,
    attempt: Attempt,
  ): Promise<PersonRow> {
    await expectTries(attempt)
    const known = person?.active ? person : undefined
    if (
      !(await verifyPassword(known?.password_hash, password, settings.passwordCost)) ||
      known === undefined
    ) {
      if (person === undefined) noteFailure(attempt.address)
      else {
        // As often at most as the account has tries.
        services.auditBuffer.add({
          type: 'AUTH_FAILED',
          actor: 'NOBODY',
          sourceAddress: attempt.address.slice(0, 100),
          count: 1,
          subject: { kind: 'PERSON', id: person.id, name: person.name },
        })
      }
      throw wrong()
    }
    await forgive(db, attempt)
    return known
  }

  /** Always a new session, and the one that the browser had before ends: nobody can plant one. */
  async function open(
    trx: Trx,
    personId: string,
    method: SignInMethod,
    from: From,
    signedInAt?: Date,
  ): Promise<OpenedSession> {
    const before = partsOf(from.session)
    if (before?.prefix === 'csc' && from.session !== null) {
      const row = await findSession(trx, before.id)
      if (row !== undefined && fits(from.session, row.hash)) await endSession(trx, before.id)
    }
    const { token, id, hash } = freshToken('csc')
    await createSession(trx, {
      id,
      personId,
      hash,
      method,
      idleSeconds: settings.sessionIdle,
      lifeSeconds: settings.sessionLife,
      signedInAt,
    })
    // Refuses whoever may not sign in after all: one who was deactivated, or of a sandbox that is none any more.
    const caller = await authenticate(trx, token)
    await record(trx, services, {
      type: 'PERSON_SIGNED_IN',
      actor: caller,
      sourceAddress: from.address,
      subject: { kind: 'PERSON', id: personId, name: caller.name },
      payload: { method },
    })
    return { token, lifeSeconds: settings.sessionLife }
  }

  async function setPassword(trx: Trx, person: PersonRow, hash: string, from: From): Promise<void> {
    await savePerson(trx, person.id, { password_hash: hash })
    await endInvitations(trx, person.id)
    await record(trx, services, {
      type: 'PERSON_CHANGED',
      actor: 'NOBODY',
      sourceAddress: from.address,
      subject: { kind: 'PERSON', id: person.id, name: person.name },
      secretFields: ['password'],
    })
  }

  async function expectSession(from: From): Promise<PersonCaller> {
    const caller = partsOf(from.session)?.prefix === 'csc' ? await authenticate(db, from.session) : undefined
    if (caller?.kind !== 'PERSON') throw refused()
    return caller
  }

  async function invited(
    code: string,
    from: Pick<From, 'address'>,
  ): Promise<{ readonly id: string; readonly person: PersonRow }> {
    const parts = partsOf(code)
    const found = parts?.prefix === 'csi' ? await findInvitation(db, parts.id) : undefined
    const person = found === undefined ? undefined : await findPerson(db, found.person_id)
    if (parts === null || found === undefined || person === undefined || !fits(code, found.hash))
      throw deadCode(from)
    return { id: parts.id, person }
  }

  /** The person of an identity, which the first sign-in links: by invitation, or by an address the provider vouches for. */
  async function linked(
    trx: Trx,
    identity: ProviderIdentity,
    invitation: string | null,
    from: From,
  ): Promise<string> {
    const login = await findLogin(trx, identity)
    if (login !== undefined) return login.person_id
    const personId = await unlinkedPerson(trx, identity, invitation)
    if (personId === undefined) {
      throw new GatewayError(
        'UNAUTHENTICATED',
        'Nobody here has this login. Ask an owner for an invitation, and open it before you sign in.',
      )
    }
    const { issuer, subject } = identity
    if ((await linkLogin(trx, { issuer, subject, personId })) === undefined) throw refused()
    await endInvitations(trx, personId)
    await record(trx, services, {
      type: 'PERSON_LINKED',
      actor: 'NOBODY',
      sourceAddress: from.address,
      subject: { kind: 'PERSON', id: personId },
      payload: { issuer, subject },
    })
    return personId
  }

  async function unlinkedPerson(
    trx: Trx,
    { email }: ProviderIdentity,
    invitation: string | null,
  ): Promise<string | undefined> {
    if (invitation !== null) {
      const found = await findInvitation(trx, invitation)
      return found !== undefined && (await spendInvitation(trx, invitation)) ? found.person_id : undefined
    }
    if (oidc?.settings.linkByEmail !== true || email === null) return undefined
    const person = await findPersonByEmail(trx, email)
    // Somebody who has a login keeps it: another account that got hold of the address does not become this person.
    return person === undefined || (await hasLogin(trx, person.id)) ? undefined : person.id
  }

  function expectOidc(): OidcProvider {
    if (oidc !== undefined) return oidc
    throw new GatewayError('NOT_CONFIGURED', 'No identity provider is set up: docs/people.md.')
  }

  return {
    async state(session, isHere) {
      const parts = partsOf(session)
      const row = parts?.prefix === 'csc' ? await findSession(db, parts.id) : undefined
      const live = row?.live && session !== null && fits(session, row.hash) ? row : undefined
      const { setup_claimed_at, sandbox } = await readInstallation(db)
      const offered = sandbox && isHere ? Object.entries(sandboxPeople) : []
      return {
        person: live === undefined ? null : { id: live.person_id, name: live.name, email: live.email },
        method: live?.method ?? null,
        signedInAt: live?.signed_in_at ?? null,
        freshUntil:
          live === undefined
            ? null
            : live.method === 'SANDBOX'
              ? live.expires_at
              : new Date(live.signed_in_at.getTime() + settings.freshFor * 1000),
        expiresAt: live?.expires_at ?? null,
        offers: {
          password: true,
          oidc: oidc?.settings.name ?? null,
          sandbox: await Promise.all(
            offered.map(async ([as, id]) => ({ as, name: (await findPerson(db, id))?.name ?? as })),
          ),
          setup: setup_claimed_at === null && !sandbox,
        },
      }
    },

    async withPassword({ email, password }, from) {
      const attempt = { account: email, address: from.address }
      const person = await expectPassword(await findPersonByEmail(db, email), password, attempt)
      return store.transaction((trx) => open(trx, person.id, 'PASSWORD', from))
    },

    async setUp({ code, password, ...given }, from) {
      const caller = partsOf(code)?.prefix === 'css' ? await authenticate(db, code).catch(() => null) : null
      if (caller?.kind !== 'SETUP') throw deadCode(from)
      const name = nameOf('name', given.name)
      const email = mailOf('email', given.email)
      expectGoodPassword(password, { email })
      const hash = await hashPassword(password, settings.passwordCost)
      return store.transaction(async (trx) => {
        if ((await claimSetup(trx, caller.codeHash)) === undefined) throw deadCode(from)
        const person = await expectUnique('email', email, () => createPerson(trx, { name, email }))
        await savePerson(trx, person.id, { password_hash: hash })
        await grantRole(trx, { personId: person.id, role: 'owner' })
        const opened = await open(trx, person.id, 'PASSWORD', from)
        await record(trx, services, {
          type: 'PERSON_CREATED',
          actor: caller,
          sourceAddress: from.address,
          subject: { kind: 'PERSON', id: person.id, name },
          secretFields: ['password'],
          payload: { roles: [{ role: 'owner' }] },
        })
        return opened
      })
    },

    async welcome({ code, password }, from) {
      const { id, person } = await invited(code, from)
      expectGoodPassword(password, person)
      const hash = await hashPassword(password, settings.passwordCost)
      return store.transaction(async (trx) => {
        if (!(await spendInvitation(trx, id))) throw deadCode(from)
        // Whoever had the old password is out.
        await endSessionsOf(trx, person.id)
        await setPassword(trx, person, hash, from)
        return open(trx, person.id, 'PASSWORD', from)
      })
    },

    async changePassword({ current, password }, from) {
      const caller = await expectSession(from)
      const row = await findPerson(db, caller.id)
      const attempt = { account: row?.email ?? caller.id, address: from.address }
      const person = await expectPassword(row, current, attempt)
      expectGoodPassword(password, person)
      const hash = await hashPassword(password, settings.passwordCost)
      await store.transaction(async (trx) => {
        await endSessionsOf(trx, person.id, caller.tokenId)
        await setPassword(trx, person, hash, from)
      })
    },

    async confirm({ password }, token, from) {
      const caller = await authenticate(db, token ?? from.session)
      if (caller.kind !== 'PERSON' || caller.signIn.by === 'PROVIDER_TOKEN') throw refused()
      const row = await findPerson(db, caller.id)
      await expectPassword(row, password, { account: row?.email ?? caller.id, address: from.address })
      await store.transaction(async (trx) => {
        if (caller.signIn.by === 'SESSION') await confirmSession(trx, caller.tokenId)
        else await confirmPersonToken(trx, caller.tokenId)
        await record(trx, services, {
          type: 'PERSON_SIGNED_IN',
          actor: caller,
          sourceAddress: from.address,
          subject: { kind: 'PERSON', id: caller.id, name: caller.name },
          payload: { method: 'PASSWORD', again: true },
        })
      })
    },

    async withSandbox({ as }, from) {
      const personId = Object.hasOwn(sandboxPeople, as) ? sandboxPeople[as] : undefined
      if (personId === undefined)
        throw badInput('as', Object.keys(sandboxPeople).join(', ') || 'nothing: this is no sandbox', as)
      return store.transaction((trx) => open(trx, personId, 'SANDBOX', from))
    },

    async signOut(from) {
      const caller = await expectSession(from)
      await store.transaction(async (trx) => {
        await endSession(trx, caller.tokenId)
        await record(trx, services, {
          type: 'PERSON_SIGNED_OUT',
          actor: caller,
          sourceAddress: from.address,
          subject: { kind: 'PERSON', id: caller.id, name: caller.name },
        })
      })
    },

    async startOidc({ code, returnTo = '/', fresh = false }, redirectUri, from) {
      const provider = expectOidc()
      // A path of ours, which no browser reads as another host.
      if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(returnTo) || returnTo.includes('\\'))
        throw badInput('returnTo', 'a path of this installation', returnTo)
      const invitation = code === undefined ? null : (await invited(code, from)).id
      const { location, transaction } = await provider.start(redirectUri, { fresh })
      const at = (await storeNow(db)).getTime()
      const sealed = sealCursor(keys.cursor.bytes(), { oidc: true, ...transaction, returnTo, invitation, at })
      return { location, transaction: sealed }
    },

    async finishOidc(callback, sealed, from) {
      const provider = expectOidc()
      const opened =
        sealed === null ? undefined : Transaction.safeParse(unsealed(keys.cursor.bytes(), sealed)).data
      const age = opened === undefined ? Number.NaN : (await storeNow(db)).getTime() - opened.at
      if (opened === undefined || !(age < TRANSACTION_SECONDS * 1000))
        throw new GatewayError(
          'UNAUTHENTICATED',
          'This sign-in was not begun here, or took too long. Begin again.',
        )
      const identity = await provider.finish(callback, opened)
      const session = await store.transaction(async (trx) => {
        const personId = await linked(trx, identity, opened.invitation, from)
        return open(trx, personId, 'OIDC', from, identity.signedInAt)
      })
      return { ...session, returnTo: opened.returnTo }
    },
  }
}

function unsealed(key: Uint8Array, sealed: string): unknown {
  try {
    return openCursor(key, sealed)
  } catch {
    return undefined // changed on its way, or none of ours
  }
}
