import type { z } from 'zod'
import { formatId } from '../../schema/ids.ts'
import { type EntityType, type NamedValue, toldRecord, VendorRecord } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { wholeSeconds } from '../reading/times.ts'
import type { Priorities, Status } from './reference.ts'

/** What was read besides the records, because the fields asked for need it. */
export interface Extras {
  readonly connection: string
  readonly wanted: ReadonlySet<string>
  readonly statuses?: readonly Status[]
  /** Ids of statuses that count as closed. */
  readonly closed?: ReadonlySet<number>
  readonly types?: ReadonlyMap<number, string>
  readonly priorities?: Priorities
  /** Team id by name: tickets carry the name (API.md 12.10). */
  readonly teams?: ReadonlyMap<string, number>
  /** Teams of agents. */
  readonly agentTeams?: ReadonlyMap<number, readonly NamedValue[]>
  /** Charge rate names. */
  readonly workTypes?: ReadonlyMap<number, string>
  /** Contact id -> mail address, where the ticket does not bring it. */
  readonly emails?: ReadonlyMap<number, string | null>
  /** Site id -> company id. */
  readonly sites?: ReadonlyMap<number, number>
  /** Company of the ticket that time was logged on. */
  readonly companies?: ReadonlyMap<number, { readonly id: number; readonly name: string | null }>
  /** Names of SLAs. */
  readonly slas?: ReadonlyMap<number, string>
  /** The agent that stands for nobody. */
  readonly nobody?: number
  readonly resolutions?: ReadonlySet<number>
  /** Opens a ticket in the PSA, but for its number. */
  readonly ticketUrl?: (id: number) => string
  /** The ticket that actions were read under. */
  readonly parent?: string
}

export interface Part {
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
}

/** One unified field. Halo has no field selection: what is wanted decides what else is read, and what is kept. */
export interface FieldSpec<Body> {
  /** Groups that the information belongs to, all of them, where they are not the record's own. */
  readonly groups?: readonly string[]
  readonly parts?: Readonly<Record<string, Part>>
  /** True when only the parts listed can be had: a reference to another record. */
  readonly closed?: boolean
  /** What it tells where the caller may read all of these groups, wanted as `field.name`: names of people. */
  readonly people?: Readonly<Record<string, readonly string[]>>
  value(body: Body, extras: Extras): unknown
}

export interface EntitySpec<Body> {
  readonly type: EntityType
  readonly group: string
  readonly shape: z.ZodType<Body>
  readonly fields: Readonly<Record<string, FieldSpec<Body>>>
  /** Fields that lists leave out: each record is read by itself for them (API.md 3). */
  readonly detailOnly?: ReadonlySet<string>
  keyOf(body: Body, extras: Extras): string
  extras?(
    session: VendorSession,
    bodies: readonly Body[],
    wanted: ReadonlySet<string>,
  ): Promise<Partial<Extras>>
}

/**
 * The fields that will be read of those asked for: what the caller may not read stands in no record.
 * `company` is the reference alone, `company.name` what the vendor embeds of it.
 */
export function wantedFields<Body>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  asked: Iterable<string>,
): ReadonlySet<string> {
  const wanted = new Set<string>()
  for (const name of asked) {
    if (name === 'id') continue
    const [field = '', part] = name.split('.')
    const known = spec.fields[field]
    if (known === undefined) throw new TypeError(`HaloPSA has no field ${spec.type}.${field}`)
    if (!(known.groups ?? [spec.group]).every((group) => session.mayRead(group, field))) continue
    wanted.add(field)
    for (const [person, groups] of Object.entries(known.people ?? {})) {
      if (groups.every((group) => session.mayRead(group, field))) wanted.add(`${field}.${person}`)
    }
    if (part === undefined || part === 'id') continue
    const detail = known.parts?.[part]
    if (detail === undefined) {
      if (known.closed === true) throw new TypeError(`HaloPSA does not embed ${spec.type}.${name}`)
      wanted.add(name)
    } else if (session.mayRead(detail.group ?? spec.group, detail.group === undefined ? field : part)) {
      wanted.add(name)
    }
  }
  return wanted
}

