import type { Decision } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import { openForAdministration } from '../admin/probe.ts'
import type { Services } from '../services.ts'
import { findConnection } from '../store/connections.ts'
import type { Db } from '../store/index.ts'
import { listSigners, type Signer } from '../store/people.ts'
import type { Recipient, WriteRequestRow } from '../store/tables.ts'
import type { Plan } from '../writes/plan.ts'
import { type ApprovalScope, isOwn, maySign, scopeOf } from './signers.ts'

/** The ticket of a plan, as far as lists are narrowed and ordered by it. */
export interface TicketOfPlan {
  /** Vendor key of a member. */
  readonly owner: string | null
  readonly dueAt: Date | null
}

export interface Addressed {
  readonly recipients: readonly Recipient[]
  /** Some of them are addressed only after a while. */
  readonly escalates: boolean
}

type Asked = Pick<
  WriteRequestRow,
  'connection' | 'groups' | 'not_requester' | 'four_eyes' | 'agent_id' | 'on_behalf_of'
>

/**
 * Whom a request waits for, in order: the owner of the ticket, the team of its board, and after a while everybody
 * who may sign. Whoever may not sign is no recipient; where there is neither owner nor team, all are asked at once.
 */
export async function recipientsFor(
  services: Services,
  asked: Asked,
  plan: Plan,
  decision: Decision,
): Promise<Addressed & { readonly ticket: TicketOfPlan }> {
  const able = await ableToSign(services.store.db, asked, plan, decision)
  const ticket = { owner: plan.ticket?.owner ?? null, dueAt: momentOf(plan.ticket?.dueAt) }
  const owner = await ownerIn(services, asked.connection, ticket.owner, able)
  return { ...inOrder(able, owner, scopeOf(asked, plan)), ticket }
}

/** The same for a request that waits, by the store alone: the ticket's owner is whom it named when it was planned. */
export async function readdressed(
  db: Db,
  asked: Asked & Pick<WriteRequestRow, 'recipients'>,
  plan: Plan,
  decision: Decision,
): Promise<Addressed> {
  const able = await ableToSign(db, asked, plan, decision)
  const named = asked.recipients.find((one) => one.as === 'OWNER')?.person
  return inOrder(
    able,
    able.find(({ person }) => person.id === named),
    scopeOf(asked, plan),
  )
}

async function ableToSign(db: Db, asked: Asked, plan: Plan, decision: Decision): Promise<readonly Signer[]> {
  const scope = scopeOf(asked, plan)
  const able: Signer[] = []
  for (const signer of await listSigners(db)) {
    if (maySign(signer.grants, scope) && !(await isOwn(db, asked, decision, signer.person.id)))
      able.push(signer)
  }
  return able
}

function inOrder(able: readonly Signer[], owner: Signer | undefined, scope: ApprovalScope): Addressed {
  const isTeam = ({ grants }: Signer) =>
    maySign(
      grants.filter(({ boards }) => boards !== null),
      scope,
    )
  const team = able.filter((one) => one !== owner && isTeam(one))
  const rest = able.filter((one) => one !== owner && !team.includes(one))
  const first = owner !== undefined || team.length > 0
  const as = (role: Recipient['as'], now: boolean) => (signer: Signer) => ({
    person: signer.person.id,
    as: role,
    now,
  })
  return {
    recipients: [
      ...(owner === undefined ? [] : [as('OWNER', true)(owner)]),
      ...team.map(as('TEAM', true)),
      ...rest.map(as('ESCALATION', !first)),
    ],
    escalates: first && rest.length > 0,
  }
}

/** The owner may be a person of ours. Not knowing it holds nothing up. */
async function ownerIn(
  services: Services,
  slug: string,
  owner: string | null,
  signers: readonly Signer[],
): Promise<Signer | undefined> {
  try {
    return await signerWho(services, slug, owner, signers)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    services.log('warn', "a ticket's owner could not be looked up", { connection: slug, code: error.code })
    return undefined
  }
}

function momentOf(value: string | null | undefined): Date | null {
  const moment = value == null ? null : new Date(value)
  return moment === null || Number.isNaN(moment.getTime()) ? null : moment
}

/** A login hardly ever changes, and only whom a request is shown to first depends on it. */
const LOGIN_SECONDS = 600

/** The member of the PSA as a person of ours. @throws GatewayError */
async function signerWho(
  services: Services,
  slug: string,
  owner: string | null,
  signers: readonly Signer[],
): Promise<Signer | undefined> {
  const members = signers.filter(({ person }) => person.member_keys[slug] !== undefined)
  if (owner === null || members.length === 0) return undefined
  const isMember = (key: string) => (one: Signer) =>
    key.toLowerCase() === one.person.member_keys[slug]?.toLowerCase()
  const byKey = members.find(isMember(owner))
  if (byKey !== undefined) return byKey
  // A person may be known by the login instead of the key: looked up for nobody but ourselves.
  const row = await findConnection(services.store.db, slug)
  const open = row === undefined ? undefined : openForAdministration(services, row)
  if (open === undefined) return undefined
  const login = await open.session.cached(`login of ${owner}`, LOGIN_SECONDS, async () => {
    const [member] = await open.source.readMany(open.session, 'Member', [owner], new Set(['identifier']))
    if (member instanceof Error) throw member
    return member?.get('identifier') ?? null
  })
  return login === null ? undefined : members.find(isMember(login))
}
