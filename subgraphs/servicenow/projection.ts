import { formatId } from '../../schema/ids.ts'
import {
  type EntityType,
  type NamedValue,
  type TicketSla,
  toldRecord,
  VendorRecord,
} from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import type { TicketChoices } from './choices.ts'
import type { CustomField } from './custom-fields.ts'
import { type Row, valueAt } from './rows.ts'
import type { TicketTable } from './ticket-tables.ts'
import { isoTime } from './times.ts'

/** What was read besides the records, because the fields asked for need it. */
export interface Extras {
  readonly connection: string
  readonly wanted: ReadonlySet<string>
  readonly origin: string
  readonly ticketTables: readonly TicketTable[]
  readonly choices?: ReadonlyMap<string, TicketChoices>
  readonly customFields?: readonly CustomField[]
  /** States of what is no ticket: value -> label. */
  readonly states?: ReadonlyMap<string, string>
  /** By the sys_id of the ticket. */
  readonly slas?: ReadonlyMap<string, TicketSla>
  /** Groups of members, by their sys_id. */
  readonly teams?: ReadonlyMap<string, readonly NamedValue[]>
  readonly workTypes?: readonly { readonly value: string; readonly name: string }[]
}

export interface Part {
  readonly paths: readonly string[]
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
}

/** One unified field: the vendor's columns it is made of, and how. */
export interface FieldSpec {
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
  readonly paths: readonly string[]
  /** What `field.part` needs on top. */
  readonly parts?: Readonly<Record<string, Part>>
  /** True when only the parts listed can be had: a reference to another record. */
  readonly closed?: boolean
  value(row: Row, extras: Extras): unknown
}

export interface EntitySpec {
  readonly type: EntityType
  readonly group: string
  readonly table: string
  readonly fields: Readonly<Record<string, FieldSpec>>
  keyOf(row: Row): string
  /** Reads what the wanted fields need besides the records themselves. */
  extras?(session: VendorSession, wanted: ReadonlySet<string>): Promise<Partial<Extras>>
  /** Reads what stands in rows of their own below these very records. */
  below?(session: VendorSession, rows: readonly Row[], wanted: ReadonlySet<string>): Promise<Partial<Extras>>
}

/**
 * The fields that will be read of those asked for: what the caller may not read is not asked of the vendor.
 * `company` is the reference alone, `company.name` what is walked to behind it.
 */
export function wantedFields(
  session: VendorSession,
  spec: EntitySpec,
  asked: Iterable<string>,
): ReadonlySet<string> {
  const wanted = new Set<string>()
  for (const name of asked) {
    if (name === 'id') continue
    const [field = '', part] = name.split('.')
    const known = Object.hasOwn(spec.fields, field) ? spec.fields[field] : undefined
    if (known === undefined) throw new TypeError(`ServiceNow has no field ${spec.type}.${field}`)
    if (!session.mayRead(known.group ?? spec.group, field)) continue
    wanted.add(field)
    if (part === undefined || part === 'id') continue
    const detail = known.parts?.[part]
    if (detail === undefined) {
      if (known.closed === true) throw new TypeError(`ServiceNow does not embed ${spec.type}.${name}`)
      wanted.add(name)
    } else if (session.mayRead(detail.group ?? spec.group, detail.group === undefined ? field : part)) {
      wanted.add(name)
    }
  }
  return wanted
}

/** The value of `sysparm_fields`: exactly what is wanted, and what the caller of this needs besides. */
export function vendorFields(
  spec: EntitySpec,
  wanted: ReadonlySet<string>,
  extras: Partial<Extras> = {},
  more: readonly string[] = [],
): readonly string[] {
  const paths = new Set(['sys_id', ...more])
  for (const name of wanted) {
    const [field = '', part] = name.split('.')
    const known = spec.fields[field]
    for (const path of known?.paths ?? []) paths.add(path)
    for (const path of (part === undefined ? undefined : known?.parts?.[part])?.paths ?? []) paths.add(path)
  }
  if (wanted.has('customFields')) for (const { key } of extras.customFields ?? []) paths.add(key)
  return [...paths]
}

export function readAccess(spec: EntitySpec, wanted: ReadonlySet<string>): VendorAccess {
  return {
    group: spec.group,
    kind: 'READ',
    fields: [...wanted].filter((name) => !name.includes('.')).toSorted(),
  }
}

export function toRecord(spec: EntitySpec, row: Row, extras: Extras): VendorRecord {
  const values: Record<string, unknown> = {}
  for (const name of extras.wanted) {
    if (!name.includes('.')) values[name] = spec.fields[name]?.value(row, extras) ?? null
  }
  const id = formatId(extras.connection, spec.type, spec.keyOf(row))
  return new VendorRecord(id, spec.type, extras.connection, values, extras.wanted)
}

export function plain(paths: readonly string[], value: FieldSpec['value']): FieldSpec {
  return { paths, value }
}

export function textField(path: string): FieldSpec {
  return plain([path], (row) => valueAt(row, path))
}

export function timeField(path: string): FieldSpec {
  return plain([path], (row) => isoTime(valueAt(row, path)))
}

/** Name of a part -> the group it belongs to and the column behind the reference. */
export interface Embedded {
  readonly group: string
  readonly column: string
  /** The column refers to a record of this type. */
  readonly refersTo?: EntityType
}

export const COMPANY_PARTS = { name: { group: 'Companies', column: 'name' } } as const
export const AGREEMENT_PARTS = { name: { group: 'Agreements', column: 'short_description' } } as const
export const SITE_PARTS = { name: { group: 'Sites', column: 'name' } } as const
export const MEMBER_PARTS = {
  name: { group: 'Members', column: 'name' },
  identifier: { group: 'Members', column: 'user_name' },
} as const
export const CONTACT_PARTS = {
  name: { group: 'Contacts', column: 'name' },
  email: { group: 'Contacts', column: 'email' },
  company: { group: 'Contacts', column: 'company', refersTo: 'Company' },
} as const satisfies Readonly<Record<string, Embedded>>

/** A reference to another record, with what is walked to behind it. */
export function reference(
  field: string,
  column: string,
  type: EntityType,
  embeds: Readonly<Record<string, Embedded>> = {},
  keyOf: (sysId: string, row: Row, extras: Extras) => string | null = (sysId) => sysId,
  more: readonly string[] = [],
): FieldSpec {
  const parts: Record<string, Part> = {}
  for (const [name, { group, column: behind }] of Object.entries(embeds)) {
    parts[name] = { group, paths: [`${column}.${behind}`] }
  }
  return {
    paths: [column, ...more],
    parts,
    closed: true,
    value(row, extras) {
      const found = valueAt(row, column)
      const key = found === null ? null : keyOf(found, row, extras)
      if (key === null) return null
      const values: Record<string, unknown> = {}
      for (const [name, { column: behind, refersTo }] of Object.entries(embeds)) {
        if (!extras.wanted.has(`${field}.${name}`)) continue
        const value = valueAt(row, `${column}.${behind}`)
        values[name] = refersTo === undefined || value === null ? value : bare(extras, refersTo, value)
      }
      return toldRecord(extras.connection, type, key, values)
    },
  }
}

function bare({ connection }: Extras, type: EntityType, key: string): VendorRecord {
  return toldRecord(connection, type, key)
}

export function baseExtras(session: VendorSession, tables: readonly TicketTable[]) {
  return {
    connection: session.connection.slug,
    origin: new URL(session.connection.baseUrl ?? 'https://localhost').origin,
    ticketTables: tables,
  }
}
