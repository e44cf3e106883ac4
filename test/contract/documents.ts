import { readFileSync } from 'node:fs'

/** Committed operations that are checked for every vendor; the others are checked in test/e2e. */
export const CONTRACT_DOCUMENTS = [
  'fifty-tickets',
  'last-notes',
  'similar-tickets',
  'log-time',
  'weekly-report',
] as const
export type ContractDocument = (typeof CONTRACT_DOCUMENTS)[number]

/** Checked for every vendor beside what is written of sites. */
export const SITE_DOCUMENTS = ['companies-with-sites', 'tickets-with-sites'] as const

/** Checked for every vendor beside what is asked of configuration items. */
export const ITEM_DOCUMENTS = ['configuration-items', 'tickets-with-items'] as const

/** Checked for every vendor beside what is asked of products. */
export const PRODUCT_DOCUMENTS = ['products', 'tickets-with-line-items'] as const

/** Checked for every vendor beside what is asked of agreements. */
export const AGREEMENT_DOCUMENTS = ['agreements'] as const

/** Checked for every vendor beside what is asked of SLAs. */
export const SLA_DOCUMENTS = ['tickets-with-sla'] as const
/** Checked for every vendor beside what is asked of tasks and files. */
export const BELOW_DOCUMENTS = ['tickets-with-tasks', 'tickets-with-attachments'] as const
/** Checked for every vendor beside what is asked of articles and found by search. */
export const ARTICLE_DOCUMENTS = ['articles', 'search', 'similar-by-title'] as const

/** Checked for every vendor beside what is asked of calendars. */
export const SCHEDULE_DOCUMENTS = ['schedule', 'tickets-with-schedule'] as const

/** Checked for every vendor beside what is asked of projects. */
export const PROJECT_DOCUMENTS = ['projects'] as const

/** Checked for every vendor beside what is asked in the PSA's own shape. */
export const RAW_DOCUMENTS = ['vendor-record'] as const

type Named =
  | ContractDocument
  | (typeof SITE_DOCUMENTS)[number]
  | (typeof ITEM_DOCUMENTS)[number]
  | (typeof PRODUCT_DOCUMENTS)[number]
  | (typeof AGREEMENT_DOCUMENTS)[number]
  | (typeof SLA_DOCUMENTS)[number]
  | (typeof BELOW_DOCUMENTS)[number]
  | (typeof ARTICLE_DOCUMENTS)[number]
  | (typeof SCHEDULE_DOCUMENTS)[number]
  | (typeof PROJECT_DOCUMENTS)[number]
  | (typeof RAW_DOCUMENTS)[number]
export const document = (name: Named) =>
  readFileSync(new URL(`../operations/${name}.graphql`, import.meta.url), 'utf8').replace(/^#.*$/gm, '')

/** How an operation is run: straight on the one schema that it touches, or by the planner since it touches two. */
export const PATHS = [
  { path: 'in one subgraph', beside: '' },
  { path: 'planned across subgraphs', beside: 'viewer { name }' },
] as const

/** The document with a field of the other subgraph in it, on the path that needs one. */
export const along = (query: string, beside: string) => query.replace(/\n}\s*$/, `\n${beside} }`)
