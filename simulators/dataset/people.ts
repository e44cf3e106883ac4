import type { Random } from './prng.ts'
import type { Agreement, Company, Contact, Device, Site, Technician } from './types.ts'

const DAY = 86_400_000

/** Names as clients really write them; several would break a query that only glues strings together. */
const clients: [identifier: string, name: string, inactive?: boolean][] = [
  ['OBrienSons', `O'Brien & "Sons" 100%`],
  ['CafeMuenchen', 'Café München GmbH ☕'],
  ['HarborDental', 'Harbor Dental Group'],
  ['Northwind', 'Northwind Logistics [East]'],
  ['SunriseVet', 'Sunrise Veterinary Clinic'],
  ['BlueRidge', 'Blue Ridge Accounting, LLP'],
  ['KeystoneLaw', 'Keystone Law'],
  ['KeystoneLawNY', 'Keystone Law (New York)'],
  ['MapleCU', 'Maple Community Credit Union'],
  ['Evergreen', 'Evergreen Landscaping'],
  ['RiverbendSch', 'Riverbend Charter School'],
  ['PixelForge', 'PixelForge Studios 🎮'],
  ['Castellan', 'Castellan Property Mgmt.'],
  ['SummitPeds', 'Summit Pediatrics'],
  ['DeltaFab', 'Delta_Fabrication Inc'],
  ['GrandviewHtl', 'Grandview Hotel & Spa'],
  ['PortsideMarine', 'Portside Marine Supply'],
  ['AtlasFreight', 'Atlas Freight'],
  ['LindenArch', 'Linden Architects'],
  ['FormerClient', 'Former Client Ltd', true],
]
const streets = [
  'Harbor Blvd',
  'Market St',
  'Industrial Way',
  'College Ave',
  'Linden Rd',
  'Canal St',
  'Station Rd',
]
const cities: [string, string, string][] = [
  ['Tampa', 'FL', '33602'],
  ['Columbus', 'OH', '43215'],
  ['Denver', 'CO', '80202'],
  ['Portland', 'ME', '04101'],
  ['Austin', 'TX', '78701'],
]
const firstNames =
  'Ava Noah Mia Liam Zoë Ethan Priya Omar Grace Lucas Chloé Daniel Ingrid Marcus Sofia Henry Amara José Nadia Peter'.split(
    ' ',
  )
const lastNames =
  "Nguyen O'Connor Patel Schmidt García Johnson Kowalski Okafor Lindqvist D'Angelo Brown Tanaka Müller Silva Novak".split(
    ' ',
  )
const titles = [
  'Office Manager',
  'Controller',
  'Owner',
  'Receptionist',
  'Designer',
  'Project Lead',
  'HR Manager',
]
const staff: [first: string, last: string, title: string, role: number, inactive?: boolean][] = [
  ['Jane', 'Doe', 'Service Manager', 2],
  ['Amir', 'Smith', 'Service Desk Engineer', 1],
  ['Rosa', 'Delgado', 'Service Desk Engineer', 1],
  ['Tom', "O'Hara", 'Senior Engineer', 2],
  ['Wei', 'Zhang', 'Security Analyst', 3],
  ['Lena', 'Fischer', 'Project Engineer', 2],
  ['Kofi', 'Mensah', 'Service Desk Engineer', 1],
  ['Elise', 'Dubois', 'Dispatcher', 4],
  ['Ben', 'Carter', 'Field Engineer', 1],
  ['Sara', 'Haddad', 'Security Analyst', 3],
  ['Mike', 'Novak', 'Senior Engineer', 2],
  ['Paul', 'Gone', 'Service Desk Engineer', 1, true],
]

export const technicians: readonly Technician[] = [
  ...staff.map(([firstName, lastName, title, workRoleId, inactive], index) => {
    const identifier = (firstName[0]! + lastName.replace("'", '')).toLowerCase()
    const email = `${identifier}@anchorpoint-it.example`
    const hourlyCost = 38 + index
    return {
      id: 151 + index,
      identifier,
      firstName,
      lastName,
      title,
      email,
      inactive: inactive ?? false,
      api: false,
      workRoleId,
      hourlyCost,
    }
  }),
  {
    id: 190,
    identifier: 'automation',
    firstName: 'Automation',
    lastName: 'API',
    title: 'API member',
    email: 'automation@anchorpoint-it.example',
    inactive: false,
    api: true,
    workRoleId: 1,
    hourlyCost: 0,
  },
]

const slug = (text: string) =>
  text
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .toLowerCase()

