import { badInput } from '../errors.ts'

/** An explicit null clears these. */
const CLEARABLE: ReadonlySet<string> = new Set(['type', 'assignee', 'contact', 'dueAt', 'value'])

/** What every ticket has: null can't be meant. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['title', 'status', 'priority', 'board', 'company'])

/**
 * What the nulls of a coerced input mean: cleared where a field can be empty, refused where it can't, and else the
 * same as left out. The policy has judged the input as it came, where a null is a field.
 * @throws GatewayError BAD_USER_INPUT
 */
export function withoutNulls<T>(input: T, path = 'input'): T {
  if (Array.isArray(input)) return input.map((item, index) => withoutNulls(item, `${path}.${index}`)) as T
  if (typeof input !== 'object' || input === null) return input
  const members = Object.entries(input).flatMap(([name, value]: [string, unknown]) => {
    if (value !== null) return [[name, withoutNulls(value, `${path}.${name}`)]]
    if (CLEARABLE.has(name)) return [[name, null]]
    if (NEVER_EMPTY.has(name))
      throw badInput(`${path}.${name}`, 'a value, or nothing at all: it can not be cleared', null)
    return []
  })
  return Object.fromEntries(members) as T
}
