import type { Db } from '../store/index.ts'
import { findPerson, rolesOf } from '../store/people.ts'
import { listApprovals } from '../store/requests.ts'
import type { PersonRoleRow, WriteRequestRow } from '../store/tables.ts'
import type { Plan } from '../writes/plan.ts'

/** Where a plan lies, as an approver's scope sees it. */
export interface ApprovalScope {
  readonly connection: string
  readonly groups: readonly string[]
  readonly board: string | null
  readonly companies: readonly string[]
}

export function scopeOf(request: Pick<WriteRequestRow, 'connection' | 'groups'>, plan: Plan): ApprovalScope {
  const { board, company, companies } = plan.facts
  return {
    connection: request.connection,
    groups: request.groups,
    board,
    companies: [...new Set([...(company === null ? [] : [company]), ...companies])],
  }
}

/** True when these grants let a person sign for every group of the plan, on its board and for its companies. */
export function maySign(grants: readonly PersonRoleRow[], scope: ApprovalScope): boolean {
  const approving = grants.filter(
    ({ role, connection, boards, companies }) =>
      (role === 'approver' || role === 'owner') &&
      (connection === null || connection === scope.connection) &&
      (boards === null || (scope.board !== null && boards.includes(scope.board))) &&
      (companies === null || (scope.companies.length > 0 && scope.companies.every((one) => companies.includes(one)))),
  )
  return (
    approving.length > 0 &&
    scope.groups.every((group) => approving.some(({ groups }) => groups === null || groups.includes(group)))
  )
}

/** People whose signature on this revision counts now. */
export async function qualifiedSigners(db: Db, request: WriteRequestRow, plan: Plan): Promise<readonly string[]> {
  const signatures = (await listApprovals(db, request.id)).filter(
    ({ revision, plan_hash }) => revision === request.revision && plan_hash === request.plan_hash,
  )
  const scope = scopeOf(request, plan)
  const qualified = await Promise.all(
    signatures.map(async ({ person_id }) => {
      const person = await findPerson(db, person_id)
      return person?.active === true && maySign(await rolesOf(db, person_id), scope) ? [person_id] : []
    }),
  )
  return [...new Set(qualified.flat())]
}
