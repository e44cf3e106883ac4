import type { Behaviour } from './behaviour.ts'
import { companies, configurationItems, contacts, contracts, locations } from './companies.ts'
import { ticketNotes } from './notes.ts'
import { appointments, serviceCallResources, serviceCalls, serviceCallTickets } from './schedule.ts'
import {
  additionalContacts,
  additionalItems,
  attachments,
  charges,
  checklistItems,
  secondaryResources,
} from './ticket-children.ts'
import { tickets } from './tickets.ts'
import { timeEntries } from './time.ts'

export const behaviours: Readonly<Record<string, Behaviour>> = {
  Appointments: appointments,
  Companies: companies,
  CompanyLocations: locations,
  ConfigurationItems: configurationItems,
  Contacts: contacts,
  Contracts: contracts,
  ServiceCalls: serviceCalls,
  ServiceCallTicketResources: serviceCallResources,
  ServiceCallTickets: serviceCallTickets,
  TicketAdditionalConfigurationItems: additionalItems,
  TicketAdditionalContacts: additionalContacts,
  TicketAttachments: attachments,
  TicketCharges: charges,
  TicketChecklistItems: checklistItems,
  TicketNotes: ticketNotes,
  Tickets: tickets,
  TicketSecondaryResources: secondaryResources,
  TimeEntries: timeEntries,
}
