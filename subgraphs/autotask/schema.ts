import { z } from 'zod'

/** Shapes of what is read, and nothing more: unknown members pass by, so a newer release breaks nothing. */

/** Empty fields are null, fields that were not asked for are absent: both are null from here on. */
const optional = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? null)

const id = z.number().int()
const int = optional(z.number().int())
const text = optional(z.string())
/** Contacts hold 1 and 0 where others hold true and false (API.md 5). */
const flag = optional(z.union([z.boolean(), z.number()]).transform((value) => value === true || value === 1))

export const udf = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).nullish(),
})
export type Udf = z.infer<typeof udf>

export const ticket = z.object({
  id,
  ticketNumber: text,
  title: text,
  description: text,
  resolution: text,
  status: int,
  priority: int,
  queueID: int,
  ticketType: int,
  companyID: int,
  contactID: int,
  companyLocationID: int,
  configurationItemID: int,
  contractID: int,
  assignedResourceID: int,
  assignedResourceRoleID: int,
  billingCodeID: int,
  problemTicketId: int,
  createDate: text,
  lastActivityDate: text,
  lastTrackedModificationDateTime: text,
  completedDate: text,
  dueDateTime: text,
  resolvedDateTime: text,
  resolvedDueDateTime: text,
  firstResponseDateTime: text,
  firstResponseDueDateTime: text,
  resolutionPlanDateTime: text,
  resolutionPlanDueDateTime: text,
  serviceLevelAgreementID: int,
  serviceLevelAgreementPausedNextEventHours: optional(z.number()),
  lastActivityPersonType: int,
  creatorResourceID: int,
  createdByContactID: int,
  userDefinedFields: optional(z.array(udf)),
})
export type TicketBody = z.infer<typeof ticket>

export const note = z.object({
  id,
  ticketID: int,
  title: text,
  description: text,
  publish: int,
  noteType: int,
  creatorResourceID: int,
  createdByContactID: int,
  createDateTime: text,
})
export type NoteBody = z.infer<typeof note>

export const timeEntry = z.object({
  id,
  ticketID: int,
  resourceID: int,
  roleID: int,
  billingCodeID: int,
  startDateTime: text,
  endDateTime: text,
  dateWorked: text,
  hoursWorked: optional(z.number()),
  isNonBillable: flag,
  showOnInvoice: flag,
  summaryNotes: text,
  internalNotes: text,
  createDateTime: text,
  lastModifiedDateTime: text,
})
export type TimeEntryBody = z.infer<typeof timeEntry>

export const contact = z.object({
  id,
  companyID: int,
  companyLocationID: int,
  firstName: text,
  lastName: text,
  title: text,
  emailAddress: text,
  phone: text,
  isActive: flag,
  lastModifiedDate: text,
})
export type ContactBody = z.infer<typeof contact>

export const company = z.object({
  id,
  companyName: text,
  companyNumber: text,
  companyType: int,
  phone: text,
  webAddress: text,
  isActive: flag,
})
export type CompanyBody = z.infer<typeof company>

export const site = z.object({
  id,
  companyID: int,
  name: text,
  phone: text,
  address1: text,
  address2: text,
  city: text,
  state: text,
  postalCode: text,
  isPrimary: flag,
  isActive: flag,
})
export type SiteBody = z.infer<typeof site>

export const configurationItem = z.object({
  id,
  companyID: int,
  companyLocationID: int,
  contactID: int,
  referenceTitle: text,
  referenceNumber: text,
  serialNumber: text,
  configurationItemType: int,
  warrantyExpirationDate: text,
  isActive: flag,
})
export type ConfigurationItemBody = z.infer<typeof configurationItem>

export const contract = z.object({
  id,
  companyID: int,
  contractName: text,
  contractType: int,
  startDate: text,
  endDate: text,
  status: int,
})
export type ContractBody = z.infer<typeof contract>

/** Hours that a client bought ahead; an agreement may hold several blocks of them. */
export const contractBlock = z.object({
  contractID: id,
  hours: optional(z.number()),
  hoursApproved: optional(z.number()),
  status: int,
})

export const article = z.object({
  id,
  title: text,
  isActive: flag,
  lastModifiedDateTime: text,
})
export type ArticleBody = z.infer<typeof article>

