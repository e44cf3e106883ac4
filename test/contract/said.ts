import type { Vendor } from '../../schema/source.ts'
import type { Dataset, Note, Ticket, TimeEntry } from '../../simulators/dataset/index.ts'
import { sysIdOf } from '../../simulators/servicenow/index.ts'
import { fullName, iso, type Told } from './told.ts'

/** What stands among the notes of a ticket, as one vendor keeps them. */
export interface Said {
  readonly kind: 'INTERNAL' | 'DESCRIPTION' | 'RESOLUTION' | 'CLIENT_FACING'
  readonly text: string
  /** Undefined where nothing keeps it: it stands at the end. */
  readonly at: number | undefined
  /** Decides among those of one second. */
  readonly place: number | string
  /** Written by the PSA itself: no note, but the last thing that its lists show. */
  readonly automatic?: boolean
}

/** The neutral records of one ticket, by which everything is told. */
interface Records {
  notes(ticket: number): readonly Note[]
  timeEntries(ticket: number): readonly TimeEntry[]
  /** Tickets that were merged into it. */
  absorbed(ticket: number): readonly Ticket[]
  closed(ticket: Ticket): boolean
}

const CONNECTWISE_KINDS = {
  description: 'DESCRIPTION',
  internal: 'INTERNAL',
  resolution: 'RESOLUTION',
} as const
/** Kinds of what is no description and no resolution any more where those are fields of the ticket. */
const JOURNAL_KINDS = { description: 'CLIENT_FACING', internal: 'INTERNAL' } as const

function connectwise(ticket: Ticket, { notes }: Records): Said[] {
  return notes(ticket.id).map(({ id, kind, text, createdAt }) => ({
    kind: CONNECTWISE_KINDS[kind],
    text,
    at: createdAt,
    place: id,
  }))
}

/**
 * Description and resolution are fields of the ticket: as old as it is, and as its being complete. A merge leaves a
 * note of the system's own on both.
 */
function autotask(ticket: Ticket, { notes, absorbed, closed }: Records): Said[] {
  const [first, ...others] = notes(ticket.id)
  const resolution = others.findLast(({ kind }) => kind === 'resolution')
  const done = closed(ticket) ? (ticket.closedAt ?? ticket.updatedAt) : undefined
  const merge = (text: string, at: number): Said => ({ kind: 'INTERNAL', text, at, place: 1e9 })
  return [
    ...(first === undefined
      ? []
      : [{ kind: 'DESCRIPTION', text: first.text, at: ticket.createdAt, place: -2 } as const]),
    ...(resolution === undefined
      ? []
      : [{ kind: 'RESOLUTION', text: resolution.text, at: done, place: -1 } as const]),
    ...others.flatMap(({ id, kind, text, createdAt }) =>
      kind === 'resolution' ? [] : [{ kind: JOURNAL_KINDS[kind], text, at: createdAt, place: id }],
    ),
    ...(ticket.mergedIntoId === undefined
      ? []
      : [merge(`This ticket was merged into ticket ${ticket.mergedIntoId}.`, ticket.updatedAt)]),
    ...absorbed(ticket.id).map((loser) => merge(`Ticket ${loser.id}: ${loser.title}`, loser.updatedAt)),
  ]
}

/** The source of what came by mail, which Halo acknowledges. */
const MAIL = 1

/** Actions: the text of the beginning, notes and time alike, and what was moved here by a merge. */
function halo(ticket: Ticket, { notes, timeEntries, absorbed }: Records): Said[] {
  let place = 0
  const said = (kind: Said['kind'], text: string, at: number): Said => ({ kind, text, at, place: place++ })
  const of = (one: Ticket, merged: boolean): Said[] => {
    const [first, ...rest] = notes(one.id)
    return [
      said(merged ? 'CLIENT_FACING' : 'DESCRIPTION', first?.text ?? '', one.createdAt),
      ...(one.sourceId === MAIL && !merged
        ? [{ ...said('CLIENT_FACING', 'Acknowledgement sent.', one.createdAt + 1000), automatic: true }]
        : []),
      ...rest.map(({ kind, text, createdAt }) =>
        said(
          kind === 'resolution' ? 'RESOLUTION' : JOURNAL_KINDS[kind],
          text,
          Math.max(createdAt, one.createdAt),
        ),
      ),
      ...timeEntries(one.id).map((entry) =>
        said('INTERNAL', [entry.notes, entry.internalNotes].filter(Boolean).join('\n'), entry.endsAt),
      ),
    ]
  }
  const [opening, ...own] = of(ticket, false)
  // The ticket's own beginning stays its first action, whatever was merged into it.
  return [
    { ...(opening as Said), place: Number.NEGATIVE_INFINITY },
    ...own,
    ...absorbed(ticket.id).flatMap((loser) => of(loser, true)),
  ]
}