export function needsDetail<Body>(spec: EntitySpec<Body>, wanted: ReadonlySet<string>): boolean {
  return spec.detailOnly !== undefined && [...wanted].some((name) => spec.detailOnly?.has(name))
}

export function readAccess<Body>(spec: EntitySpec<Body>, wanted: ReadonlySet<string>): VendorAccess {
  return {
    group: spec.group,
    kind: 'READ',
    fields: [...wanted].filter((name) => !name.includes('.')).toSorted(),
  }
}

export async function extrasFor<Body>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  bodies: readonly Body[],
  wanted: ReadonlySet<string>,
  parent?: string,
): Promise<Extras> {
  const more = (await spec.extras?.(session, bodies, wanted)) ?? {}
  return { connection: session.connection.slug, wanted, ...more, ...(parent === undefined ? {} : { parent }) }
}

export function toRecord<Body>(spec: EntitySpec<Body>, body: Body, extras: Extras): VendorRecord {
  const values: Record<string, unknown> = {}
  for (const name of extras.wanted) {
    if (!name.includes('.')) values[name] = spec.fields[name]?.value(body, extras) ?? null
  }
  const id = formatId(extras.connection, spec.type, spec.keyOf(body, extras))
  return new VendorRecord(id, spec.type, extras.connection, values, extras.wanted)
}

export function plain<Body>(value: FieldSpec<Body>['value']): FieldSpec<Body> {
  return { value }
}

/** What the vendor embeds of a record that is referred to, and the group it belongs to. */
export interface Embedded<Body> {
  readonly group: string
  value(body: Body, extras: Extras): unknown
}

/** A reference to another record, with what the vendor embeds of it. */
export function reference<Body>(
  field: string,
  type: EntityType,
  key: (body: Body, extras: Extras) => number | string | null,
  embeds: Readonly<Record<string, Embedded<Body>>> = {},
): FieldSpec<Body> {
  return {
    parts: Object.fromEntries(Object.entries(embeds).map(([name, { group }]) => [name, { group }])),
    closed: true,
    value(body, extras) {
      const found = key(body, extras)
      if (found === null) return null
      const values: Record<string, unknown> = {}
      for (const [name, embed] of Object.entries(embeds)) {
        if (extras.wanted.has(`${field}.${name}`)) values[name] = embed.value(body, extras)
      }
      const { connection } = extras
      return toldRecord(connection, type, found, values)
    },
  }
}

/** Ids that name nobody: absent, 0, and the negative placeholders such as the general user -1 (API.md 5). */
export function someId(id: number | null): number | null {
  return id === null || id <= 0 ? null : id
}

/**
 * UTC, whether or not the zone is written; 1900 and the year 1 stand for an empty date (API.md 6). A fraction
 * is cut.
 */
export function time(value: string | null | undefined): string | null {
  const parsed = instant(value)
  return parsed === null ? null : wholeSeconds(parsed)
}

const FIRST_REAL_DATE = Date.UTC(1901, 0, 1)

export function instant(value: unknown): number | null {
  if (typeof value !== 'string') return null
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(value)
  const parsed = Date.parse(zoned || !value.includes('T') ? value : `${value}Z`)
  return Number.isNaN(parsed) || parsed < FIRST_REAL_DATE ? null : parsed
}

/** The row that each site has for tickets of nobody in particular (API.md, "Contact"); it is no contact. */
const GENERAL_USER = /^general user$/i

export function contactOf(ticket: {
  readonly user_id: number | null
  readonly user_name: string | null
}): number | null {
  return isGeneralUser(ticket.user_name) ? null : someId(ticket.user_id)
}

export function isGeneralUser(name: string | null): boolean {
  return GENERAL_USER.test(name?.trim() ?? '')
}
