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
  /** Global ids by connection and type. */
  readonly ids: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly connections: readonly string[]
  /** As other callers were given them. */
  readonly cursors: string[]
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
const NAMES: Readonly<Record<string, readonly string[]>> = {
  status: ['New', 'In Progress', 'Closed', 'Assigned', 'New Qcw', 'In Progress Qcw', 'Closed Qcw'],
  type: ['Hardware', 'Software', 'Network'],
  text: TEXTS,
  fields: [
    'id',
    'sys_id',
    'summary',
    'title',
    'short_description',
    'description',
    'contact',
    'contactID',
    'caller_id',
    'user_name',
    'company',
    'client_name',
    'emailAddress',
    'email',
    'communicationItems',
    'text',
    'note',
  ],
}
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
  note: 'Note',
  ticketnote: 'Note',
  timeentry: 'TimeEntry',
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
  'availability',
  'ticketByNumber',
  'writeRequests',
  'viewer',
]
const WRITES = /Ticket|Contact|Time|Note/
/** What no caller may ask for, however it is written. */
const DISGUISED: readonly ((id: string) => string)[] = [
  (id) =>
    `{ _entities(representations: [{ __typename: "Contact", id: "${id}" }]) { ... on Contact { name } } }`,
  () => '{ _service { sdl } }',
  (id) => `{ __a: node(id: "${id}") { id } }`,
  (id) =>
    `{ node(id: "${id}") { ... on Ticket { contact { __typename ...f } } } } fragment f on Contact { name ...g } fragment g on Contact { ...f }`,
]

export interface Operation {
  readonly query: string
  readonly dryRun: boolean
  readonly isWrite: boolean
}

/** A valid operation of the schema: any selection, filter, order and argument. */
export function operation(choose: Choices, schema: GraphQLSchema, pool: Pool): Operation {
  if (choose.chance(2)) {
    const of = pool.ids[choose.of(pool.connections)] ?? {}
    return { query: choose.of(DISGUISED)(choose.of(Object.values(of).flat())), dryRun: false, isWrite: false }
  }
  const isWrite = choose.chance(35)
  const root = (isWrite ? schema.getMutationType() : schema.getQueryType()) as NonNullable<
    ReturnType<GraphQLSchema['getQueryType']>
  >
  const all = Object.values(root.getFields())
  const likely = all.filter(({ name }) => (isWrite ? WRITES.test(name) : PSA_READS.includes(name)))
  const dryRun = isWrite && choose.chance(20)
  const fragments: string[] = []
  let home = choose.of(pool.connections)
  const fields = choose
    .some(choose.chance(5) ? all : likely, isWrite || choose.chance(70) ? 1 : 2)
    .map((field, index) => {
      home = choose.of(pool.connections)
      const plan = dryRun && field.args.some(({ name }) => name === 'dryRun')
      return `f${index}: ${one(field, 0, plan ? ' @dryRun' : '')}`
    })
  return {
    query: `${isWrite ? 'mutation' : 'query'} { ${fields.join(' ')} } ${fragments.join(' ')}`,
    dryRun,
    isWrite,
  }

  function one(field: GraphQLField<unknown, unknown>, depth: number, directive = ''): string {
    const backward = choose.chance(40)
    const args = field.args
      .filter(({ name }) => {
        if (name === 'dryRun') return false
        // Both directions at once is refused before anything is asked.
        if (name === 'first' || name === 'after') return !backward
        if (name === 'last' || name === 'before') return backward
        return true
      })
      .filter(({ name }) => !/^(after|before)$/.test(name) || choose.chance(8))
      .filter(
        (argument) =>
          isRequiredArgument(argument) ||
          choose.chance(argument.name === 'connections' ? 80 : depth === 0 ? 45 : 25),
      )
      .map((argument) => `${argument.name}: ${value(argument.type, argument.name, field.name)}`)
    const conditional = choose.chance(3)
      ? ` @${choose.of(['skip', 'include'])}(if: ${choose.of(['true', 'false'])})`
      : ''
    const below = selection(getNamedType(field.type), depth + 1)
    return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${directive}${conditional}${below}`
  }

  function selection(type: GraphQLNamedType, depth: number): string {
    if (isLeafType(type)) return ''
    if (isAbstractType(type)) {
      const parts = choose
        .some(likelyTypes(schema.getPossibleTypes(type)), 3)
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
    const body = unlike(parts).join(' ')
    if (!choose.chance(12)) return ` { __typename ${body} }`
    const name = `on${fragments.length}`
    fragments.push(`fragment ${name} on ${type.name} { ${body} }`)
    return ` { __typename ...${name} }`
  }

  /** Of a node, what its id says most of the time. */
  function likelyTypes<T extends GraphQLNamedType>(possible: readonly T[]): readonly T[] {
    const known = possible.filter(
      ({ name }) => pool.ids[home]?.[name] !== undefined || /Written|Plan|Pending/.test(name),
    )
    return known.length > 0 && choose.chance(90) ? known : possible
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
      const usable = members.filter(({ name }) => !/^(request|idempotencyKey|customFields)$/.test(name))
      // What a filter asks for at once narrows to nothing soon.
      const optional = usable.filter((member) => !isRequiredInputField(member))
      const few = optional.length === 0 ? [] : choose.some(optional, /Filter/.test(type.name) ? 1 : 3)
      const wanted = new Set([...usable.filter(isRequiredInputField), ...few])
      const written = [...wanted].map((member) => `${member.name}: ${value(member.type, member.name, of)}`)
      return `{ ${written.join(', ')} }`
    }
    switch (type.name) {
      case 'ID':
        return JSON.stringify(id(name, of))
      case 'Int':
        return String(choose.chance(95) ? choose.of([1, 2, 3, 5]) : choose.of([0, -1, 100, 101]))
      case 'Float':
        return String(choose.chance(90) ? choose.of([0.25, 1, 2]) : choose.of([0, -1, 1e9]))
      case 'Boolean':
        return choose.of(['true', 'false'])
      case 'DateTime':
        return JSON.stringify(
          choose.of(['2026-01-01T00:00:00Z', '2026-11-01T12:00:00Z', '1999-12-31T23:59:59Z']),
        )
      case 'JSON':
        return '{ a: 1 }'
      default:
        if (/^connections?$/.test(name))
          return JSON.stringify(choose.chance(85) ? home : choose.of(pool.connections))
        if (/^(after|before)$/.test(name))
          return JSON.stringify(pool.cursors.length > 0 ? choose.of(pool.cursors) : 'x')
        return JSON.stringify(choose.of(choose.chance(85) ? (NAMES[name] ?? TEXTS) : TEXTS))
    }
  }

  function id(name: string, of: string): string {
    if (choose.chance(4))
      return choose.of([
        'acme-cw:Ticket:0',
        'none:Ticket:1',
        'acme-cw:Ticket:1.2',
        'x',
        '',
        'acme-halo:Note:55.3',
      ])
    const verb = /^(add|update|delete|reopen|resolve|work|log|merge|bundle)/
    const likelyType =
      TYPE_OF[name] ?? TYPE_OF[of.replace(verb, '').toLowerCase()] ?? capital(of.replace(verb, ''))
    const own = pool.ids[choose.chance(96) ? home : choose.of(pool.connections)] ?? {}
    const ofType = choose.chance(96) ? own[likelyType] : undefined
    return choose.of(ofType ?? Object.values(own).flat())
  }
}

const capital = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
