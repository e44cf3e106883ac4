import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AccessKind } from '../../schema/groups.ts'
import type { Endpoint } from '../../schema/passthrough.ts'
import { VENDORS } from '../../schema/source.ts'
import type { GroupsRow } from '../../scripts/endpoint-decisions/decision.ts'
import { decisionsOf, documentsOf, judge, make, readGroups, templateOf } from '../../scripts/endpoints.ts'
import { RECORD_FIELD_VENDORS, recordFieldsOfDocuments } from '../../scripts/record-fields.ts'
import { demandsOf } from '../servicenow/body-fields.ts'
import { catalogueOf } from './index.ts'
import { samplePath } from './testing.ts'

/** Not the script's own table, so that a slip there shows here. */
const KIND_OF: Readonly<Record<string, readonly AccessKind[]>> = {
  read: ['READ'],
  create: ['CREATE'],
  update: ['UPDATE'],
  merge: ['MERGE'],
  bundle: ['BUNDLE'],
  delete: ['DELETE'],
  // No kind of ours: which of these an `execute` is was decided row by row, with a reason.
  execute: ['READ', 'CREATE', 'UPDATE'],
}

type Outcome =
  | 'resolved'
  | `denied: ${string}`
  | `omitted: ${string}`
  | `moved to ${string}`
  | 'by its body'
  | 'LOST'

describe.each(RECORD_FIELD_VENDORS)('members of the records of %s', (vendor) => {
  it.skipIf(!existsSync(documentsOf(vendor)))('are those that its documents tell today', () => {
    const committed = readFileSync(new URL(`../${vendor}/record-fields.tsv`, import.meta.url), 'utf8')
    expect(committed === recordFieldsOfDocuments(vendor), 'run scripts/record-fields.ts').toBe(true)
  })
})

describe.each(VENDORS)("the documents' rows of %s", (vendor) => {
  // The documents are no part of the product: a copy of the repository alone goes without this test.
  const here = existsSync(documentsOf(vendor))
  if (!here) console.log(`${vendor}: not compared, the vendor documents are not here`)

  it.skipIf(!here)('each resolve to their own group and kind, or are denied for a listed reason', () => {
    const catalogue = catalogueOf(vendor)
    const decisions = decisionsOf(vendor)
    const byTemplate = new Map(catalogue.endpoints.map((one) => [`${one.method} ${one.template}`, one]))
    const counts = new Map<Outcome, number>()
    const lost: string[] = []
    for (const row of readGroups(vendor)) {
      const methods = row.method === '*' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] : [row.method]
      for (const method of methods) {
        const endpoint = byTemplate.get(`${method} ${templateOf(row.path, decisions)}`)
        const outcome = outcomeOf(row, endpoint)
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
        if (outcome === 'LOST') lost.push(`${method} ${row.path} ${row.group} ${row.action}`)
      }
    }
    const told = [...counts]
      .toSorted(([, m], [, n]) => n - m)
      .map(([outcome, count]) => `${count} ${outcome}`)
    console.log(
      `${vendor}: ${[...counts.values()].reduce((sum, one) => sum + one, 0)} rows\n  ${told.join('\n  ')}`,
    )
    expect(lost).toEqual([])

    function outcomeOf(row: GroupsRow, endpoint: Endpoint | undefined): Outcome {
      const judged = judge(row, decisions)
      if (endpoint === undefined) {
        const reason = decisions.reasons[judged.omitted ?? '']
        return reason === undefined ? 'LOST' : `omitted: ${reason}`
      }
      const found = catalogue.find(endpoint.method, samplePath(endpoint))?.endpoint
      if (found !== endpoint) return 'LOST'
      if (found.denied !== undefined) return `denied: ${found.denied}`
      if (/^when body has/.test(row.notes)) return reaches(row, found) ? 'by its body' : 'LOST'
      if (!KIND_OF[row.action]?.includes(found.kind)) return 'LOST'
      if (found.group === row.group) return 'resolved'
      return judged.group === found.group ? `moved to ${found.group}` : 'LOST'
    }
  })

  it.skipIf(!here)('make the committed file', () => {
    const committed = readFileSync(new URL(`../${vendor}/endpoints.tsv`, import.meta.url), 'utf8')
    expect(make(vendor) === committed).toBe(true)
  })
})

/** Rows that speak of a member of the body: with it the bytes must demand their group and kind besides. */
function reaches({ notes, group, action }: GroupsRow, endpoint: Endpoint): boolean {
  // The Case API takes bodies of its own kind; until somebody reads them the flag says that it must be judged.
  if (!endpoint.template.startsWith('/api/now/table/')) return endpoint.sideEffects === true
  const [, members = ''] = /^when body has ([^:]+)/.exec(notes) ?? []
  const columns = members.split(/, | or /).filter((one) => /^[a-z_]+(=\w+)?$/.test(one))
  return columns
    .filter((column) => column !== 'comments_and_work_notes')
    .every((column) => {
      const [name = '', value = 'x'] = column.split('=')
      const demands = demandsOf(endpoint.method, samplePath(endpoint), JSON.stringify({ [name]: value }))
      const groups = group === 'Ticket Notes' ? ['Ticket Notes', 'Client-Facing Notes'] : [group]
      return demands.some((one) => groups.includes(one.group) && KIND_OF[action]?.includes(one.kind))
    })
}
