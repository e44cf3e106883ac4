import { badInput } from '../../schema/errors.ts'
import { CONNECTION_SLUG } from '../../schema/ids.ts'
import { VENDORS, type Vendor, type VendorSource } from '../../schema/source.ts'
import { rangeOf } from '../../subgraphs/http/index.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { expectFresh } from '../identity/fresh.ts'
import { listCredentialFields, saveCredentials } from '../secrets/credentials.ts'
import { createConnection, findConnection, saveConnection as saveRow } from '../store/connections.ts'
import type { ConnectionRow, OnPremises } from '../store/tables.ts'
import { expectConnection, noConnection } from './existing.ts'
import { type ConnectionTest, openForAdministration, probeRights } from './probe.ts'
import { expectRoleFor, nameOf } from './scope.ts'

export interface ConnectionInput {
  readonly slug: string
  readonly vendor: string
  readonly name: string
  readonly baseUrl: string
  readonly onPremises?: boolean | null
  readonly onPremisesAddresses?: readonly string[] | null
  readonly credentials: readonly { readonly name: string; readonly value: string }[]
  readonly settings?: readonly { readonly name: string; readonly value: string }[] | null
  readonly testMode?: boolean | null
}

/** Makes or changes a connection. Credentials that are not given stay; all that the vendor needs must be there. */
export async function saveConnection(
  context: GatewayContext,
  input: ConnectionInput,
): Promise<ConnectionRow> {
  const { services } = context
  const source = sourceOf(services.sources, input.vendor)
  if (!CONNECTION_SLUG.test(input.slug)) {
    throw badInput(
      'input.slug',
      'lower-case letters, digits and dashes, 2 to 40, beginning with a letter',
      input.slug,
    )
  }
  expectRoleFor(context, 'connectionAdmin', input.slug)
  await expectFresh(context)
  const name = nameOf('input.name', input.name)
  const origin = checkedOrigin(input.baseUrl, source, input.onPremises === true, services.sandboxOrigins)
  const known = new Set(source.dialect.credentials.map(({ name }) => name))
  for (const { name } of input.credentials) {
    if (!known.has(name))
      throw badInput(
        'input.credentials',
        `the credentials of ${source.vendor}: ${[...known].join(', ')}`,
        name,
      )
  }
  const existing = await findConnection(services.store.db, input.slug)
  if (existing !== undefined && existing.vendor !== source.vendor) {
    throw badInput(
      'input.vendor',
      `"${existing.vendor}", as it was made: a slug keeps its vendor for good`,
      input.vendor,
    )
  }
  const stored = (await listCredentialFields(services.store.db, input.slug)).map(({ field }) => field)
  const missing = [...known].filter(
    (name) => !stored.includes(name) && !input.credentials.some((given) => given.name === name),
  )
  if (missing.length > 0)
    throw badInput(
      'input.credentials',
      `also ${missing.join(', ')}`,
      input.credentials.map(({ name }) => name),
    )
  if (
    existing !== undefined &&
    new URL(existing.base_url).origin !== origin &&
    input.credentials.length < known.size
  ) {
    // Else an administrator who may not read the credentials could have them sent to a host of their own.
    throw badInput(
      'input.credentials',
      'all credentials anew, since the address changes',
      input.credentials.map(({ name }) => name),
    )
  }
  const settings = Object.fromEntries((input.settings ?? []).map(({ name, value }) => [name, value]))
  const onPremises = input.onPremises === true ? onPremisesEntry(origin, input, existing) : null
  const saved = await services.store.transaction(async (trx) => {
    const row =
      existing === undefined
        ? await createConnection(trx, {
            slug: input.slug,
            vendor: source.vendor,
            name,
            baseUrl: origin,
            onPremises,
            settings,
            enabled: true,
            testMode: input.testMode ?? true,
          })
        : await saveRow(trx, input.slug, {
            name,
            base_url: origin,
            on_premises: onPremises,
            enabled: true,
            ...(input.settings != null && { settings }),
            ...(input.testMode != null && { test_mode: input.testMode }),
          })
    if (row === undefined) throw badInput('input.slug', 'a slug that was never used', input.slug)
    await saveCredentials(
      trx,
      services.keys,
      input.slug,
      Object.fromEntries(input.credentials.map(({ name, value }) => [name, value])),
    )
    if (input.credentials.length > 0) {
      await record(trx, services, {
        type: 'SECRET_CHANGED',
        actor: context.caller,
        operation: context.operation,
        connection: row.slug,
        secretFields: input.credentials.map(({ name }) => name),
      })
    }
    await record(trx, services, {
      type: existing === undefined ? 'CONNECTION_CREATED' : 'CONNECTION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: row.slug,
      subject: { kind: 'CONNECTION', id: row.slug, name: row.name },
      secretFields: input.credentials.map(({ name }) => name),
    })
    return row
  })
  return atItsZone(context, saved, source)
}

