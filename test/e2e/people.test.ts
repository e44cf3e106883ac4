import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { wholeTrail } from '../../gateway/audit/read.ts'
import { verifyChain } from '../../gateway/audit/verify.ts'
import { type RunningServer, startServer } from '../../gateway/doors/server.ts'
import { createGateway, type Gateway } from '../../gateway/gateway.ts'
import { warnOfEndingTokens } from '../../gateway/identity/expiry.ts'
import { openOidc } from '../../gateway/identity/oidc.ts'
import { freshToken } from '../../gateway/identity/tokens.ts'
import { loadKeys } from '../../gateway/secrets/keys.ts'
import { fromNow } from '../../gateway/store/clock.ts'
import { saveInstallation, setSetupCode } from '../../gateway/store/installation.ts'
import { createPerson as insertPerson, lockOwners, revokeRole } from '../../gateway/store/people.ts'
import { closeReadDispatchers } from '../../subgraphs/http/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { CLIENT_ID, CLIENT_SECRET, type Issuer, startIssuer } from '../issuer.ts'

const AUDIENCE = 'api://countersign'
const PASSWORD = 'correct horse battery'
const OTHER = 'staple of the second kind'
const SANDBOX_PERSON = 'per_sandbox_test'

let database: TestDatabase
let gateway: Gateway
let server: RunningServer
let issuer: Issuer
let keyDir: string
const code = freshToken('css')

beforeAll(async () => {
  ;[database, issuer, keyDir] = await Promise.all([
    createTestDatabase(),
    startIssuer(),
    mkdtemp(join(tmpdir(), 'countersign-keys-')),
  ])
  const oidcSettings = {
    issuer: issuer.url,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    audience: AUDIENCE,
    name: 'Test IdP',
    scope: 'openid',
    allowPrivate: true,
    linkByEmail: true,
  }
  gateway = await createGateway({
    instance: 'people',
    store: database.store,
    keys: await loadKeys({ dataDir: keyDir, mayMake: true }),
    log: () => {},
    settings: { poll: 1, passwordCost: 10, triesPerAccount: 3, triesPerAddress: 1_000 },
    oidc: openOidc(oidcSettings, { log: () => {} }),
    sandboxPeople: { technician: SANDBOX_PERSON },
  })
  await setSetupCode(database.store.db, code.hash)
  server = await startServer({
    calls: gateway.calls,
    signIn: gateway.signIn,
    schema: gateway.supergraph.apiSchema,
    host: '127.0.0.1',
    port: 0,
    graphiqlDir: '/nonexistent',
    log: () => {},
    limits: { bodyBytes: 256 * 1024 },
  })
})
afterAll(async () => {
  await server.close()
  await gateway.close()
  await closeReadDispatchers()
  await issuer.close()
  await database.drop()
  await rm(keyDir, { recursive: true, force: true })
})

interface Reply {
  readonly status: number
  /** `name=value` of each cookie that was set. */
  readonly cookies: readonly string[]
  readonly setCookie: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of their own queries
  readonly body: any
  readonly location: string | null
}

const OWN = { 'x-countersign-csrf': '1' }

async function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...OWN, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const set = response.headers.getSetCookie()
  return {
    status: response.status,
    cookies: set.map((one) => one.split(';')[0] ?? ''),
    setCookie: set.join('\n'),
    body: text.startsWith('{') ? JSON.parse(text) : null,
    location: response.headers.get('location'),
  }
}
const as = (cookie: string) => ({ cookie })
const ask = (headers: Record<string, string>, query: string) => send('/graphql', { query }, headers)
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const codesOf = ({ body }: Reply) =>
  (body?.errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code)
