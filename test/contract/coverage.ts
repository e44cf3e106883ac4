/**
 * Prints docs/coverage.md: entity x operation x vendor, from the schema, the vendors' declared capabilities and what
 * the contract tests hold each vendor to. What has neither a yes nor a reason does not print.
 */
import { writeFileSync } from 'node:fs'
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
} from 'graphql'
import type { WriteName } from '../../schema/plan.ts'
import { psaSubgraph } from '../../schema/psa.ts'
import { ENTITY_TYPES, type EntityType } from '../../schema/records.ts'
import { type ListName, type SetupList, VENDORS, type Vendor } from '../../schema/source.ts'
import { writes } from '../../schema/writes/index.ts'
import { sources } from '../../subgraphs/index.ts'
import { type Missing, NOT_SUPPORTED } from './not-supported.ts'

/** Members of what the contract tests hold a vendor to that are fields with their reasons. */
type FieldReasons = {
  [K in keyof Missing]-?: Missing[K] extends Readonly<Record<string, string>> ? K : never
}[keyof Missing]

interface Covered {
  /** Fields that a vendor has no value for. */
  readonly fields: FieldReasons | null
  /** Its writes; or why the gateway has none, for every vendor. */
  readonly create: WriteName | string
  readonly update: WriteName | string
  readonly delete: WriteName | string
  readonly other?: readonly WriteName[]
}

const SCHEMA = psaSubgraph()
const IN_THE_PSA = 'Read only here: it is written in the PSA itself.'
const AT_THE_PSA = 'Read only here: it is set up in the PSA itself.'

