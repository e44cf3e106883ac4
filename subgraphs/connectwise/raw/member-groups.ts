/**
 * The permission group that a member of a record belongs to, whatever record it stands in: `contact` and
 * `contactEmailAddress` are a contact's wherever they are. ConnectWise names its references alike in all its
 * schemas, so the name is enough. What is not here and not the record's own counts as System, which no access
 * profile but the widest opens: a reference that a newer release adds stays closed until somebody lists it.
 */
const REFERENCES: Readonly<Record<string, string>> = {
  contact: 'Contacts',
  company: 'Companies',
  vendor: 'Companies',
  manufacturer: 'Companies',
  customer: 'Companies',
  territory: 'Companies',
  market: 'Companies',
  site: 'Sites',
  member: 'Members',
  owner: 'Members',
  manager: 'Members',
  approver: 'Members',
  salesrep: 'Members',
  assignto: 'Members',
  assignby: 'Members',
  resources: 'Members',
  reportsto: 'Members',
  board: 'Boards & Ticket Setup',
  team: 'Boards & Ticket Setup',
  resource: 'Members',
  source: 'Boards & Ticket Setup',
  servicelocation: 'Boards & Ticket Setup',
  ticket: 'Tickets',
  mergedparentticket: 'Tickets',
  worktype: 'Time Setup',
  workrole: 'Time Setup',
  timesheet: 'Time Sheets',
  sla: 'SLAs',
  agreement: 'Agreements',
  opportunity: 'Opportunities',
  project: 'Projects',
  phase: 'Projects',
  configuration: 'Configurations',
  configurations: 'Configurations',
  activity: 'Activities',
  invoice: 'Finance',
  taxcode: 'Finance',
  billingterms: 'Finance',
  billingcycle: 'Finance',
  billingstatus: 'Finance',
  currency: 'Finance',
  product: 'Products',
  productitem: 'Products',
  catalogitem: 'Products',
  salesorder: 'Sales Orders',
  scheduleentry: 'Schedule Entries',
  document: 'Attachments',
  photo: 'Attachments',
  survey: 'Surveys',
  warehouse: 'Inventory',
  warehousebin: 'Inventory',
  campaign: 'Marketing/Sales',
}

/** Children that `_info` links to. */
const LINKED: Readonly<Record<string, string>> = {
  notes: 'Ticket Notes',
  tasks: 'Ticket Tasks',
  products: 'Products',
  timeentries: 'Time Entries',
  documents: 'Attachments',
  scheduleentries: 'Schedule Entries',
  activities: 'Activities',
}

/** References that are a choice of the record itself, as a status is. */
const CHOICES: ReadonlySet<string> = new Set([
  'status',
  'type',
  'types',
  'subtype',
  'item',
  'priority',
  'severity',
  'impact',
  'category',
  'subcategory',
  'customfields',
  'integratortags',
  '_info',
])

/** Arrays of a record that hold what is its own. */
const PARTS: Readonly<Record<string, string>> = {
  communicationitems: 'Contacts',
  questions: 'Configurations',
}

/** Prefixes of members that repeat what another record says: `contactName`, `companyIdentifier`, `ticketStatus`. */
const REPEATED: readonly (readonly [RegExp, string])[] = [
  [/^(contact|defaultcontact|billingcontact|shiptocontact)/, 'Contacts'],
  [/^automaticemailcc$|^emailcc$/, 'Contacts'],
  [/^company/, 'Companies'],
  [/^(site|addressline\d|city|state|zip|country)/, 'Sites'],
  [/^(member|owner)|(owner|resourcelist)$/, 'Members'],
  [/^(closed|entered|updated|created|resolved|responded|resplan)by$/, 'Members'],
  [/^board/, 'Boards & Ticket Setup'],
  [/^ticket(?!id$)/, 'Tickets'],
  [/^agreement/, 'Agreements'],
  [/^opportunity/, 'Opportunities'],
  [/^project/, 'Projects'],
  [/^invoice/, 'Finance'],
]

/** Addresses are a company's and a contact's own. */
const HAS_ADDRESS: ReadonlySet<string> = new Set(['Companies', 'Contacts', 'Sites'])

/** People, who have first and last names. */
const HAS_NAMES: ReadonlySet<string> = new Set(['Contacts', 'Members'])

/** Groups whose records are about money themselves. */
const HAS_MONEY: ReadonlySet<string> = new Set([
  'Finance',
  'Agreements',
  'Products',
  'Inventory',
  'Opportunities',
  'Sales Orders',
  'Projects',
])

/** Of an embedded reference; `base` when it is a choice of the record itself. */
export function groupOfReference(member: string, base: string): string {
  const name = member.toLowerCase()
  if (CHOICES.has(name)) return base
  const part = PARTS[name]
  if (part !== undefined) return part
  const known = REFERENCES[name]
  if (known !== undefined) return known
  // `managerContact`, `billToCompany`, `shipToSite`, `enteredByMember`.
  const ending = Object.keys(REFERENCES).find((one) => name.endsWith(one))
  return ending === undefined ? 'System' : (REFERENCES[ending] ?? 'System')
}

/** Of a plain value. An id alone belongs to the record that holds it. */
export function groupOfValue(member: string, base: string): string {
  const name = member.toLowerCase()
  if (name === 'id' || /(id|recid|flag)$/.test(name)) return base
  if (name === 'resources') return 'Members'
  if (/^portal(password|securitylevel)$/.test(name)) return 'Contact Portal Security'
  // What work costs and earns the MSP, on tickets and members alike.
  if (/(cost|revenue|margin|profit)(decimal)?$/.test(name) && !HAS_MONEY.has(base)) return 'Finance'
  // A change log tells names without their references.
  if (/^(first|last)name$/.test(name)) return HAS_NAMES.has(base) ? base : 'Members'
  const named = REFERENCES[/^(\w+)name$/.exec(name)?.[1] ?? '']
  if (named !== undefined) return named
  for (const [pattern, group] of REPEATED) {
    if (!pattern.test(name)) continue
    return group === 'Sites' && HAS_ADDRESS.has(base) ? base : group
  }
  return base
}

/** Of a link in `_info`: `contact_href`, `notes_href`. */
export function groupOfLink(member: string, base: string): string {
  const name = member.toLowerCase().replace(/_href$/, '')
  return LINKED[name] ?? groupOfReference(name, base)
}
