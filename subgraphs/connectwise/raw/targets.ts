import type { FoundEndpoint } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef } from '../../../schema/source.ts'

/** The record that a path leads to or below, where the unified schema knows its type. */
export function targetOf(path: string): TargetRef | null {
  const note = /^\/service\/tickets\/(\d+)\/notes\/(\d+)$/i.exec(path)
  const site = /^\/company\/companies\/(\d+)\/sites\/(\d+)(?:\/|$)/i.exec(path)
  if (site !== null) return { type: 'Site', key: `${site[1]}.${site[2]}` }
  if (note !== null) return { type: 'Note', key: `${note[1]}.${note[2]}` }
  for (const [pattern, type] of LEADS_TO) {
    const key = pattern.exec(path)?.[1]
    if (key !== undefined) return { type, key }
  }
  return null
}

const LEADS_TO: readonly (readonly [RegExp, EntityType])[] = [
  [/^\/service\/tickets\/(\d+)(?:\/|$)/i, 'Ticket'],
  [/^\/company\/contacts\/(\d+)(?:\/|$)/i, 'Contact'],
  [/^\/company\/companies\/(\d+)(?:\/|$)/i, 'Company'],
  [/^\/company\/configurations\/(\d+)(?:\/|$)/i, 'ConfigurationItem'],
  [/^\/time\/entries\/(\d+)(?:\/|$)/i, 'TimeEntry'],
  [/^\/service\/boards\/(\d+)(?:\/|$)/i, 'Board'],
]

/** What a POST makes, where the unified schema knows it. */
export function createdBy({ endpoint: { method, template } }: FoundEndpoint): EntityType | null {
  if (method !== 'POST') return null
  switch (template.toLowerCase()) {
    case '/service/tickets':
      return 'Ticket'
    case '/service/tickets/{parentid}/notes':
      return 'Note'
    case '/time/entries':
      return 'TimeEntry'
    case '/company/contacts':
      return 'Contact'
    case '/company/companies/{parentid}/sites':
      return 'Site'
    case '/company/configurations':
      return 'ConfigurationItem'
    case '/company/companies':
      return 'Company'
    default:
      return null
  }
}
