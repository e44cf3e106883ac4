import { idOf, isRec, type Rec, stamp } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { ok, param } from './call.ts'
import { bindReferences, callerName, entityRoutes, touch } from './entity.ts'
import { invalidObject, notFound } from './errors.ts'
import { list } from './listing.ts'
import { automaticRecipients, send, ticketContactEmail } from './mail.ts'
import { makeReference } from './references.ts'
import { insert } from './state.ts'
import { emptyNotesFlags } from './ticket-derived.ts'

const TABS = ['detailDescriptionFlag', 'internalAnalysisFlag', 'resolutionFlag'] as const

function settle(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  bindReferences(call, 'ServiceNote', 'serviceNote', draft, change)
  if (!TABS.some((tab) => draft[tab] === true)) {
    // One sentence instead of field errors, as the vendor answers it.
    const message = 'Please choose where to display the notes in order to save this record.'
    throw invalidObject('serviceNote', [
      { code: 'InvalidObject', message, resource: 'serviceNote', field: 'detailDescriptionFlag' },
    ])
  }
  for (const [name, value] of Object.entries(emptyNotesFlags)) draft[name] ??= value
  if (previous) return
  if (!draft.contact) draft.member ??= makeReference('MemberReference', call.caller)
  draft.customerUpdatedFlag ??= false
  draft.dateCreated = stamp(call.now)
  draft.createdBy = isRec(draft.member) ? draft.member.identifier : 'contact'
  draft.internalFlag = !draft.contact
  draft.externalFlag = Boolean(draft.contact)
}

function announce(call: Call, note: Rec, change: Rec): void {
  const ticket = call.state.tables.tickets.rows.get(Number(note.ticketId))
  if (!ticket) return
  if (note.customerUpdatedFlag === true && 'customerUpdatedFlag' in change) ticket.customerUpdatedFlag = true
  touch(call, ticket)
  // Reported of the real server: the contact gets the mail even when the note is internal.
  if (change.processNotifications === true) {
    const kind =
      note.internalAnalysisFlag === true && note.detailDescriptionFlag !== true ? 'internal note' : 'note'
    send(
      call,
      [ticketContactEmail(call, ticket), ...automaticRecipients(call, ticket)],
      `${kind}: processNotifications`,
      ticket,
    )
  }
}

/** A note that the server writes by itself, for instance from a ticket's initial texts. */
export function addNote(call: Call, ticket: Rec, fields: Rec): Rec {
  const draft: Rec = { ...fields, ticketId: ticket.id }
  settle(call, draft, fields, undefined)
  const by = callerName(call)
  draft._info = { lastUpdated: stamp(call.now), updatedBy: by, dateEntered: stamp(call.now), enteredBy: by }
  return insert(call.state.tables.notes, draft)
}

interface Source {
  ticket: Rec
  bundled: boolean
  merged: boolean
}

/** Notes and time of the ticket, of what was merged into it and of its bundled children. */
function sources(call: Call, ticket: Rec): Source[] {
  const others = call.state.tables.tickets.all()
  return [
    { ticket, bundled: false, merged: false },
    ...others
      .filter((row) => idOf(row.mergedParentTicket) === ticket.id)
      .map((row) => ({ ticket: row, bundled: false, merged: true })),
    ...others
      .filter((row) => row.parentTicketId === ticket.id)
      .map((row) => ({ ticket: row, bundled: true, merged: false })),
  ]
}

function allNotes(call: Call) {
  const id = param(call)
  const ticket = call.state.tables.tickets.rows.get(id)
  if (!ticket) throw notFound('Ticket', id)
  const { notes, timeEntries } = call.state.tables
  const rows = sources(call, ticket).flatMap(({ ticket: source, bundled, merged }): Rec[] => {
    const place: Rec = {
      ticket: makeReference('TicketReference', source),
      bundledFlag: bundled,
      mergedFlag: merged,
      isMarkdownFlag: true,
      createdByParentFlag: false,
    }
    const own = notes
      .all()
      .filter((note) => note.ticketId === source.id)
      .map((note) => ({ ...note, ...place, noteType: 'TicketNote', originalAuthor: note.createdBy }))
    const timed = timeEntries
      .all()
      .filter((entry) => entry.chargeToId === source.id && Boolean(entry.notes))
      .map((entry) => ({
        ...place,
        id: entry.id,
        noteType: 'TimeEntryNote',
        text: entry.notes,
        detailDescriptionFlag: entry.addToDetailDescriptionFlag,
        internalAnalysisFlag: entry.addToInternalAnalysisFlag,
        resolutionFlag: entry.addToResolutionFlag,
        issueFlag: false,
        timeStart: entry.timeStart,
        timeEnd: entry.timeEnd,
        originalAuthor: entry.enteredBy,
        member: entry.member,
        _info: entry._info,
      }))
    return [...own, ...timed]
  })
  const at = (row: Rec) => String(isRec(row._info) ? row._info.dateEntered : '')
  rows.sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0))
  return list(call, 'ServiceTicketNote', rows, { keepOrder: true })
}

export const noteRoutes: Route[] = ['service', 'project'].flatMap((module) => [
  { method: 'GET', template: `${module}/tickets/{id}/allNotes`, handler: allNotes },
  ...entityRoutes({
    table: 'notes',
    path: `${module}/tickets/{id}/notes`,
    parent: 'tickets',
    writes: ['POST', 'PATCH', 'PUT', 'DELETE'],
    readOnly: ['ticketId', 'dateCreated', 'createdBy', 'internalFlag', 'externalFlag', 'sentimentScore'],
    required: ['text'],
    beforeSave: settle,
    afterSave: announce,
  }),
])

export const success = (message: string) => ok({ success: true, message })
