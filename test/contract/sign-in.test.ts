import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Answer } from '../gateway.ts'
import { type ContractGateway, setups, startContract, type VendorDesk, vendors } from './vendors.ts'

const LIST = '{ tickets(first: 1) { nodes { id } } }'
const codesOf = ({ errors }: Answer) => errors.map(({ extensions }) => extensions.code)

/** A refusal in the vendor's own shape that says back what it was sent. */
const ECHO: Readonly<Record<Vendor, (text: string) => object>> = {
  connectwise: (message) => ({ status: 400, body: { code: 'ConnectWiseApi', message, errors: null } }),
  autotask: (text) => ({ status: 500, body: { errors: [text] } }),
  halo: (error) => ({ status: 400, body: { error } }),
  servicenow: (message) => ({
    status: 400,
    body: { error: { message, detail: message }, status: 'failure' },
  }),
}

describe.each(vendors)('%s: signing in', (vendor) => {
  let t: ContractGateway
  let desk: VendorDesk
  let agent: string
  let owner: string
  let right: Readonly<Record<string, string>>
  let secrets: readonly string[]
  beforeAll(async () => {
    t = await startContract([vendor])
    desk = t.desk
    agent = await t.agent('READ_ONLY')
    owner = (await t.owner()).token
    const { credentials } = desk.source.dialect
    const theirs = desk.simulator.credentials as Readonly<Record<string, string>>
    right = Object.fromEntries(credentials.map(({ name }) => [name, theirs[name] ?? '']))
    secrets = credentials.filter(({ secret }) => secret).map(({ name }) => name)
  })
  afterEach(async () => {
    await desk.stopFaults()
    await t.recredential(desk.slug, right)
  })
  afterAll(() => t.close())

  /** No value of a credential stands in an answer, in the log or in the store, as text or in base64. */
  async function expectUntold(values: readonly string[], ...answers: readonly unknown[]) {
    const everything = [JSON.stringify(answers), ...t.logged, await t.stored()].join('\n')
    for (const value of values) {
      expect(everything.includes(value), 'a secret was told').toBe(false)
      // Wherever it stands in a longer text: base64 has three ways to write it.
      for (const before of ['', 'x', 'xx']) {
        const encoded = Buffer.from(before + value)
          .toString('base64')
          .slice(before === '' ? 0 : 4, -4)
        expect(everything.includes(encoded), 'a secret was told in base64').toBe(false)
      }
    }
  }

  const testConnection = () =>
    t.ask(
      owner,
      'mutation ($slug: String!) { testConnection(slug: $slug) { ok code message vendorMessage } }',
      {
        slug: desk.slug,
      },
    )

  it('a wrong secret, whichever: the same code for an agent and an administrator, and nobody is told it', async () => {
    for (const name of secrets) {
      const canary = `canary-${name}-${'0123456789'.repeat(3)}`
      await t.recredential(desk.slug, { ...right, [name]: canary })
      const asked = await t.ask(agent, LIST)
      const tested = await testConnection()

      expect(asked.data?.tickets ?? null, name).toBeNull()
      expect(codesOf(asked), name).toEqual(['VENDOR_UNAVAILABLE'])
      expect(tested.data.testConnection, name).toMatchObject({ ok: false, code: 'VENDOR_UNAVAILABLE' })
      await expectUntold([canary], asked, tested)
    }
    await t.recredential(desk.slug, right)
    expect((await t.ask(agent, LIST)).errors).toEqual([])
  })

  it('a PSA that says the secrets back tells them to nobody', async () => {
    const values = secrets.map((name) => right[name]!)
    await t.ask(agent, LIST)
    await desk.fault({ kind: 'status', ...ECHO[vendor](`refused: ${values.join(' and ')}`), times: 50 })
    const asked = await t.ask(agent, '{ tickets(first: 2) { nodes { title } } }')

    expect(asked.errors).toHaveLength(1)
    expect(asked.errors[0]!.extensions.vendor).toMatchObject({
      message: expect.stringContaining('[redacted]'),
    })
    await expectUntold(values, asked, await testConnection())
  })

  it('nor does a plan, an outcome or the trail of a write tell them', async () => {
    const values = secrets.map((name) => right[name]!)
    const writer = await t.agent('FULL_AUTOMATION')
    const { data } = await t.ask(agent, LIST)
    const write = (dryRun: boolean) =>
      t.ask(
        writer,
        `mutation ($id: ID!) { updateTicket(input: { id: $id, title: "Told back" }, dryRun: ${dryRun}) {
          __typename ... on DryRunPlan { plan { steps { method path body summary } warnings } }
          ... on WriteOutcome { request { state error { code message details } steps { vendorMessage outcome } } } } }`,
        { id: data.tickets.nodes[0].id },
      )
    const planned = await write(true)
    expect(planned.data.updateTicket.__typename).toBe('DryRunPlan')
    const echo = ECHO[vendor](`refused: ${values.join(' and ')}`)
    await desk.fault({
      match: { method: WRITE_METHOD[vendor] },
      kind: 'status',
      ...echo,
      status: 400,
      times: 5,
    })
    const written = await write(false)

    expect(JSON.stringify(written)).toContain('[redacted]')
    await t.gateway.services.auditBuffer.flush()
    await expectUntold([...values, writer], planned, written)
  })
})

