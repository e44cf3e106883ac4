import type { FoundEndpoint } from '../../../schema/passthrough.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef } from '../../../schema/source.ts'

/** The record that a path leads to or below, where the unified schema knows its type. */
export function targetOf(path: string): TargetRef | null {
  for (const [pattern, type] of LEADS_TO) {
    const found = pattern.exec(path)
    if (found !== null) return { type, key: found.slice(1).join('.') }
  }
  return null
}

const LEADS_TO: readonly (readonly [RegExp, EntityType])[] = [
  [/^\/tickets\/(\d+)\/notes\/(\d+)$/i, 'Note'],
  [/^\/tickets\/(\d+)(?:\/|$)/i, 'Ticket'],
  [/^\/companies\/\d+\/contacts\/(\d+)$/i, 'Contact'],
  [/^\/contacts\/(\d+)(?:\/|$)/i, 'Contact'],
  [/^\/companies\/\d+\/locations\/(\d+)$/i, 'Site'],
  [/^\/companylocations\/(\d+)(?:\/|$)/i, 'Site'],
  [/^\/companies\/(\d+)(?:\/|$)/i, 'Company'],
  [/^\/configurationitems\/(\d+)(?:\/|$)/i, 'ConfigurationItem'],
  [/^\/timeentries\/(\d+)(?:\/|$)/i, 'TimeEntry'],
  [/^\/resources\/(\d+)(?:\/|$)/i, 'Member'],
]

/** What a POST makes, where the unified schema knows it. */
export function createdBy({ endpoint: { method, template } }: FoundEndpoint): EntityType | null {
  return method === 'POST' ? (CREATED[template.toLowerCase()] ?? null) : null
}

const CREATED: Readonly<Record<string, EntityType>> = {
  '/tickets': 'Ticket',
  '/tickets/{parentid}/notes': 'Note',
  '/timeentries': 'TimeEntry',
  '/companies/{parentid}/contacts': 'Contact',
  '/companies/{parentid}/locations': 'Site',
  '/companies': 'Company',
  '/configurationitems': 'ConfigurationItem',
}
