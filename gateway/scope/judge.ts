import type { ScopeFacts } from '../../policy/types.ts'
import {
  type AgreementValues,
  type EntityType,
  type Reference,
  type TicketTemplateValues,
  type TicketValues,
  type TimeEntryValues,
  VendorRecord,
} from '../../schema/records.ts'
import type { ListPage, VendorSession, VendorSource } from '../../schema/source.ts'
import { keyOf, type Limits } from './limits.ts'

/** What a record must be loaded with to be judged by its company, and by its board. */
const BY_COMPANY: Readonly<Partial<Record<EntityType, readonly string[]>>> = {
  Ticket: ['company'],
  Note: ['ticket'],
  TimeEntry: ['ticket', 'company'],
  TicketLineItem: ['ticket'],
  TicketTask: ['ticket'],
  Attachment: ['ticket'],
  ScheduleEntry: ['ticket'],
  Contact: ['company'],
  Site: ['company'],
  ConfigurationItem: ['company'],
  Agreement: ['company'],
  Project: ['company'],
  ProjectTask: ['company'],
  Opportunity: ['company'],
  TicketTemplate: ['company'],
}
const BY_BOARD: Readonly<Partial<Record<EntityType, readonly string[]>>> = {
  Ticket: ['board'],
  Note: ['ticket'],
  TimeEntry: ['ticket'],
  TicketLineItem: ['ticket'],
  TicketTask: ['ticket'],
  Attachment: ['ticket'],
  ScheduleEntry: ['ticket'],
}

/** Where the vendor sends it along, a contact on a ticket is judged without being read. */
const CONTACT_COMPANY = { reference: 'Ticket.contact', part: 'company', field: 'contact.company' } as const

/** Judges records that were read, by what they hold and, where that says nothing, by their tickets. */
export class RecordJudge {
  readonly #source: VendorSource
  readonly #session: VendorSession
  readonly #limits: Limits

  constructor(source: VendorSource, session: VendorSession, limits: Limits) {
    this.#source = source
    this.#session = session
    this.#limits = limits
  }

  withNeeded(type: EntityType, fields: ReadonlySet<string>): ReadonlySet<string> {
    const needed = new Set(fields)
    for (const dimension of this.#limits.dimensionsOf(type)) {
      const byIt = dimension === 'board' ? BY_BOARD : BY_COMPANY
      for (const field of byIt[type] ?? []) needed.add(field)
    }
    const { reference, part, field } = CONTACT_COMPANY
    const comesAlong = this.#source.capabilities.embeds[reference]?.includes(part) === true
    if (
      type === 'Ticket' &&
      fields.has('contact') &&
      comesAlong &&
      this.#limits.dimensionsOf('Contact').length > 0
    )
      needed.add(field)
    return needed
  }

  /** In order: true for a record inside. @throws what its ticket or company could not be read for */
  async inside(type: EntityType, records: readonly VendorRecord[]): Promise<readonly boolean[]> {
    if (this.#limits.dimensionsOf(type).length === 0) return records.map(() => true)
    const tickets = records.map((record) => (isBelowTicket(type) ? keyOf(ticketOf(record)) : null))
    await this.readTickets(tickets.filter((ticket) => ticket !== null))
    const facts = records.map((record, index) => (tickets[index] === null ? factsOf(type, record) : null))
    const complete = await this.#withTypes(type, facts)
    return records.map((record, index) => {
      const ticket = tickets[index] ?? null
      if (ticket !== null) return this.#limits.isInside(ticket)
      const isInside = this.#limits.judge(complete[index] as ScopeFacts) === 'INSIDE'
      if (isInside && type === 'Ticket') this.#limits.rememberInside(keyOf(record) ?? '')
      return isInside
    })
  }

  /** Those of them that nobody has judged yet. */
  async readTickets(keys: readonly string[]): Promise<void> {
    const unknown = [...new Set(keys)].filter((key) => !this.#limits.isInside(key))
    const most = this.#source.capabilities.maxIdsPerRead.Ticket
    for (let from = 0; from < unknown.length; from += most) {
      const found = await this.#source.readMany(
        this.#session,
        'Ticket',
        unknown.slice(from, from + most),
        this.withNeeded('Ticket', new Set()),
      )
      const failed = found.find((one) => one instanceof Error)
      if (failed !== undefined) throw failed
      await this.inside(
        'Ticket',
        found.filter((one) => one instanceof VendorRecord) as readonly VendorRecord[],
      )
    }
  }

  async #withTypes(
    type: EntityType,
    facts: readonly (ScopeFacts | null)[],
  ): Promise<readonly (ScopeFacts | null)[]> {
    const { companyTypes } = this.#source
    if (companyTypes === undefined || !this.#limits.dimensionsOf(type).includes('companyType')) return facts
    const keys = [...new Set(facts.flatMap((one) => one?.company ?? []))]
    const types = await companyTypes(this.#session, keys)
    return facts.map((one) =>
      one === null || one.company === undefined
        ? one
        : { ...one, companyType: one.company === null ? null : (types.get(one.company) ?? undefined) },
    )
  }
}

export const NOTHING: ListPage = { records: [], positions: [], sortValues: [], hasNext: false }

const BELOW_TICKET: ReadonlySet<EntityType> = new Set([
  'Note',
  'TimeEntry',
  'TicketLineItem',
  'ScheduleEntry',
  'TicketTask',
  'Attachment',
])

function isBelowTicket(type: EntityType): boolean {
  return BELOW_TICKET.has(type)
}

function factsOf(type: EntityType, record: VendorRecord): ScopeFacts {
  switch (type) {
    case 'Ticket': {
      const ticket = record as unknown as VendorRecord<TicketValues>
      return { company: keyIn(ticket, 'company'), board: keyIn(ticket, 'board') }
    }
    case 'Contact':
    case 'Site':
    case 'ConfigurationItem':
    case 'Agreement':
    case 'Project':
    case 'ProjectTask':
    case 'Opportunity': {
      const below = record as unknown as VendorRecord<AgreementValues>
      return { company: keyOf(below.get('company')), notApplicable: ['board'] }
    }
    case 'TicketTemplate': {
      // One for any client belongs to the tenant, as a product does.
      const company = keyOf((record as unknown as VendorRecord<TicketTemplateValues>).get('company'))
      return company === null
        ? { notApplicable: ['company', 'companyType', 'board'] }
        : { company, notApplicable: ['board'] }
    }
    case 'TimeEntry': {
      // Time without a ticket belongs to a company at most, and to no board.
      const entry = record as unknown as VendorRecord<TimeEntryValues>
      return { company: keyIn(entry, 'company'), board: null }
    }
    case 'Company':
      return { company: keyOf(record), notApplicable: ['board'] }
    case 'Board':
      return { board: keyOf(record), notApplicable: ['company', 'companyType'] }
    case 'Note':
    case 'TicketLineItem':
    case 'TicketTask':
    case 'Attachment':
    // What is planned for no ticket is for no company that the PSA would tell.
    case 'ScheduleEntry':
      return { company: null, board: null }
    case 'Member':
    case 'Product':
    case 'Sla':
    case 'Article':
      return { notApplicable: ['company', 'companyType', 'board'] }
  }
}

/** Undefined where it was not loaded, since the scope does not go by it. */
function keyIn<Field extends string>(
  record: VendorRecord<Record<Field, Reference>>,
  field: Field,
): string | null | undefined {
  return record.has([field]) ? keyOf(record.get(field)) : undefined
}

function ticketOf(record: VendorRecord): Reference<TicketValues> | null {
  return (record as unknown as VendorRecord<TimeEntryValues>).get('ticket')
}
