import type { ParameterType } from '../../schema/passthrough.ts'

/**
 * What each type of a place in a path lets through, in the order in which a path is tried: the narrower first.
 * No type holds a dot, a slash, a percent sign or anything else that a server could read as more than a name.
 */
export const PARAMETER_TYPES: Readonly<Record<ParameterType, RegExp>> = {
  INTEGER: /^(0|[1-9][0-9]{0,17})$/,
  HEX32: /^[0-9a-f]{32}$/i,
  GUID: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  TABLE: /^[a-z][a-z0-9_]{0,79}$/i,
  NAME: /^[A-Za-z0-9_-]{1,128}$/,
}

/** The order of trying. */
export const TYPES = Object.keys(PARAMETER_TYPES) as readonly ParameterType[]

const PLACE = /^\{(\w+)\}$/
const LITERAL = /^[A-Za-z0-9_.-]+$/

export type Segment = { readonly literal: string } | { readonly name: string }

/** Undefined for what is no template: it begins with a slash, each part is plain text or `{name}`. */
export function segmentsOf(template: string): readonly Segment[] | undefined {
  if (!template.startsWith('/') || template.length > 500) return undefined
  const segments: Segment[] = []
  for (const part of template.slice(1).split('/')) {
    const name = PLACE.exec(part)?.[1]
    if (name !== undefined) segments.push({ name })
    else if (LITERAL.test(part) && !/^\.+$/.test(part)) segments.push({ literal: part })
    else return undefined
  }
  const names = segments.flatMap((segment) => ('name' in segment ? [segment.name] : []))
  return new Set(names).size === names.length ? segments : undefined
}