async function signIn(email: string, password = PASSWORD): Promise<string> {
  const reply = await send('/auth/sign-in', { email, password })
  expect(reply.status).toBe(204)
  return reply.cookies[0] ?? ''
}
/** Makes a person as the owner, who sets a password by the invitation. */
async function member(name: string, roles: string): Promise<{ id: string; cookie: string; email: string }> {
  const email = `${name}@msp.example`
  const { body } = await ask(
    as(owner),
    `mutation { createPerson(input: { name: "${name}", email: "${email}", roles: [${roles}] }) { id token invitation { code path } } }`,
  )
  const { id, token, invitation } = body.data.createPerson
  expect([token, invitation.path]).toEqual([null, `/welcome#${invitation.code}`])
  const welcome = await send('/auth/welcome', { code: invitation.code, password: PASSWORD })
  expect(welcome.status).toBe(204)
  return { id, cookie: welcome.cookies[0] ?? '', email }
}
const trail = async () => {
  await gateway.services.auditBuffer.flush()
  return wholeTrail(database.store.db)
}
/** For a lock, in this database. */
async function somebodyWaits(): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(database.store.db)
  return rows.length > 0
}
/** As if the sign-in were an hour old. */
const age = (table: 'person_session' | 'person_token', personId: string) =>
  database.store.db
    .updateTable(table)
    .set({ signed_in_at: fromNow(-3600) })
    .where('person_id', '=', personId)
    .execute()

let owner = ''
let ownerId = ''

describe('a body that is not as it should be', () => {
  it.each([
    [{ email: 'x@msp.example' }, '"password": expected a text of at most 1,000 characters'],
    [{ email: 'x@msp.example', password: PASSWORD, as: 'x' }, '"as": expected to be left out'],
    [[], '"body": expected a JSON object'],
  ])('%j is told by its members, and never by what came', async (body, told) => {
    const { body: answer } = await send('/auth/sign-in', body)
    expect(answer.errors[0].message).toContain(told)
    expect(JSON.stringify(answer)).not.toContain(PASSWORD)
  })
})

