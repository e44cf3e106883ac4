import { decide } from '../../policy/decide.ts'
import type { Demand } from '../../policy/types.ts'
import { GatewayError, UnfitRecord } from '../../schema/errors.ts'
import type { PlanActor } from '../../schema/source.ts'
import type { RequestLogEntry } from '../../subgraphs/http/ports.ts'
import { keptFile } from '../files/kept.ts'
import type { KnownPrincipal } from '../identity/principal.ts'
import type { Services } from '../services.ts'
import { findPerson } from '../store/people.ts'
import { openConnections } from '../vendors.ts'
import { type JudgedPlan, makePlan } from './plan.ts'
import { readOnce } from './read-once.ts'
import type { Submission } from './submission.ts'

/** For whom a plan is made: the agent as its policy stands, whoever asks for it to be planned. */
export interface Asker {
  readonly known: KnownPrincipal
  readonly agentId: string
  readonly onBehalfOf: string | null
  /** Names the plan at the vendor: the id of its request. */
  readonly correlation: string
  readonly onRequest?: (entry: RequestLogEntry) => void
}

/** Plans and judges; what a denial comes to is the caller's. @throws GatewayError what the source refuses */
export async function judgedPlan(
  services: Services,
  asker: Asker,
  submission: Submission,
): Promise<JudgedPlan> {
  const { known, onRequest } = asker
  // What planning reads is not shown before the plan was judged, by its records' companies and boards too.
  const planning = openConnections(services, known, { judgedByPlan: true, ...(onRequest && { onRequest }) })
  const connection = planning.get(submission.connection)
  if (connection === undefined)
    throw new GatewayError('CONNECTION_FORBIDDEN', 'This connection is not assigned to you.')
  const actor = await actorOf(services, asker, submission.connection)
  try {
    return await makePlan(known, { ...connection, session: readOnce(connection.session) }, submission, actor)
  } catch (error) {
    if (!isOfARecord(error)) throw error
    // Whoever hears that there is no such record learns of those that there are: under a scope both are outside of it.
    const demands = submission.demands.map(
      (demand): Demand => ({ connection: submission.connection, ...demand, gone: true }),
    )
    const decision = decide(known.principal, demands)
    if (decision.verdict === 'DENY') throw new GatewayError(decision.code, decision.message, decision.details)
    throw error
  }
}

function isOfARecord(error: unknown): boolean {
  return error instanceof UnfitRecord || (error instanceof GatewayError && error.code === 'NOT_FOUND')
}

/** Whose time is logged, by the policy alone. */
async function actorOf(
  services: Services,
  { known: { principal }, agentId, onBehalfOf, correlation }: Asker,
  slug: string,
): Promise<PlanActor> {
  const owner = principal.connections.get(slug)?.timeOwner ?? { who: 'REQUESTER' as const }
  const given = {
    correlation,
    upload: async (id: string) => (await keptFile(services, { agentId, connection: slug }, id)).file,
  }
  if (owner.who === 'MEMBER') return { ...given, member: owner.member, timeOwner: 'MEMBER' }
  const person = onBehalfOf === null ? undefined : await findPerson(services.store.db, onBehalfOf)
  return { ...given, member: person?.member_keys[slug] ?? null, timeOwner: owner.who }
}
