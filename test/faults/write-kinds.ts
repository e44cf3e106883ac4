/** Every write of the schema, on every vendor that has it, by what shows in the PSA that it was applied. */
import type { WriteName } from '../../schema/plan.ts'
import { sources } from '../../subgraphs/index.ts'
import { CONNECTIONS, SLUGS, type Slug, tenants } from './vendors.ts'

const NOTE_KINDS = ['INTERNAL', 'DESCRIPTION', 'RESOLUTION', 'CLIENT_FACING'] as const

/** A write as the generator knows it: notes by their kind, raw writes and what puts a change back beside the others. */
export type WriteKind =
  | Exclude<WriteName, 'addTicketNote'>
  | `addTicketNote ${(typeof NOTE_KINDS)[number]}`
  | 'psaRequest'
  | 'putBack'

export interface Cell {
  readonly slug: Slug
  readonly kind: WriteKind
}

const SINGLE = [
  'createTicket',
  'updateTicket',
  'logTime',
  'resolveTicket',
  'reopenTicket',
  'workTicket',
  'mergeTickets',
  'bundleTickets',
  'createContact',
  'updateContact',
  'createCompany',
  'createSite',
  'addTicketTask',
  'updateTimeEntry',
  'deleteTicket',
  'deleteTicketNote',
  'deleteTimeEntry',
  'deleteContact',
] as const satisfies readonly WriteName[]

const nameOf = (kind: WriteKind): string => kind.split(' ')[0] as string

/** What each vendor has, and no more: what it has not is refused, which its contract suite tests. */
export const CELLS: readonly Cell[] = SLUGS.flatMap((slug) => {
  const { capabilities } = sources.get(CONNECTIONS[slug]) ?? {}
  const kinds: readonly WriteKind[] = [
    ...SINGLE.filter((name) => capabilities?.writes[name] === true),
    ...NOTE_KINDS.map((kind) => `addTicketNote ${kind}` as const),
    'psaRequest',
    'putBack',
  ]
  return kinds.map((kind) => ({ slug, kind }))
})

/** A write on what another one made first; the free agent of the run makes it. */
export const FOLLOWS: Partial<Readonly<Record<WriteKind, WriteKind>>> = {
  reopenTicket: 'resolveTicket',
  updateTimeEntry: 'logTime',
  deleteTimeEntry: 'logTime',
  deleteTicketNote: 'addTicketNote INTERNAL',
  updateContact: 'createContact',
  deleteContact: 'createContact',
  putBack: 'updateTicket',
}

/** By what the checker sees whether a write was applied; a step may leave several of these. */
export interface Shows {
  /** Marks that then stand somewhere. */
  readonly present: readonly string[]
  /** Marks that then stand nowhere any more. */
  readonly gone: readonly string[]
  /** Marks of tickets whose records then differ in more than what people do in the PSA. */
  readonly linked: readonly string[]
}

export interface Material {
  readonly slug: Slug
  /** A fresh one for every step. */
  readonly marks: readonly [string, string, string]
  readonly ticket: string
  /** Of the same company. */
  readonly otherTicket: string
  /** Of the record that a write before this one made. */
  readonly made: { readonly id: string; readonly mark: string } | undefined
  /** Marks in the titles of the two tickets. */
  readonly titles: readonly [string, string]
}

export interface Call {
  readonly field: string
  readonly inputType: string | null
  readonly input: Readonly<Record<string, unknown>>
  readonly shows: Shows
}

const NOTHING: Shows = { present: [], gone: [], linked: [] }

export function callOf(kind: WriteKind, of: Material): Call {
  const { slug, ticket, otherTicket, made, titles } = of
  const [a, b, c] = of.marks
  const vendor = CONNECTIONS[slug]
  const tenant = tenants[vendor]
  const company = `${slug}:Company:${tenant.company}`
  // Autotask wants the text that the client may read; the others take one for the technicians.
  const timeText = (text: string) => (vendor === 'autotask' ? { clientText: text } : { internalText: text })
  const time = (text: string) => ({
    hours: 0.5,
    startedAt: new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000).toISOString(),
    workType: 'Remote Support',
    ...timeText(text),
  })
  const call = (input: Readonly<Record<string, unknown>>, shows: Partial<Shows>): Call => {
    const field = nameOf(kind)
    const inputType = kind === 'putBack' ? null : `${field[0]?.toUpperCase()}${field.slice(1)}Input`
    return { field, inputType, input, shows: { ...NOTHING, ...shows } }
  }
  const madeId = made?.id
  const madeMark = made === undefined ? [] : [made.mark]
  switch (kind) {
    case 'createTicket':
      return call(
        {
          connection: slug,
          title: `Printer ${a}`,
          company,
          board: `${slug}:Board:${tenant.board}`,
          ...(vendor === 'halo' && { type: 'Incident' }),
        },
        { present: [a] },
      )
    case 'updateTicket':
      return call({ id: ticket, title: `Printer ${a}` }, { present: [a] })
    case 'logTime':
      return call({ ticket, ...time(`Time ${a}`) }, { present: [a] })
    case 'resolveTicket':
      return call({ id: ticket, resolution: `Solved ${a}` }, { present: [a] })
    case 'reopenTicket':
      return call({ id: ticket, note: `Again ${a}` }, { present: [a] })
    case 'workTicket':
      return call(
        {
          id: ticket,
          update: { title: `Printer ${a}` },
          notes: [{ kind: 'INTERNAL', text: `Note ${b}` }],
          time: [time(`Time ${c}`)],
        },
        { present: [a, b, c] },
      )
    case 'mergeTickets':
      return call({ into: ticket, tickets: [otherTicket] }, { linked: [titles[1]] })
    case 'bundleTickets':
      return call({ parent: ticket, tickets: [otherTicket] }, { linked: [titles[1]] })
    case 'createContact':
      return call(
        { company, firstName: 'Nora', lastName: a, email: `${a.replaceAll('~', '')}@atlasfreight.example` },
        { present: [a] },
      )
    case 'updateContact':
      return call({ id: madeId, title: `Head ${a}` }, { present: [a] })
    case 'createCompany':
      return call(
        {
          connection: slug,
          name: `Company ${a}`,
          ...(vendor === 'connectwise' && { identifier: a.replaceAll(/[~-]/g, '') }),
          ...(vendor === 'autotask' && { phone: '8135550100' }),
        },
        { present: [a] },
      )
    case 'createSite':
      return call({ company, name: `Site ${a}` }, { present: [a] })
    case 'addTicketTask':
      return call({ ticket, text: `Task ${a}` }, { present: [a] })
    case 'updateTimeEntry':
      return call({ id: madeId, hours: 0.75, ...timeText(`Time ${a}`) }, { present: [a] })
    case 'deleteTicket':
      return call({ id: ticket }, { gone: [titles[0]] })
    case 'deleteTicketNote':
    case 'deleteTimeEntry':
    case 'deleteContact':
      return call({ id: madeId }, { gone: madeMark })
    case 'psaRequest': {
      const { method, path, body } = tenant.rename(ticket.split(':')[2] as string, `Printer ${a}`)
      return call({ connection: slug, method, path, body: JSON.stringify(body) }, { present: [a] })
    }
    case 'putBack':
      return call({ id: madeId }, { gone: madeMark })
    default:
      return call({ ticket, kind: kind.slice('addTicketNote '.length), text: `Note ${a}` }, { present: [a] })
  }
}
