import type { Dataset } from '../dataset/index.ts'
import type { Picklist, PicklistValue, Udf } from './state.ts'
import { BILLING_USE, CATEGORY, NOTE_TYPE, PUBLISH, STATUS, TICKET_TYPE } from './values.ts'

/** Queues are no entity and have large tenant-made ids; nobody may mistake them for a board's number. */
const QUEUE_BASE = 29_682_830
export const OPPORTUNITY_STAGES = ['Qualified', 'Proposal', 'Won']

/** A project's work is tasks, so its board is no queue. */
export const serviceBoards = (dataset: Dataset) => dataset.boards.filter((board) => !board.project)
export const queueId = (boardId: number): number => QUEUE_BASE + boardId

/** Here a status is the tenant's, not a board's, and only 5 completes a ticket: "Completed" (17) does not. */
const statuses: Record<string, number> = {
  New: STATUS.new,
  Assigned: 9,
  'In Progress': 8,
  'Waiting on Client': 7,
  'Waiting on Vendor': 12,
  Scheduled: 10,
  'Awaiting Approval': 14,
  Contained: 15,
  Completed: 17,
  'Old: On Hold': 11,
  Closed: STATUS.complete,
  Merged: STATUS.complete,
}
export function statusValue(name: string): number {
  const value = statuses[name]
  if (value === undefined) throw new Error(`No Autotask status for "${name}"`)
  return value
}

const priorities = { Critical: 4, High: 1, Medium: 2, Low: 3 } as const
export const priorityValue = (level: keyof typeof priorities): number => priorities[level]

const SOURCES = [4, 2, 6, 8, 11, 13]
export const sourceValue = (id: number): number => SOURCES[id - 1] ?? 0

const list = (labels: Record<number, string>): PicklistValue[] =>
  Object.entries(labels).map(([value, label]) => ({ value: Number(value), label }))

export interface Issues {
  types: PicklistValue[]
  subTypes: PicklistValue[]
  typeOf(typeId: number): number
  subTypeOf(typeId: number, subTypeId: number | undefined): number | undefined
}

/** A type of one name on several boards is one issue type; sub-types depend on it. */
export function buildIssues(dataset: Dataset): Issues {
  const types: PicklistValue[] = []
  const subTypes: PicklistValue[] = []
  const typeById = new Map<number, number>()
  const subTypeById = new Map<string, number>()
  for (const board of serviceBoards(dataset)) {
    for (const type of board.types) {
      const known = types.find((entry) => entry.label === type.name)
      const issue = known ?? { value: 10 + types.length, label: type.name }
      if (!known) types.push(issue)
      typeById.set(type.id, issue.value)
      for (const triple of board.triples.filter((candidate) => candidate.typeId === type.id)) {
        const subType = board.subTypes.find((candidate) => candidate.id === triple.subTypeId)
        if (!subType) continue
        const label = subType.name
        const same = subTypes.find((entry) => entry.label === label && entry.parent === issue.value)
        const sub = same ?? { value: 100 + subTypes.length, label, parent: issue.value }
        if (!same) subTypes.push(sub)
        subTypeById.set(`${type.id}/${subType.id}`, sub.value)
      }
    }
  }
  return {
    types,
    subTypes,
    typeOf: (typeId) => typeById.get(typeId)!,
    subTypeOf: (typeId, subTypeId) => subTypeById.get(`${typeId}/${subTypeId}`),
  }
}

export const CI_TYPES = ['Workstation', 'Server', 'Firewall', 'Printer', 'Switch'] as const
export const CONTRACT_TYPES = { 'Managed Services': 7, 'Block Hours': 4, Backup: 7 } as const

