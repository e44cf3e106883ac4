import type { ConnectionPolicy } from '../../policy/types.ts'
import type { Vendor } from '../../schema/source.ts'
import type { JournalEntry } from '../../simulators/shared/journal.ts'
import { Endpoints } from './endpoints.ts'

/**
 * Whether a request that reached a PSA was within the policy: told by the vendor's table and the words below, and by
 * no code of the product.
 */

interface Words {
  /** Path as the table has it; null for what is no request to the API, such as a sign-in. */
  readonly pathOf: (path: string) => string | null
  /** Names and choices that records are told with, which no group closes for reading: `METHOD /path`. */
  readonly reference: RegExp
  /** Columns of a ticket that hold what was said to the client: alone, they are notes and no ticket. */
  readonly saidInTicket?: { readonly path: RegExp; readonly columns: RegExp }
  /** Members of a query that show or ask for another group, by the text of the whole query and body. */
  readonly shows: readonly (readonly [RegExp, string])[]
}

const words: Readonly<Record<Vendor, Words>> = {
  connectwise: {
    pathOf: (path) => (path.startsWith('/login/') ? null : path.replace(/^\/v[\w.]+\/apis\/3\.0/i, '')),
    reference:
      /^GET \/(service\/(boards(\/\d+(\/(statuses|types|teams))?)?|priorities|teams)|time\/work(Types|Roles)|company\/(communicationTypes|companies\/types)|system\/(info|myAccount|userDefinedFields))$/i,
    shows: [
      [/\bcontact\/(?!id\b)\w/i, 'Contacts'],
      [/\bcompany\/(?!id\b)\w/i, 'Companies'],
      [/\b(owner|member)\/(?!id\b)\w/i, 'Members'],
      [/\bcontactEmailAddress|contactPhoneNumber|contactName\b/i, 'Contacts'],
    ],
  },
  autotask: {
    pathOf: (path) => (/zoneinformation/i.test(path) ? null : path.replace(/^\/atservicesrest\/v1\.0/i, '')),
    saidInTicket: {
      path: /^\/Tickets\/query$/i,
      columns:
        /^(id|description|resolution|createDate|resolvedDateTime|creatorResourceID|createdByContactID)$/i,
    },
    reference: /^(GET|POST) \/\w+(\/entityInformation(\/(fields|userDefinedFields))?|\/query)$/i,
    shows: [],
  },
  halo: {
    pathOf: (path) => (path.startsWith('/auth/') ? null : path.replace(/^\/api/i, '')),
    reference: /^GET \/\w+(\/\d+)?$/,
    shows: [],
  },
  servicenow: {
    pathOf: (path) => (path.startsWith('/oauth_token.do') ? null : path),
    saidInTicket: {
      path: /^\/api\/now\/table\/\w+$/,
      columns:
        /^(sys_id|sys_class_name|number|description|close_notes|sys_updated_on|(opened|closed|resolved)_(at|by(\.(name|company(\.customer)?))?))$/,
    },
    reference: /^GET \/api\/now\/(v2\/)?table\/sys_/,
    shows: [
      [/\bcaller_id\.(?!sys_id)\w/, 'Contacts'],
      [/\bassigned_to\.(?!sys_id)\w/, 'Members'],
      [/(?<!\.)\bcompany\.(?!sys_id)\w/, 'Companies'],
    ],
  },
}

/** Groups of records that one endpoint holds side by side. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'Ticket Notes': ['Ticket Notes', 'Client-Facing Notes'],
}

const tables = new Map<Vendor, Endpoints>()
export function endpointsOf(vendor: Vendor): Endpoints {
  const known = tables.get(vendor) ?? new Endpoints(vendor)
  tables.set(vendor, known)
  return known
}

export interface Asked {
  readonly vendor: Vendor
  readonly policy: ConnectionPolicy
  /** Asked for as a plan alone. */
  readonly dryRun: boolean
}

/** Why a request is outside of the policy; null when it is within. */
export function outside(entry: JournalEntry, { vendor, policy, dryRun }: Asked): string | null {
  const { pathOf, reference, shows } = words[vendor]
  const path = pathOf(entry.path)
  if (path === null) return null
  const row = endpointsOf(vendor).find(entry.method, path)
  const what = `${vendor}: ${entry.method} ${entry.path}`
  if (row === undefined) return `${what} is no endpoint of the table`
  if (row.closed) return `${what} is closed for good`
  const beside = isSaidInTicket(entry, path, words[vendor]) ? BESIDE['Ticket Notes'] : []
  const groups = [...(BESIDE[row.group] ?? [row.group]), ...(beside ?? [])]
  const levels = groups.map((group) => policy.groups[group])
  if (row.kind === 'READ') {
    if (reference.test(`${entry.method} ${path}`)) return null
    if (levels.every((level) => (level?.level ?? 'DISABLED') === 'DISABLED'))
      return `${what} reads ${groups.join(' or ')}, which is off`
    const text = JSON.stringify([entry.query, entry.body ?? null])
    const shown = shows.find(([pattern, group]) => {
      const level = policy.groups[group]?.level ?? 'DISABLED'
      return level === 'DISABLED' && !groups.includes(group) && pattern.test(text)
    })
    return shown === undefined ? null : `${what} asks for ${shown[1]}, which is off: ${text}`
  }
  if (dryRun || policy.testMode !== false) return `${what} is a write of a plan`
  const may = levels.some((level) => {
    if (level?.level !== 'READ_WRITE') return false
    if ((level.approval ?? [{ approvers: 1 }]).some(({ approvers }) => approvers > 0)) return false
    if (row.kind === 'DELETE') return level.delete === true
    if (row.kind === 'MERGE') return level.merge === true
    if (row.kind === 'BUNDLE') return level.bundle === true
    return true
  })
  return may ? null : `${what} is a ${row.kind} of ${groups.join(' or ')}, which the policy does not have`
}

const TEXTS = /^(description|resolution|close_notes)$/i

function isSaidInTicket({ query, body }: JournalEntry, path: string, { saidInTicket }: Words): boolean {
  if (saidInTicket === undefined || !saidInTicket.path.test(path)) return false
  const named =
    typeof body === 'object' && body !== null && 'IncludeFields' in body ? body.IncludeFields : null
  const columns = Array.isArray(named) ? named.map(String) : (query.sysparm_fields ?? '').split(',')
  return (
    columns.some((column) => TEXTS.test(column)) &&
    columns.every((column) => saidInTicket.columns.test(column))
  )
}
