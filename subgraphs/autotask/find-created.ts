import type { PlannedStep } from '../../schema/plan.ts'
import type { FoundRecords, VendorSession } from '../../schema/source.ts'
import { authorBy, foundBy, NOTHING_FOUND, planted } from '../sending/author.ts'
import { SLACK_MS, type Window, within, words } from '../sending/window.ts'
import { checklistOf } from './checklist-items.ts'
import { objectOf, query } from './client.ts'
import { type Condition, compare, datetime, fieldName, integer, text } from './conditions.ts'
import { ownResource } from './own-resource.ts'
import { millis } from './projection.ts'

type Row = Readonly<Record<string, unknown>> & { readonly id: number }

/** More records than anybody adds to one parent within a send window. */
const LOOK_AT = 500

/** Finds what an unclear CREATE may have made: by the value planted in it, else by what it says, when and who. */
export async function findCreated(
  session: VendorSession,
  step: PlannedStep,
  window: Window,
): Promise<FoundRecords> {
  const { reconcile } = step
  if (reconcile.by === 'CORRELATION' && step.creates === 'Company') {
    const rows = await read(
      session,
      'Companies',
      'Companies',
      ['companyName', 'createDate', 'createdByResourceID'],
      [
        compare(fieldName('companyName'), 'eq', text('name', reconcile.value)),
        ...since('createDate', window),
      ],
    )
    const fitting = rows.filter(
      (row) => same(row, { companyName: reconcile.value }) && within(millis(row.createDate), window),
    )
    if (fitting.length === 0) return NOTHING_FOUND
    const us = await ownResource(session)
    return foundBy(
      fitting,
      ({ id }) => String(id),
      ({ createdByResourceID }) => authorBy(createdByResourceID, us),
    )
  }
  if (reconcile.by === 'CORRELATION') {
    const value = text('correlation', reconcile.value)
    const rows = await read(
      session,
      step.access.group,
      step.creates === 'Contact' ? 'Contacts' : 'Tickets',
      ['externalID'],
      [compare(fieldName('externalID'), 'eq', value)],
    )
    return planted(
      rows.filter(({ externalID }) => externalID === reconcile.value).map(({ id }) => String(id)),
    )
  }
  if (reconcile.by !== 'FINGERPRINT') return NOTHING_FOUND
  if (step.creates === 'TicketTask') return newItems(session, reconcile.parent.key, reconcile.content)
  const place = PLACES[step.creates ?? '']
  if (place === undefined) return NOTHING_FOUND
  const { entity, author, created, parent = 'ticketID' } = place
  const rows = await read(
    session,
    step.access.group,
    entity,
    [...Object.keys(reconcile.content), created, author],
    [compare(fieldName(parent), 'eq', integer('parent', reconcile.parent.key)), ...since(created, window)],
  )
  const fitting = rows.filter((row) => same(row, reconcile.content) && within(millis(row[created]), window))
  if (fitting.length === 0) return NOTHING_FOUND
  const us = await ownResource(session)
  const keyOf = ({ id }: Row) => (step.creates === 'Note' ? `${reconcile.parent.key}.${id}` : String(id))
  return foundBy(fitting, keyOf, (row) => authorBy(row[author], us))
}

/** Items that were not there when the plan was made; nothing of them tells who added them. */
async function newItems(
  session: VendorSession,
  ticket: string,
  { known, ...content }: Readonly<Record<string, unknown>>,
): Promise<FoundRecords> {
  const before = new Set(known as readonly number[])
  const fitting = (await checklistOf(session, ticket)).filter(
    (row) => !before.has(row.id) && same(row, content),
  )
  return { ours: [], untold: fitting.map(({ id }) => String(id)) }
}

interface Place {
  readonly entity: string
  /** The column that tells when it was made. */
  readonly created: string
  /** The column that tells who made it: nobody can set it, and the gateway writes in nobody else's name (API.md 10). */
  readonly author: string
  /** The column that names the parent, if that is no ticket. */
  readonly parent?: string
}

const PLACES: Readonly<Record<string, Place>> = {
  ConfigurationItem: {
    entity: 'ConfigurationItems',
    author: 'createdByPersonID',
    created: 'createDate',
    parent: 'companyID',
  },
  Attachment: { entity: 'TicketAttachments', created: 'attachDate', author: 'attachedByResourceID' },
  Note: { entity: 'TicketNotes', created: 'createDateTime', author: 'creatorResourceID' },
  TimeEntry: { entity: 'TimeEntries', created: 'createDateTime', author: 'creatorUserID' },
  TicketLineItem: { entity: 'TicketCharges', created: 'createDate', author: 'creatorResourceID' },
}

async function read(
  session: VendorSession,
  group: string,
  entity: string,
  columns: readonly string[],
  filter: readonly Condition[],
): Promise<readonly Row[]> {
  const { rows } = await query(session, {
    entity,
    filter,
    fields: ['id', ...columns],
    max: LOOK_AT,
    access: { group, kind: 'READ', fields: [] },
  })
  return rows.filter((row): row is Row => typeof objectOf(row).id === 'number')
}

/** Asked for by the vendor's own clock of the record, so that a long ticket's old notes do not fill the page. */
function since(column: string, { after }: Window): readonly Condition[] {
  const from = Date.parse(after)
  return Number.isNaN(from) ? [] : [compare(fieldName(column), 'gte', datetime(from - SLACK_MS))]
}

function same(row: Row, content: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(content).every(([name, value]) => {
    const found = row[name] ?? null
    if (typeof value !== 'string' || typeof found !== 'string') return found === value
    const time = /DateTime$/.test(name) ? millis(value) : null
    return time === null ? words(found) === words(value) : millis(found) === time
  })
}
