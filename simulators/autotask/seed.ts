import type { Address, Company, Dataset } from '../dataset/index.ts'
import type { Rec } from '../shared/json.ts'
import { companyId, DEPARTMENT_BASE, day, INTERNAL_CODE, MATERIAL_CODE, roleId, workTypeId } from './ids.ts'
import { stamp } from './instants.ts'
import {
  buildIssues,
  buildPicklists,
  buildUdfs,
  CI_TYPES,
  CONTRACT_TYPES,
  queueId,
  serviceBoards,
} from './picklists.ts'
import { seedTickets } from './seed-tickets.ts'
import { createTables, insert, type State, type WorkflowRule } from './state.ts'
import { BILLING_USE, CATEGORY } from './values.ts'

const DAY = 86_400_000

const address = (where: Address, line: 'address1' | 'addressLine'): Rec => ({
  [line]: where.line1,
  [line === 'address1' ? 'address2' : 'addressLine1']: where.line2,
  city: where.city,
  state: where.state,
})

function seedResources(state: State): void {
  const { dataset } = state
  const add = (root: string, row: Rec) => insert(state, root, row)
  for (const role of dataset.workRoles) {
    add('Roles', {
      id: roleId(role.id),
      name: role.name,
      description: role.name,
      hourlyRate: role.hourlyRate,
      hourlyFactor: 1,
      isActive: true,
      isSystemRole: false,
      isExcludedFromNewContracts: false,
      roleType: 0,
    })
  }
  for (const { id, name } of dataset.departments)
    add('Departments', { id: DEPARTMENT_BASE + id, name, number: String(id), description: name })
  for (const person of dataset.technicians) {
    const roleID = roleId(person.workRoleId)
    add('Resources', {
      id: person.id,
      firstName: person.firstName,
      lastName: person.lastName,
      title: person.title,
      email: person.email,
      userName: person.identifier,
      isActive: !person.inactive,
      licenseType: person.api ? 7 : 1,
      userType: person.api ? 17 : 10,
      resourceType: person.api ? 'API User' : 'Employee',
      defaultServiceDeskRoleID: roleID,
      internalCost: person.hourlyCost,
      hireDate: day(dataset.anchor.getTime() - 1500 * DAY),
      officePhone: '8135550100',
    })
    if (person.api) continue
    const isActive = !person.inactive
    add('ResourceServiceDeskRoles', { resourceID: person.id, roleID, isActive, isDefault: true })
    const departmentID = DEPARTMENT_BASE + (person.workRoleId === 3 ? 2 : 1)
    add('ResourceRoleDepartments', {
      departmentID,
      resourceID: person.id,
      roleID,
      isActive,
      isDefault: true,
      isDepartmentLead: false,
    })
    add('ResourceRoles', { departmentID, resourceID: person.id, roleID, isActive })
    for (const board of serviceBoards(dataset)) {
      if (!board.teams.some((team) => team.memberIds.includes(person.id))) continue
      add('ResourceRoleQueues', { queueID: queueId(board.id), resourceID: person.id })
      add('ResourceRoles', { queueID: queueId(board.id), resourceID: person.id, roleID, isActive })
    }
  }
}

function seedCodes(state: State): void {
  const add = (row: Rec) => insert(state, 'BillingCodes', row)
  for (const { id, name, rate } of state.dataset.workTypes) {
    add({
      id: workTypeId(id),
      name,
      useType: BILLING_USE.work,
      isActive: true,
      afterHoursWorkType: rate > 1 ? 1 : 0,
      billingCodeType: 0,
      unitCost: 0,
      unitPrice: 0,
      isExcludedFromNewContracts: false,
    })
  }
  add({ id: workTypeId(9), name: 'Old: Bench Work', useType: BILLING_USE.work, isActive: false })
  add({ id: INTERNAL_CODE, name: 'Internal Meeting', useType: BILLING_USE.internal, isActive: true })
  add({ id: MATERIAL_CODE, name: 'Hardware', useType: BILLING_USE.material, isActive: true })
  for (const [name, id] of Object.entries({ Standard: 3, Incident: 4, 'Change Request': 5 })) {
    insert(state, 'TicketCategories', {
      id,
      name,
      nickname: name,
      isActive: true,
      isApiOnly: false,
      isGlobalDefault: id === CATEGORY.standard,
    })
  }
  for (const [index, name] of CI_TYPES.entries())
    insert(state, 'ConfigurationItemTypes', { id: index + 1, name, isActive: true })
  insert(state, 'ConfigurationItemCategories', {
    id: 1,
    name: 'Standard',
    nickname: 'Standard',
    isActive: true,
    isGlobalDefault: true,
    isClientPortalDefault: true,
  })
}

