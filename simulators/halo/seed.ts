import type { Address, Dataset } from '../dataset/index.ts'
import type { Rec } from '../shared/json.ts'
import { NO_DATE, stamp } from './dates.ts'
import { ASSET_FIELDS, seedSetup, typeOfBoard } from './seed-setup.ts'
import { seedTickets } from './seed-tickets.ts'
import { createState, insert, type State } from './state.ts'

const DAY = 86_400_000
const wholeDay = (instant: number) => stamp(Math.floor(instant / DAY) * DAY)

/** Tells the neutral data set in this vendor's words. */
export function seedState(dataset: Dataset): State {
  const state = createState(dataset)
  seedSetup(state)
  seedClients(state)
  seedAssets(state)
  seedCatalogue(state)
  seedTemplates(state)
  seedTickets(state)
  return state
}

const storedAddress = ({ line1, line2, city, state, zip }: Address): Rec => ({
  line1,
  line2: line2 ?? '',
  line3: city,
  line4: state,
  postcode: zip,
})

/** Every site has one: it stands in where nobody in particular asked. */
export function addGeneralUser(state: State, site: Rec): Rec {
  return insert(state, 'users', {
    id: Number(site.id) + 5_000,
    name: 'General User',
    firstname: 'General',
    surname: 'User',
    emailaddress: '',
    client_id: site.client_id,
    site_id: site.id,
    inactive: false,
    isimportantcontact: false,
    neversendemails: false,
    $general: true,
  })
}

function seedClients(state: State): void {
  const { dataset } = state
  const created = (at: number) => ({ datecreated: stamp(at), customfields: [] })
  for (const company of [dataset.msp, ...dataset.companies]) {
    const main = dataset.sites.find((site) => site.companyId === company.id && site.primary)!
    insert(state, 'clients', {
      id: company.id,
      name: company.name,
      toplevel_id: 1,
      inactive: company.status === 'Inactive',
      colour: '#457b9d',
      main_site_id: main.id,
      main_site_name: main.name,
      ref: company.identifier,
      website: company.website,
      notes: '',
      pritech: 0,
      accountmanagertech: 151,
      customertype: company.type === 'Owner' ? 1 : 0,
      is_vip: false,
      isopportunity: 0,
      ...created(company.createdAt),
    })
  }
  for (const site of dataset.sites) {
    const row = insert(state, 'sites', {
      id: site.id,
      name: site.name,
      client_id: site.companyId,
      inactive: false,
      phonenumber: site.phone,
      colour: '#457b9d',
      sla_id: 0,
      timezone: '',
      notes: '',
      isstocklocation: false,
      isinvoicesite: site.primary,
      delivery_address: storedAddress(site.address),
      invoice_address: storedAddress(site.address),
      ...created(dataset.anchor.getTime() - 900 * DAY),
    })
    addGeneralUser(state, row)
  }
  for (const contact of dataset.contacts) {
    insert(state, 'users', {
      id: contact.id,
      name: `${contact.firstName} ${contact.lastName}`,
      firstname: contact.firstName,
      surname: contact.lastName,
      initials: contact.firstName[0]! + contact.lastName[0]!,
      title: contact.title,
      emailaddress: contact.email,
      phonenumber: contact.phone,
      phonenumber_preferred: contact.phone,
      mobilenumber: '',
      client_id: contact.companyId,
      site_id: contact.siteId,
      inactive: contact.inactive,
      isimportantcontact: contact.primary,
      neversendemails: false,
      notes: '',
      web_access_level: 0,
      ...created(dataset.anchor.getTime() - 900 * DAY),
    })
  }
  // Ids of new users follow the contacts, past the stand-ins.
  state.tables.users.nextId = 7_001
}

