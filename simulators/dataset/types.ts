// The MSP's records in nobody's dialect: each simulator tells them in its vendor's own shapes.
// Instants are epoch milliseconds on whole seconds.

export interface Named {
  id: number
  name: string
}
export interface Address {
  line1: string
  line2?: string
  city: string
  state: string
  zip: string
}
export interface Company extends Named {
  identifier: string
  status: 'Active' | 'Inactive'
  type: 'Owner' | 'Client' | 'Prospect'
  phone: string
  website: string
  address: Address
  createdAt: number
}
export interface Site extends Named {
  companyId: number
  address: Address
  phone: string
  primary: boolean
}
export interface Contact {
  id: number
  companyId: number
  siteId: number
  firstName: string
  lastName: string
  title: string
  email: string
  phone: string
  inactive: boolean
  primary: boolean
}
export interface Technician {
  id: number
  identifier: string
  firstName: string
  lastName: string
  title: string
  email: string
  inactive: boolean
  /** The account an integration signs in with; it is nobody's. */
  api: boolean
  workRoleId: number
  hourlyCost: number
}
export interface Status extends Named {
  boardId: number
  sort: number
  closed: boolean
  isDefault: boolean
  inactive: boolean
  refusesTime: boolean
  /** Moving a ticket here mails its contact. */
  mails: boolean
  stage: 'NotResponded' | 'Responded' | 'ResolutionPlan' | 'Resolved' | 'NoEscalation'
}
export interface BoardChild extends Named {
  boardId: number
}
export interface TypeTriple {
  id: number
  boardId: number
  typeId: number
  subTypeId?: number
  itemId?: number
}
export interface Team extends Named {
  boardId: number
  leaderId: number
  memberIds: number[]
}
export interface Board extends Named {
  project: boolean
  statuses: Status[]
  types: BoardChild[]
  subTypes: BoardChild[]
  items: BoardChild[]
  triples: TypeTriple[]
  teams: Team[]
}
export interface Priority extends Named {
  color: string
  sort: number
  level: 'Critical' | 'High' | 'Medium' | 'Low'
  isDefault: boolean
}
export interface Sla extends Named {
  respondHours: number
  planHours: number
  resolutionHours: number
}
export interface WorkType extends Named {
  billing: 'Billable' | 'NoCharge' | 'DoNotBill'
  rate: number
}
export interface WorkRole extends Named {
  hourlyRate: number
}
export interface CustomField {
  id: number
  caption: string
  type: 'Text' | 'Checkbox' | 'Date' | 'Number'
  list?: readonly string[]
}
export interface Agreement extends Named {
  companyId: number
  contactId: number
  type: 'Managed Services' | 'Block Hours' | 'Backup'
  startsAt: number
  endsAt?: number
  cancelled: boolean
  slaId: number
}
export interface Device extends Named {
  companyId: number
  siteId: number
  contactId?: number
  type: 'Workstation' | 'Server' | 'Firewall' | 'Printer' | 'Switch'
  model: string
  serial: string
  ip: string
  os?: string
  active: boolean
  installedAt: number
  warrantyEndsAt: number
}
export interface CatalogItem extends Named {
  description: string
  price: number
  cost: number
  kind: 'Service' | 'Inventory' | 'NonInventory' | 'Agreement'
  /** Sold no longer: no ticket has it. */
  retired?: true
}
/** What the MSP knows how to do. */
export interface Article {
  id: number
  title: string
  problem: string
  solution: string
  /** Last edited so many days before the data set's moment. */
  editedDaysAgo: number
  /** For the MSP's own people alone. */
  internal: boolean
  /** Taken out of use. */
  retired?: true
}
export interface Project extends Named {
  description: string
  companyId: number
  managerId: number
  startsAt: number
  endsAt: number
  budgetHours: number
  percentComplete: number
  closedAt?: number
  phases: Named[]
}
export interface Opportunity extends Named {
  companyId: number
  contactId: number
  ownerId: number
  stage: 'Qualified' | 'Proposal' | 'Won'
  probability: number
  amount: number
  expectedAt: number
  closedAt?: number
}
export interface TicketTemplate extends Named {
  title: string
  text: string
  companyId?: number
  boardId: number
  typeId: number
  priorityId: number
  /** When the PSA makes the next ticket of it by itself. */
  nextAt?: number
}
export interface Ticket {
  id: number
  kind: 'service' | 'project'
  title: string
  boardId: number
  statusId: number
  typeId: number
  subTypeId?: number
  itemId?: number
  priorityId: number
  companyId: number
  siteId: number
  contactId?: number
  teamId: number
  ownerId?: number
  sourceId: number
  agreementId?: number
  slaId: number
  severity: 'Low' | 'Medium' | 'High'
  impact: 'Low' | 'Medium' | 'High'
  createdAt: number
  createdBy: string
  updatedAt: number
  updatedBy: string
  closedAt?: number
  closedBy?: string
  dueAt?: number
  budgetHours?: number
  parentId?: number
  mergedIntoId?: number
  customerUpdated: boolean
  deviceIds: number[]
  customValues: Record<number, string | number | boolean>
  externalRef?: string
}
export interface Note {
  id: number
  ticketId: number
  kind: 'description' | 'internal' | 'resolution'
  text: string
  createdAt: number
  /** Exactly one of the two wrote it. */
  technicianId?: number
  contactId?: number
}
export interface TimeEntry {
  id: number
  ticketId: number
  technicianId: number
  workTypeId: number
  workRoleId: number
  startsAt: number
  endsAt: number
  notes: string
  internalNotes?: string
  billing: 'Billable' | 'NoCharge' | 'DoNotBill'
}
export interface Appointment {
  id: number
  ticketId: number
  technicianId: number
  startsAt: number
  endsAt: number
  done: boolean
}
export interface Product {
  id: number
  ticketId: number
  catalogItemId: number
  quantity: number
  price: number
}
export interface Task {
  id: number
  ticketId: number
  text: string
  done: boolean
  order: number
}
export interface Attachment {
  id: number
  ticketId: number
  title: string
  fileName: string
  content: string
}
export interface Facts {
  /** Tickets with more than 200 notes each. */
  longTicketIds: number[]
  /** No ticket was created between these instants. */
  gap: { from: number; to: number }
  importedTicketIds: number[]
  parentTicketIds: number[]
  mergedTicketIds: number[]
  awkwardTicketIds: number[]
  namesakeContactIds: number[]
}
export interface Dataset {
  anchor: Date
  /** Stands behind every name and text of this tenant; empty unless two tenants must be told apart. */
  mark: string
  msp: Company
  companies: Company[]
  sites: Site[]
  contacts: Contact[]
  technicians: Technician[]
  boards: Board[]
  priorities: Priority[]
  sources: Named[]
  slas: Sla[]
  workTypes: WorkType[]
  workRoles: WorkRole[]
  locations: Named[]
  departments: Named[]
  customFields: CustomField[]
  agreements: Agreement[]
  devices: Device[]
  catalog: CatalogItem[]
  articles: Article[]
  projects: Project[]
  opportunities: Opportunity[]
  templates: TicketTemplate[]
  tickets: Ticket[]
  notes: Note[]
  timeEntries: TimeEntry[]
  appointments: Appointment[]
  products: Product[]
  tasks: Task[]
  attachments: Attachment[]
  facts: Facts
}
