import type { Address, Dataset, Ticket } from '../dataset/index.ts'
import { type Rec, stamp } from '../shared/json.ts'
import { customFieldValues, type FieldDefinition } from './custom-fields.ts'
import { makeReference } from './references.ts'
import { createState, insert, type State, type TableName } from './state.ts'
import { emptyNotesFlags, refreshTicket } from './ticket-derived.ts'

const DAY = 86_400_000

/** Tells the neutral data set in this vendor's words. */
export function seedState(dataset: Dataset): State {
  const state = createState(dataset)
  const anchor = dataset.anchor.getTime()
  const setUp = { lastUpdated: stamp(anchor - 900 * DAY), updatedBy: 'zadmin' }
  const add = (table: TableName, row: Rec) => insert(state.tables[table], { _info: { ...setUp }, ...row })
  const ref = (schema: string, table: TableName, id: number | undefined): Rec | undefined => {
    const row = id === undefined ? undefined : state.tables[table].rows.get(id)
    return row && makeReference(schema, row)
  }

  for (const location of dataset.locations)
    add('locations', { ...location, locationFlag: true, clientFlag: false })
  for (const [index, department] of dataset.departments.entries()) {
    add('departments', { ...department, identifier: ['PS', 'SecOps', 'Admin'][index] })
  }
  const location = ref('SystemLocationReference', 'locations', 1)
  const department = ref('SystemDepartmentReference', 'departments', 1)
  for (const role of dataset.workRoles) add('workRoles', { ...role, inactiveFlag: false })
  for (const type of dataset.workTypes) {
    const { id, name, billing, rate } = type
    add('workTypes', {
      id,
      name,
      billTime: billing,
      rateType: 'Multiplier',
      rate,
      inactiveFlag: false,
      overallDefaultFlag: id === 1,
      utilizationFlag: id < 4,
    })
  }
  for (const technician of dataset.technicians) {
    const { id, identifier, firstName, lastName, email, inactive } = technician
    const name: Rec = {
      id,
      identifier,
      firstName,
      lastName,
      inactiveFlag: inactive,
      licenseClass: technician.api ? 'A' : 'F',
    }
    // The vendor's inactive members come without most of their fields.
    const rest: Rec = inactive
      ? {}
      : {
          title: technician.title,
          officeEmail: email,
          primaryEmail: email,
          defaultEmail: 'Office',
          officePhone: '8135550100',
          defaultPhone: 'Office',
          hireDate: stamp(Math.floor((anchor - 1500 * DAY) / DAY) * DAY),
          defaultLocation: location,
          defaultDepartment: department,
          workRole: ref('WorkRoleReference', 'workRoles', technician.workRoleId),
          workType: ref('WorkTypeReference', 'workTypes', 1),
          hourlyCost: technician.hourlyCost,
          dailyCapacity: 8,
          adminFlag: id === 151,
          securityRole: { id: 63, name: technician.api ? 'API' : 'Service' },
        }
    add('members', { ...name, ...rest })
  }

  add('companyStatuses', { id: 1, name: 'Active', defaultFlag: true, inactiveFlag: false })
  add('companyStatuses', { id: 2, name: 'Inactive', defaultFlag: false, inactiveFlag: true })
  const companyTypeIds = { Owner: 1, Client: 2, Prospect: 3 }
  for (const [name, id] of Object.entries(companyTypeIds))
    add('companyTypes', { id, name, defaultFlag: id === 2 })
  add('contactTypes', { id: 1, description: 'Approver', defaultFlag: false })
  add('contactTypes', { id: 2, description: 'End User', defaultFlag: true })
  const channels = ['Email', 'Direct', 'Fax']
  channels.forEach((description, index) => {
    add('communicationTypes', {
      id: index + 1,
      description,
      emailFlag: index === 0,
      phoneFlag: index === 1,
      faxFlag: index === 2,
      defaultFlag: index < 2,
    })
  })
  const placed = (address: Address): Rec => ({
    addressLine1: address.line1,
    addressLine2: address.line2,
    city: address.city,
    state: address.state,
    zip: address.zip,
  })
  const country = { id: 1, name: 'United States' }
  for (const company of [dataset.msp, ...dataset.companies]) {
    const created = { dateEntered: stamp(company.createdAt), enteredBy: 'zadmin' }
    add('companies', {
      id: company.id,
      identifier: company.identifier,
      name: company.name,
      status: ref('CompanyStatusReference', 'companyStatuses', company.status === 'Active' ? 1 : 2),
      ...placed(company.address),
      country,
      phoneNumber: company.phone,
      website: company.website,
      territory: location,
      deletedFlag: false,
      leadFlag: false,
      types: [{ id: companyTypeIds[company.type], name: company.type }],
      _info: { ...setUp, ...created },
    })
  }
  const regions = new Set(dataset.sites.map((site) => site.address.state))
  for (const [index, region] of [...regions].entries())
    add('states', { id: index + 1, identifier: region, name: region })
  const companyRef = (id: number) => ref('CompanyReference', 'companies', id)
  for (const site of dataset.sites) {
    const { state: region, ...address } = placed(site.address)
    add('sites', {
      id: site.id,
      name: site.name,
      ...address,
      stateReference: ref('StateReference', 'states', [...regions].indexOf(String(region)) + 1),
      country,
      phoneNumber: site.phone,
      primaryAddressFlag: site.primary,
      inactiveFlag: false,
      company: companyRef(site.companyId),
      $parent: site.companyId,
    })
    if (site.primary)
      state.tables.companies.rows.get(site.companyId)!.site = ref('SiteReference', 'sites', site.id)
  }
  for (const contact of dataset.contacts) {
    const { id, companyId, siteId, firstName, lastName, title, inactive, primary } = contact
    const email = {
      id: id * 10,
      type: { id: 1, name: 'Email' },
      value: contact.email,
      defaultFlag: true,
      domain: `@${contact.email.split('@')[1]}`,
      communicationType: 'Email',
    }
    const phone = {
      id: id * 10 + 1,
      type: { id: 2, name: 'Direct' },
      value: contact.phone,
      defaultFlag: true,
      communicationType: 'Phone',
    }
    add('contacts', {
      id,
      firstName,
      lastName,
      company: companyRef(companyId),
      site: ref('SiteReference', 'sites', siteId),
      title,
      inactiveFlag: inactive,
      defaultFlag: primary,
      disablePortalLoginFlag: true,
      unsubscribeFlag: false,
      defaultPhoneType: 'Direct',
      defaultPhoneNbr: contact.phone,
      types: [{ id: 2, name: 'End User' }],
      communicationItems: [email, phone],
    })
    if (primary)
      state.tables.companies.rows.get(companyId)!.defaultContact = ref('ContactReference', 'contacts', id)
  }

  for (const priority of dataset.priorities) {
    const { id, name, color, sort, level, isDefault } = priority
    add('priorities', { id, name, color, sortOrder: sort, level, defaultFlag: isDefault })
  }
  for (const source of dataset.sources) add('sources', { ...source, defaultFlag: source.id === 2 })
  for (const sla of dataset.slas) {
    const { id, name, respondHours, planHours, resolutionHours } = sla
    add('slas', {
      id,
      name,
      basedOn: id === 2 ? 'AllHours' : 'MyCalendar',
      defaultFlag: id === 1,
      respondHours,
      planWithin: planHours,
      resolutionHours,
    })
  }
  ;['Low', 'Medium', 'High'].forEach((name, index) => {
    add('severities', { id: index + 1, name, description: `${name} severity`, defaultFlag: index === 1 })
    add('impacts', { id: index + 1, name, description: `${name} impact`, defaultFlag: index === 1 })
  })
  ;['OnSite', 'Remote', 'InHouse'].forEach((where, index) => {
    add('serviceLocations', {
      id: index + 1,
      name: where.replace('S', '-S'),
      where,
      defaultFlag: index === 1,
    })
  })
  for (const field of dataset.customFields) {
    add('customFields', {
      id: field.id,
      podId: 1,
      caption: field.caption,
      sequenceNumber: field.id - 30,
      screenId: 'Ticket',
      fieldTypeIdentifier: field.type,
      numberDecimals: 0,
      entryTypeIdentifier: field.list ? 'List' : field.type === 'Date' ? 'Date' : 'EntryField',
      requiredFlag: false,
      displayOnScreenFlag: true,
      readOnlyFlag: false,
      listViewFlag: false,
      options: field.list?.map((optionValue, index) => ({
        id: field.id * 10 + index,
        optionValue,
        defaultFlag: false,
        inactiveFlag: false,
        sortOrder: index,
      })),
      dateCreated: stamp(anchor - 900 * DAY),
    })
  }

  for (const board of dataset.boards) {
    add('boards', {
      id: board.id,
      name: board.name,
      location,
      department,
      inactiveFlag: false,
      projectFlag: board.project,
      sendToContactFlag: true,
      sendToResourceFlag: true,
      sendToBundledFlag: false,
      workType: ref('WorkTypeReference', 'workTypes', 1),
      billTime: 'NoDefault',
      // One board shows time entry notes to the client unless told otherwise.
      timeEntryDiscussionFlag: board.name.startsWith('Onboarding'),
      timeEntryInternalAnalysisFlag: false,
      timeEntryResolutionFlag: false,
    })
    const boardRef = ref('BoardReference', 'boards', board.id)
    for (const status of board.statuses) {
      add('statuses', {
        id: status.id,
        name: status.name + dataset.mark,
        board: boardRef,
        sortOrder: status.sort,
        displayOnBoard: !status.inactive,
        inactive: status.inactive,
        closedStatus: status.closed,
        timeEntryNotAllowed: status.refusesTime,
        defaultFlag: status.isDefault,
        escalationStatus: status.stage,
        customerPortalFlag: true,
        emailTemplate: status.mails
          ? { id: 20, identifier: 'StatusUpdate', name: 'StatusUpdate' }
          : undefined,
        saveTimeAsNote: false,
      })
    }
    for (const [index, type] of board.types.entries()) {
      add('types', {
        id: type.id,
        name: type.name,
        category: 'Reactive',
        defaultFlag: index === 0,
        inactiveFlag: false,
        requestForChangeFlag: type.name === 'Change',
        board: boardRef,
      })
    }
    for (const subType of board.subTypes) {
      const typeAssociationIds = [
        ...new Set(board.triples.filter((t) => t.subTypeId === subType.id).map((t) => t.typeId)),
      ]
      add('subTypes', {
        id: subType.id,
        name: subType.name,
        inactiveFlag: false,
        typeAssociationIds,
        board: boardRef,
      })
    }
    for (const item of board.items)
      add('items', { id: item.id, name: item.name, inactiveFlag: false, board: boardRef })
    for (const triple of board.triples) {
      add('triples', {
        id: triple.id,
        type: ref('ServiceTypeReference', 'types', triple.typeId),
        subType: ref('ServiceSubTypeReference', 'subTypes', triple.subTypeId),
        item: ref('ServiceItemReference', 'items', triple.itemId),
        board: boardRef,
      })
    }
    for (const team of board.teams) {
      const leader = ref('MemberReference', 'members', team.leaderId)
      add('teams', {
        id: team.id,
        name: team.name,
        teamLeader: leader,
        members: team.memberIds,
        defaultFlag: true,
        boardId: board.id,
        locationId: 1,
        businessUnitId: 1,
        $parent: board.id,
      })
      add('serviceTeams', {
        id: team.id,
        name: team.name,
        leader,
        location,
        department,
        deleteNotifyFlag: false,
      })
    }
  }

  const agreementTypes = ['Managed Services', 'Block Hours', 'Backup']
  agreementTypes.forEach((name, index) => {
    add('agreementTypes', { id: index + 1, name, inactiveFlag: false, defaultFlag: index === 0 })
  })
  for (const agreement of dataset.agreements) {
    add('agreements', {
      id: agreement.id,
      name: agreement.name,
      type: ref('AgreementTypeReference', 'agreementTypes', agreementTypes.indexOf(agreement.type) + 1),
      company: companyRef(agreement.companyId),
      contact: ref('ContactReference', 'contacts', agreement.contactId),
      startDate: stamp(Math.floor(agreement.startsAt / DAY) * DAY),
      endDate: agreement.endsAt && stamp(Math.floor(agreement.endsAt / DAY) * DAY),
      noEndingDateFlag: agreement.endsAt === undefined,
      cancelledFlag: agreement.cancelled,
      agreementStatus: agreement.cancelled ? 'Cancelled' : 'Active',
      sla: ref('SLAReference', 'slas', agreement.slaId),
      billTime: 'Billable',
      billAmount: 1450,
      // Managed services pay for all the work and the backup for nothing but itself; a block counts hours.
      coverAgreementTime: agreement.type !== 'Backup',
      coverAgreementProduct: agreement.type === 'Backup',
      coverAgreementExpense: agreement.type === 'Managed Services',
      applicationUnits: agreement.type === 'Block Hours' ? 'Hours' : 'Amount',
      applicationUnlimitedFlag: agreement.type !== 'Block Hours',
      applicationLimit: agreement.type === 'Block Hours' ? 100 : undefined,
      $used: agreement.type === 'Block Hours' ? 12.5 : 0,
    })
  }

  const deviceTypes = ['Workstation', 'Server', 'Firewall', 'Printer', 'Switch']
  deviceTypes.forEach((name, index) => {
    add('configurationTypes', { id: index + 1, name, inactiveFlag: false, systemFlag: false })
  })
  add('configurationStatuses', { id: 1, description: 'Active', closedFlag: false, defaultFlag: true })
  add('configurationStatuses', { id: 2, description: 'Retired', closedFlag: true, defaultFlag: false })
  for (const device of dataset.devices) {
    add('configurations', {
      id: device.id,
      name: device.name,
      type: ref('ConfigurationTypeReference', 'configurationTypes', deviceTypes.indexOf(device.type) + 1),
      status: ref('ConfigurationStatusReference', 'configurationStatuses', device.active ? 1 : 2),
      company: companyRef(device.companyId),
      contact: ref('ContactReference', 'contacts', device.contactId),
      site: ref('SiteReference', 'sites', device.siteId),
      deviceIdentifier: `rmm-${device.id}`,
      serialNumber: device.serial,
      modelNumber: device.model,
      tagNumber: `AT-${device.id}`,
      ipAddress: device.ip,
      osType: device.os,
      installationDate: stamp(Math.floor(device.installedAt / DAY) * DAY),
      warrantyExpirationDate: stamp(Math.floor(device.warrantyEndsAt / DAY) * DAY),
      activeFlag: device.active,
    })
  }
  for (const article of dataset.articles) {
    const edited = stamp(anchor - article.editedDaysAgo * DAY)
    add('knowledgeArticles', {
      id: article.id,
      title: article.title,
      issue: article.problem,
      resolution: article.solution,
      board: ref('BoardReference', 'boards', dataset.boards[0]!.id),
      locationId: 1,
      businessUnitId: 1,
      dateCreated: edited,
      createdBy: 'zadmin',
      _info: { ...setUp, lastUpdated: edited },
    })
  }
  for (const item of dataset.catalog) {
    add('catalog', {
      id: item.id,
      identifier: item.name,
      description: item.description,
      customerDescription: item.description,
      productClass: item.kind,
      type: { id: 1, name: 'General' },
      subcategory: { id: 1, name: 'General' },
      price: item.price,
      cost: item.cost,
      inactiveFlag: item.retired === true,
      taxableFlag: true,
    })
  }
  const scheduleTypes = [
    [1, 'Company', 'M'],
    [2, 'Calendar', 'C'],
    [4, 'Service', 'S'],
  ] as const
  for (const [id, name, identifier] of scheduleTypes)
    add('scheduleTypes', { id, name, identifier, systemFlag: true })
  ;['Firm', 'Tentative', 'Done'].forEach((name, index) => {
    add('scheduleStatuses', {
      id: index + 1,
      name,
      defaultFlag: index === 0,
      showAsTentativeFlag: index === 1,
    })
  })

  for (const { id, name, description, companyId, ...told } of dataset.projects) {
    add('projects', {
      id,
      name,
      description,
      company: companyRef(companyId),
      board: ref('ProjectBoardReference', 'boards', dataset.boards.find((board) => board.project)?.id),
      manager: ref('MemberReference', 'members', told.managerId),
      status: told.closedAt === undefined ? { id: 1, name: 'In Progress' } : { id: 2, name: 'Closed' },
      closedFlag: told.closedAt !== undefined,
      billingMethod: 'ActualRates',
      estimatedStart: stamp(told.startsAt),
      estimatedEnd: stamp(told.endsAt),
      actualEnd: told.closedAt === undefined ? undefined : stamp(told.closedAt),
      budgetHours: told.budgetHours,
      actualHours: 0,
    })
    for (const phase of told.phases)
      add('phases', { id: phase.id, $parent: id, projectId: id, description: phase.name })
  }
  for (const { id, name, title, text, ...told } of dataset.templates) {
    add('templates', {
      id,
      name,
      summary: title,
      problem: text,
      company: told.companyId === undefined ? undefined : companyRef(told.companyId),
      board: ref('BoardReference', 'boards', told.boardId),
      type: ref('ServiceTypeReference', 'types', told.typeId),
      priority: ref('PriorityReference', 'priorities', told.priorityId),
      templateFlag: true,
    })
  }
  const stages = ['Qualified', 'Proposal', 'Won']
  for (const { id, name, companyId, ...told } of dataset.opportunities) {
    const won = told.closedAt !== undefined
    add('opportunities', {
      id,
      name,
      company: companyRef(companyId),
      contact: ref('ContactReference', 'contacts', told.contactId),
      primarySalesRep: ref('MemberReference', 'members', told.ownerId),
      stage: { id: stages.indexOf(told.stage) + 1, name: told.stage },
      status: won ? { id: 2, name: 'Won' } : { id: 1, name: 'Open' },
      probability: { id: told.probability / 10, name: `${told.probability}%` },
      expectedCloseDate: stamp(told.expectedAt),
      closedDate: won ? stamp(told.closedAt!) : undefined,
    })
  }
  seedTickets(state, ref, customFieldValues)
  return state
}

