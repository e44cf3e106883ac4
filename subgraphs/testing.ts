import { bodyHash, freshNonce, mintPermit } from '../policy/permit.ts'
import type { GatewayError } from '../schema/errors.ts'
import type {
  ListName,
  ListPage,
  PlanActor,
  TenantMapping,
  VendorAccess,
  VendorSession,
  VendorSource,
} from '../schema/source.ts'
import {
  type Caller,
  localBudget,
  openSession,
  type RequestLogEntry,
  referenceCache,
  type VendorPorts,
  vendorClocks,
} from './http/index.ts'

/** Wiring for tests of this room: a session on a server of this machine, with everything allowed unless told. */
export interface TestSetup {
  readonly source: VendorSource
  readonly baseUrl: string
  readonly credentials: Readonly<Record<string, string>>
  readonly settings?: Readonly<Record<string, string>>
  readonly mapping?: TenantMapping
  readonly mayRead?: (group: string, field: string) => boolean
  readonly judge?: (access: VendorAccess) => GatewayError | null
  readonly ports?: Partial<VendorPorts>
}

export interface TestBench {
  readonly ports: VendorPorts
  readonly log: RequestLogEntry[]
  readonly permitKey: Uint8Array
  session(over?: Partial<TestSetup>): VendorSession
  permit(method: string, url: string, body: string | null, expiresInMs?: number): string
}

export function testBench(setup: TestSetup): TestBench {
  const log: RequestLogEntry[] = []
  const permitKey = new Uint8Array(32).fill(7)
  const spent = new Set<string>()
  const ports: VendorPorts = {
    credentials: async () => setup.credentials,
    permitKey,
    consumeNonce(nonce) {
      if (spent.has(nonce)) return false
      spent.add(nonce)
      return true
    },
    budget: localBudget(),
    references: referenceCache(),
    clocks: vendorClocks(),
    allowedOrigin: () => ({ origin: new URL(setup.baseUrl).origin, allowPrivate: true }),
    logRequest: (entry) => log.push(entry),
    ...setup.ports,
  }
  return {
    ports,
    log,
    permitKey,
    session(over = {}) {
      const {
        source,
        baseUrl,
        settings = {},
        mapping = {},
        mayRead = () => true,
        judge = () => null,
      } = { ...setup, ...over }
      const caller: Caller = { judge, mayRead }
      return openSession(
        ports,
        source,
        { slug: 'acme-cw', vendor: source.vendor, settings, mapping, baseUrl },
        caller,
      )
    },
    permit(method, url, body, expiresInMs = 5_000) {
      return mintPermit(permitKey, {
        requestId: 'request',
        attemptId: 'attempt',
        step: 0,
        method,
        url,
        bodyHash: bodyHash(body),
        nonce: freshNonce(),
        expiresAt: Date.now() + expiresInMs,
      })
    },
  }
}

/** Of an actor that has given no file. */
export const noUpload: PlanActor['upload'] = () => Promise.reject(new Error('no file waits'))

export interface Fault {
  readonly match?: { readonly method?: string; readonly path?: string }
  readonly times?: number
  readonly kind: 'status' | 'delay' | 'reset' | 'malformed' | 'html' | 'oversized'
  readonly status?: number
  readonly when?: 'before' | 'after'
  readonly [more: string]: unknown
}

export async function plantFault(sim: { readonly url: string }, fault: Fault): Promise<void> {
  const answer = await fetch(`${sim.url}/__faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  })
  if (!answer.ok) throw new Error(`The simulator refused the fault: ${await answer.text()}`)
}

interface Requested {
  readonly method: string
  readonly path: string
}

/** What a simulator was asked for that is no read; `isRead` knows the vendor's other methods of reading. */
export function writesBesides(
  sim: { journal(): readonly Requested[] },
  isRead: (path: string) => boolean,
): readonly Requested[] {
  return sim
    .journal()
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/__') && !isRead(path))
}

export interface Asked {
  readonly filter?: Readonly<Record<string, unknown>>
  readonly order?: readonly [key: string, direction: 'ASC' | 'DESC']
  readonly first?: number
  readonly after?: unknown
  readonly fields?: readonly string[]
  readonly parent?: string
}

type Lister = (session: VendorSession, name: ListName, asked?: Asked) => Promise<ListPage>

/** Pages of a source, in `usual` order unless told. */
export function lister(source: VendorSource, usual: NonNullable<Asked['order']>): Lister {
  return (session, name, asked = {}) => {
    const { filter = {}, order = usual, first = 25, after = null, fields = [], parent } = asked
    return source.listPage(session, {
      list: name,
      filter,
      order: { key: order[0], direction: order[1] },
      first,
      after,
      fields: new Set(fields),
      ...(parent === undefined ? {} : { parent }),
    })
  }
}

/** Every id of a list, page by page. */
export function walker(list: Lister) {
  return async (session: VendorSession, name: ListName, asked: Asked): Promise<readonly string[]> => {
    const ids: string[] = []
    let after: unknown = null
    for (;;) {
      const page = await list(session, name, { ...asked, after })
      ids.push(...page.records.map(({ id }) => id))
      if (!page.hasNext) return ids
      after = page.positions.at(-1)
    }
  }
}
