import type { Address, Dataset } from '../dataset/index.ts'
import type { Credentials } from './auth.ts'
import { day, durationOf } from './dates.ts'
import { sysIdOf } from './ids.ts'
import type { Add } from './seeding.ts'
import { numberOf } from './store.ts'

const MAKERS: Record<string, string> = {
  Latitude: 'Dell Technologies',
  OptiPlex: 'Dell Technologies',
  PowerEdge: 'Dell Technologies',
  ThinkPad: 'Lenovo',
  ProLiant: 'HP',
  LaserJet: 'HP',
  FortiGate: 'Fortinet',
  TZ370: 'SonicWall',
  WorkForce: 'Epson',
  'CBS350-24P': 'Cisco',
  'US-24-250W': 'Ubiquiti',
}
const CLASSES = { Workstation: 'cmdb_ci_computer', Server: 'cmdb_ci_server' } as const

const placed = (address: Address) => ({
  street: [address.line1, address.line2].filter(Boolean).join('\n'),
  city: address.city,
  state: address.state,
  zip: address.zip,
  country: 'USA',
})

/** Companies, sites, people, groups, devices, contracts and what can be ordered. */
export function seedPeople(dataset: Dataset, add: Add, credentials: Credentials): void {
  for (const company of [dataset.msp, ...dataset.companies]) {
    const isOwner = company.type === 'Owner'
    const values = {
      name: company.name,
      phone: company.phone,
      website: company.website,
      ...placed(company.address),
      // The vendor has no status of a company: whoever left is no customer any more.
      customer: String(!isOwner && company.status === 'Active'),
      primary: String(isOwner),
      vendor: 'false',
      manufacturer: 'false',
      notes: company.status === 'Inactive' ? 'Former client' : undefined,
    }
    add('core_company', 'company', company.id, values, { at: company.createdAt, by: 'admin' })
  }
  for (const name of new Set(Object.values(MAKERS)))
    add('core_company', 'maker', name, { name, customer: 'false', vendor: 'true', manufacturer: 'true' })

  const companyName = new Map(
    [dataset.msp, ...dataset.companies].map((company) => [company.id, company.name]),
  )
  for (const site of dataset.sites) {
    add('cmn_location', 'site', site.id, {
      name: site.name,
      full_name: `${companyName.get(site.companyId)}/${site.name}`,
      ...placed(site.address),
      phone: site.phone,
      company: sysIdOf('company', site.companyId),
      time_zone: 'US/Eastern',
    })
  }

  seedUsers(dataset, add, credentials)
  for (const board of dataset.boards) {
    const [team] = board.teams
    const id = sysIdOf('board', board.id)
    add('sys_user_group', 'board', board.id, {
      name: board.name,
      description: team?.name,
      manager: team && sysIdOf('technician', team.leaderId),
      email: `${board.name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}@anchorpoint-it.example`,
      active: 'true',
    })
    for (const memberId of team?.memberIds ?? [])
      add('sys_user_grmember', 'grmember', `${board.id}.${memberId}`, {
        group: id,
        user: sysIdOf('technician', memberId),
      })
  }

  for (const model of new Set(dataset.devices.map((device) => device.model))) {
    const maker = MAKERS[model.split(' ')[0] ?? '']
    add('cmdb_model', 'model', model, {
      name: model,
      display_name: model,
      manufacturer: maker && sysIdOf('maker', maker),
    })
  }
  for (const device of dataset.devices) {
    const table = device.type === 'Workstation' || device.type === 'Server' ? CLASSES[device.type] : 'cmdb_ci'
    const maker = MAKERS[device.model.split(' ')[0] ?? '']
    add(table, 'device', device.id, {
      name: device.name,
      category: table === 'cmdb_ci' ? device.type : 'Hardware',
      serial_number: device.serial,
      asset_tag: `AT-${device.id}`,
      company: sysIdOf('company', device.companyId),
      location: sysIdOf('site', device.siteId),
      assigned_to: device.contactId === undefined ? undefined : sysIdOf('contact', device.contactId),
      model_id: sysIdOf('model', device.model),
      manufacturer: maker && sysIdOf('maker', maker),
      ip_address: device.ip,
      ...(table !== 'cmdb_ci' && { os: device.os }),
      install_date: `${day(device.installedAt)} 00:00:00`,
      warranty_expiration: day(device.warrantyEndsAt),
      install_status: device.active ? '1' : '7',
      operational_status: device.active ? '1' : '6',
      correlation_id: `rmm-${device.id}`,
    })
  }
  for (const agreement of dataset.agreements) {
    add('ast_contract', 'agreement', agreement.id, {
      number: numberOf('CNTR', agreement.id),
      short_description: agreement.name,
      description: agreement.type,
      customer: sysIdOf('company', agreement.companyId),
      vendor: sysIdOf('company', dataset.msp.id),
      business_owner: sysIdOf('contact', agreement.contactId),
      starts: day(agreement.startsAt),
      ends: agreement.endsAt === undefined ? undefined : day(agreement.endsAt),
      state: agreement.cancelled ? 'cancelled' : 'active',
      active: String(!agreement.cancelled),
      monthly_cost: '1450',
    })
  }
  for (const sla of dataset.slas) {
    add('contract_sla', 'sla', sla.id, {
      name: sla.name,
      active: 'true',
      collection: 'incident',
      type: 'SLA',
      target: 'resolution',
      duration: durationOf(sla.resolutionHours * 3600),
    })
    add('contract_sla', 'sla_response', sla.id, {
      name: `${sla.name} response`,
      active: 'true',
      collection: 'incident',
      type: 'SLA',
      target: 'response',
      duration: durationOf(sla.respondHours * 3600),
    })
  }
  for (const item of dataset.catalog) {
    add('sc_cat_item', 'catalog', item.id, {
      name: item.name,
      short_description: item.description,
      price: String(item.price),
      cost: String(item.cost),
      active: String(item.retired !== true),
    })
  }
  for (const { id, title, problem, solution, retired, editedDaysAgo } of dataset.articles) {
    const at = dataset.anchor.getTime() - editedDaysAgo * 86_400_000
    add(
      'kb_knowledge',
      'article',
      id,
      {
        number: `KB${String(10_000 + id).padStart(7, '0')}`,
        short_description: title,
        text: `<p>${problem}</p><p>${solution}</p>`,
        kb_knowledge_base: sysIdOf('knowledge_base', 'it'),
        workflow_state: retired ? 'retired' : 'published',
        latest: 'true',
        active: 'true',
      },
      { at, by: 'admin' },
    )
  }
  add('sc_cat_item', 'catalog', 'onboarding', {
    name: 'Onboarding',
    short_description: 'People who come and go',
    active: 'true',
  })
}

