export type Verb = 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** What the description leaves out and `entityInformation/fields` tells at run time. */
export interface EntityRules {
  /** Which of the vendor's writing verbs are played; the others only answer that they are not. */
  writes?: readonly Verb[]
  required?: readonly string[]
  /** Ignored in a body, beside the names every entity keeps to itself. */
  readOnly?: readonly string[]
  /** Set once, on create. */
  fixed?: readonly string[]
  lengths?: Readonly<Record<string, number>>
  dateOnly?: readonly string[]
  notQueryable?: readonly string[]
  /** Writes may be made in another resource's name. */
  impersonation?: boolean
  webhooks?: boolean
  /** How many rows one parent takes. */
  perParent?: number
}

const FULL: readonly Verb[] = ['POST', 'PATCH', 'PUT', 'DELETE']
const NO_DELETE: readonly Verb[] = ['POST', 'PATCH', 'PUT']
const ADDED: readonly Verb[] = ['POST', 'DELETE']

/** Who made and last changed a record is the server's business everywhere. */
const OWN = new Set(
  `id createDate createDateTime createdDateTime creatorResourceID creatorUserID creatorType createdByResourceID
   createdByPersonID createdTime lastActivityDate lastActivityDateTime lastActivityPersonID
   lastActivityPersonType lastActivityResourceID lastModifiedDate lastModifiedDateTime lastModifiedTime
   lastModifiedUserID lastTrackedModificationDateTime lastTrackedModifiedDateTime updateDateTime
   impersonatorCreatorResourceID impersonatorUpdaterResourceID`.split(/\s+/),
)

export const rules: Readonly<Record<string, EntityRules>> = {
  Tickets: {
    writes: NO_DELETE,
    required: ['companyID', 'title', 'status', 'priority'],
    readOnly: `ticketNumber completedDate completedByResourceID firstResponseDateTime firstResponseDueDateTime
       firstResponseAssignedResourceID firstResponseInitiatingResourceID resolutionPlanDateTime
       resolutionPlanDueDateTime resolvedDateTime resolvedDueDateTime serviceLevelAgreementHasBeenMet
       lastCustomerNotificationDateTime lastCustomerVisibleActivityDateTime hoursToBeScheduled
       serviceLevelAgreementPausedNextEventHours currentServiceThermometerRating
       previousServiceThermometerRating serviceThermometerTemperature`.split(/\s+/),
    fixed: ['createdByContactID'],
    lengths: { title: 255, description: 8000, resolution: 32_000, purchaseOrderNumber: 50, externalID: 50 },
    notQueryable: ['creatorType', 'lastActivityPersonType'],
    impersonation: true,
    webhooks: true,
  },
  TicketNotes: {
    writes: NO_DELETE,
    required: ['description', 'noteType', 'publish', 'ticketID'],
    fixed: ['ticketID', 'createdByContactID'],
    lengths: { title: 250, description: 32_000 },
    impersonation: true,
    webhooks: true,
  },
  TimeEntries: {
    writes: FULL,
    required: ['resourceID'],
    readOnly: `hoursToBill timeEntryType billingApprovalDateTime billingApprovalLevelMostRecent
      billingApprovalResourceID`.split(/\s+/),
    fixed: ['ticketID', 'taskID', 'resourceID'],
    lengths: { summaryNotes: 8000, internalNotes: 8000 },
    dateOnly: ['dateWorked'],
    impersonation: true,
  },
  Contacts: {
    writes: FULL,
    required: ['companyID', 'firstName', 'lastName', 'isActive'],
    fixed: ['companyID'],
    lengths: { firstName: 20, lastName: 20, title: 50, emailAddress: 254, phone: 25, mobilePhone: 25 },
    impersonation: true,
    webhooks: true,
  },
  Companies: {
    writes: NO_DELETE,
    required: ['companyName', 'companyType', 'phone', 'ownerResourceID'],
    lengths: { companyName: 100, phone: 25, webAddress: 255 },
    impersonation: true,
    webhooks: true,
  },
  CompanyLocations: {
    writes: FULL,
    required: ['companyID', 'name'],
    fixed: ['companyID'],
    lengths: { name: 100 },
  },
  ConfigurationItems: {
    writes: NO_DELETE,
    required: ['companyID', 'productID', 'isActive'],
    lengths: { referenceTitle: 255, serialNumber: 100 },
    impersonation: true,
    webhooks: true,
  },
  Contracts: {
    writes: NO_DELETE,
    required: `companyID contractName contractType startDate endDate status
      timeReportingRequiresStartAndStopTimes`.split(/\s+/),
    fixed: ['contractType'],
    lengths: { contractName: 100 },
    dateOnly: ['startDate', 'endDate'],
  },
  TicketCharges: {
    writes: FULL,
    required: ['ticketID', 'name', 'datePurchased', 'chargeType', 'unitQuantity'],
    readOnly: [
      'isBilled',
      'billableAmount',
      'extendedCost',
      'statusLastModifiedBy',
      'statusLastModifiedDate',
    ],
    fixed: ['ticketID'],
    lengths: { name: 100, description: 2000 },
    dateOnly: ['datePurchased'],
  },
  TicketChecklistItems: {
    writes: FULL,
    required: ['ticketID', 'itemName'],
    readOnly: ['completedDateTime', 'completedByResourceID'],
    fixed: ['ticketID'],
    lengths: { itemName: 255 },
    perParent: 40,
  },
  TicketSecondaryResources: {
    writes: ADDED,
    required: ['ticketID', 'resourceID', 'roleID'],
    perParent: 50,
  },
  ChangeRequestLinks: { writes: ADDED, required: ['changeRequestTicketID', 'problemOrIncidentTicketID'] },
  TicketAdditionalContacts: { writes: ADDED, required: ['ticketID', 'contactID'], perParent: 30 },
  TicketAdditionalConfigurationItems: {
    writes: ADDED,
    required: ['ticketID', 'configurationItemID'],
    perParent: 100,
  },
  TicketAttachments: {
    writes: ADDED,
    required: ['attachmentType', 'fullPath', 'title', 'publish'],
    readOnly: ['attachDate', 'attachedByResourceID', 'fileSize', 'parentID', 'parentType'],
    lengths: { title: 255, fullPath: 1000 },
    notQueryable: ['data', 'fileSize', 'creatorType'],
    impersonation: true,
  },
  AttachmentInfo: { notQueryable: ['fileSize', 'creatorType'] },
  Appointments: {
    writes: FULL,
    required: ['resourceID', 'title', 'startDateTime', 'endDateTime'],
    lengths: { title: 255 },
  },
  ServiceCalls: {
    writes: FULL,
    required: ['companyID', 'startDateTime', 'endDateTime'],
    readOnly: ['canceledByResourceID', 'canceledDateTime', 'duration'],
    lengths: { description: 2000 },
    impersonation: true,
  },
  ServiceCallTickets: { writes: ADDED, required: ['serviceCallID', 'ticketID'] },
  ServiceCallTicketResources: { writes: ADDED, required: ['serviceCallTicketID', 'resourceID'] },
  TicketHistory: { notQueryable: ['id', 'action', 'detail', 'date', 'resourceID'] },
}

