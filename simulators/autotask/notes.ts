import type { Rec } from '../shared/json.ts'
import type { Behaviour } from './behaviour.ts'
import type { Call } from './call.ts'
import { invalid } from './errors.ts'
import { record } from './history.ts'
import { mailContact } from './mail.ts'
import { get } from './state.ts'
import { touchTicket } from './tickets.ts'
import { categoryDemands, PUBLISH } from './values.ts'

const isSystem = (call: Call, noteType: Rec[string]): boolean =>
  call.state.picklists.get('TicketNotes.noteType')?.values.find((entry) => entry.value === noteType)
    ?.system ?? false

export const ticketNotes: Behaviour = {
  check(call, draft, change, previous) {
    const errors: string[] = []
    // Reported of some tenants: even a change of the text alone has to repeat these two.
    for (const name of ['noteType', 'publish'])
      if (previous && !(name in change)) errors.push(`${name} is required`)
    if (previous && isSystem(call, previous.noteType)) errors.push('System notes cannot be edited')
    else if (isSystem(call, draft.noteType)) errors.push('The noteType is reserved for system notes')
    const ticket = get(call.state, 'Tickets', draft.ticketID)
    const untitled = draft.title === undefined || draft.title === null || draft.title === ''
    if (categoryDemands(ticket?.ticketCategory).noteTitle && untitled) errors.push('title is required')
    if (!previous && draft.createdByContactID) {
      const contact = get(call.state, 'Contacts', draft.createdByContactID)
      if (draft.publish !== PUBLISH.everybody)
        errors.push('A note created by a contact must be published to All Autotask Users')
      if (contact?.companyID !== ticket?.companyID)
        errors.push('The createdByContactID must belong to the company of the ticket')
    }
    if (errors.length > 0) throw invalid(errors)
  },
  after(call, note, _change, before) {
    const visible = note.publish === PUBLISH.everybody
    const ticket = touchTicket(call, note.ticketID, visible)
    if (!ticket) return
    if (note.createdByContactID) note.creatorResourceID = undefined
    record(call, ticket, before ? 'Note Edited' : 'Note Created', String(note.title ?? ''))
    // Publishing is not mailing: only a rule of the tenant makes a mail of it.
    if (!before && visible && !note.createdByContactID) mailContact(call, 'clientNote', ticket)
  },
}