describe('local accounts', () => {
  it('begin with the set-up code, once', async () => {
    const first = { code: code.token, name: 'Olive', email: 'olive@msp.example', password: PASSWORD }
    expect((await send('/auth/session', undefined)).body).toMatchObject({
      person: null,
      offers: { password: true, oidc: 'Test IdP', sandbox: [], setup: true },
    })
    expect(codesOf(await send('/auth/setup', { ...first, password: 'short' }))).toEqual(['BAD_USER_INPUT'])
    expect(codesOf(await send('/auth/setup', { ...first, code: freshToken('css').token }))).toEqual([
      'UNAUTHENTICATED',
    ])
    const reply = await send('/auth/setup', first)
    expect(reply.status).toBe(204)
    expect(reply.setCookie).toMatch(/^countersign=csc_\S+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/)
    owner = reply.cookies[0] ?? ''
    const state = await send('/auth/session', undefined, as(owner))
    expect(state.body).toMatchObject({
      person: { name: 'Olive' },
      method: 'PASSWORD',
      offers: { setup: false },
    })
    ownerId = state.body.person.id
    expect(codesOf(await send('/auth/setup', { ...first, email: 'x@msp.example' }))).toEqual([
      'UNAUTHENTICATED',
    ])
  })

  it('tell nobody which of the two was wrong, and stop after a few tries', async () => {
    const guess = (email: string) => send('/auth/sign-in', { email, password: 'a wrong password' })
    const known = await guess('OLIVE@msp.example')
    const unknown = await guess('nobody@msp.example')
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body])
    expect(codesOf(known)).toEqual(['UNAUTHENTICATED'])
    for (const email of ['olive@msp.example', 'nobody@msp.example']) {
      await guess(email)
      await guess(email)
      const over = await guess(email)
      expect([over.status, codesOf(over)]).toEqual([429, ['RATE_LIMITED']])
      expect(over.body.errors[0].extensions.retryAfterMs).toBeGreaterThan(0)
    }
    // The right one neither.
    expect(codesOf(await send('/auth/sign-in', { email: 'olive@msp.example', password: PASSWORD }))).toEqual([
      'RATE_LIMITED',
    ])
    const failed = (await trail()).filter(({ type }) => type === 'AUTH_FAILED')
    expect(failed.some(({ body }) => (body.subject as { id?: string })?.id === ownerId)).toBe(true)
    await database.store.db.deleteFrom('sign_in_try').execute()
    await signIn('olive@msp.example')
  })

  it('change their password, which ends their other sessions', async () => {
    const { email, cookie } = await member('mona', '{ role: viewer }')
    const second = await signIn(email)
    expect(codesOf(await send('/auth/password', { current: OTHER, password: OTHER }, as(cookie)))).toEqual([
      'UNAUTHENTICATED',
    ])
    expect((await send('/auth/password', { current: PASSWORD, password: OTHER }, as(cookie))).status).toBe(
      204,
    )
    expect(codesOf(await ask(as(second), '{ viewer { id } }'))).toEqual(['UNAUTHENTICATED'])
    expect(codesOf(await ask(as(cookie), '{ viewer { id } }'))).toEqual([])
    expect(codesOf(await send('/auth/sign-in', { email, password: PASSWORD }))).toEqual(['UNAUTHENTICATED'])
    await signIn(email, OTHER)
  })

  it('come back by a new invitation, which voids what was', async () => {
    const { id, cookie, email } = await member('nils', '{ role: viewer }')
    const invite = async (reset: boolean) =>
      (await ask(as(owner), `mutation { invitePerson(person: "${id}", reset: ${reset}) { code } }`)).body.data
        .invitePerson.code as string
    const first = await invite(false)
    expect(codesOf(await ask(as(cookie), '{ viewer { id } }'))).toEqual([])
    const second = await invite(true)
    expect(codesOf(await ask(as(cookie), '{ viewer { id } }'))).toEqual(['UNAUTHENTICATED'])
    expect(codesOf(await send('/auth/sign-in', { email, password: PASSWORD }))).toEqual(['UNAUTHENTICATED'])
    for (const [given, status] of [
      [first, 401],
      [second, 204],
      [second, 401],
    ] as const)
      expect((await send('/auth/welcome', { code: given, password: OTHER })).status).toBe(status)
    // The code is for a password, not for the door.
    expect(codesOf(await ask(bearer(await invite(false)), '{ viewer { id } }'))).toEqual(['UNAUTHENTICATED'])
  })

  it('a deactivated one is out at once, and nothing of it comes back to life', async () => {
    const { id, cookie, email } = await member('otto', '{ role: viewer }')
    const made = await ask(as(cookie), 'mutation { createPersonalToken(name: "script") { token } }')
    const { token } = made.body.data.createPersonalToken
    expect(codesOf(await ask(bearer(token), '{ viewer { id } }'))).toEqual([])
    const set = (active: boolean) =>
      ask(as(owner), `mutation { setPersonActive(person: "${id}", active: ${active}) { active } }`)
    await set(false)
    const all = async () => [
      codesOf(await ask(bearer(token), '{ viewer { id } }')),
      codesOf(await ask(as(cookie), '{ viewer { id } }')),
    ]
    expect(await all()).toEqual([['UNAUTHENTICATED'], ['UNAUTHENTICATED']])
    expect(codesOf(await send('/auth/sign-in', { email, password: PASSWORD }))).toEqual(['UNAUTHENTICATED'])
    await set(true)
    expect(await all()).toEqual([['UNAUTHENTICATED'], ['UNAUTHENTICATED']])
    await signIn(email)
  })
})