/** Technicians, callers and logins share one table. */
function seedUsers(dataset: Dataset, add: Add, credentials: Credentials): void {
  const person = (firstName: string, lastName: string) => ({
    first_name: firstName,
    last_name: lastName,
    name: `${firstName} ${lastName}`,
    vip: 'false',
    locked_out: 'false',
    notification: '2',
  })
  for (const role of ['itil', 'admin', 'user_admin']) add('sys_user_role', 'role', role, { name: role })
  const grant = (kind: string, key: string | number, roles: string[]) => {
    for (const role of roles) {
      add('sys_user_has_role', 'has_role', `${kind}.${key}.${role}`, {
        user: sysIdOf(kind, key),
        role: sysIdOf('role', role),
        inherited: 'false',
        state: 'active',
      })
    }
  }
  for (const technician of dataset.technicians) {
    const roles = technician.api ? ['itil', 'user_admin'] : ['itil']
    add('sys_user', 'technician', technician.id, {
      ...person(technician.firstName, technician.lastName),
      user_name: technician.api ? credentials.username : technician.identifier,
      email: technician.email,
      title: technician.title,
      phone: '8135550100',
      company: sysIdOf('company', dataset.msp.id),
      active: String(!technician.inactive),
      roles: roles.join(','),
      web_service_access_only: String(technician.api),
      identity_type: technician.api ? 'machine' : 'human',
      user_password: 'kept-secret',
      failed_attempts: '0',
    })
    grant('technician', technician.id, roles)
  }
  add('sys_user', 'admin', 'admin', {
    ...person('System', 'Administrator'),
    user_name: credentials.adminUsername,
    email: 'admin@anchorpoint-it.example',
    company: sysIdOf('company', dataset.msp.id),
    active: 'true',
    roles: 'admin',
    user_password: 'kept-secret',
  })
  grant('admin', 'admin', ['admin'])
  for (const contact of dataset.contacts) {
    add('sys_user', 'contact', contact.id, {
      ...person(contact.firstName, contact.lastName),
      user_name: contact.email,
      email: contact.email,
      title: contact.title,
      phone: contact.phone,
      company: sysIdOf('company', contact.companyId),
      location: sysIdOf('site', contact.siteId),
      active: String(!contact.inactive),
    })
  }
}
