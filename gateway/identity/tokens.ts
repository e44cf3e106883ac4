import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../../schema/errors.ts'
import type { Db } from '../store/index.ts'
import { readInstallation } from '../store/installation.ts'
import { rolesOf } from '../store/people.ts'
import { findSession, touchSession } from '../store/sessions.ts'
import {
  findAgentToken,
  findPersonToken,
  findProviderToken,
  newTokenId,
  type PersonTokenIdentity,
  touchToken,
} from '../store/tokens.ts'
import type { Caller, PersonCaller, SignInProof } from './caller.ts'

/** `<prefix>_<id>_<256 bits>`; only its hash is stored. */
const FORMAT = /^(csa|csp|css|csc|csi)_([0-9a-f]{8,40})_([A-Za-z0-9_-]{43})$/

export interface FreshToken {
  /** Shown once. */
  readonly token: string
  readonly id: string
  readonly hash: Buffer
}

/** csa: an agent's, csp: a person's, css: the one-time set-up code, csc: a browser session's cookie, csi: an invitation. */
export type TokenPrefix = 'csa' | 'csp' | 'css' | 'csc' | 'csi'

export function freshToken(prefix: TokenPrefix): FreshToken {
  const id = newTokenId()
  const token = `${prefix}_${id}_${randomBytes(32).toString('base64url')}`
  return { token, id, hash: hashOf(token) }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export const refused = () =>
  new GatewayError('UNAUTHENTICATED', 'The token is missing, wrong, expired or revoked.')

/** Who holds this token, by the store, on every request: the token itself carries no rights. @throws GatewayError UNAUTHENTICATED */
export async function authenticate(db: Db, token: string | null): Promise<Caller> {
  const parts = partsOf(token)
  if (token === null || parts === null) throw refused()
  const found = await findCaller(db, parts.prefix, parts.id)
  if (found === undefined || !fits(token, found.hash)) throw refused()
  // Not waited for: a store that can't be written now still answers who somebody is.
  found.touch?.().catch(() => {})
  return found.caller
}

export function partsOf(token: string | null): { readonly prefix: TokenPrefix; readonly id: string } | null {
  const [, prefix, id = ''] = FORMAT.exec(token ?? '') ?? []
  return prefix === undefined ? null : { prefix: prefix as TokenPrefix, id }
}

export function fits(token: string, hash: Buffer): boolean {
  return timingSafeEqual(hash, hashOf(token))
}

/** The same caller as of now, for a stream that outlives its first look. @throws GatewayError UNAUTHENTICATED once revoked */
export async function reloadCaller(db: Db, caller: Caller): Promise<Caller> {
  if (caller.kind === 'PERSON' && caller.signIn.by === 'PROVIDER_TOKEN')
    return providerCaller(db, caller.tokenId, caller.signIn.at)
  const found = await findCaller(db, prefixOf(caller), caller.tokenId)
  if (found === undefined) throw refused()
  return found.caller
}

function prefixOf(caller: Caller): TokenPrefix {
  if (caller.kind === 'AGENT') return 'csa'
  if (caller.kind === 'SETUP') return 'css'
  return caller.signIn.by === 'SESSION' ? 'csc' : 'csp'
}

/** Whoever a token of the identity provider, checked before, stands for. @throws GatewayError UNAUTHENTICATED */
export async function providerCaller(db: Db, tokenId: string, signedInAt: Date): Promise<Caller> {
  const row = await findProviderToken(db, tokenId)
  if (row === undefined || !row.live) throw refused()
  return personOf(db, { ...row, token_id: tokenId }, { by: 'PROVIDER_TOKEN', at: signedInAt, sandbox: false })
}

interface Found {
  readonly hash: Buffer
  readonly caller: Caller
  /** Notes that it is in use, when that was not noted for a while. */
  readonly touch?: () => Promise<void>
}

async function findCaller(db: Db, prefix: TokenPrefix, id: string): Promise<Found | undefined> {
  if (prefix === 'csa') return findAgent(db, id)
  if (prefix === 'csp') {
    const row = await findPersonToken(db, id)
    if (row === undefined || !row.live) return undefined
    return {
      hash: row.hash,
      caller: await personOf(db, row, { by: 'TOKEN', at: row.signed_in_at, sandbox: row.sandbox }),
      ...(row.used_long_ago && { touch: () => touchToken(db, 'person_token', id) }),
    }
  }
  if (prefix === 'csc') {
    const row = await findSession(db, id)
    if (row === undefined || !row.live) return undefined
    const proof = { by: 'SESSION', at: row.signed_in_at, sandbox: row.method === 'SANDBOX' } as const
    return {
      hash: row.hash,
      caller: await personOf(db, row, proof),
      ...(row.seen_long_ago && { touch: () => touchSession(db, id) }),
    }
  }
  return prefix === 'css' ? findSetup(db, id) : undefined
}

async function findAgent(db: Db, id: string): Promise<Found | undefined> {
  const row = await findAgentToken(db, id)
  if (row === undefined || !row.live) return undefined
  const caller: Caller = {
    kind: 'AGENT',
    id: row.agent_id,
    name: row.agent_name,
    tokenId: row.token_id,
    tokenOwner: row.created_by,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowTestMode: row.workflow_test_mode,
    onBehalfOf: row.on_behalf_of,
  }
  return {
    hash: row.hash,
    caller,
    ...(row.used_long_ago && { touch: () => touchToken(db, 'agent_token', id) }),
  }
}

async function personOf(
  db: Db,
  row: Pick<PersonTokenIdentity, 'token_id' | 'person_id' | 'name' | 'member_keys'>,
  signIn: SignInProof,
): Promise<PersonCaller> {
  return {
    kind: 'PERSON',
    id: row.person_id,
    name: row.name,
    tokenId: row.token_id,
    memberKeys: row.member_keys,
    roles: await rolesOf(db, row.person_id),
    signIn,
  }
}

async function findSetup(db: Db, id: string): Promise<Found | undefined> {
  const { setup_code_hash, setup_claimed_at } = await readInstallation(db)
  if (setup_claimed_at !== null || setup_code_hash === null) return undefined
  return {
    hash: setup_code_hash,
    caller: { kind: 'SETUP', id: 'setup', name: 'set-up code', tokenId: id, codeHash: setup_code_hash },
  }
}