/** Autotask tells at a common address in which zone a tenant lives; the answer is held to the same hosts. */
async function atItsZone(
  { services }: GatewayContext,
  row: ConnectionRow,
  source: VendorSource,
): Promise<ConnectionRow> {
  const open = source.locate === undefined ? undefined : openForAdministration(services, row)
  if (open === undefined || source.locate === undefined) return row
  const located = await source.locate(open.session)
  if (located === row.base_url) return row
  // An administrator vouched for one host of their own, not for whatever that host names.
  const origin = checkedOrigin(located, source, false, services.sandboxOrigins)
  const moved = { base_url: origin, on_premises: null }
  return (await saveRow(services.store.db, row.slug, moved)) ?? row
}

function sourceOf(sources: ReadonlyMap<Vendor, VendorSource>, vendor: string): VendorSource {
  const source = sources.get(vendor as Vendor)
  if (source === undefined)
    throw badInput('input.vendor', [...sources.keys()].join(', ') || VENDORS.join(', '), vendor)
  return source
}

/** https to a host of the vendor's cloud, or to one that an administrator names as on premises. */
function checkedOrigin(
  baseUrl: string,
  source: VendorSource,
  onPremises: boolean,
  sandboxOrigins: ReadonlySet<string>,
): string {
  const url = URL.parse(baseUrl)
  const expected = `https:// and a host of ${source.dialect.cloudHosts.join(', ')}, or "onPremises: true" for your own host`
  if (
    url === null ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.pathname !== '/'
  ) {
    throw badInput('input.baseUrl', `scheme, host and port alone; ${expected}`, baseUrl)
  }
  if (sandboxOrigins.has(url.origin)) return url.origin
  // Plain http never leaves this machine: the door refuses it for any address but loopback.
  const loopback =
    onPremises && url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !loopback) throw badInput('input.baseUrl', expected, baseUrl)
  const cloud = source.dialect.cloudHosts.some(
    (suffix) => url.hostname === suffix || url.hostname.endsWith(`.${suffix.replace(/^\./, '')}`),
  )
  if (!onPremises && (!cloud || (url.port !== '' && url.port !== '443')))
    throw badInput('input.baseUrl', expected, baseUrl)
  return url.origin
}

/** Where a host of one's own may live: a name alone could lead anywhere inside. */
function onPremisesEntry(
  origin: string,
  { onPremisesAddresses }: ConnectionInput,
  existing: ConnectionRow | undefined,
): OnPremises {
  const url = new URL(origin)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const kept = existing?.base_url === origin ? existing.on_premises?.addresses : undefined
  const itself = host === 'localhost' ? ['127.0.0.0/8', '::1/128'] : [rangeOf(host)]
  const given = onPremisesAddresses?.map((text) => rangeOf(text.trim())) ?? kept ?? itself
  const addresses = given.filter((range) => range !== null)
  if (addresses.length === 0 || addresses.length < given.length) {
    throw badInput(
      'input.onPremisesAddresses',
      'the addresses or ranges that your host may have, such as "10.20.0.0/16"',
      onPremisesAddresses ?? null,
    )
  }
  return { host, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)), addresses }
}

/** @throws GatewayError NOT_FOUND, ROLE_REQUIRED; what is wrong with the PSA is an answer */
export async function testConnection(context: GatewayContext, slug: string): Promise<ConnectionTest> {
  expectRoleFor(context, 'connectionAdmin', slug)
  const row = await expectConnection(context.services.store.db, slug)
  return probeRights(context.services, row)
}

export async function disableConnection(context: GatewayContext, slug: string): Promise<ConnectionRow> {
  const { services } = context
  expectRoleFor(context, 'connectionAdmin', slug)
  return services.store.transaction(async (trx) => {
    const row = (await saveRow(trx, slug, { enabled: false })) ?? noConnection(slug)
    await record(trx, services, {
      type: 'CONNECTION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: slug,
      subject: { kind: 'CONNECTION', id: slug, name: row.name },
    })
    return row
  })
}