type Ref = (schema: string, table: TableName, id: number | undefined) => Rec | undefined

function seedTickets(state: State, ref: Ref, valuesOf: typeof customFieldValues) {
  const { dataset } = state
  const definitions = state.tables.customFields.all() as FieldDefinition[]
  const info = (at: number, by: string, changedAt = at, changedBy = by): Rec => ({
    lastUpdated: stamp(changedAt),
    updatedBy: changedBy,
    dateEntered: stamp(at),
    enteredBy: by,
  })
  const project = dataset.projects[0]!
  for (const ticket of dataset.tickets) insert(state.tables.tickets, ticketRow(ticket))
  function ticketRow(ticket: Ticket): Rec {
    const contact =
      ticket.contactId === undefined ? undefined : state.tables.contacts.rows.get(ticket.contactId)
    const values = Object.fromEntries(
      Object.entries(ticket.customValues).map(([id, value]) => [
        id,
        id === '33' && typeof value === 'number' ? stamp(value) : value,
      ]),
    )
    const ofProject: Rec =
      ticket.kind === 'project'
        ? {
            project: ref('ProjectReference', 'projects', project.id),
            phase: ref('ProjectPhaseReference', 'phases', project.phases[ticket.id % 2]!.id),
            wbsCode: '1',
          }
        : {}
    return {
      id: ticket.id,
      summary: ticket.title,
      recordType: ticket.kind === 'project' ? 'ProjectTicket' : 'ServiceTicket',
      board: ref('BoardReference', 'boards', ticket.boardId),
      status: ref('ServiceStatusReference', 'statuses', ticket.statusId),
      company: ref('CompanyReference', 'companies', ticket.companyId),
      site: ref('SiteReference', 'sites', ticket.siteId),
      contact: contact && ref('ContactReference', 'contacts', ticket.contactId),
      type: ref('ServiceTypeReference', 'types', ticket.typeId),
      subType: ref('ServiceSubTypeReference', 'subTypes', ticket.subTypeId),
      item: ref('ServiceItemReference', 'items', ticket.itemId),
      team: ref('ServiceTeamReference', 'teams', ticket.teamId),
      owner: ref('MemberReference', 'members', ticket.ownerId),
      priority: ref('PriorityReference', 'priorities', ticket.priorityId),
      source: ref('ServiceSourceReference', 'sources', ticket.sourceId),
      requiredDate: ticket.dueAt === undefined ? undefined : stamp(ticket.dueAt),
      budgetHours: ticket.budgetHours,
      agreement: ref('AgreementReference', 'agreements', ticket.agreementId),
      severity: ticket.severity,
      impact: ticket.impact,
      externalXRef: ticket.externalRef,
      allowAllClientsPortalView: false,
      customerUpdatedFlag: ticket.customerUpdated,
      automaticEmailContactFlag: false,
      automaticEmailResourceFlag: false,
      automaticEmailCcFlag: false,
      closedDate: ticket.closedAt === undefined ? undefined : stamp(ticket.closedAt),
      closedBy: ticket.closedBy,
      approved: true,
      sla: ref('SLAReference', 'slas', ticket.slaId),
      isInSla: true,
      parentTicketId: ticket.parentId,
      billTime: 'NoDefault',
      billExpenses: 'NoDefault',
      billProducts: 'Billable',
      location: ref('SystemLocationReference', 'locations', 1),
      department: ref('SystemDepartmentReference', 'departments', 1),
      requestForChangeFlag: false,
      customFields: valuesOf(definitions, values),
      _info: info(ticket.createdAt, ticket.createdBy, ticket.updatedAt, ticket.updatedBy),
      $configurations: ticket.deviceIds,
      ...ofProject,
    }
  }

  const identifierOf = (id: number | undefined) =>
    String(state.tables.members.rows.get(id ?? 0)?.identifier ?? 'zadmin')
  for (const note of dataset.notes) {
    const by = note.technicianId === undefined ? 'contact' : identifierOf(note.technicianId)
    const row: Rec = {
      id: note.id,
      ticketId: note.ticketId,
      text: note.text,
      ...emptyNotesFlags,
      detailDescriptionFlag: note.kind === 'description',
      internalAnalysisFlag: note.kind === 'internal',
      resolutionFlag: note.kind === 'resolution',
      member: ref('MemberReference', 'members', note.technicianId),
      contact: ref('ContactReference', 'contacts', note.contactId),
      customerUpdatedFlag: note.contactId !== undefined,
      dateCreated: stamp(note.createdAt),
      createdBy: by,
      internalFlag: note.technicianId !== undefined,
      externalFlag: note.contactId !== undefined,
      _info: info(note.createdAt, by),
    }
    insert(state.tables.notes, row)
  }
  const invoicedBefore = dataset.anchor.getTime() - 120 * DAY
  for (const entry of dataset.timeEntries) {
    const ticket = state.tables.tickets.rows.get(entry.ticketId)!
    const billed = entry.startsAt < invoicedBefore
    const by = identifierOf(entry.technicianId)
    insert(state.tables.timeEntries, {
      id: entry.id,
      company: ticket.company,
      chargeToId: entry.ticketId,
      chargeToType: ticket.recordType,
      member: ref('MemberReference', 'members', entry.technicianId),
      locationId: 1,
      businessUnitId: 1,
      workType: ref('WorkTypeReference', 'workTypes', entry.workTypeId),
      workRole: ref('WorkRoleReference', 'workRoles', entry.workRoleId),
      agreement: ticket.agreement,
      timeStart: stamp(entry.startsAt),
      timeEnd: stamp(entry.endsAt),
      hoursDeduct: 0,
      actualHours: (entry.endsAt - entry.startsAt) / 3_600_000,
      billableOption: entry.billing,
      notes: entry.notes,
      internalNotes: entry.internalNotes,
      addToDetailDescriptionFlag: false,
      addToInternalAnalysisFlag: false,
      addToResolutionFlag: false,
      emailResourceFlag: false,
      emailContactFlag: false,
      emailCcFlag: false,
      enteredBy: by,
      dateEntered: stamp(entry.endsAt),
      status: billed ? 'Billed' : 'Open',
      invoiceFlag: billed,
      ticket: ref('TicketReference', 'tickets', entry.ticketId),
      _info: info(entry.endsAt, by),
    })
  }
  for (const visit of dataset.appointments) {
    insert(state.tables.scheduleEntries, {
      id: visit.id,
      objectId: visit.ticketId,
      name: String(state.tables.tickets.rows.get(visit.ticketId)!.summary),
      member: ref('MemberReference', 'members', visit.technicianId),
      dateStart: stamp(visit.startsAt),
      dateEnd: stamp(visit.endsAt),
      type: { id: 4, identifier: 'S' },
      status: { id: visit.done ? 3 : 1, name: visit.done ? 'Done' : 'Firm' },
      doneFlag: visit.done,
      acknowledgedFlag: true,
      ownerFlag: true,
      hours: (visit.endsAt - visit.startsAt) / 3_600_000,
      _info: info(visit.startsAt - DAY, 'edubois'),
    })
  }
  for (const product of dataset.products) {
    const item = state.tables.catalog.rows.get(product.catalogItemId)!
    const ticket = state.tables.tickets.rows.get(product.ticketId)!
    insert(state.tables.products, {
      id: product.id,
      catalogItem: ref('CatalogItemReference', 'catalog', product.catalogItemId),
      description: item.description,
      quantity: product.quantity,
      price: product.price,
      cost: item.cost,
      extPrice: product.price * product.quantity,
      billableOption: 'Billable',
      cancelledFlag: false,
      ticket: ref('TicketReference', 'tickets', product.ticketId),
      invoice: ticket.closedDate ? { id: 700_000 + product.id, identifier: `INV-${product.id}` } : undefined,
      company: ticket.company,
      _info: info(dataset.anchor.getTime() - 10 * DAY, 'edubois'),
    })
  }
  for (const task of dataset.tasks) {
    insert(state.tables.tasks, {
      id: task.id,
      ticketId: task.ticketId,
      notes: task.text,
      closedFlag: task.done,
      priority: task.order,
      _info: info(dataset.anchor.getTime() - 10 * DAY, 'zadmin'),
    })
  }
  for (const file of dataset.attachments) {
    insert(state.tables.documents, {
      id: file.id,
      title: file.title,
      fileName: file.fileName,
      owner: 'zadmin',
      linkFlag: false,
      imageFlag: false,
      publicFlag: false,
      readOnlyFlag: false,
      size: file.content.length,
      createdOnDate: stamp(dataset.anchor.getTime() - 10 * DAY),
      _info: info(dataset.anchor.getTime() - 10 * DAY, 'zadmin'),
      $recordType: 'Ticket',
      $recordId: file.ticketId,
    })
    state.files.set(file.id, Buffer.from(file.content))
  }
  for (const ticket of dataset.tickets) {
    const row = state.tables.tickets.rows.get(ticket.id)!
    const target = ref('TicketReference', 'tickets', ticket.mergedIntoId)
    if (target) {
      row.mergedParentTicket = target
      state.tables.tickets.rows.get(ticket.mergedIntoId!)!.hasMergedChildTicketFlag = true
    }
  }
  refreshAll(state)
}

/** One pass over the children instead of one search a ticket keeps the start quick. */
function refreshAll(state: State) {
  for (const row of state.tables.tickets.all()) {
    Object.assign(row, { actualHours: 0, hasChildTicket: false })
    row.hasMergedChildTicketFlag ??= false
  }
  for (const entry of state.tables.timeEntries.all()) {
    const ticket = state.tables.tickets.rows.get(Number(entry.chargeToId))
    if (ticket) ticket.actualHours = Number(ticket.actualHours) + Number(entry.actualHours)
  }
  const touched = new Set<number>()
  for (const row of state.tables.tickets.all())
    if (row.parentTicketId) touched.add(Number(row.parentTicketId))
  for (const visit of state.tables.scheduleEntries.all()) touched.add(Number(visit.objectId))
  for (const row of state.tables.tickets.all()) {
    if (touched.has(Number(row.id))) refreshTicket(state, row)
    else
      row.closedFlag = state.tables.statuses.rows.get(Number((row.status as Rec).id))?.closedStatus === true
  }
}
