import { createHash } from 'node:crypto'
import { scopeVerdict } from '../../policy/record-scope.ts'
import type { RecordScope, ScopeFacts } from '../../policy/types.ts'
import { GatewayError } from '../../schema/errors.ts'
import { parseId } from '../../schema/ids.ts'
import type { ContactValues, EntityType, Reference, VendorRecord } from '../../schema/records.ts'
import type { Following, ReadLimits } from '../../schema/scope.ts'

export type Dimension = 'company' | 'companyType' | 'board'

const LISTS = { company: 'companies', companyType: 'companyTypes', board: 'boards' } as const

/**
 * What a scope can say of a record: what stands below a ticket is told by it, members, products, SLAs and articles by nothing. A board
 * belongs to no company.
 */
const TOLD_BY: Readonly<Record<EntityType, readonly Dimension[]>> = {
  Ticket: ['company', 'companyType', 'board'],
  Note: ['company', 'companyType', 'board'],
  TimeEntry: ['company', 'companyType', 'board'],
  TicketLineItem: ['company', 'companyType', 'board'],
  TicketTask: ['company', 'companyType', 'board'],
  Attachment: ['company', 'companyType', 'board'],
  ScheduleEntry: ['company', 'companyType', 'board'],
  Contact: ['company', 'companyType'],
  Company: ['company', 'companyType'],
  Site: ['company', 'companyType'],
  ConfigurationItem: ['company', 'companyType'],
  Agreement: ['company', 'companyType'],
  Project: ['company', 'companyType'],
  ProjectTask: ['company', 'companyType'],
  Opportunity: ['company', 'companyType'],
  TicketTemplate: ['company', 'companyType'],
  Board: ['board'],
  Product: [],
  Sla: [],
  Article: [],
  Member: [],
}

/** Without a board or a company of its own, and yet no reference data: read alone, nothing would hold it back. */
const NEVER_ALONE: ReadonlySet<EntityType> = new Set([
  'Contact',
  'Company',
  'Site',
  'ConfigurationItem',
  'Agreement',
  'Project',
  'ProjectTask',
  'Opportunity',
])

/** One policy's record scope, as far as it concerns reads. */
export class Limits implements ReadLimits {
  readonly scope: RecordScope
  readonly key: string
  readonly #dimensions: readonly Dimension[]
  readonly #readsCompanyTypes: boolean
  /** Tickets that this operation has read and judged: their notes and time need no second look. */
  readonly #inside = new Set<string>()

  constructor(scope: RecordScope, readsCompanyTypes: boolean) {
    this.scope = scope
    this.key = createHash('sha256').update(JSON.stringify(scope)).digest('base64url')
    this.#readsCompanyTypes = readsCompanyTypes
    this.#dimensions = (Object.keys(LISTS) as Dimension[]).filter(
      (dimension) =>
        scope.include?.[LISTS[dimension]] !== undefined || scope.exclude?.[LISTS[dimension]] !== undefined,
    )
  }

  /** What a record of this type must be known by before it is judged; empty: the scope says nothing of it. */
  dimensionsOf(type: EntityType): readonly Dimension[] {
    return TOLD_BY[type].filter((dimension) => this.#dimensions.includes(dimension))
  }

  refuseAlone(type: EntityType): GatewayError | null {
    const dimensions = this.dimensionsOf(type)
    if (dimensions.includes('companyType') && !this.#readsCompanyTypes) {
      return refusal(
        `types of companies can't be read on this connection, and the policy's record scope goes by them`,
      )
    }
    return this.#dimensions.length > 0 && dimensions.length === 0 && NEVER_ALONE.has(type)
      ? refusal(`a ${type} has no board, and the policy's record scope goes by boards alone`)
      : null
  }

  follow(reference: Reference): Following {
    const key = keyOf(reference) ?? ''
    switch (reference.type) {
      case 'Company':
      case 'Board': {
        if (this.dimensionsOf(reference.type).length === 0) return 'AS_IT_IS'
        // The type of a company cannot be told by its key; that of a ticket inside is inside.
        const facts: ScopeFacts =
          reference.type === 'Board'
            ? { board: key, notApplicable: ['company', 'companyType'] }
            : { company: key, notApplicable: ['companyType', 'board'] }
        return this.judge(facts) === 'OUTSIDE' ? 'NOWHERE' : 'AS_IT_IS'
      }
      case 'Ticket':
        return this.#inside.has(key) || this.dimensionsOf('Ticket').length === 0 ? 'AS_IT_IS' : 'LOAD'
      default: {
        const dimensions = this.dimensionsOf(reference.type)
        if (dimensions.length === 0) return 'AS_IT_IS'
        if (dimensions.includes('companyType') || !reference.has(['company'])) return 'LOAD'
        const company = (reference as unknown as VendorRecord<ContactValues>).get('company')
        return this.judge({ company: keyOf(company), notApplicable: ['board'] }) === 'OUTSIDE'
          ? 'NOWHERE'
          : 'AS_IT_IS'
      }
    }
  }

  judge(facts: ScopeFacts): 'INSIDE' | 'OUTSIDE' {
    return scopeVerdict(this.scope, facts) === 'OUTSIDE' ? 'OUTSIDE' : 'INSIDE'
  }

  rememberInside(ticket: string): void {
    this.#inside.add(ticket)
  }

  isInside(ticket: string): boolean {
    return this.#inside.has(ticket)
  }
}

function refusal(because: string): GatewayError {
  return new GatewayError('RECORD_OUT_OF_SCOPE', `Not allowed to read this: ${because}.`)
}

/** The vendor's key of a record, which is what a scope names. */
export function keyOf(record: { readonly id: string } | null): string | null {
  return record === null ? null : (parseId(record.id)?.key ?? null)
}