function seedAssets(state: State): void {
  const { dataset } = state
  insert(state, 'assetGroups', { id: 1, name: 'Computers' })
  insert(state, 'assetGroups', { id: 2, name: 'Network and print' })
  const types = ['Workstation', 'Server', 'Firewall', 'Printer', 'Switch']
  for (const [index, name] of types.entries()) {
    insert(state, 'assetTypes', {
      id: index + 1,
      name,
      assetgroup_id: index < 2 ? 1 : 2,
      assetgroup_name: index < 2 ? 'Computers' : 'Network and print',
      keyfield_id: 1,
      keyfield_name: ASSET_FIELDS[0],
      keyfield2_id: 2,
      keyfield2_name: ASSET_FIELDS[1],
      keyfield3_id: 3,
      keyfield3_name: ASSET_FIELDS[2],
      tagprefix: 'AT-',
    })
  }
  for (const agreement of dataset.agreements) {
    insert(state, 'contracts', {
      id: agreement.id,
      ref: agreement.name,
      client_id: agreement.companyId,
      site_id: -1,
      user_id: agreement.contactId,
      start_date: wholeDay(agreement.startsAt),
      end_date: agreement.endsAt === undefined ? NO_DATE : wholeDay(agreement.endsAt),
      rollingcontract: agreement.endsAt === undefined,
      started: true,
      expired: agreement.cancelled,
      active: !agreement.cancelled,
      status: agreement.cancelled ? 2 : 1,
      contract_status: agreement.cancelled ? 'Cancelled' : 'Active',
      contracttype_name: agreement.type,
      numberofunitsfree: agreement.type === 'Managed Services' ? 20 : 0,
      contract_prepayasamount: false,
      contract_prepaytotal: agreement.type === 'Block Hours' ? 100 : 0,
      contract_prepayused: agreement.type === 'Block Hours' ? 12.5 : 0,
      contract_prepaybalance: agreement.type === 'Block Hours' ? 87.5 : 0,
      billingperiod: 1,
      periodchargeamount: 1450,
      sla_id: agreement.slaId,
      note: '',
      last_modified: stamp(agreement.startsAt),
    })
  }
  for (const device of dataset.devices) {
    const values = [device.name, device.serial, device.model, device.ip, device.os ?? '']
    insert(state, 'assets', {
      id: device.id,
      inventory_number: `AT-${device.id}`,
      assettype_id: types.indexOf(device.type) + 1,
      client_id: device.companyId,
      site_id: device.siteId,
      inactive: !device.active,
      status_id: device.active ? 1 : 2,
      supplier_id: 0,
      contract_id: 0,
      item_id: 0,
      warranty_end: wholeDay(device.warrantyEndsAt),
      notes: '',
      dlastupdate: stamp(device.installedAt),
      customfields: [],
      $values: values,
      $users: device.contactId === undefined ? [] : [device.contactId],
    })
  }
}

function seedTemplates(state: State): void {
  const { dataset } = state
  for (const template of dataset.templates) {
    insert(state, 'templates', {
      id: template.id,
      name: template.name,
      summary: template.title,
      details: template.text,
      tickettype_id: typeOfBoard(template.boardId, undefined),
      team: dataset.boards.find(({ id }) => id === template.boardId)!.teams[0]!.name,
      priority_id: template.priorityId,
      nextcreationdate: template.nextAt === undefined ? NO_DATE : stamp(template.nextAt),
      disabled: false,
    })
  }
}

function seedCatalogue(state: State): void {
  const { dataset } = state
  for (const item of dataset.catalog) {
    insert(state, 'items', {
      id: item.id,
      name: item.name,
      description: item.description,
      assetgroup_id: item.kind === 'Inventory' ? 1 : 2,
      assetgroup_name: item.kind,
      baseprice: item.price,
      costprice: item.cost,
      recurringprice: item.kind === 'Agreement' ? item.price : 0,
      isrecurringitem: item.kind === 'Agreement',
      taxcode: 1,
      supplier_id: 0,
      internalreference: item.name,
      $inactive: item.retired === true,
      externalreference: '',
      quantity_in_stock: item.kind === 'Inventory' ? 25 : 0,
      status: 0,
    })
  }
  insert(state, 'faqLists', { id: 1, name: 'How to', showforall: true, level: 0, article_count: 3 })
  insert(state, 'faqLists', { id: 2, name: 'Engineers only', showforall: false, level: 0, article_count: 3 })
  for (const { id, title, problem, solution, internal, retired, editedDaysAgo } of dataset.articles) {
    const edited = stamp(dataset.anchor.getTime() - editedDaysAgo * DAY)
    insert(state, 'articles', {
      id,
      name: title,
      description: problem,
      description_html: `<p>${problem}</p>`,
      resolution: solution,
      resolution_html: `<p>${solution}</p>`,
      kb_tags: '',
      type: 0,
      inactive: retired === true,
      showforall: !internal,
      creator_id: 151,
      date_created: edited,
      date_edited: edited,
      view_count: 0,
      internalmemoagent: internal ? 'Do not share with clients.' : '',
      next_review_date: NO_DATE,
      $lists: [internal ? 2 : 1],
    })
  }
}