describe('sessions', () => {
  it.each<[string, Record<string, string>]>([
    ['without the header of our pages', { 'x-countersign-csrf': '' }],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from an origin that begins like ours', { origin: 'http://127.0.0.1.evil.example' }],
    ['from a sandboxed frame', { origin: 'null' }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
  ])('do nothing %s', async (_what, headers) => {
    for (const path of ['/graphql', '/graphql/stream', '/auth/sign-out', '/auth/sign-in']) {
      const sent = { ...OWN, ...as(owner), 'content-type': 'application/json', ...headers }
      if (sent['x-countersign-csrf'] === '') delete (sent as Record<string, string>)['x-countersign-csrf']
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: sent,
        body: JSON.stringify({ query: '{ viewer { id } }' }),
      })
      expect([path, response.status]).toEqual([path, 403])
    }
  })

  it('work from our own origin, and not when a bearer token is wrong', async () => {
    const { body } = await ask({ ...as(owner), origin: server.url }, '{ viewer { kind name } }')
    expect(body.data.viewer).toEqual({ kind: 'PERSON', name: 'Olive' })
    expect(codesOf(await ask({ ...as(owner), ...bearer('csp_wrong') }, '{ viewer { id } }'))).toEqual([
      'UNAUTHENTICATED',
    ])
  })

  it('a sign-in ends the session that the browser had, and so does a sign-out', async () => {
    const { cookie, email } = await member('petra', '{ role: viewer }')
    const again = await send('/auth/sign-in', { email, password: PASSWORD }, as(cookie))
    const second = again.cookies[0] ?? ''
    expect(codesOf(await ask(as(cookie), '{ viewer { id } }'))).toEqual(['UNAUTHENTICATED'])
    expect((await ask(as(second), '{ sessions { current method } }')).body.data.sessions).toEqual([
      { current: true, method: 'PASSWORD' },
    ])
    const out = await send('/auth/sign-out', {}, as(second))
    expect([out.status, out.cookies]).toEqual([204, ['countersign=']])
    expect(codesOf(await ask(as(second), '{ viewer { id } }'))).toEqual(['UNAUTHENTICATED'])
  })

  it('end when nobody used them, and after their whole life', async () => {
    for (const column of ['last_seen_at', 'expires_at']) {
      const { cookie, id } = await member(`quinn-${column}`, '{ role: viewer }')
      expect(codesOf(await ask(as(cookie), '{ viewer { id } }'))).toEqual([])
      await sql`update person_session set ${sql.ref(column)} = now() - interval '9 hours' where person_id = ${id}`.execute(
        database.store.db,
      )
      expect(codesOf(await ask(as(cookie), '{ viewer { id } }'))).toEqual(['UNAUTHENTICATED'])
    }
  })

  it('open a WebSocket from our pages alone, and its stream ends with them', async () => {
    const { cookie } = await member('rosa', '{ role: approver }')
    const connect = (headers: Record<string, string>) =>
      new Promise<{ socket: WebSocket; closed: Promise<number>; ready: boolean }>((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
          headers,
        })
        const closed = new Promise<number>((close) => socket.once('close', close))
        void closed.then(() => resolve({ socket, closed, ready: false }))
        socket.once('open', () => socket.send('{"type":"connection_init"}'))
        socket.once('message', () => resolve({ socket, closed, ready: true }))
      })
    for (const headers of [{ cookie, origin: 'https://evil.example' }, { cookie }, { origin: server.url }])
      expect((await connect(headers as Record<string, string>)).ready).toBe(false)
    const own = await connect({ cookie, origin: server.url })
    expect(own.ready).toBe(true)
    const query = 'subscription { approvalEvents { at } }'
    own.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    // The answer to a ping tells that the subscription was taken before it.
    const session = (await ask(as(cookie), '{ sessions { id } }')).body.data.sessions[0].id
    await ask(as(cookie), `mutation { endSession(id: "${session}") }`)
    expect(await own.closed).toBe(4403)
  })
})

