import { badInput } from './errors.ts'

/**
 * Ids are global and readable: `<connection>:<Type>:<vendor part>`, such as `acme-cw:Ticket:1234`. Only the
 * first two colons separate, so a vendor part may hold colons of its own.
 */
export interface GlobalId {
  readonly connection: string
  readonly type: string
  /** What the vendor calls the record; composite where its ids count per parent (`1234.55`). */
  readonly key: string
}

export const CONNECTION_SLUG = /^[a-z][a-z0-9-]{1,39}$/
const TYPE_NAME = /^[A-Z][A-Za-z]{1,39}$/

export function formatId(connection: string, type: string, key: string | number): string {
  return `${connection}:${type}:${key}`
}

/** The id's parts, or undefined when the text is no such id. */
export function parseId(id: string): GlobalId | undefined {
  const first = id.indexOf(':')
  const second = id.indexOf(':', first + 1)
  if (first < 0 || second < 0) return undefined
  const connection = id.slice(0, first)
  const type = id.slice(first + 1, second)
  const key = id.slice(second + 1)
  if (!CONNECTION_SLUG.test(connection) || !TYPE_NAME.test(type) || key === '' || key.length > 200)
    return undefined
  return { connection, type, key }
}

/**
 * @param argument names the input in the message
 * @throws GatewayError BAD_USER_INPUT for text that is no id, or an id of another type
 */
export function expectId(id: string, type: string, argument = 'id'): GlobalId {
  const parsed = parseId(id)
  if (parsed === undefined || parsed.type !== type) {
    throw badInput(argument, `the id of a ${type}, like "acme-cw:${type}:1234"`, id)
  }
  return parsed
}
