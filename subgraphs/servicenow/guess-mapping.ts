import type { MappingGuess, VendorAccess, VendorSession } from '../../schema/source.ts'
import { active, choicesFor } from './choices.ts'
import { readRows } from './client.ts'
import { priorityMatrix } from './priority-matrix.ts'
import { DEFAULT_TABLE, ticketTables } from './ticket-tables.ts'

const LOOK: VendorAccess = { group: 'Tickets', kind: 'READ', fields: [], reference: true }

/** Proposes what the choice lists make likely; a person confirms it. */
export async function guessMapping(session: VendorSession): Promise<MappingGuess> {
  const doubts: string[] = []
  const tables = ticketTables(session)
  const [first] = tables
  if (first === undefined) return { mapping: {}, doubts }
  const choices = await choicesFor(session, first)
  const statuses = active(choices.statuses)
  const one = (category: string, what: string, name: RegExp) => {
    const fitting = statuses.filter((status) => status.category === category)
    const found = fitting.length === 1 ? fitting[0] : fitting.find((status) => name.test(status.name))
    if (found === undefined) doubts.push(`No status of ${first.table} looks like the one ${what}.`)
    else if (fitting.length > 1)
      doubts.push(`Several statuses could be the one ${what}; "${found.name}" is taken.`)
    return found === undefined ? undefined : { '*': found.key }
  }
  const resolvedStatus = one('RESOLVED', 'that resolves', /resolved/i)
  const reopenStatus = one('ACTIVE', 'that reopens', /progress|open|active/i)
  const codes = active(choices.closeCodes)
  const code =
    codes.length === 1
      ? codes[0]
      : codes.find(({ value, name }) => /^solution provided|^solved/i.test(`${name} ${value}`))
  if (first.closeCode !== undefined) {
    if (code === undefined) doubts.push('A resolution needs a close code: choose one.')
    else if (codes.length > 1)
      doubts.push(
        `Of ${codes.length} close codes "${code.name}" is taken for resolutions; another may fit better.`,
      )
  }
  for (const { name, category } of statuses) {
    if (category === 'ACTIVE' && !/progress|assess|work|open|root|fix/i.test(name))
      doubts.push(`What the status "${name}" means was not recognised: it counts as ACTIVE.`)
  }
  if (first.computedPriority && !(await priorityMatrix(session)).own) {
    doubts.push(
      "The lookup from impact and urgency to priority could not be read; the base system's is assumed.",
    )
  }
  const { rows, total } = await readRows(session, {
    table: 'sys_journal_field',
    clauses: [],
    fields: ['element'],
    limit: 1,
    access: LOOK,
  }).catch(() => ({ rows: [], total: null }))
  if (rows.length === 0) {
    doubts.push(
      total === 0
        ? 'There are no notes yet, or none that the gateway may count.'
        : "The gateway's user cannot read sys_journal_field: no notes will be shown.",
    )
  }
  return {
    mapping: {
      taskTables: tables.length === 0 ? [DEFAULT_TABLE] : tables.map(({ table }) => table),
      ...(resolvedStatus === undefined ? {} : { resolvedStatus }),
      ...(reopenStatus === undefined ? {} : { reopenStatus }),
      ...(code === undefined ? {} : { closeCode: code.value }),
      dispatch: 'OWNER',
    },
    doubts,
  }
}