export function buildPicklists(dataset: Dataset, issues: Issues): Map<string, Picklist> {
  const statusLabels = Object.entries(statuses).filter(([label]) => label !== 'Merged')
  const status: PicklistValue[] = statusLabels.map(([label, value]) => ({
    value,
    label: (value === STATUS.complete ? 'Complete' : label) + dataset.mark,
    system: value === STATUS.new || value === STATUS.complete,
    inactive: label.startsWith('Old:'),
    isDefault: value === STATUS.new,
  }))
  const queues = serviceBoards(dataset).map(({ id, name }) => ({ value: queueId(id), label: name }))
  const slas = dataset.slas.map(({ id, name }) => ({ value: id, label: name }))
  const publish = (internal: string): PicklistValue[] =>
    list({
      [PUBLISH.everybody]: 'All Autotask Users',
      [PUBLISH.internal]: internal,
      [PUBLISH.comanaged]: `${internal} & Co-Managed`,
    })
  const noteTypes: PicklistValue[] = [
    ...list({
      [NOTE_TYPE.taskSummary]: 'Task Summary',
      [NOTE_TYPE.taskDetail]: 'Task Detail',
      [NOTE_TYPE.taskNotes]: 'Task Notes',
    }),
    { value: NOTE_TYPE.workflow, label: 'Workflow Rule Note', system: true },
    { value: NOTE_TYPE.clientPortal, label: 'Client Portal Note' },
    { value: NOTE_TYPE.merged, label: 'Merged Ticket Note', system: true },
    { value: 20, label: 'Old: Phone Note', inactive: true },
  ]
  const plain: Record<string, PicklistValue[]> = {
    'Tickets.status': status,
    'Tickets.priority': dataset.priorities.map(({ level, isDefault }) => ({
      value: priorityValue(level),
      label: level,
      isDefault,
    })),
    'Tickets.queueID': queues,
    'Tickets.source': dataset.sources.map(({ id, name }) => ({ value: sourceValue(id), label: name })),
    'Tickets.issueType': issues.types,
    'Tickets.ticketType': list({
      [TICKET_TYPE.serviceRequest]: 'Service Request',
      [TICKET_TYPE.incident]: 'Incident',
      [TICKET_TYPE.problem]: 'Problem',
      [TICKET_TYPE.changeRequest]: 'Change Request',
      [TICKET_TYPE.alert]: 'Alert',
    }).map((entry) => ({ ...entry, system: true })),
    'Tickets.ticketCategory': list({
      [CATEGORY.standard]: 'Standard',
      [CATEGORY.incident]: 'Incident',
      [CATEGORY.changeRequest]: 'Change Request',
    }),
    'Tickets.serviceLevelAgreementID': slas,
    'Tickets.creatorType': list({ 1: 'Resource', 2: 'Contact' }),
    'TicketNotes.noteType': noteTypes,
    'TicketNotes.publish': publish('Internal Project Team'),
    'TaskNotes.noteType': noteTypes,
    'TaskNotes.publish': publish('Internal Project Team'),
    'TicketAttachments.publish': publish('Internal Users Only'),
    'AttachmentInfo.publish': publish('Internal Users Only'),
    'AttachmentInfo.parentType': list({ 4: 'Ticket' }),
    'TimeEntries.timeEntryType': list({ 2: 'ITServiceRequest', 6: 'ProjectTask', 10: 'Internal' }),
    'Companies.companyType': list({
      1: 'Customer',
      2: 'Lead',
      3: 'Prospect',
      4: 'Dead',
      5: 'Cancelation',
      6: 'Vendor',
      7: 'Partner',
    }),
    'ConfigurationItems.configurationItemType': CI_TYPES.map((label, index) => ({ value: index + 1, label })),
    'Contracts.contractType': list({
      1: 'Time & Materials',
      3: 'Fixed Price',
      4: 'Block Hours',
      6: 'Retainer',
      7: 'Recurring Service',
      8: 'Incident',
    }),
    'Contracts.status': list({ 0: 'Inactive', 1: 'Active' }),
    'Contracts.timeReportingRequiresStartAndStopTimes': list({ 0: 'No', 1: 'Yes' }),
    'Contracts.serviceLevelAgreementID': slas,
    'TimeOffRequests.status': list({ 1: 'Waiting Approval', 2: 'Approved', 3: 'Rejected', 4: 'Cancelled' }),
    'ServiceCalls.status': list({ 1: 'New', 2: 'Complete', 3: 'Canceled' }),
    'TicketCharges.chargeType': list({ 1: 'Operational', 2: 'Capitalized' }),
    'TicketCharges.status': list({ 1: 'Need to Order/Fulfill', 7: 'Delivered/Shipped Full' }),
    'BillingCodes.useType': list({
      [BILLING_USE.work]: 'General Allocation Code',
      [BILLING_USE.internal]: 'Internal Allocation Code',
      [BILLING_USE.material]: 'Material Cost Code',
    }),
    'Resources.licenseType': list({ 1: 'Professional', 7: 'API User' }),
    'ResourceRoles.queueID': queues,
    'ResourceRoleQueues.queueID': queues,
    'Projects.projectType': list({ 5: 'Client' }),
    'Projects.status': list({ 1: 'New', 5: 'Complete', 8: 'In Progress' }),
    'Opportunities.stage': OPPORTUNITY_STAGES.map((label, index) => ({ value: index + 1, label })),
    'Opportunities.status': list({
      0: 'Not Ready To Buy',
      1: 'Active',
      2: 'Lost',
      3: 'Closed',
      4: 'Implemented',
    }),
    'Tasks.status': status,
    'Tasks.taskType': list({ 1: 'Fixed Work', 2: 'Fixed Duration' }),
  }
  const picklists = new Map(
    Object.entries(plain).map(([name, values]): [string, Picklist] => [name, { values }]),
  )
  picklists.set('Tickets.subIssueType', { values: issues.subTypes, parentField: 'issueType' })
  return picklists
}

/** A list's records carry the item's value; its label stands in the metadata alone. */
export function buildUdfs(dataset: Dataset): Map<string, Udf[]> {
  const listed = (labels: readonly string[]) =>
    labels.map((label, index) => ({ value: String(index + 1), label }))
  const tickets = dataset.customFields.map(({ caption, type, list: choices }): Udf => {
    if (choices) return { name: caption, type: 'List', list: listed(choices) }
    // The vendor has no checkbox among its kinds; tenants make a list of two.
    if (type === 'Checkbox') return { name: caption, type: 'List', list: listed(['Yes', 'No']) }
    return { name: caption, type }
  })
  const ranking: Udf = { name: 'CustomerRanking', type: 'List', list: listed(['Golden', 'Silver', 'Bronze']) }
  return new Map([
    ['Tickets', tickets],
    ['Companies', [ranking]],
  ])
}