describe('a fresh sign-in', () => {
  it('is needed for what opens something, and a password brings it back', async () => {
    const { cookie, id } = await member('sven', '{ role: owner }')
    const made = await ask(as(cookie), 'mutation { createPersonalToken(name: "cli") { token } }')
    const token = made.body.data.createPersonalToken.token as string
    await Promise.all([age('person_session', id), age('person_token', id)])
    const sensitive = {
      createPerson: 'createPerson(input: { name: "x", email: "x1@msp.example", roles: [] }) { id }',
      changePerson: `changePerson(input: { id: "${id}", name: "Sven" }) { id }`,
      invitePerson: `invitePerson(person: "${id}") { code }`,
      grantRole: `grantRole(person: "${id}", role: { role: viewer }) { role }`,
      activate: `setPersonActive(person: "${id}", active: true) { id }`,
      personalToken: 'createPersonalToken(name: "more") { token }',
      workflow: 'createWorkflow(input: { name: "w", connections: [] }) { id }',
      testModeOff: 'setTestMode(on: false) { on }',
      connection:
        'saveConnection(input: { slug: "acme", vendor: connectwise, name: "x", baseUrl: "https://x", credentials: [] }) { slug }',
      endpoint: 'saveEndpoint(input: { connection: "acme", group: "x", table: "u_x" }) { __typename }',
    }
    for (const headers of [as(cookie), bearer(token)]) {
      for (const [name, mutation] of Object.entries(sensitive))
        expect([name, codesOf(await ask(headers, `mutation { ${mutation} }`))]).toEqual([
          name,
          ['FRESH_SIGN_IN_REQUIRED'],
        ])
    }
    // What closes something goes on.
    expect(codesOf(await ask(as(cookie), 'mutation { setTestMode(on: true) { on } }'))).toEqual([])

    expect(codesOf(await send('/auth/confirm', { password: OTHER }, bearer(token)))).toEqual([
      'UNAUTHENTICATED',
    ])
    for (const headers of [as(cookie), bearer(token)]) {
      expect((await send('/auth/confirm', { password: PASSWORD }, headers)).status).toBe(204)
      expect(codesOf(await ask(headers, `mutation { ${sensitive.grantRole} }`))).toEqual([])
    }
  })

  it('a token is as old as the sign-in that made it', async () => {
    const { cookie, id } = await member('tara', '{ role: owner }')
    await database.store.db
      .updateTable('person_session')
      .set({ signed_in_at: fromNow(-10 * 60) })
      .where('person_id', '=', id)
      .execute()
    const made = await ask(as(cookie), 'mutation { createPersonalToken(name: "cli") { token } }')
    const { token } = made.body.data.createPersonalToken
    const { body } = await ask(bearer(token), '{ viewer { signIn { freshUntil } } }')
    expect(Date.parse(body.data.viewer.signIn.freshUntil) - Date.now()).toBeLessThan(6 * 60_000)
  })
})

describe('roles', () => {
  it('are granted within what the granter owns, and the last owner stays', async () => {
    await gateway.services.store.db
      .insertInto('connection')
      .values({
        slug: 'acme',
        vendor: 'connectwise',
        name: 'Acme',
        base_url: 'https://x',
        settings: '{}',
        mapping: '{}',
      })
      .execute()
    const part = await member('ulla', '{ role: owner, connection: "acme" }')
    const other = await member('vera', '')
    const grant = (headers: Record<string, string>, role: string) =>
      ask(headers, `mutation { grantRole(person: "${other.id}", role: ${role}) { id connection } }`)
    expect(codesOf(await grant(as(part.cookie), '{ role: viewer }'))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await grant(as(part.cookie), '{ role: owner }'))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await grant(as(other.cookie), '{ role: viewer, connection: "acme" }'))).toEqual([
      'ROLE_REQUIRED',
    ])
    const given = await grant(as(part.cookie), '{ role: approver, connection: "acme", groups: ["Tickets"] }')
    expect(given.body.data.grantRole.connection).toBe('acme')
    expect(codesOf(await grant(as(owner), '{ role: policyAdmin, groups: ["Tickets"] }'))).toEqual([
      'BAD_USER_INPUT',
    ])
    const everywhere = (await grant(as(owner), '{ role: approver }')).body.data.grantRole.id
    const revoke = (headers: Record<string, string>, id: string) =>
      ask(headers, `mutation { revokeRole(id: "${id}") { role } }`)
    expect(codesOf(await revoke(as(part.cookie), everywhere))).toEqual(['ROLE_REQUIRED'])
    expect(codesOf(await revoke(as(part.cookie), given.body.data.grantRole.id))).toEqual([])
    expect(codesOf(await ask(as(other.cookie), '{ people { id } }'))).toEqual(['ROLE_REQUIRED'])

    const people = (await ask(as(owner), '{ people { id grants { id role connection } signsInBy } }')).body
      .data.people as {
      id: string
      signsInBy: string[]
      grants: { id: string; role: string; connection: null }[]
    }[]
    expect(people.find(({ id }) => id === ownerId)?.signsInBy).toEqual(['PASSWORD'])
    const owners = people.flatMap(({ id, grants }) =>
      grants.filter(({ role, connection }) => role === 'owner' && connection === null).map((g) => [id, g.id]),
    )
    expect(owners.length).toBeGreaterThan(1)
    const mine = owners.find(([id]) => id === ownerId)?.[1] ?? ''
    for (const [id, role] of owners)
      if (id !== ownerId) expect(codesOf(await revoke(as(owner), role ?? ''))).toEqual([])
    expect(codesOf(await revoke(as(owner), mine))).toEqual(['FORBIDDEN_OPERATION'])
    const off = `mutation { setPersonActive(person: "${ownerId}", active: false) { id } }`
    expect(codesOf(await ask(as(owner), off))).toEqual(['FORBIDDEN_OPERATION'])
    expect(codesOf(await ask(as(owner), '{ people { id } }'))).toEqual([])
  })

  it('two owners who take the right from each other at once leave one', async () => {
    const { id } = await member('wanda', '{ role: owner }')
    const grants = await database.store.db
      .selectFrom('person_role')
      .select(['id', 'person_id'])
      .where('role', '=', 'owner')
      .where('connection', 'is', null)
      .execute()
    expect(grants.map(({ person_id }) => person_id).sort()).toEqual([ownerId, id].sort())
    const second = await signIn('wanda@msp.example')
    const grantOf = (person: string) => grants.find(({ person_id }) => person_id === person)?.id ?? ''
    // Hers is being taken by one who has not committed yet, while she takes the other.
    let done = false
    const pending = await database.store.transaction(async (trx) => {
      await lockOwners(trx)
      await revokeRole(trx, grantOf(id))
      const reply = ask(as(second), `mutation { revokeRole(id: "${grantOf(ownerId)}") { role } }`).finally(
        () => {
          done = true
        },
      )
      while (!done && !(await somebodyWaits())) await new Promise((resolve) => setTimeout(resolve, 10))
      return { reply }
    })
    expect(codesOf(await pending.reply)).toEqual(['FORBIDDEN_OPERATION'])
    const left = await database.store.transaction((trx) => lockOwners(trx))
    expect(left).toEqual([ownerId])
  })
})

