import type { ApprovalRule, ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor } from '../../schema/source.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import { autotask } from './dialects/autotask.ts'
import { connectwise } from './dialects/connectwise.ts'
import { halo } from './dialects/halo.ts'
import { servicenow } from './dialects/servicenow.ts'
import { Endpoints } from './endpoints.ts'
import type { Dialect, Heard, Need, Reached } from './needs.ts'
import type { Records } from './records.ts'

/**
 * Whether a request that reached a PSA was within the policy: told by the vendor's table and documents and by
 * docs/safety.md, and by no code of the product.
 */

const dialects: Readonly<Record<Vendor, Dialect>> = { connectwise, autotask, halo, servicenow }

const tables = new Map<Vendor, Endpoints>()
export function endpointsOf(vendor: Vendor): Endpoints {
  const known = tables.get(vendor) ?? new Endpoints(vendor)
  tables.set(vendor, known)
  return known
}

export interface Asked {
  readonly vendor: Vendor
  /** Undefined: the connection is not the agent's. */
  readonly policy: ConnectionPolicy | undefined
  /** Asked for as a plan alone. */
  readonly dryRun: boolean
  /** Asked for in a query, where nothing may be written. */
  readonly inQuery: boolean
  readonly raw: boolean
  readonly records: Records
}

export interface Verdict {
  readonly isWrite: boolean
  /** Null: within the policy. */
  readonly outside: string | null
  /** What a write was about. */
  readonly reached: readonly Reached[]
}

const WITHIN: Verdict = { isWrite: false, outside: null, reached: [] }

export function judged(entry: JournalEntry, asked: Asked): Verdict {
  const { vendor, policy, raw, records } = asked
  const dialect = dialects[vendor]
  const path = dialect.pathOf(entry.path)
  if (path === null) return WITHIN
  const what = `${vendor}: ${entry.method} ${entry.path} ${JSON.stringify(entry.query)} ${JSON.stringify(entry.body ?? null)}`
  const isOut = (why: string, isWrite = false): Verdict => ({
    isWrite,
    outside: `${what}\n  ${why}`,
    reached: [],
  })
  if (policy === undefined) return isOut('goes to a connection that is not the agent’s')
  const row = endpointsOf(vendor).find(entry.method, path)
  if (row === undefined) return isOut('is no endpoint of the table')
  if (row.closed && !(!raw && dialect.isOwnWrite(entry, path))) return isOut('is closed for good')
  const heard: Heard = { entry, path, row, raw, planning: !asked.inQuery }
  if (row.kind === 'READ') {
    const needs = dialect.reads(heard)
    // The columns behind a reference are no reference data.
    const wanted = dialect.isReference(heard) ? needs.slice(1) : needs
    const missing = wanted.find((need) => need.groups.every((group) => levelOf(policy, group) === 'DISABLED'))
    return missing === undefined ? WITHIN : isOut(`reads ${missing.groups.join(' or ')}, which is off`)
  }
  if (asked.inQuery) return isOut('writes, and was asked for in a query', true)
  if (asked.dryRun) return isOut('is sent for a dry run', true)
  if (policy.testMode !== false) return isOut('is sent in test mode', true)
  const reached = dialect.reaches(heard)
  for (const need of dialect.writes(heard)) {
    const why = refused(need, policy, vendor, records)
    if (why !== null) return isOut(`${need.kind} of ${need.groups.join(' or ')}: ${why}`, true)
  }
  const companies = reached.flatMap((one) => records.companyOf(one) ?? [])
  const scope = policy.recordScope
  const outOfScope = companies.find(
    (name) =>
      (scope?.include?.companies !== undefined && !scope.include.companies.includes(name)) ||
      scope?.exclude?.companies?.includes(name) === true,
  )
  if (outOfScope !== undefined) return isOut(`reaches ${outOfScope}, which is out of scope`, true)
  const boards = reached.flatMap((one) => records.boardOf(one) ?? [])
  const otherBoard = boards.find(
    (name) => scope?.include?.boards !== undefined && !scope.include.boards.includes(name),
  )
  if (otherBoard !== undefined) return isOut(`reaches board ${otherBoard}, which is out of scope`, true)
  const joins = dialect.writes(heard).some(({ kind }) => kind === 'MERGE' || kind === 'BUNDLE')
  if (joins && policy.acrossCompanies !== true && new Set(companies).size > 1)
    return isOut(`joins records of ${companies.join(' and ')}`, true)
  return { isWrite: true, outside: null, reached }
}

function levelOf(policy: ConnectionPolicy, group: string) {
  return Object.hasOwn(policy.groups, group) ? (policy.groups[group]?.level ?? 'DISABLED') : 'DISABLED'
}

/** Why no group of a need lets it be written, or null. */
function refused(need: Need, policy: ConnectionPolicy, vendor: Vendor, records: Records): string | null {
  const reasons = need.groups.map((group) => refusedBy(group, need, policy, vendor, records))
  return reasons.includes(null) ? null : reasons.join('; ')
}

function refusedBy(
  group: string,
  { kind, fields = [], status }: Need,
  policy: ConnectionPolicy,
  vendor: Vendor,
  records: Records,
): string | null {
  const level = levelOf(policy, group)
  const given = policy.groups[group]
  if (level !== 'READ_WRITE' || given === undefined) return `${group} is ${level}`
  if (kind === 'DELETE' && given.delete !== true) return 'the switch "delete" is off'
  if (kind === 'MERGE' && given.merge !== true) return 'the switch "merge" is off'
  if (kind === 'BUNDLE' && given.bundle !== true) return 'the switch "bundle" is off'
  if (kind === 'CREATE' || kind === 'UPDATE') {
    const allowed = given.allowedFields?.[kind]
    const outside = allowed === 'ALL' ? [] : fields.filter((field) => allowed?.includes(field) !== true)
    if (outside.length > 0) return `the fields ${outside.join(', ')} are not allowed`
    if (allowed !== 'ALL' && fields.length === 0 && allowed === undefined) return 'no field is allowed'
  }
  const values = given.allowedValues?.status
  if (values !== undefined && status !== undefined && !records.isStatus(vendor, status, values))
    return `the status ${status} is not allowed`
  return signatures(given.approval, kind, fields) > 0 ? 'somebody has to sign' : null
}

/** The first rule that holds decides, for the write as a whole and for each of its fields alone. */
function signatures(
  rules: readonly ApprovalRule[] | undefined,
  kind: string,
  fields: readonly string[],
): number {
  const aspects = fields.length === 0 ? [[]] : fields.map((field) => [field])
  return Math.max(
    ...aspects.map((aspect) => {
      const first = rules?.find(
        ({ when }) =>
          (when?.kinds === undefined || when.kinds.some((one) => one === kind)) &&
          (when?.fields === undefined || when.fields.some((field) => aspect.includes(field))),
      )
      return first?.approvers ?? 1
    }),
  )
}
