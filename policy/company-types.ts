import type { ConnectionPolicy } from './types.ts'

/** True when a policy goes by types of companies anywhere: only then is it worth asking the PSA for them. */
export function goesByCompanyTypes({ recordScope, groups }: ConnectionPolicy): boolean {
  return (
    recordScope?.include?.companyTypes !== undefined ||
    recordScope?.exclude?.companyTypes !== undefined ||
    Object.values(groups).some(({ approval }) =>
      approval?.some(({ when }) => when?.companyTypes !== undefined),
    )
  )
}
