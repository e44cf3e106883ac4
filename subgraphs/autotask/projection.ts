import type { z } from 'zod'
import { formatId } from '../../schema/ids.ts'
import { type EntityType, type NamedValue, toldRecord, VendorRecord } from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { wholeSeconds } from '../reading/times.ts'
import type { Choice, Priority, SetupValue, Status } from './reference.ts'
import { userDefinedFields } from './reference.ts'
import type { FieldInfo } from './schema.ts'

/** What was read besides the records, because the fields asked for need it. */
export interface Extras {
  readonly connection: string
  readonly wanted: ReadonlySet<string>
  readonly statuses?: readonly Status[]
  readonly priorities?: readonly Priority[]
  readonly queues?: readonly Choice[]
  readonly types?: readonly Choice[]
  readonly slas?: readonly Choice[]
  /** Statuses of what is no ticket. */
  readonly standings?: readonly Choice[]
  /** Of projects. */
  readonly phases?: ReadonlyMap<number, readonly NamedValue[]>
  readonly personTypes?: readonly Choice[]
  readonly companyTypes?: readonly Choice[]
  readonly definitions?: readonly FieldInfo[]
  readonly workTypes?: readonly SetupValue[]
  readonly workRoles?: readonly SetupValue[]
  /** Queues of members. */
  readonly teams?: ReadonlyMap<number, readonly NamedValue[]>
  readonly memberNames?: ReadonlyMap<string, string>
  readonly contactNames?: ReadonlyMap<string, string>
  /** Ticket id or project id -> company id. */
  readonly companies?: ReadonlyMap<number, number>
  /** Hours bought ahead, by agreement. */
  readonly blocks?: ReadonlyMap<number, { readonly included: string; readonly remaining: string }>
  /** Texts of articles, by article. */
  readonly articleTexts?: ReadonlyMap<number, string | null>
  /** Opens a ticket in the PSA. */
  readonly ticketUrl?: (id: number) => string
}

export interface Part {
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
}

/** Stands among the columns for every custom field, which are asked for by name (API.md 4). */
export const CUSTOM_FIELDS = '*custom'

/** One unified field: the vendor's columns that it is made of, and how. */
export interface FieldSpec<Body> {
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
  readonly columns: readonly string[]
  /** What `field.part` is; parts cost no further column here, since they come from reference data. */
  readonly parts?: Readonly<Record<string, Part>>
  /** True when only the parts listed can be had: a reference to another record. */
  readonly closed?: boolean
  value(body: Body, extras: Extras): unknown
}

export interface EntitySpec<Body> {
  readonly type: EntityType
  /** The vendor's entity, as it stands in paths. */
  readonly entity: string
  readonly group: string
  readonly shape: z.ZodType<Body>
  readonly fields: Readonly<Record<string, FieldSpec<Body>>>
  keyOf(body: Body): string
  /** Columns that the key needs beside `id`. */
  readonly keyColumns?: readonly string[]
  /** Reads what the wanted fields need besides the records themselves. */
  extras?(
    session: VendorSession,
    bodies: readonly Body[],
    wanted: ReadonlySet<string>,
  ): Promise<Partial<Extras>>
}

/**
 * The fields that will be read of those asked for: what the caller may not read is not asked of the vendor.
 * `board` is the reference alone, `board.name` what comes with it.
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
    if (known === undefined) throw new TypeError(`Autotask has no field ${spec.type}.${field}`)
    if (!session.mayRead(known.group ?? spec.group, field)) continue
    wanted.add(field)
    if (part === undefined || part === 'id') continue
    const detail = known.parts?.[part]
    if (detail === undefined) {
      if (known.closed === true) throw new TypeError(`Autotask does not embed ${spec.type}.${name}`)
      wanted.add(name)
    } else if (session.mayRead(detail.group ?? spec.group, detail.group === undefined ? field : part)) {
      wanted.add(name)
    }
  }
  return wanted
}

/** The value of `includeFields`: exactly what is wanted, and what the caller of this needs besides. */
export async function columnsOf<Body>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  wanted: ReadonlySet<string>,
  extra: readonly string[] = [],
): Promise<readonly string[]> {
  const columns = new Set(['id', ...(spec.keyColumns ?? []), ...extra])
  for (const name of wanted) {
    const [field = ''] = name.split('.')
    for (const column of spec.fields[field]?.columns ?? []) columns.add(column)
  }
  if (!columns.delete(CUSTOM_FIELDS)) return [...columns]
  return [...columns, ...(await userDefinedFields(session)).map(({ name }) => name)]
}

export function readAccess<Body>(spec: EntitySpec<Body>, wanted: ReadonlySet<string>): VendorAccess {
  return {
    group: spec.group,
    kind: 'READ',
    fields: [...wanted].filter((name) => !name.includes('.')).toSorted(),
  }
}

export async function toRecords<Body>(
  session: VendorSession,
  spec: EntitySpec<Body>,
  bodies: readonly Body[],
  wanted: ReadonlySet<string>,
): Promise<readonly VendorRecord[]> {
  const more = bodies.length === 0 ? {} : await spec.extras?.(session, bodies, wanted)
  const extras: Extras = { connection: session.connection.slug, wanted, ...more }
  return bodies.map((body) => toRecord(spec, body, extras))
}

export function toRecord<Body>(spec: EntitySpec<Body>, body: Body, extras: Extras): VendorRecord {
  const values: Record<string, unknown> = {}
  for (const name of extras.wanted) {
    if (!name.includes('.')) values[name] = spec.fields[name]?.value(body, extras) ?? null
  }
  const id = formatId(extras.connection, spec.type, spec.keyOf(body))
  return new VendorRecord(id, spec.type, extras.connection, values, extras.wanted)
}

export function plain<Body>(columns: readonly string[], value: FieldSpec<Body>['value']): FieldSpec<Body> {
  return { columns, value }
}

/** A reference to another record: its id is all that Autotask tells. */
export function reference<Body>(
  columns: string | readonly string[],
  type: EntityType,
  read: (body: Body, extras: Extras) => number | null,
): FieldSpec<Body> {
  return {
    columns: typeof columns === 'string' ? [columns] : columns,
    closed: true,
    value(body, extras) {
      const found = read(body, extras)
      return found === null ? null : toldRecord(extras.connection, type, found)
    },
  }
}

/** A value of a picklist or a setup list, by its id; one that is no longer listed keeps its number. */
export function named(
  id: number | null,
  choices: readonly { readonly id: number; readonly name: string }[] | undefined,
): { readonly key: string; readonly name: string } | null {
  if (id === null) return null
  return { key: String(id), name: choices?.find((one) => one.id === id)?.name ?? `#${id}` }
}

/** Milliseconds of one of the vendor's times, which are UTC without saying so (API.md 7). */
export function millis(value: unknown): number | null {
  if (typeof value !== 'string' || value === '') return null
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(value) || !value.includes('T') ? value : `${value}Z`)
  return Number.isNaN(time) ? null : time
}

/** ISO 8601 in UTC by whole seconds. */
export function time(value: string | null | undefined): string | null {
  const parsed = millis(value)
  return parsed === null ? null : wholeSeconds(parsed)
}

export function fullName(first: string | null, last: string | null): string {
  return [first, last].filter((part) => part !== null && part !== '').join(' ')
}
