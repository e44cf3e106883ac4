import type { z } from 'zod'
import { formatId } from '../../schema/ids.ts'
import {
  type EntityType,
  type NamedValue,
  type SlaClock,
  toldRecord,
  VendorRecord,
} from '../../schema/records.ts'
import type { VendorAccess, VendorSession } from '../../schema/source.ts'
import { wholeSeconds } from '../reading/times.ts'
import type { Priorities, Status } from './reference.ts'

/** What was read besides the records, because the fields asked for need it. */
export interface Extras {
  readonly connection: string
  readonly wanted: ReadonlySet<string>
  readonly statuses?: ReadonlyMap<string, readonly Status[]>
  readonly types?: ReadonlyMap<string, readonly { readonly id: number; readonly name: string }[]>
  readonly priorities?: Priorities
  /** Opens a ticket in the PSA, but for its number. */
  readonly ticketUrl?: (id: number) => string
  /** Of members. */
  readonly teams?: ReadonlyMap<number, readonly NamedValue[]>
  /** Of projects. */
  readonly phases?: ReadonlyMap<number, readonly NamedValue[]>
  /** Hours that are left of agreements. */
  readonly remaining?: ReadonlyMap<number, string | null>
  /** Of tickets, by their number. */
  readonly clocks?: ReadonlyMap<number, readonly SlaClock[]>
  /** The ticket that notes were read under. */
  readonly parent?: string
}

export interface Part {
  readonly paths: readonly string[]
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
}

/** One unified field: the vendor's field paths it is made of, and how. */
export interface FieldSpec<Body> {
  /** The group that the information belongs to, where it is not the record's own. */
  readonly group?: string
  readonly paths: readonly string[]
  /** What `field.part` needs on top. */
  readonly parts?: Readonly<Record<string, Part>>
  /** True where no `fields` can name it: then none are named. */
  readonly whole?: boolean
  /** True when only the parts listed can be had: a reference to another record. */
  readonly closed?: boolean
  /** What it takes besides where the caller may read all these groups, wanted as `field.name`: names of people. */
  readonly people?: Readonly<
    Record<string, { readonly groups: readonly string[]; readonly paths: readonly string[] }>
  >
  value(body: Body, extras: Extras): unknown
}

export interface EntitySpec<Body> {
  readonly type: EntityType
  readonly group: string
  readonly shape: z.ZodType<Body>
  readonly fields: Readonly<Record<string, FieldSpec<Body>>>
  keyOf(body: Body, extras: Extras): string
  /** Reads what the wanted fields need besides the records themselves. */
  extras?(
    session: VendorSession,
    bodies: readonly Body[],
    wanted: ReadonlySet<string>,
  ): Promise<Partial<Extras>>
}

/**
 * The fields that will be read of those asked for: what the caller may not read is not asked of the vendor.
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
    if (known === undefined) throw new TypeError(`ConnectWise has no field ${spec.type}.${field}`)
    if (!session.mayRead(known.group ?? spec.group, field)) continue
    wanted.add(field)
    for (const [person, { groups }] of Object.entries(known.people ?? {})) {
      if (groups.every((group) => session.mayRead(group, field))) wanted.add(`${field}.${person}`)
    }
    if (part === undefined || part === 'id') continue
    const detail = known.parts?.[part]
    if (detail === undefined) {
      if (known.closed === true) throw new TypeError(`ConnectWise does not embed ${spec.type}.${name}`)
      wanted.add(name)
    } else if (session.mayRead(detail.group ?? spec.group, detail.group === undefined ? field : part)) {
      wanted.add(name)
    }
  }
  return wanted
}

/** `fields=`, where each of them can be named. */
export function fieldsQuery<Body>(
  spec: EntitySpec<Body>,
  wanted: ReadonlySet<string>,
  extra: readonly string[] = [],
): readonly (readonly [string, string])[] {
  if ([...wanted].some((name) => spec.fields[name]?.whole === true)) return []
  return [['fields', vendorFields(spec, wanted, extra)]]
}

/** The value of `fields=`: exactly what is wanted, and what the caller of this needs besides (order keys). */
export function vendorFields<Body>(
  spec: EntitySpec<Body>,
  wanted: ReadonlySet<string>,
  extra: readonly string[] = [],
): string {
  const paths = new Set(['id', ...extra])
  for (const name of wanted) {
    const [field = '', part] = name.split('.')
    const known = spec.fields[field]
    for (const path of known?.paths ?? []) paths.add(path)
    if (part === undefined) continue
    for (const path of (known?.parts?.[part] ?? known?.people?.[part])?.paths ?? []) paths.add(path)
  }
  return [...paths].join(',')
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

export function plain<Body>(paths: readonly string[], value: FieldSpec<Body>['value']): FieldSpec<Body> {
  return { paths, value }
}

/** Name of a part -> the group it belongs to, the vendor's member, and its value. */
export interface Embedded<Ref> {
  readonly group: string
  readonly member?: string
  value(reference: Ref): unknown
}

/** A reference to another record, with what the vendor embeds of it. */
export function reference<Body, Ref extends { readonly id: number }>(
  field: string,
  member: string,
  type: EntityType,
  read: (body: Body) => Ref | null,
  embeds: Readonly<Record<string, Embedded<Ref>>> = {},
): FieldSpec<Body> {
  const parts: Record<string, Part> = {}
  for (const [name, { group, member: inner }] of Object.entries(embeds)) {
    parts[name] = { group, paths: inner === undefined ? [] : [`${member}/${inner}`] }
  }
  return {
    paths: [`${member}/id`],
    parts,
    closed: true,
    value(body, { connection, wanted }) {
      const found = read(body)
      if (found === null) return null
      const values: Record<string, unknown> = {}
      for (const [name, embed] of Object.entries(embeds)) {
        if (wanted.has(`${field}.${name}`)) values[name] = embed.value(found)
      }
      return toldRecord(connection, type, found.id, values)
    },
  }
}

/** A setup value as ConnectWise embeds it. */
export function namedValue(
  found: { readonly id: number; readonly name?: string | undefined } | null,
): unknown {
  return found === null ? null : { key: String(found.id), name: found.name ?? '' }
}

/** The vendor's times are UTC with `Z`; a fraction, which newer releases may add, is cut. */
export function time(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null
  const parsed = Date.parse(value)
  return Number.isNaN(parsed) ? null : wholeSeconds(parsed)
}