const ENTITIES: Readonly<Record<EntityType, Covered>> = {
  Ticket: {
    fields: 'ticketFields',
    create: 'createTicket',
    update: 'updateTicket',
    delete: 'deleteTicket',
    other: [
      'createTicketFromTemplate',
      'workTicket',
      'resolveTicket',
      'reopenTicket',
      'mergeTickets',
      'bundleTickets',
      'attachConfigurationItem',
      'detachConfigurationItem',
    ],
  },
  Note: {
    fields: 'noteKindsNotRead',
    create: 'addTicketNote',
    update: 'Read only here: what was said stays, and another note corrects it.',
    delete: 'deleteTicketNote',
  },
  TimeEntry: {
    fields: 'timeEntryFields',
    create: 'logTime',
    update: 'updateTimeEntry',
    delete: 'deleteTimeEntry',
  },
  Contact: { fields: null, create: 'createContact', update: 'updateContact', delete: 'deleteContact' },
  Company: {
    fields: 'companyFields',
    create: 'createCompany',
    update: 'updateCompany',
    delete: 'Not offered: everything that a client has hangs on it. Set it inactive instead.',
  },
  Site: { fields: 'siteFields', create: 'createSite', update: 'updateSite', delete: 'deleteSite' },
  ConfigurationItem: {
    fields: 'itemFields',
    create: 'createConfigurationItem',
    update: 'updateConfigurationItem',
    delete: 'deleteConfigurationItem',
  },
  Agreement: { fields: 'agreementFields', create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
  Sla: { fields: 'slaFields', create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
  Project: { fields: 'projectFields', create: IN_THE_PSA, update: IN_THE_PSA, delete: IN_THE_PSA },
  ProjectTask: { fields: 'projectTaskFields', create: IN_THE_PSA, update: IN_THE_PSA, delete: IN_THE_PSA },
  Opportunity: { fields: 'opportunityFields', create: IN_THE_PSA, update: IN_THE_PSA, delete: IN_THE_PSA },
  TicketTemplate: { fields: 'templateFields', create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
  Product: { fields: 'productFields', create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
  Article: { fields: 'articleFields', create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
  TicketLineItem: {
    fields: 'lineItemFields',
    create: 'addTicketLineItem',
    update: 'updateTicketLineItem',
    delete: 'deleteTicketLineItem',
  },
  TicketTask: {
    fields: 'taskFields',
    create: 'addTicketTask',
    update: 'updateTicketTask',
    delete: 'deleteTicketTask',
  },
  Attachment: {
    fields: 'attachmentFields',
    create: 'uploadAttachment',
    update: 'No PSA changes a file: it is deleted and put there anew.',
    delete: 'deleteTicketAttachment',
  },
  ScheduleEntry: {
    fields: null,
    create: 'createScheduleEntry',
    update: 'updateScheduleEntry',
    delete: 'deleteScheduleEntry',
  },
  Member: { fields: null, create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
  Board: { fields: null, create: AT_THE_PSA, update: AT_THE_PSA, delete: AT_THE_PSA },
}

/** Fields that some writes of a vendor do not take, or do not clear. */
const NOT_WRITTEN: Partial<Readonly<Record<WriteName, readonly FieldReasons[]>>> = {
  createCompany: ['companyRefuses'],
  updateCompany: ['companyRefuses'],
  createConfigurationItem: ['itemRefuses'],
  updateConfigurationItem: ['itemRefuses', 'itemKeeps'],
}

const SETUP: Readonly<Record<string, SetupList>> = {
  priorities: 'PRIORITIES',
  workTypes: 'WORK_TYPES',
  workRoles: 'WORK_ROLES',
}

/** Reads across records, by means that every vendor has: each is asked of all vendors by the contract tests. */
const EVERYWHERE: ReadonlySet<string> = new Set([
  'node',
  'nodes',
  'search',
  'similarTickets',
  'ticketByNumber',
])

const NAMES: Readonly<Record<Vendor, string>> = {
  connectwise: 'ConnectWise',
  autotask: 'Autotask',
  halo: 'HaloPSA',
  servicenow: 'ServiceNow',
}

/** Supported, supported but for something, or the reason why not: that of one vendor, or of the gateway. */
type Cell = true | { readonly but: string } | { readonly not: string } | { readonly nowhere: string }
type Row = readonly [operation: string, cell: (vendor: Vendor) => Cell]

const because = (reason: string | undefined): Cell => (reason === undefined ? true : { not: reason })
const declared = (vendor: Vendor) => sources.get(vendor)!.capabilities

export function coverage(): string {
  const queries = Object.values(SCHEMA.getQueryType()!.getFields())
  const told = new Set<string>(EVERYWHERE)
  const sections = ENTITY_TYPES.map((type) => {
    const entity = SCHEMA.getType(type) as GraphQLObjectType
    const own = queries.filter((query) => recordOf(query) === type && !EVERYWHERE.has(query.name))
    for (const { name } of own) told.add(name)
    return section(type, [
      ...own.flatMap((query) => readRows(query, type)),
      ...(own.some(isById) ? [] : [byId('`node`', type)]),
      fieldsOf(type),
      [
        'raw: `vendorRecord`',
        (vendor) => because(absent(type, vendor) ?? sources.get(vendor)!.passthrough!.records.none[type]),
      ],
      ...Object.values(entity.getFields()).flatMap((field) => relationRows(type, field)),
      ...writeRows(type),
    ])
  })
  told.add('availability')
  const setup = queries.filter(({ name }) => SETUP[name] !== undefined)
  for (const { name } of setup) told.add(name)
  const placed = Object.values(ENTITIES).flatMap(({ other = [], ...own }) => [
    ...other,
    own.create,
    own.update,
    own.delete,
  ])
  const unplaced = Object.keys(writes).filter((write) => !placed.includes(write))
  if (unplaced.length > 0)
    throw new TypeError(`Expected every write in the coverage, got none of: ${unplaced}`)
  const untold = queries
    .filter(({ name }) => !told.has(name) && !name.startsWith('_'))
    .map(({ name }) => name)
  if (untold.length > 0) throw new TypeError(`Expected every read in the coverage, got none of: ${untold}`)
  return [
    HEAD,
    ...sections,
    section(
      'Across records',
      [...EVERYWHERE].map((name): Row => [`\`${name}\``, () => true]),
    ),
    section('Calendars', [['`availability`', (vendor) => because(declared(vendor).noLists?.ScheduleEntry)]]),
    section(
      'What the tenant sets up',
      setup.map(
        ({ name }): Row => [`\`${name}\``, (vendor) => because(declared(vendor).noSetup?.[SETUP[name]!])],
      ),
    ),
  ].join('\n\n')
}

const HEAD = `# What works on which PSA

Every entity of the schema with its reads, filters, relations and writes, PSA by PSA. A number leads to the reason, or to
what is left out, below the table. A caller is told the same by \`NOT_SUPPORTED\` or \`BAD_USER_INPUT\`, and never gets an empty
list in its place. \`npm run coverage\` makes this page from the code, and a test fails when it is not the newest.`

function recordOf(field: GraphQLField<unknown, unknown>): string {
  return getNamedType(field.type).name.replace(/Connection$/, '')
}

const isList = (field: GraphQLField<unknown, unknown>) => getNamedType(field.type).name.endsWith('Connection')
const isById = (field: GraphQLField<unknown, unknown>) => !isList(field)

function readRows(query: GraphQLField<unknown, unknown>, type: EntityType): readonly Row[] {
  if (!isList(query)) return [byId(`\`${query.name}\``, type)]
  const list = type as ListName
  const none = (vendor: Vendor) => declared(vendor).noLists?.[list]
  const rows: Row[] = [
    [
      `\`${query.name}\``,
      (vendor) => {
        const { allSites, allTasks } = NOT_SUPPORTED[vendor]
        if (list === 'Site' && allSites !== undefined) return { but: `${allSites}: name companies.` }
        if (list === 'ProjectTask' && allTasks !== undefined) return { but: `${allTasks}: name projects.` }
        return because(none(vendor))
      },
    ],
  ]
  for (const { name, type: input } of query.args) {
    const named = getNamedType(input)
    if (name === 'filter' && isInputObjectType(named))
      for (const member of Object.keys(named.getFields()))
        rows.push([
          `filter \`${member}\``,
          (vendor) => {
            if (none(vendor) !== undefined || declared(vendor).filters[list].includes(member))
              return because(none(vendor))
            return {
              not: reason(NOT_SUPPORTED[vendor].filters[list]?.[member], vendor, `${list} by ${member}`),
            }
          },
        ])
    if (name !== 'order' || !isInputObjectType(named)) continue
    const keys = getNamedType(named.getFields().key!.type)
    if (!isEnumType(keys)) continue
    for (const { name: key } of keys.getValues())
      rows.push([
        `order \`${key}\``,
        (vendor) => {
          if (none(vendor) !== undefined || declared(vendor).orderBy[list].includes(key))
            return because(none(vendor))
          return {
            not: reason(NOT_SUPPORTED[vendor].orders[list]?.[key], vendor, `${list} in order of ${key}`),
          }
        },
      ])
  }
  return rows
}

function reason(known: string | undefined, vendor: Vendor, what: string): string {
  if (known === undefined) throw new TypeError(`Expected a reason why ${vendor} has no ${what}, got none`)
  return known
}

function byId(how: string, type: EntityType): Row {
  return [`by id: ${how}`, (vendor) => because(absent(type, vendor))]
}

/** A record of a kind that no list of the vendor holds is not read by its id either. */
function absent(type: EntityType, vendor: Vendor): string | undefined {
  const { orderBy, noLists } = declared(vendor)
  const lists = (Object.keys(orderBy) as ListName[]).filter((list) => holds(list) === type)
  const missing = lists.map((list) => noLists?.[list])
  return missing.includes(undefined) ? undefined : missing[0]
}

function holds(list: ListName): string {
  const [parent, field] = list.split('.')
  if (field === undefined) return list
  return recordOf((SCHEMA.getType(parent!) as GraphQLObjectType).getFields()[field]!)
}

function fieldsOf(type: EntityType): Row {
  const { fields } = ENTITIES[type]
  return [
    'all fields',
    (vendor) => {
      const none = absent(type, vendor)
      return none !== undefined || fields === null ? because(none) : but(reasonsOf([fields], vendor))
    },
  ]
}

function reasonsOf(reasons: readonly FieldReasons[], vendor: Vendor): Readonly<Record<string, string>> {
  return Object.assign({}, ...reasons.map((name) => NOT_SUPPORTED[vendor][name]))
}

function but(reasons: Readonly<Record<string, string>>): Cell {
  const told = Object.entries(reasons).map(([field, why]) => `\`${field}\`: ${why}`)
  return told.length === 0 ? true : { but: told.join(' ') }
}

function relationRows(type: EntityType, field: GraphQLField<unknown, unknown>): readonly Row[] {
  const target = recordOf(field) as EntityType
  if (!ENTITY_TYPES.includes(target)) return []
  const { fields } = ENTITIES[type]
  return [
    [
      `to \`${field.name}\``,
      (vendor) => {
        const missing =
          absent(type, vendor) ?? (fields === null ? undefined : reasonsOf([fields], vendor)[field.name])
        if (missing !== undefined || !isList(field)) return because(missing)
        const { noLists } = declared(vendor)
        return because(noLists?.[`${type}.${field.name}` as ListName] ?? noLists?.[target as ListName])
      },
    ],
  ]
}

function writeRows(type: EntityType): readonly Row[] {
  const { other = [], ...own } = ENTITIES[type]
  return [
    ...(['create', 'update', 'delete'] as const).map((kind): Row => {
      const write = own[kind]
      return isWrite(write) ? writeRow(`${kind}: \`${write}\``, write) : [kind, () => ({ nowhere: write })]
    }),
    ...other.map((write) => writeRow(`\`${write}\``, write)),
  ]
}

const isWrite = (name: string): name is WriteName => name in writes

function writeRow(operation: string, write: WriteName): Row {
  return [
    operation,
    (vendor) => {
      const able = declared(vendor).writes[write]
      if (able !== true) return { not: able.unsupported }
      const { onlyEmulated, refusedByVendor } = NOT_SUPPORTED[vendor]
      const refused = refusedByVendor[write]
      if (refused !== undefined) return { not: refused }
      const emulated = onlyEmulated[write]
      if (emulated !== undefined)
        return { but: `${emulated} As plain steps, where an administrator turned \`emulateMerge\` on.` }
      const kept = write === 'updateContact' ? NOT_SUPPORTED[vendor].contactKeeps : {}
      return but({
        ...reasonsOf(NOT_WRITTEN[write] ?? [], vendor),
        ...Object.fromEntries(Object.entries(kept).map(([field, { words }]) => [field, `${words}.`])),
      })
    },
  ]
}

function section(title: string, rows: readonly Row[]): string {
  const notes: string[] = []
  const noted = (note: string) => {
    if (!notes.includes(note)) notes.push(note)
    return notes.indexOf(note) + 1
  }
  const shown = (vendor: Vendor, cell: Cell) => {
    if (cell === true) return 'yes'
    if ('nowhere' in cell) return `no (${noted(cell.nowhere)})`
    const words = 'not' in cell ? cell.not : cell.but
    const note = words.startsWith(NAMES[vendor]) ? words : `${NAMES[vendor]}: ${words}`
    return `${'not' in cell ? 'no' : 'yes, but'} (${noted(note)})`
  }
  const table = [
    ['', ...VENDORS.map((vendor) => NAMES[vendor])],
    ...rows.map(([operation, cell]) => [operation, ...VENDORS.map((vendor) => shown(vendor, cell(vendor)))]),
  ]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const [head, ...body] = table
  const lines = [line(head!), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)]
  return [
    `## ${title}`,
    lines.join('\n'),
    ...(notes.length === 0 ? [] : [notes.map((note, at) => `${at + 1}. ${note}`).join('\n')]),
  ].join('\n\n')
}

export const COVERAGE = new URL('../../docs/coverage.md', import.meta.url)
if (import.meta.main) writeFileSync(COVERAGE, `${coverage()}\n`)