function seedCompanies(state: State): void {
  const { dataset } = state
  const anchor = dataset.anchor.getTime()
  const created = stamp(anchor - 900 * DAY)
  const add = (company: Company, index: number) =>
    insert(state, 'Companies', {
      id: companyId(dataset, company.id),
      companyName: company.name,
      companyNumber: company.identifier,
      companyType: company.type === 'Prospect' ? 3 : 1,
      phone: company.phone,
      webAddress: company.website,
      ...address(company.address, 'address1'),
      postalCode: company.address.zip,
      isActive: company.status === 'Active',
      isClientPortalActive: true,
      ownerResourceID: 151,
      createDate: stamp(company.createdAt),
      lastActivityDate: stamp(anchor - 10 * DAY),
      lastTrackedModifiedDateTime: created,
      $udfs: index % 4 === 1 ? { CustomerRanking: '1' } : {},
    })
  // Their own company was there first, whatever its number elsewhere.
  ;[dataset.msp, ...dataset.companies].forEach(add)
  for (const site of dataset.sites) {
    insert(state, 'CompanyLocations', {
      id: site.id,
      companyID: companyId(dataset, site.companyId),
      name: site.name,
      ...address(site.address, 'address1'),
      postalCode: site.address.zip,
      phone: site.phone,
      isActive: true,
      isPrimary: site.primary,
    })
  }
  for (const person of dataset.contacts) {
    insert(state, 'Contacts', {
      id: person.id,
      companyID: person.companyId,
      companyLocationID: person.siteId,
      firstName: person.firstName,
      lastName: person.lastName,
      title: person.title,
      emailAddress: person.email,
      phone: person.phone,
      isActive: person.inactive ? 0 : 1,
      primaryContact: person.primary,
      billingContact: person.primary,
      receivesEmailNotifications: true,
      createDate: created,
      lastActivityDate: created,
      lastModifiedDate: created,
    })
  }
}

function seedContracts(state: State): void {
  const anchor = state.dataset.anchor.getTime()
  for (const agreement of state.dataset.agreements) {
    const endsAt = agreement.endsAt ?? anchor + 730 * DAY
    insert(state, 'Contracts', {
      id: agreement.id,
      companyID: agreement.companyId,
      contactID: agreement.contactId,
      contractName: agreement.name,
      contractType: CONTRACT_TYPES[agreement.type],
      startDate: day(agreement.startsAt),
      endDate: day(endsAt),
      status: agreement.cancelled ? 0 : 1,
      serviceLevelAgreementID: agreement.slaId,
      timeReportingRequiresStartAndStopTimes: 1,
      isDefaultContract: agreement.type !== 'Backup',
      lastModifiedDateTime: stamp(agreement.startsAt),
    })
    if (agreement.type !== 'Block Hours') continue
    insert(state, 'ContractBlocks', {
      contractID: agreement.id,
      datePurchased: day(agreement.startsAt),
      startDate: day(agreement.startsAt),
      endDate: day(endsAt),
      hours: 100,
      hoursApproved: 12.5,
      hourlyRate: 130,
      isPaid: true,
      status: 1,
    })
  }
}

function seedDevices(state: State): void {
  const { dataset } = state
  const products = new Map<string, number>()
  const addProduct = (name: string, row: Rec): number => {
    const product = { name, isActive: true, isSerialized: false, chargeBillingCodeID: MATERIAL_CODE, ...row }
    const id = Number(insert(state, 'Products', product).id)
    products.set(name, id)
    return id
  }
  for (const item of dataset.catalog) {
    addProduct(item.name, {
      id: item.id,
      description: item.description,
      unitPrice: item.price,
      unitCost: item.cost,
      sku: item.name,
      isActive: item.retired !== true,
    })
  }
  for (const device of dataset.devices) {
    const productID = products.get(device.model) ?? addProduct(device.model, { isSerialized: true })
    insert(state, 'ConfigurationItems', {
      id: device.id,
      companyID: device.companyId,
      companyLocationID: device.siteId,
      contactID: device.contactId,
      referenceTitle: device.name,
      serialNumber: device.serial,
      configurationItemType: CI_TYPES.indexOf(device.type) + 1,
      configurationItemCategoryID: 1,
      productID,
      isActive: device.active,
      installDate: stamp(device.installedAt),
      warrantyExpirationDate: stamp(device.warrantyEndsAt),
      createDate: stamp(device.installedAt),
      lastModifiedTime: stamp(device.installedAt),
      rmmDeviceAuditHostname: device.name,
      rmmDeviceAuditIPAddress: device.ip,
      rmmDeviceAuditOperatingSystem: device.os,
    })
  }
}

/** The text of an article is a record of its own below it. */
function seedArticles(state: State): void {
  const { articles, anchor } = state.dataset
  for (const { id, title, problem, solution, internal, retired, editedDaysAgo } of articles) {
    const edited = stamp(anchor.getTime() - editedDaysAgo * DAY)
    insert(state, 'KnowledgeBaseArticles', {
      id,
      title,
      articleCategoryID: 1,
      isActive: retired !== true,
      publish: internal ? 2 : 1,
      createdDateTime: edited,
      lastModifiedDateTime: edited,
    })
    insert(state, 'ArticlePlainTextContent', {
      id: 5_000 + id,
      knowledgeBaseArticleID: id,
      contentData: `${problem}\n\n${solution}`,
    })
  }
}

/** Tells the neutral data set in this vendor's words. */
export function seedState(
  dataset: Dataset,
  workflowRules: ReadonlySet<WorkflowRule>,
  denied: ReadonlySet<string>,
): State {
  const issues = buildIssues(dataset)
  const state: State = {
    dataset,
    tables: createTables(),
    picklists: buildPicklists(dataset, issues),
    udfs: buildUdfs(dataset),
    outbox: [],
    workflowRules,
    denied,
    uploads: [],
  }
  seedResources(state)
  seedCodes(state)
  seedCompanies(state)
  seedContracts(state)
  seedDevices(state)
  seedArticles(state)
  seedTickets(state, issues)
  return state
}