/** The journal, and the two fields of the ticket that say something: first and last of their second. */
function servicenow(ticket: Ticket, { notes }: Records): Said[] {
  const all = notes(ticket.id)
  const first = all.find(({ kind }) => kind === 'description')
  const resolution = all.findLast(({ kind }) => kind === 'resolution')?.text
  const closing =
    ticket.mergedIntoId === undefined
      ? resolution
      : `Merged into INC${String(ticket.mergedIntoId).padStart(7, '0')}`
  return [
    ...(first === undefined
      ? []
      : [{ kind: 'DESCRIPTION', text: first.text, at: ticket.createdAt, place: '' } as const]),
    ...all.flatMap((note) =>
      note === first || note.kind === 'resolution'
        ? []
        : [
            {
              kind: JOURNAL_KINDS[note.kind],
              text: note.text,
              at: note.createdAt,
              place: sysIdOf('note', note.id),
            },
          ],
    ),
    ...(closing === undefined
      ? []
      : [
          {
            kind: 'RESOLUTION',
            text: closing,
            at: ticket.closedAt ?? ticket.updatedAt,
            place: '~',
          } as const,
        ]),
  ]
}

const KEPT: Readonly<Record<Vendor, (ticket: Ticket, records: Records) => Said[]>> = {
  connectwise,
  autotask,
  halo,
  servicenow,
}

/** Notes and time of a vendor's tickets, worked out from the neutral records by plain computation. */
export function saidBy(vendor: Vendor, told: Told, dataset: Dataset) {
  const byTicket = <T extends { readonly ticketId: number; readonly id: number }>(list: readonly T[]) =>
    Map.groupBy(
      list.toSorted((a, b) => a.id - b.id),
      ({ ticketId }) => ticketId,
    )
  const notes = byTicket(dataset.notes)
  const timeEntries = byTicket(dataset.timeEntries)
  const records: Records = {
    notes: (ticket) => notes.get(ticket) ?? [],
    timeEntries: (ticket) => timeEntries.get(ticket) ?? [],
    closed: (ticket) => told.closed(ticket),
    absorbed: (ticket) => dataset.tickets.filter(({ mergedIntoId }) => mergedIntoId === ticket),
  }
  const byPlace = (a: Said, b: Said) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0)
  const when = ({ at = Number.MAX_VALUE }: Said) => at
  const inOrder = (ticket: Ticket) =>
    KEPT[vendor](ticket, records).toSorted((a, b) => when(a) - when(b) || byPlace(a, b))
  const tickets = new Map(dataset.tickets.map((ticket) => [ticket.id, ticket]))
  const names = new Map(dataset.technicians.map((one) => [one.id, fullName(one)]))
  return {
    /** Oldest first. */
    notes: (ticket: Ticket) => inOrder(ticket).filter(({ automatic }) => automatic !== true),
    /** Halo's lists show the action with the highest number, whoever wrote it: the opening one never comes last. */
    lastNote: (ticket: Ticket) => {
      const all = inOrder(ticket)
      const last =
        vendor === 'halo'
          ? all.filter(({ place }) => place !== Number.NEGATIVE_INFINITY || all.length === 1).at(-1)
          : all.at(-1)
      return last?.text ?? null
    },
    /** Time by when the work began, latest first where the vendor keeps more than the day. */
    timeEntries: dataset.timeEntries.map((entry) => {
      const on = tickets.get(entry.ticketId) as Ticket
      const kept = vendor === 'halo' && on.mergedIntoId !== undefined ? tickets.get(on.mergedIntoId)! : on
      const day = Math.floor(entry.startsAt / 86_400_000) * 86_400_000
      return {
        startedAt: iso(vendor === 'servicenow' ? day : entry.startsAt),
        hours: (entry.endsAt - entry.startsAt) / 3_600_000,
        member: { name: names.get(entry.technicianId) },
        // Time on what the vendor does not count as a ticket is time spent elsewhere.
        ticket: told.tickets.includes(kept) ? { id: told.id('Ticket', kept.id) } : null,
      }
    }),
  }
}
