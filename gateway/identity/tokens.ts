import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../../schema/errors.ts'
import type { Db } from '../store/index.ts'
import { readInstallation } from '../store/installation.ts'
import { rolesOf } from '../store/people.ts'
import { findAgentToken, findPersonToken, newTokenId } from '../store/tokens.ts'
import type { Caller } from './caller.ts'

/** `<prefix>_<id>_<256 bits>`; only its hash is stored. */
const FORMAT = /^(csa|csp|css)_([0-9a-f]{8,40})_([A-Za-z0-9_-]{43})$/

export interface FreshToken {
  /** Shown once. */
  readonly token: string
  readonly id: string
  readonly hash: Buffer
}

/** csa: an agent's, csp: a person's, css: the one-time set-up code. */
export function freshToken(prefix: 'csa' | 'csp' | 'css'): FreshToken {
  const id = newTokenId()
  const token = `${prefix}_${id}_${randomBytes(32).toString('base64url')}`
  return { token, id, hash: hashOf(token) }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

const refused = () => new GatewayError('UNAUTHENTICATED', 'The token is missing, wrong, expired or revoked.')

/** Who holds this token, by the store, on every request: the token itself carries no rights. @throws GatewayError UNAUTHENTICATED */
export async function authenticate(db: Db, token: string | null): Promise<Caller> {
  const parts = FORMAT.exec(token ?? '')
  if (token === null || parts === null) throw refused()
  const [, prefix = '', id = ''] = parts
  const found = await findCaller(db, prefix, id)
  if (found === undefined || !timingSafeEqual(found.hash, hashOf(token))) throw refused()
  return found.caller
}

/** The same caller as of now, for a stream that outlives its first look. @throws GatewayError UNAUTHENTICATED once revoked */
export async function reloadCaller(db: Db, caller: Caller): Promise<Caller> {
  const prefix = { AGENT: 'csa', PERSON: 'csp', SETUP: 'css' }[caller.kind]
  const found = await findCaller(db, prefix, caller.tokenId)
  if (found === undefined) throw refused()
  return found.caller
}

async function findCaller(
  db: Db,
  prefix: string,
  id: string,
): Promise<{ hash: Buffer; caller: Caller } | undefined> {
  if (prefix === 'csa') {
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
    return { hash: row.hash, caller }
  }
  if (prefix === 'csp') {
    const row = await findPersonToken(db, id)
    if (row === undefined || !row.live) return undefined
    const caller: Caller = {
      kind: 'PERSON',
      id: row.person_id,
      name: row.name,
      tokenId: row.token_id,
      memberKeys: row.member_keys,
      roles: await rolesOf(db, row.person_id),
    }
    return { hash: row.hash, caller }
  }
  const { setup_code_hash, setup_claimed_at } = await readInstallation(db)
  if (setup_claimed_at !== null || setup_code_hash === null) return undefined
  return {
    hash: setup_code_hash,
    caller: { kind: 'SETUP', id: 'setup', name: 'set-up code', tokenId: id, codeHash: setup_code_hash },
  }
}