export function buildCompanies(random: Random, anchor: number) {
  const address = () => {
    const [city, state, zip] = random.pick(cities)
    const line2 = random.chance(0.3) ? `Suite ${random.int(100, 900)}` : undefined
    return { line1: `${random.int(10, 4999)} ${random.pick(streets)}`, line2, city, state, zip }
  }
  const phone = () => `813555${String(random.int(0, 9999)).padStart(4, '0')}`
  const all: Company[] = [['AnchorPoint', 'AnchorPoint IT'] as [string, string], ...clients].map(
    (row, index) => ({
      id: index === 0 ? 2 : 248 + index * 3,
      identifier: row[0],
      name: row[1],
      status: row[2] ? 'Inactive' : 'Active',
      type: index === 0 ? 'Owner' : 'Client',
      phone: phone(),
      website: `https://${slug(row[0])}.example`,
      address: address(),
      createdAt: anchor - random.int(900, 2500) * DAY,
    }),
  )
  const sites: Site[] = []
  for (const company of all) {
    const count = random.int(1, 3)
    for (let n = 0; n < count; n++) {
      const name = ['Main', 'Warehouse', 'Branch "North"'][n]!
      const where = n === 0 ? company.address : address()
      sites.push({
        id: 600 + sites.length,
        companyId: company.id,
        name,
        address: where,
        phone: phone(),
        primary: n === 0,
      })
    }
  }
  return { msp: all[0]!, companies: all.slice(1), sites }
}

export function buildContacts(random: Random, companies: readonly Company[], sites: readonly Site[]) {
  const contacts: Contact[] = []
  const add = (company: Company, firstName: string, lastName: string, inactive: boolean) => {
    const id = 1001 + contacts.length
    const here = sites.filter((site) => site.companyId === company.id)
    const primary = !contacts.some((contact) => contact.companyId === company.id)
    const email = `${slug(firstName)}.${slug(lastName)}${id}@${slug(company.identifier)}.example`
    const phone = `727555${String(random.int(0, 9999)).padStart(4, '0')}`
    contacts.push({
      id,
      companyId: company.id,
      siteId: random.pick(here).id,
      firstName,
      lastName,
      title: random.pick(titles),
      email,
      phone,
      inactive,
      primary,
    })
    return id
  }
  // Two people of one name at one client: a name alone must never choose who gets a mail.
  const shared = companies[2]!
  for (const company of companies) add(company, random.pick(firstNames), random.pick(lastNames), false)
  const namesakes = [add(shared, 'Maria', 'Lopez', false), add(shared, 'Maria', 'Lopez', false)]
  add(companies[0]!, `Siobhán "Shiv"`, `O'Brien`, false)
  while (contacts.length < 300) {
    add(random.pick(companies), random.pick(firstNames), random.pick(lastNames), random.chance(0.06))
  }
  return { contacts, namesakes }
}

const models = {
  Workstation: ['Latitude 5440', 'ThinkPad T14 Gen 4', 'OptiPlex 7010'],
  Server: ['PowerEdge R450', 'ProLiant DL360'],
  Firewall: ['FortiGate 60F', 'TZ370'],
  Printer: ['LaserJet M507', 'WorkForce Pro'],
  Switch: ['CBS350-24P', 'US-24-250W'],
} as const

export function buildDevices(
  random: Random,
  companies: readonly Company[],
  sites: readonly Site[],
  contacts: readonly Contact[],
  anchor: number,
): Device[] {
  const devices: Device[] = []
  for (const company of companies) {
    const people = contacts.filter((contact) => contact.companyId === company.id)
    const here = sites.filter((site) => site.companyId === company.id)
    const kinds: Device['type'][] = [
      'Server',
      'Firewall',
      'Switch',
      'Printer',
      ...people.map(() => 'Workstation' as const),
    ]
    const prefix = company.identifier.slice(0, 4).toUpperCase()
    kinds.forEach((type, n) => {
      const installedAt = anchor - random.int(60, 1500) * DAY
      devices.push({
        id: 3001 + devices.length,
        name: `${prefix}-${type.slice(0, 2).toUpperCase()}${String(n + 1).padStart(2, '0')}`,
        companyId: company.id,
        siteId: random.pick(here).id,
        contactId: type === 'Workstation' ? people[n - 4]!.id : undefined,
        type,
        model: random.pick<string>(models[type]),
        serial: `SN${random.int(10_000_000, 99_999_999)}`,
        ip: `10.${companies.indexOf(company) + 1}.0.${n + 10}`,
        os: type === 'Server' ? 'Windows Server 2022' : type === 'Workstation' ? 'Windows 11 Pro' : undefined,
        active: !random.chance(0.07),
        installedAt,
        warrantyEndsAt: installedAt + 1095 * DAY,
      })
    })
  }
  return devices
}

export function buildAgreements(
  random: Random,
  companies: readonly Company[],
  contacts: readonly Contact[],
  anchor: number,
): Agreement[] {
  const agreements: Agreement[] = []
  companies.forEach((company, index) => {
    const contactId = contacts.find((contact) => contact.companyId === company.id)!.id
    const add = (type: Agreement['type'], endsAt?: number) =>
      agreements.push({
        id: 81 + agreements.length,
        name: `${company.identifier} ${type}`,
        companyId: company.id,
        contactId,
        type,
        startsAt: anchor - random.int(200, 900) * DAY,
        endsAt,
        cancelled: company.status === 'Inactive',
        slaId: index % 4 === 0 ? 2 : 1,
      })
    add(
      index % 5 === 4 ? 'Block Hours' : 'Managed Services',
      index % 5 === 4 ? anchor + 100 * DAY : undefined,
    )
    if (index % 3 === 0) add('Backup')
  })
  return agreements
}
