import type { Decision } from '../../policy/types.ts'
import type { Db } from '../store/index.ts'
import { findPerson, rolesOf } from '../store/people.ts'
import { listApprovals } from '../store/requests.ts'
import type { PersonRoleRow, WriteRequestRow } from '../store/tables.ts'
import { listAgentTokens } from '../store/tokens.ts'
import type { Plan } from '../writes/plan.ts'

/** Where a plan lies, as an approver's scope sees it. */
export interface ApprovalScope {
  readonly connection: string
  readonly groups: readonly string[]
  /** Every board that a record of the plan is on, before or after. */
  readonly boards: readonly string[]
  readonly companies: readonly string[]
}

export function scopeOf(request: Pick<WriteRequestRow, 'connection' | 'groups'>, plan: Plan): ApprovalScope {
  const { board, company, companies, reaches } = plan.facts
  return {
    connection: request.connection,
    groups: request.groups,
    boards: [...new Set([board, ...reaches.map((record) => record.board)].flatMap((one) => one ?? []))],
    companies: [...new Set([...(company === null ? [] : [company]), ...companies])],
  }
}

/** True when these grants let a person sign for every group of the plan, on its board and for its companies. */
export function maySign(grants: readonly PersonRoleRow[], scope: ApprovalScope): boolean {
  const approving = grants.filter(
    ({ role, connection, boards, companies }) =>
      (role === 'approver' || role === 'owner') &&
      (connection === null || connection === scope.connection) &&
      (boards === null || (scope.boards.length > 0 && scope.boards.every((one) => boards.includes(one)))) &&
      (companies === null ||
        (scope.companies.length > 0 && scope.companies.every((one) => companies.includes(one)))),
  )
  return (
    approving.length > 0 &&
    scope.groups.every((group) => approving.some(({ groups }) => groups === null || groups.includes(group)))
  )
}

type Signed = Pick<WriteRequestRow, 'agent_id' | 'on_behalf_of' | 'not_requester' | 'four_eyes'>

/** What the rule asked for when the request was made, and what the rule of now asks for: each holds. */
function notOwn(request: Signed, decision: Decision) {
  const now = decision.verdict === 'HOLD' ? decision : { notRequester: false, fourEyes: false }
  return {
    notRequester: request.not_requester || now.notRequester,
    fourEyes: request.four_eyes || now.fourEyes,
  }
}

/** By internal id, never by name or address. */
export async function isOwn(db: Db, request: Signed, decision: Decision, personId: string): Promise<boolean> {
  const { notRequester, fourEyes } = notOwn(request, decision)
  if ((notRequester || fourEyes) && request.on_behalf_of === personId) return true
  if (!fourEyes) return false
  return (await listAgentTokens(db, request.agent_id)).some(({ created_by }) => created_by === personId)
}

/** People whose signature on this revision counts now. */
export async function qualifiedSigners(
  db: Db,
  request: WriteRequestRow,
  plan: Plan,
  decision: Decision,
): Promise<readonly string[]> {
  const signatures = (await listApprovals(db, request.id)).filter(
    ({ revision, plan_hash }) => revision === request.revision && plan_hash === request.plan_hash,
  )
  const scope = scopeOf(request, plan)
  const qualified = await Promise.all(
    signatures.map(async ({ person_id }) => {
      const person = await findPerson(db, person_id)
      const counts =
        person?.active === true &&
        maySign(await rolesOf(db, person_id), scope) &&
        !(await isOwn(db, request, decision, person_id))
      return counts ? [person_id] : []
    }),
  )
  return [...new Set(qualified.flat())]
}
