import { goesByCompanyTypes } from '../../policy/company-types.ts'
import type { ConnectionPolicy } from '../../policy/types.ts'
import type { OpenConnection } from '../../schema/context.ts'
import type { PlanDraft, ScopeFacts } from '../../schema/plan.ts'

/** A plan's facts with the types of the companies that it reaches, where the policy goes by them and the PSA tells. */
export async function withCompanyTypes(
  draft: PlanDraft,
  { source, session }: OpenConnection,
  policy: ConnectionPolicy | undefined,
): Promise<PlanDraft> {
  if (policy === undefined || source.companyTypes === undefined || !goesByCompanyTypes(policy)) return draft
  const companies = [...new Set(draft.facts.reaches.flatMap(({ company }) => company ?? []))]
  const types = await source.companyTypes(session, companies)
  const typed = (record: ScopeFacts): ScopeFacts => {
    if (record.company === undefined || record.companyType !== undefined) return record
    if (record.company === null) return { ...record, companyType: null }
    const known = types.get(record.company)
    return known === undefined ? record : { ...record, companyType: known }
  }
  return { ...draft, facts: { ...draft.facts, reaches: draft.facts.reaches.map(typed) } }
}