export const rulesOf = (root: string): EntityRules => rules[root] ?? {}
export const isReadOnly = (root: string, field: string): boolean =>
  OWN.has(field) || (rulesOf(root).readOnly?.includes(field) ?? false)
export const isQueryable = (root: string, field: string): boolean =>
  field !== 'userDefinedFields' && !rulesOf(root).notQueryable?.includes(field)

const targets: Readonly<Record<string, string>> = {
  billToCompanyID: 'Companies',
  parentCompanyID: 'Companies',
  vendorID: 'Companies',
  companyID: 'Companies',
  companyLocationID: 'CompanyLocations',
  contactID: 'Contacts',
  createdByContactID: 'Contacts',
  attachedByContactID: 'Contacts',
  contractID: 'Contracts',
  configurationItemID: 'ConfigurationItems',
  parentConfigurationItemID: 'ConfigurationItems',
  configurationItemCategoryID: 'ConfigurationItemCategories',
  productID: 'Products',
  billingCodeID: 'BillingCodes',
  internalBillingCodeID: 'BillingCodes',
  roleID: 'Roles',
  assignedResourceRoleID: 'Roles',
  defaultServiceDeskRoleID: 'Roles',
  departmentID: 'Departments',
  ticketID: 'Tickets',
  problemTicketId: 'Tickets',
  changeRequestTicketID: 'Tickets',
  problemOrIncidentTicketID: 'Tickets',
  taskID: 'Tasks',
  phaseID: 'Phases',
  projectID: 'Projects',
  serviceCallID: 'ServiceCalls',
  serviceCallTicketID: 'ServiceCallTickets',
  ticketNoteID: 'TicketNotes',
  timeEntryID: 'TimeEntries',
}
/** The entity that a field names by id. */
export const targetOf = (field: string): string | undefined =>
  targets[field] ?? (/resourceID$/i.test(field) ? 'Resources' : undefined)

/** The field by which a child hangs on its parent. */
export const parentField = (parent: string): string => {
  const names: Record<string, string> = { Companies: 'companyID' }
  return names[parent] ?? `${parent[0]!.toLowerCase()}${parent.slice(1, -1)}ID`
}