describe('tokens of AI agents', () => {
  it('are replaced by the agent itself and by an administrator, with a short overlap', async () => {
    const { body } = await ask(
      as(owner),
      'mutation { createWorkflow(input: { name: "Rotating", connections: [] }) { id } }',
    )
    const workflow = body.data.createWorkflow.id
    const make = async (name: string) =>
      (
        await ask(
          as(owner),
          `mutation { createAgentToken(input: { workflow: "${workflow}", name: "${name}", expiresInDays: 20 }) { token tokenId } }`,
        )
      ).body.data.createAgentToken as { token: string; tokenId: string }
    const [mine, other] = [await make('one'), await make('two')]
    const rotate = (headers: Record<string, string>, input: string) =>
      ask(
        headers,
        `mutation { rotateAgentToken(input: { ${input} }) { token tokenId expiresAt oldExpiresAt } }`,
      )
    expect(codesOf(await rotate(bearer(mine.token), `tokenId: "${other.tokenId}"`))).toEqual([
      'ROLE_REQUIRED',
    ])
    expect(codesOf(await rotate(bearer(mine.token), 'overlapMinutes: 1441'))).toEqual(['BAD_USER_INPUT'])
    const next = (await rotate(bearer(mine.token), 'overlapMinutes: 5')).body.data.rotateAgentToken
    const days = (Date.parse(next.expiresAt) - Date.now()) / 86_400_000
    expect([Math.round(days), Date.parse(next.oldExpiresAt) - Date.now() < 301_000]).toEqual([20, true])
    const who = async (token: string) =>
      (await ask(bearer(token), '{ viewer { name } }')).body.data?.viewer.name
    expect([await who(mine.token), await who(next.token)]).toEqual(['one', 'one'])
    // Two are good at a time, not three.
    expect(codesOf(await rotate(bearer(mine.token), ''))).toEqual(['NOT_FOUND'])
    const last = (await rotate(as(owner), `tokenId: "${next.tokenId}", overlapMinutes: 0`)).body.data
      .rotateAgentToken
    expect(codesOf(await ask(bearer(next.token), '{ viewer { name } }'))).toEqual(['UNAUTHENTICATED'])
    expect(await who(last.token)).toBe('one')
    const revoked = await ask(
      as(owner),
      `mutation { revokeAgentToken(tokenId: "${last.tokenId}") { agentRevoked } }`,
    )
    expect(revoked.body.data.revokeAgentToken.agentRevoked).toBe(false)
    expect(await who(last.token)).toBeUndefined()
    const rows = await database.store.db.selectFrom('agent_token').selectAll().execute()
    for (const { token } of [mine, other, next, last]) expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('are warned of 14, 3 and 1 days before their end, once each', async () => {
    const { db } = database.store
    const [token] = await db.selectFrom('agent_token').select('id').where('replaced_by', 'is', null).execute()
    const id = token?.id ?? ''
    const warnings = async (madeDaysAgo: number, endsInDays: number) => {
      await sql`update agent_token set revoked_at = null,
        created_at = now() - make_interval(days => ${madeDaysAgo}),
        expires_at = now() + make_interval(secs => ${endsInDays * 86_400}) where id = ${id}`.execute(db)
      await sql`update agent set revoked_at = null`.execute(db)
      await Promise.all([warnOfEndingTokens(gateway.services), warnOfEndingTokens(gateway.services)])
      await warnOfEndingTokens(gateway.services)
      return (await trail())
        .filter(({ type, body }) => type === 'TOKEN_EXPIRING' && (body.subject as { id: string }).id === id)
        .map(({ payload }) => (payload as { days: number }).days)
    }
    // Made for less than a fortnight: its beginning is no reason to warn.
    expect(await warnings(0, 10)).toEqual([])
    expect(await warnings(60, 20)).toEqual([])
    expect(await warnings(60, 13)).toEqual([14])
    expect(await warnings(60, 2.5)).toEqual([14, 3])
    expect(await warnings(60, 0.5)).toEqual([14, 3, 1])
  })
})

describe('an identity provider', () => {
  async function through(start: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    const begun = await send('/auth/oidc/start', start, headers)
    expect(begun.setCookie).toMatch(/HttpOnly; SameSite=Lax$/)
    const back = await issuer.visit(begun.body.location)
    return send(back.pathname + back.search, undefined, as(begun.cookies[0] ?? ''))
  }
  const sessionOf = ({ cookies }: Reply) => cookies.find((one) => one.startsWith('countersign=csc_'))
  let xenia: Awaited<ReturnType<typeof member>>

  it('signs nobody in who was not invited, nor by an address that it does not vouch for', async () => {
    xenia = await member('xenia', '{ role: viewer }')
    issuer.next = { claims: { sub: 'xenia-sub', email: xenia.email, email_verified: false } }
    const reply = await through()
    expect([reply.status, reply.location, sessionOf(reply)]).toEqual([
      303,
      '/?signInFailed=UNAUTHENTICATED',
      undefined,
    ])
    expect(codesOf(await send('/auth/oidc/start', { returnTo: '//evil.example' }))).toEqual([
      'BAD_USER_INPUT',
    ])
  })

  it('links a login by invitation, and then knows it by its subject', async () => {
    const { body } = await ask(as(owner), `mutation { invitePerson(person: "${xenia.id}") { code } }`)
    const first = await through({ code: body.data.invitePerson.code, returnTo: '/requests?x=1' })
    expect([first.status, first.location]).toEqual([303, '/requests?x=1'])
    issuer.next = { claims: { sub: 'xenia-sub' } }
    const cookie = sessionOf(await through()) ?? ''
    expect((await ask(as(cookie), '{ viewer { name } }')).body.data.viewer.name).toBe('xenia')
    const stranger = { sub: 'another-sub', email: xenia.email, email_verified: true }
    issuer.next = { claims: stranger }
    // The address is hers, and the person has a login already.
    expect(sessionOf(await through())).toBeUndefined()
    expect((await send('/auth/welcome', { code: body.data.invitePerson.code, password: OTHER })).status).toBe(
      401,
    )
  })

  it('a way back without the way there is none', async () => {
    const begun = await send('/auth/oidc/start', {})
    const back = await issuer.visit(begun.body.location)
    for (const cookie of ['', 'countersign-sign-in=x.y', `${begun.cookies[0]}x`])
      expect(sessionOf(await send(back.pathname + back.search, undefined, as(cookie)))).toBeUndefined()
  })

  it('a sign-in of long ago is not fresh', async () => {
    issuer.next = { claims: { sub: 'xenia-sub', auth_time: Math.floor(Date.now() / 1000) - 3600 } }
    const cookie = sessionOf(await through()) ?? ''
    const mutation = 'mutation { createPersonalToken(name: "x") { token } }'
    expect(codesOf(await ask(as(cookie), mutation))).toEqual(['FRESH_SIGN_IN_REQUIRED'])
    issuer.next = { claims: { sub: 'xenia-sub', auth_time: Math.floor(Date.now() / 1000) } }
    expect(codesOf(await ask(as(sessionOf(await through({ fresh: true })) ?? ''), mutation))).toEqual([])
  })

  it('its access tokens open the GraphQL door for whom the store knows, until the store says no', async () => {
    const token = await issuer.sign({ sub: 'xenia-sub', aud: AUDIENCE })
    const name = async () => (await ask(bearer(token), '{ viewer { name roles { role } } }')).body
    expect((await name()).data.viewer).toEqual({ name: 'xenia', roles: [{ role: 'viewer' }] })
    const stranger = await issuer.sign({ sub: 'stranger', aud: AUDIENCE })
    expect(codesOf(await ask(bearer(stranger), '{ viewer { name } }'))).toEqual(['UNAUTHENTICATED'])
    await ask(as(owner), `mutation { setPersonActive(person: "${xenia.id}", active: false) { id } }`)
    expect((await name()).errors[0].extensions.code).toBe('UNAUTHENTICATED')
  })
})

it('one click signs in to the sandbox, from this machine, and to nothing else', async () => {
  const { db } = database.store
  const click = (headers = {}) => send('/auth/sandbox', { as: 'technician' }, headers)
  await insertPerson(db, { id: SANDBOX_PERSON, name: 'Dana', email: 'dana@msp.example', sandbox: true })
  expect(codesOf(await click())).toEqual(['UNAUTHENTICATED'])
  await saveInstallation(db, { sandbox: true })
  const reply = await click()
  expect(reply.status).toBe(204)
  expect(codesOf(await click({ 'x-forwarded-for': '203.0.113.9' }))).toEqual(['NOT_FOUND'])
  const cookie = reply.cookies[0] ?? ''
  expect(codesOf(await ask(as(cookie), '{ viewer { name } }'))).toEqual([])
  await age('person_session', SANDBOX_PERSON)
  expect(codesOf(await ask(as(cookie), 'mutation { createPersonalToken(name: "x") { token } }'))).toEqual([])
  await saveInstallation(db, { sandbox: false })
  expect(codesOf(await ask(as(cookie), '{ viewer { name } }'))).toEqual(['UNAUTHENTICATED'])
})

it('all of it is on record, without a password, code or token', async () => {
  const events = await trail()
  const types = new Set(events.map(({ type }) => type))
  for (const type of [
    'PERSON_CREATED',
    'PERSON_CHANGED',
    'PERSON_INVITED',
    'PERSON_LINKED',
    'PERSON_SIGNED_IN',
    'PERSON_SIGNED_OUT',
    'ROLE_GRANTED',
    'ROLE_REVOKED',
    'TOKEN_CREATED',
    'TOKEN_ROTATED',
    'TOKEN_REVOKED',
    'AUTH_FAILED',
  ])
    expect([type, types.has(type)]).toEqual([type, true])
  const text = JSON.stringify(events)
  for (const secret of [PASSWORD, OTHER, 'scrypt$', code.token]) expect(text).not.toContain(secret)
  expect(text).not.toMatch(/cs[apsci]_[0-9a-f]{8,}_/)
  expect(await verifyChain(events)).toMatchObject({ intact: true })
})