export const articleText = z.object({ contentData: text })
export const project = z.object({
  id,
  projectNumber: text,
  projectName: text,
  description: text,
  status: int,
  startDateTime: text,
  endDateTime: text,
  completedDateTime: text,
  completedPercentage: optional(z.number()),
  estimatedTime: optional(z.number()),
  actualHours: optional(z.number()),
  companyID: int,
  projectLeadResourceID: int,
})
export type ProjectBody = z.infer<typeof project>

export const phase = z.object({ id, projectID: id, title: text })
export type PhaseBody = z.infer<typeof phase>

export const task = z.object({
  id,
  taskNumber: text,
  title: text,
  status: int,
  endDateTime: text,
  estimatedHours: optional(z.number()),
  projectID: int,
  phaseID: int,
  assignedResourceID: int,
})
export type TaskBody = z.infer<typeof task>

export const opportunity = z.object({
  id,
  title: text,
  stage: int,
  status: int,
  probability: optional(z.number()),
  amount: optional(z.number()),
  projectedCloseDate: text,
  closedDate: text,
  lostDate: text,
  companyID: int,
  contactID: int,
  ownerResourceID: int,
})
export type OpportunityBody = z.infer<typeof opportunity>

export const product = z.object({
  id,
  name: text,
  description: text,
  sku: text,
  unitPrice: optional(z.number()),
  unitCost: optional(z.number()),
  isActive: flag,
})
export type ProductBody = z.infer<typeof product>

export const ticketCharge = z.object({
  id,
  ticketID: int,
  productID: int,
  description: text,
  unitQuantity: optional(z.number()),
  unitPrice: optional(z.number()),
  unitCost: optional(z.number()),
  isBillableToCompany: flag,
  isBilled: flag,
})
export type TicketChargeBody = z.infer<typeof ticketCharge>

export const checklistItem = z.object({
  id,
  ticketID: int,
  itemName: text,
  isCompleted: flag,
  position: int,
})
export type ChecklistItemBody = z.infer<typeof checklistItem>

export const ticketHistory = z.object({ action: text, detail: text, date: text, resourceID: int })

export const ticketAttachment = z.object({
  id,
  ticketID: int,
  fullPath: text,
  title: text,
  contentType: text,
  fileSize: optional(z.number()),
  attachDate: text,
  publish: int,
})
export type TicketAttachmentBody = z.infer<typeof ticketAttachment>
export const appointment = z.object({
  id,
  title: text,
  startDateTime: text,
  endDateTime: text,
  resourceID: int,
})

export const roleQueue = z.object({ resourceID: z.number().int(), queueID: z.number().int() })

export const timeOffRequest = z.object({
  id,
  resourceID: z.number().int(),
  requestDate: text,
  startTime: text,
  endTime: text,
  status: int,
})

export const serviceCall = z.object({
  id,
  description: text,
  startDateTime: text,
  endDateTime: text,
  isComplete: flag,
  canceledDateTime: text,
})

export const serviceCallTicket = z.object({ id, serviceCallID: id, ticketID: id })
export const serviceCallTicketResource = z.object({ id, serviceCallTicketID: id, resourceID: id })

export const resource = z.object({
  id,
  firstName: text,
  lastName: text,
  userName: text,
  email: text,
  isActive: flag,
  defaultServiceDeskRoleID: int,
})
export type ResourceBody = z.infer<typeof resource>

/** A picklist value is a text in metadata and a number in records (API.md 3). */
const picklistValue = z.object({
  value: z.union([z.string(), z.number()]).transform(String),
  label: optional(z.string()),
  isDefaultValue: flag,
  sortOrder: optional(z.number()),
  isActive: optional(z.boolean()),
  isSystem: flag,
})
export type PicklistValue = z.infer<typeof picklistValue>

export const fieldInfo = z.object({
  name: z.string(),
  label: text,
  dataType: text,
  type: text,
  length: optional(z.number()),
  isRequired: flag,
  isReadOnly: flag,
  isPickList: flag,
  picklistValues: optional(z.array(picklistValue)),
})
export type FieldInfo = z.infer<typeof fieldInfo>

export const billingCode = z.object({ id, name: text, isActive: flag, useType: int })
export const role = z.object({ id, name: text, isActive: flag })
export const resourceRole = z.object({ id, resourceID: int, roleID: int, isActive: flag, isDefault: flag })
export type ResourceRole = z.infer<typeof resourceRole>

export const zone = z.object({ url: z.string(), webUrl: text })
export const version = z.object({
  majorVersion: optional(z.union([z.number(), z.string()])),
  minorVersion: optional(z.union([z.number(), z.string()])),
  build: optional(z.union([z.number(), z.string()])),
})
