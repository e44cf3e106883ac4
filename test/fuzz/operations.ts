import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'
import type { Choices } from './choices.ts'

/** Values that arguments are filled with. */
export interface Pool {
  /** Global ids by type. */
  readonly ids: Readonly<Record<string, readonly string[]>>
  readonly connections: readonly string[]
}

const TEXTS = [
  'New',
  'In Progress',
  'Closed',
  'printer',
  'a@b.example',
  '1',
  '2',
  '',
  'O\'Brien" or 1=1',
  'Ünï🙂',
  '%',
  'x^ORactive=true',
]
const TYPE_OF: Readonly<Record<string, string>> = {
  company: 'Company',
  board: 'Board',
  assignee: 'Member',
  member: 'Member',
  contact: 'Contact',
  ticket: 'Ticket',
  tickets: 'Ticket',
  into: 'Ticket',
  parent: 'Ticket',
}
const PSA_READS = [
  'ticket',
  'tickets',
  'node',
  'nodes',
  'contact',
  'contacts',
  'company',
  'companies',
  'member',
  'members',
  'board',
  'boards',
  'timeEntries',
  'ticketByNumber',
  'writeRequests',
  'viewer',
]
const WRITES = /Ticket|Contact|Time|Note/

/** A valid operation of the schema: any selection, filter, order and argument. */
export function operation(
  choose: Choices,
  schema: GraphQLSchema,
  pool: Pool,
): { readonly query: string; readonly dryRun: boolean } {
  const isWrite = choose.chance(25)
  const root = (isWrite ? schema.getMutationType() : schema.getQueryType()) as NonNullable<
    ReturnType<GraphQLSchema['getQueryType']>
  >
  const all = Object.values(root.getFields())
  const likely = all.filter(({ name }) => (isWrite ? WRITES.test(name) : PSA_READS.includes(name)))
  const dryRun = choose.chance(30)
  const fields = choose.some(choose.chance(8) ? all : likely, 2).map((field, index) => {
    const plan = isWrite && dryRun && field.args.some(({ name }) => name === 'dryRun')
    return `f${index}: ${one(field, 0, plan ? ' @dryRun' : '')}`
  })
  return { query: `${isWrite ? 'mutation' : 'query'} { ${fields.join(' ')} }`, dryRun: isWrite && dryRun }

  function one(field: GraphQLField<unknown, unknown>, depth: number, directive = ''): string {
    const args = field.args
      .filter((argument) => argument.name !== 'dryRun' && (isRequiredArgument(argument) || choose.chance(40)))
      .map((argument) => `${argument.name}: ${value(argument.type, argument.name, field.name)}`)
    const conditional = choose.chance(4)
      ? ` @${choose.of(['skip', 'include'])}(if: ${choose.of(['true', 'false'])})`
      : ''
    const below = selection(getNamedType(field.type), depth + 1)
    return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${directive}${conditional}${below}`
  }

  function selection(type: GraphQLNamedType, depth: number): string {
    if (isLeafType(type)) return ''
    if (isAbstractType(type)) {
      const parts = choose
        .some(schema.getPossibleTypes(type), 2)
        .map((possible) => `... on ${possible.name} ${selection(possible, depth)}`)
      return ` { __typename ${depth < 7 ? parts.join(' ') : ''} }`
    }
    if (!isObjectType(type)) return ''
    const fields = Object.values(type.getFields())
    const usable = depth < 7 ? fields : fields.filter((field) => isLeafType(getNamedType(field.type)))
    const wrapped = fields.find(({ name }) => name === 'nodes' || name === 'edges')
    const chosen = wrapped !== undefined && choose.chance(90) ? [wrapped] : choose.some(usable, 5)
    const parts = chosen.map(
      (field, index) => (choose.chance(15) ? `a${index}_${field.name}: ` : '') + one(field, depth),
    )
    return ` { __typename ${unlike(parts).join(' ')} }`
  }

  /** Two of one name with other arguments do not merge, which validation refuses: not what this is for. */
  function unlike(parts: readonly string[]): readonly string[] {
    const seen = new Map(parts.map((part) => [/^\w+/.exec(part)?.[0] ?? '', part]))
    return [...seen.values()]
  }

  function value(type: GraphQLInputType, name: string, of: string): string {
    if (isNonNullType(type)) return value(type.ofType, name, of)
    if (isListType(type)) {
      const few = Array.from({ length: 1 + choose.below(3) }, () => value(type.ofType, name, of))
      return `[${few.join(', ')}]`
    }
    if (isEnumType(type)) return choose.of(type.getValues()).name
    if (isInputObjectType(type)) {
      const members = Object.values(type.getFields())
        .filter(
          (member) =>
            (isRequiredInputField(member) || choose.chance(35)) &&
            !/^(request|idempotencyKey)$/.test(member.name),
        )
        .map((member) => `${member.name}: ${value(member.type, member.name, of)}`)
      return `{ ${members.join(', ')} }`
    }
    switch (type.name) {
      case 'ID':
        return JSON.stringify(id(name, of))
      case 'Int':
        return String(choose.of([1, 2, 3, 5, 25, 0, -1, 100]))
      case 'Float':
        return String(choose.of([0.25, 1, 2, 0, -1, 1e9]))
      case 'Boolean':
        return choose.of(['true', 'false'])
      case 'DateTime':
        return JSON.stringify(
          choose.of(['2026-01-01T00:00:00Z', '2026-11-01T12:00:00Z', '1999-12-31T23:59:59Z']),
        )
      case 'JSON':
        return '{ a: 1 }'
      default:
        return JSON.stringify(/^connections?$/.test(name) ? choose.of(pool.connections) : choose.of(TEXTS))
    }
  }

  function id(name: string, of: string): string {
    if (choose.chance(6))
      return choose.of([
        'acme-cw:Ticket:0',
        'none:Ticket:1',
        'acme-cw:Ticket:1.2',
        'x',
        '',
        'acme-halo:Note:55.3',
      ])
    const likelyType =
      TYPE_OF[name] ??
      TYPE_OF[of.replace(/^(update|delete|reopen|resolve|work)/, '').toLowerCase()] ??
      capital(of)
    const ofType = choose.chance(88) ? pool.ids[likelyType] : undefined
    return choose.of(ofType ?? Object.values(pool.ids).flat())
  }
}

const capital = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
