import { z } from 'zod'

/** Shapes of what is read, and nothing more: unknown members pass by, so a newer release breaks nothing. */

export const companyInfo = z.object({ Codebase: z.string(), VersionNumber: z.string().optional() })
export const systemInfo = z.object({ version: z.string() })
export const myAccount = z.object({ identifier: z.string() })

/** Absent members are null: ConnectWise leaves empty fields out of its answers. */
const optional = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? null)

const id = z.number().int()
export const named = z.object({ id, name: z.string().optional() })
export const identified = z.object({ id, name: z.string().optional(), identifier: z.string().optional() })
const ticketReference = z.object({ id, summary: z.string().optional() })

export const customField = z.object({
  id,
  caption: z.string().optional(),
  type: z.string().optional(),
  entryMethod: z.string().optional(),
  numberOfDecimals: z.number().optional(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
})
export type CustomField = z.infer<typeof customField>

const info = z.object({ lastUpdated: z.string().optional(), dateEntered: z.string().optional() })

export const ticket = z.object({
  id,
  summary: optional(z.string()),
  board: optional(named),
  status: optional(named),
  priority: optional(named.extend({ sort: z.number().optional() })),
  type: optional(named),
  company: optional(identified),
  contact: optional(named),
  site: optional(named),
  agreement: optional(named),
  sla: optional(named),
  owner: optional(identified),
  closedDate: optional(z.string()),
  closedFlag: optional(z.boolean()),
  requiredDate: optional(z.string()),
  customerUpdatedFlag: optional(z.boolean()),
  parentTicketId: optional(id),
  mergedParentTicket: optional(ticketReference),
  automaticEmailCcFlag: optional(z.boolean()),
  automaticEmailCc: optional(z.string()),
  externalXRef: optional(z.string()),
  customFields: optional(z.array(customField)),
  _info: optional(info),
})
export type TicketBody = z.infer<typeof ticket>

/** What the list of tickets with their SLA worked out tells of one. */
export const ticketGoals = z.object({
  id,
  closedDate: optional(z.string()),
  respondByGoalUTC: optional(z.string()),
  resplanGoalUTC: optional(z.string()),
  resolutionGoalUTC: optional(z.string()),
  dateResponded: optional(z.string()),
  dateResplan: optional(z.string()),
  dateResolved: optional(z.string()),
})

export const sla = z.object({
  id,
  name: optional(z.string()),
  respondHours: optional(z.number()),
  planWithin: optional(z.number()),
  resolutionHours: optional(z.number()),
})
export type SlaBody = z.infer<typeof sla>

export const project = z.object({
  id,
  name: optional(z.string()),
  description: optional(z.string()),
  status: optional(named),
  closedFlag: optional(z.boolean()),
  estimatedStart: optional(z.string()),
  estimatedEnd: optional(z.string()),
  budgetHours: optional(z.number()),
  actualHours: optional(z.number()),
  company: optional(identified),
  manager: optional(identified),
})
export type ProjectBody = z.infer<typeof project>

export const projectPhase = z.object({ id, description: optional(z.string()) })

export const projectTicket = z.object({
  id,
  summary: optional(z.string()),
  status: optional(named),
  closedFlag: optional(z.boolean()),
  requiredDate: optional(z.string()),
  budgetHours: optional(z.number()),
  phase: optional(named),
  project: optional(named),
  company: optional(identified),
  owner: optional(identified),
})
export type ProjectTicketBody = z.infer<typeof projectTicket>

export const opportunity = z.object({
  id,
  name: optional(z.string()),
  stage: optional(named),
  status: optional(named),
  closedDate: optional(z.string()),
  probability: optional(named),
  expectedCloseDate: optional(z.string()),
  company: optional(identified),
  contact: optional(named),
  primarySalesRep: optional(identified),
})
export type OpportunityBody = z.infer<typeof opportunity>

export const serviceTemplate = z.object({
  id,
  name: optional(z.string()),
  summary: optional(z.string()),
  problem: optional(z.string()),
  type: optional(named),
  priority: optional(named),
  board: optional(named),
  company: optional(identified),
})
export type ServiceTemplateBody = z.infer<typeof serviceTemplate>

export const note = z.object({
  id,
  ticketId: optional(id),
  text: optional(z.string()),
  detailDescriptionFlag: optional(z.boolean()),
  internalAnalysisFlag: optional(z.boolean()),
  resolutionFlag: optional(z.boolean()),
  member: optional(identified),
  contact: optional(named),
  dateCreated: optional(z.string()),
  createdBy: optional(z.string()),
})
export type NoteBody = z.infer<typeof note>

export const timeEntry = z.object({
  id,
  chargeToId: optional(id),
  chargeToType: optional(z.string()),
  company: optional(identified),
  member: optional(identified),
  workType: optional(named),
  workRole: optional(named),
  timeStart: optional(z.string()),
  timeEnd: optional(z.string()),
  actualHours: optional(z.number()),
  billableOption: optional(z.string()),
  notes: optional(z.string()),
  internalNotes: optional(z.string()),
  dateEntered: optional(z.string()),
  _info: optional(info),
})
export type TimeEntryBody = z.infer<typeof timeEntry>

export const contact = z.object({
  id,
  firstName: optional(z.string()),
  lastName: optional(z.string()),
  title: optional(z.string()),
  inactiveFlag: optional(z.boolean()),
  company: optional(identified),
  site: optional(named),
  communicationItems: optional(
    z.array(
      z.object({
        value: z.string().optional(),
        extension: z.string().optional(),
        defaultFlag: z.boolean().optional(),
        communicationType: z.string().optional(),
      }),
    ),
  ),
  _info: optional(info),
})
export type ContactBody = z.infer<typeof contact>

export const company = z.object({
  id,
  name: optional(z.string()),
  identifier: optional(z.string()),
  phoneNumber: optional(z.string()),
  website: optional(z.string()),
  status: optional(named),
  deletedFlag: optional(z.boolean()),
  _info: optional(info),
})
export type CompanyBody = z.infer<typeof company>

export const site = z.object({
  id,
  name: optional(z.string()),
  addressLine1: optional(z.string()),
  addressLine2: optional(z.string()),
  city: optional(z.string()),
  stateReference: optional(identified),
  zip: optional(z.string()),
  phoneNumber: optional(z.string()),
  primaryAddressFlag: optional(z.boolean()),
  inactiveFlag: optional(z.boolean()),
  company: optional(identified),
  _info: optional(info),
})
export type SiteBody = z.infer<typeof site>

export const configuration = z.object({
  id,
  name: optional(z.string()),
  type: optional(named),
  serialNumber: optional(z.string()),
  tagNumber: optional(z.string()),
  warrantyExpirationDate: optional(z.string()),
  activeFlag: optional(z.boolean()),
  company: optional(identified),
  site: optional(named),
  contact: optional(named),
  _info: optional(info),
})
export type ConfigurationBody = z.infer<typeof configuration>

export const catalogItem = z.object({
  id,
  identifier: optional(z.string()),
  description: optional(z.string()),
  customerDescription: optional(z.string()),
  price: optional(z.number()),
  cost: optional(z.number()),
  inactiveFlag: optional(z.boolean()),
})
export type CatalogItemBody = z.infer<typeof catalogItem>

export const article = z.object({
  id,
  title: optional(z.string()),
  issue: optional(z.string()),
  resolution: optional(z.string()),
  _info: optional(info),
})
export type ArticleBody = z.infer<typeof article>

/** An entry of the catalogue on a ticket, a project, an order and the like. */
export const productItem = z.object({
  id,
  catalogItem: optional(z.object({ id, identifier: z.string().optional() })),
  description: optional(z.string()),
  quantity: optional(z.number()),
  price: optional(z.number()),
  cost: optional(z.number()),
  billableOption: optional(z.string()),
  invoice: optional(z.object({ id })),
  ticket: optional(ticketReference),
  _info: optional(info),
})
export type ProductItemBody = z.infer<typeof productItem>

/** `objectId` is a ticket only where the type says so. */
export const scheduleEntry = z.object({
  id,
  name: optional(z.string()),
  type: optional(z.object({ id })),
  objectId: optional(id),
  member: optional(identified),
  dateStart: optional(z.string()),
  dateEnd: optional(z.string()),
  doneFlag: optional(z.boolean()),
  _info: optional(info),
})
export type ScheduleEntryBody = z.infer<typeof scheduleEntry>

export const agreement = z.object({
  id,
  name: optional(z.string()),
  type: optional(named),
  agreementStatus: optional(z.string()),
  startDate: optional(z.string()),
  endDate: optional(z.string()),
  noEndingDateFlag: optional(z.boolean()),
  applicationUnits: optional(z.string()),
  applicationLimit: optional(z.number()),
  applicationUnlimitedFlag: optional(z.boolean()),
  coverAgreementTime: optional(z.boolean()),
  coverAgreementProduct: optional(z.boolean()),
  coverAgreementExpense: optional(z.boolean()),
  company: optional(identified),
})
export type AgreementBody = z.infer<typeof agreement>

/** How far an agreement is used up, in its own units. */
export const agreementRecap = z.object({ id, remainingAmount: optional(z.number()) })

/** A company has any number of types. */
export const companyWithTypes = z.object({
  id,
  types: optional(z.array(z.object({ name: optional(z.string()) }))),
})

export const member = z.object({
  id,
  identifier: optional(z.string()),
  firstName: optional(z.string()),
  lastName: optional(z.string()),
  primaryEmail: optional(z.string()),
  officeEmail: optional(z.string()),
  inactiveFlag: optional(z.boolean()),
})
export type MemberBody = z.infer<typeof member>

export const serviceTask = z.object({
  id,
  notes: optional(z.string()),
  summary: optional(z.string()),
  closedFlag: optional(z.boolean()),
  priority: optional(z.number()),
  member: optional(identified),
})
export type ServiceTaskBody = z.infer<typeof serviceTask>

export const auditTrailEntry = z.object({
  text: optional(z.string()),
  enteredDate: optional(z.string()),
  enteredBy: optional(z.string()),
  auditSubType: optional(z.string()),
})

export const documentInfo = z.object({
  id,
  title: optional(z.string()),
  fileName: optional(z.string()),
  publicFlag: optional(z.boolean()),
  size: optional(z.number()),
  createdOnDate: optional(z.string()),
})
export type DocumentInfoBody = z.infer<typeof documentInfo>

export const board = z.object({ id, name: optional(z.string()), inactiveFlag: optional(z.boolean()) })
export type BoardBody = z.infer<typeof board>

export const boardStatus = z.object({
  id,
  name: z.string(),
  sortOrder: optional(z.number()),
  closedStatus: optional(z.boolean()),
  defaultFlag: optional(z.boolean()),
  inactive: optional(z.boolean()),
  timeEntryNotAllowed: optional(z.boolean()),
  escalationStatus: optional(z.string()),
  emailTemplate: optional(z.object({ id })),
})
export type BoardStatus = z.infer<typeof boardStatus>

export const boardTeam = z.object({ id, name: z.string(), members: optional(z.array(z.number().int())) })

export const boardType = z.object({
  id,
  name: z.string(),
  inactiveFlag: optional(z.boolean()),
  defaultFlag: optional(z.boolean()),
})
export const priority = z.object({
  id,
  name: z.string(),
  sortOrder: optional(z.number()),
  level: optional(z.string()),
  defaultFlag: optional(z.boolean()),
})
export type PriorityBody = z.infer<typeof priority>
export const setupValue = z.object({ id, name: z.string(), inactiveFlag: optional(z.boolean()) })
export type SetupValue = z.infer<typeof setupValue>

export const userDefinedField = z.object({
  id,
  caption: z.string(),
  fieldTypeIdentifier: optional(z.string()),
  entryTypeIdentifier: optional(z.string()),
  numberDecimals: optional(z.number()),
  readOnlyFlag: optional(z.boolean()),
  options: optional(
    z.array(z.object({ optionValue: z.string().optional(), inactiveFlag: z.boolean().nullish() })),
  ),
})
export type UserDefinedField = z.infer<typeof userDefinedField>

export const communicationType = z.object({
  id,
  description: optional(z.string()),
  emailFlag: optional(z.boolean()),
  phoneFlag: optional(z.boolean()),
  defaultFlag: optional(z.boolean()),
})
export type CommunicationType = z.infer<typeof communicationType>
