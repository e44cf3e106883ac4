import { isRec, type Json, type Rec } from '../shared/json.ts'
import { findField, schemaOf } from './allowlists.ts'
import { badCondition } from './errors.ts'
import { resolvePath } from './paths.ts'
import { showReference } from './references.ts'
import type { State } from './state.ts'

function ticketLinks(row: Rec): Record<string, string> {
  const id = row.id
  const own = `/${row.recordType === 'ServiceTicket' ? 'service' : 'project'}/tickets/${id}`
  const charge = `chargeToType='${row.recordType}' AND chargeToId=${id}`
  return {
    activities_href: `/sales/activities?conditions=ticket/id=${id}`,
    scheduleentries_href: `/schedule/entries?conditions=type/id=4 AND objectId=${id}`,
    documents_href: `/system/documents?recordType=Ticket&recordId=${id}`,
    configurations_href: `${own}/configurations`,
    tasks_href: `${own}/tasks`,
    notes_href: `${own}/notes`,
    products_href: `/procurement/products?conditions=chargeToType='Ticket' AND chargeToId=${id}`,
    timeentries_href: `/time/entries?conditions=${charge}`,
  }
}

const links: Record<string, (row: Rec) => Record<string, string>> = {
  Ticket: ticketLinks,
  ProjectTicket: ticketLinks,
  Company: ({ id }) => ({
    contacts_href: `/company/contacts?conditions=company/id=${id}`,
    agreements_href: `/finance/agreements?conditions=company/id=${id}`,
    tickets_href: `/service/tickets?conditions=company/id=${id}`,
    sites_href: `/company/companies/${id}/sites`,
  }),
  Contact: ({ id }) => ({ communications_href: `/company/contacts/${id}/communications` }),
  Board: ({ id }) => ({
    statuses_href: `/service/boards/${id}/statuses`,
    types_href: `/service/boards/${id}/types`,
  }),
}

/** The record as answered: known fields only, no nulls, references with their links. `names`: these fields alone. */
export function render(
  state: State,
  schemaName: string,
  row: Rec,
  base: string,
  names?: ReadonlySet<string>,
): Rec {
  const shown: Rec = {}
  const { fields } = schemaOf(schemaName)
  for (const name of names ?? Object.keys(fields)) {
    const type = fields[name]
    if (type === undefined) continue
    const value = row[name]
    if (name === '_info') {
      const own = Object.entries(links[schemaName]?.(row) ?? {}).map(([key, path]) => [key, base + path])
      const stored: Rec = isRec(value) ? value : {}
      shown._info = { ...stored, ...(Object.fromEntries(own) as Rec) }
    } else if (value !== undefined && value !== null) {
      const [kind, inner = ''] = type.split(':')
      if (kind === 'ref') shown[name] = showReference(state, inner, value, base)
      else if (kind === 'list' && Array.isArray(value)) {
        shown[name] = value.map((item) => showReference(state, inner, item, base))
      } else shown[name] = value
    }
  }
  return shown
}

const unknown = (path: string) => badCondition(`${path} is not a recognized name.`)

/** The vendor's site list refuses this name in `fields` although its answer has it. */
const refusedFields = new Set(['CompanySite/addressline2'])

function place(target: Rec, names: readonly string[], value: Json | undefined): void {
  const [head = '', ...rest] = names
  if (value === undefined) return
  if (rest.length === 0) target[head] = value
  else {
    const existing = target[head]
    const next: Rec = isRec(existing) ? existing : {}
    target[head] = next
    place(next, rest, value)
  }
}

function pick(value: Json | undefined, names: readonly string[]): Json | undefined {
  const [head, ...rest] = names
  if (head === undefined) return value
  if (Array.isArray(value))
    return value.map((item) => pick(isRec(item) ? { [head]: item[head] } : item, []) ?? null)
  return isRec(value) ? pick(value[head], rest) : undefined
}

/** Compiles `fields=` once; unknown names are refused, and `_info` comes only when named. */
export function projection(
  state: State,
  schemaName: string,
  fields: string,
  base: string,
): (row: Rec) => Rec {
  const rendered = new Set<string>()
  const steps = fields
    .split(',')
    .map((path) => path.trim())
    .filter(Boolean)
    .map((path) => {
      const [head = '', ...rest] = path.split('/')
      const field = findField(schemaOf(schemaName), head)
      if (!field || refusedFields.has(`${schemaName}/${path.toLowerCase()}`)) throw unknown(path)
      if (rest.length === 0 || field.name === '_info' || field.type.startsWith('list:')) {
        const names = [field.name, ...rest]
        rendered.add(field.name)
        return (target: Rec, _row: Rec, full: Rec) => {
          if (field.type.startsWith('list:')) target[field.name] = pick(full[field.name], rest)
          else place(target, names, pick(full, names))
        }
      }
      const resolved = resolvePath(state, schemaName, path)
      if (!resolved) throw unknown(path)
      return (target: Rec, row: Rec) => place(target, resolved.names, resolved.read(row) ?? undefined)
    })
  return (row) => {
    const full = render(state, schemaName, row, base, rendered)
    const target: Rec = {}
    for (const step of steps) step(target, row, full)
    return target
  }
}
