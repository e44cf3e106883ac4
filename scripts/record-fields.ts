// Makes `subgraphs/<vendor>/record-fields.tsv` out of the vendors' OpenAPI documents: which members the records of
// a collection have. ServiceNow has tables instead: see scripts/servicenow-columns.ts.
//
//   npx node scripts/record-fields.ts [--check]
//
// `--check` compares with the committed files and writes nothing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Description, lastOfRef, plain, readDocument, type Schema, schemaIn } from './description.ts'
import { documentsOf } from './endpoints.ts'

/** Collections whose records the unified schema knows, as the catalogue writes them. */
const PATHS = {
  connectwise: [
    '/company/companies',
    '/company/companies/{parentId}/sites',
    '/company/configurations',
    '/company/contacts',
    '/finance/agreements',
    '/procurement/catalog',
    '/procurement/products',
    '/project/projects',
    '/project/tickets',
    '/sales/opportunities',
    '/schedule/entries',
    '/service/SLAs',
    '/service/boards',
    '/service/knowledgeBaseArticles',
    '/service/templates',
    '/service/tickets',
    '/service/tickets/{parentId}/notes',
    '/service/tickets/{parentId}/tasks',
    '/system/documents',
    '/system/members',
    '/time/entries',
  ],
  autotask: [
    '/Appointments',
    '/Companies',
    '/CompanyLocations',
    '/ConfigurationItems',
    '/Contacts',
    '/Contracts',
    '/KnowledgeBaseArticles',
    '/Opportunities',
    '/Products',
    '/Projects',
    '/Resources',
    '/ServiceCallTickets',
    '/Tasks',
    '/TicketAttachments',
    '/TicketCharges',
    '/TicketChecklistItems',
    '/TicketNotes',
    '/Tickets',
    '/TimeEntries',
  ],
  halo: [
    '/Actions',
    '/Agent',
    '/Appointment',
    '/Asset',
    '/Client',
    '/ClientContract',
    '/Item',
    '/KBArticle',
    '/SLA',
    '/Site',
    '/Team',
    '/Template',
    '/Tickets',
    '/Users',
  ],
} as const

export const RECORD_FIELD_VENDORS = Object.keys(PATHS) as (keyof typeof PATHS)[]

/** An artefact of the SOAP layer below Autotask's API that no record has. */
const NEVER: ReadonlySet<string> = new Set(['soapParentPropertyId'])

const HEADER = '# Made by scripts/record-fields.ts from the vendor documents.\npath\tmembers\n'

export function recordFieldsOfDocuments(vendor: keyof typeof PATHS): string {
  const description: Description = readDocument(fileURLToPath(documentsOf(vendor)))
  const operations = new Map(
    Object.entries(description.paths).map(([path, methods]) => [
      plain(path).replace(/^v1\.0\//, ''),
      methods,
    ]),
  )
  const lines = PATHS[vendor].map((path) => {
    const names = Object.keys(recordAt(plain(path), operations, description)).filter((one) => !NEVER.has(one))
    if (names.length === 0) throw new Error(`${vendor}: the document tells no record at ${path}`)
    return `${path}\t${names.toSorted().join(' ')}`
  })
  return `${HEADER}${lines.join('\n')}\n`
}

/** By what a read answers; HaloPSA's document tells no answers, but what is written has the same members. */
function recordAt(
  path: string,
  operations: ReadonlyMap<string, Description['paths'][string]>,
  { definitions, components }: Description,
): Readonly<Record<string, Schema>> {
  const named = definitions ?? components?.schemas ?? {}
  const told = (schema: Schema | undefined): Readonly<Record<string, Schema>> => {
    // `ItemQueryResultModel[TicketModel,Ticket]` is how Autotask's names the answer with a ticket.
    const name = /\[(\w+),/.exec(schema?.$ref ?? '')?.[1] ?? lastOfRef(schema)
    const target = name === undefined ? schema : named[name]
    if (target?.properties !== undefined) return target.properties
    const inner = target?.items ?? target?.allOf?.find(({ $ref }) => $ref !== undefined)
    return inner === undefined && target === schema ? {} : told(inner ?? target)
  }
  const { responses } = operations.get(`${path}/{*}`)?.get ?? {}
  const answer = responses?.['200']
  const read = told(answer?.schema ?? schemaIn(answer))
  return Object.keys(read).length > 0 ? read : told(schemaIn(operations.get(path)?.post?.requestBody))
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  for (const vendor of RECORD_FIELD_VENDORS) {
    const documents = documentsOf(vendor)
    if (!existsSync(documents)) {
      process.stderr.write(
        `${vendor}: not looked at, the vendor documents are not here (${fileURLToPath(documents)})\n`,
      )
      process.exitCode = check ? 0 : 1
      continue
    }
    const file = new URL(`../subgraphs/${vendor}/record-fields.tsv`, import.meta.url)
    const made = recordFieldsOfDocuments(vendor)
    if (!check) writeFileSync(file, made)
    const same = readFileSync(file, 'utf8') === made
    process.stdout.write(
      same ? `${vendor}: as made from the documents\n` : `${vendor}: differs: run scripts/record-fields.ts\n`,
    )
    if (!same) process.exitCode = 1
  }
}
