import type { Endpoint, ParameterType } from '../../schema/passthrough.ts'
import { PARAMETER_TYPES, type Segment, segmentsOf } from './segments.ts'

type Path = Pick<Endpoint, 'template' | 'parameters'>

/** Whether some path fits both templates; says yes where only a closer look could tell. */
export function overlaps(one: Path, other: Path): boolean {
  const [first, second] = [segmentsOf(one.template), segmentsOf(other.template)]
  if (first === undefined || second === undefined || first.length !== second.length) return false
  return first.every((segment, index) =>
    meet(segment, one.parameters, second[index] as Segment, other.parameters),
  )
}

function meet(
  one: Segment,
  types: Endpoint['parameters'],
  other: Segment,
  otherTypes: Endpoint['parameters'],
): boolean {
  if ('literal' in one && 'literal' in other) return one.literal.toLowerCase() === other.literal.toLowerCase()
  if ('literal' in one) return 'name' in other && fits(otherTypes[other.name], one.literal)
  if ('literal' in other) return fits(types[one.name], other.literal)
  return true
}

function fits(type: ParameterType | undefined, text: string): boolean {
  return type === undefined || PARAMETER_TYPES[type].test(text)
}