const WRITE_METHOD: Readonly<Record<Vendor, string>> = {
  connectwise: 'PATCH',
  autotask: 'PATCH',
  halo: 'POST',
  servicenow: 'PATCH',
}

describe('halo: tokens', () => {
  it('that end in the middle of the work are asked for anew, and the agent sees nothing of it', async () => {
    const t = await startContract(['halo'])
    const agent = await t.agent('READ_ONLY')
    const { expireTokens } = t.desk.simulator as unknown as { expireTokens(): void }
    for (let round = 0; round < 3; round++) {
      expect((await t.ask(agent, LIST)).errors).toEqual([])
      expireTokens()
    }
    const signIns = t.desk.everything().filter(({ path }) => path === '/auth/token')
    expect(signIns).toHaveLength(3)
    await t.close()
  })

  it('that live shorter than a write may take count as ended: each operation signs in', async () => {
    const t = await startContract([{ vendor: 'halo', slug: setups.halo.slug, tokenLifetimeSeconds: 30 }])
    const agent = await t.agent('READ_ONLY')
    t.desk.simulator.clearJournal()
    for (let round = 0; round < 2; round++) expect((await t.ask(agent, LIST)).errors).toEqual([])
    expect(t.desk.simulator.journal().filter(({ path }) => path === '/auth/token')).toHaveLength(2)
    await t.close()
  })
})

describe('servicenow: tokens', () => {
  interface Tokens {
    revokeAccess(): void
    revokeRefresh(): void
  }
  const grants = ({ simulator }: VendorDesk) =>
    simulator
      .journal()
      .filter(({ path }) => path === '/oauth_token.do')
      .map(({ body, status }) => `${(body as { grant_type: string }).grant_type} ${status}`)

  it('revoked in the middle of the work are asked for anew', async () => {
    const t = await startContract(['servicenow'])
    const agent = await t.agent('READ_ONLY')
    const { revokeAccess } = t.desk.simulator as unknown as Tokens
    for (let round = 0; round < 3; round++) {
      expect((await t.ask(agent, LIST)).errors).toEqual([])
      revokeAccess()
    }
    await t.close()
  })

  it('that end are refreshed; a revoked refresh token leads back to the password, and a wrong one to an error', async () => {
    const t = await startContract([
      { vendor: 'servicenow', slug: setups.servicenow.slug, tokenLifetimeSeconds: 30 },
    ])
    const agent = await t.agent('READ_ONLY')
    const { revokeRefresh } = t.desk.simulator as unknown as Tokens
    const round = async () => {
      t.desk.simulator.clearJournal()
      const answer = await t.ask(agent, LIST)
      return { codes: codesOf(answer), grants: grants(t.desk) }
    }

    expect(await round()).toEqual({ codes: [], grants: ['refresh_token 200'] })
    expect(await round()).toEqual({ codes: [], grants: ['refresh_token 200'] })
    revokeRefresh()
    expect(await round()).toEqual({ codes: [], grants: ['refresh_token 401', 'password 200'] })
    await t.recredential(t.desk.slug, { password: 'canary-password' })
    expect(await round()).toEqual({ codes: ['VENDOR_UNAVAILABLE'], grants: ['password 401'] })
    await t.close()
  })
})

describe('autotask: the zone that the vendor names', () => {
  it.each([
    'https://evil.example/atservicesrest',
    'https://autotask.net.evil.example/atservicesrest',
    'http://webservices5.autotask.net/atservicesrest',
    'https://webservices5.autotask.net:8443/atservicesrest',
    'https://169.254.169.254/latest',
    'not an address',
  ])("%s is refused before it is used, for a host of one's own as for the sandbox", async (zoneUrl) => {
    const t = await startContract([{ vendor: 'autotask', slug: setups.autotask.slug, zoneUrl }])
    const { token } = await t.owner()
    for (const onPremises of [true, false]) {
      const { errors } = await t.ask(
        token,
        'mutation ($input: SaveConnectionInput!) { saveConnection(input: $input) { slug baseUrl } }',
        {
          input: {
            slug: setups.autotask.slug,
            vendor: 'autotask',
            name: 'Acme',
            baseUrl: t.desk.simulator.url,
            onPremises,
            credentials: [],
          },
        },
      )
      expect(errors.map(({ extensions }) => extensions.code)).toEqual([
        URL.canParse(zoneUrl) ? 'BAD_USER_INPUT' : 'VENDOR_UNAVAILABLE',
      ])
    }
    const { data } = await t.ask(token, '{ connections { slug baseUrl } }')
    expect(data.connections).toEqual([{ slug: setups.autotask.slug, baseUrl: t.desk.simulator.url }])
    await t.close()
  })
})
