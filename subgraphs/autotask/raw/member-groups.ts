/**
 * The permission group that a member of a record belongs to, whatever record it stands in. Autotask's records are
 * flat and name each other by id (API.md 15), so only what one repeats of another has to be told apart.
 */

/** Nobody reads these, and nobody tells records apart by them. */
const SECRET = /^(password|secret|secretkey)$/

/** What work costs and earns the MSP. */
const MONEY = /(cost|price|revenue|margin|profit|markuprate|hourlyrate|hourlyfactor)$/
const HAS_MONEY: ReadonlySet<string> = new Set([
  'Finance',
  'Agreements',
  'Products',
  'Inventory',
  'Opportunities',
  'Marketing/Sales',
  'Projects',
  'Ticket Charges',
])

/** People, who have names and addresses of their own. */
export const HAS_PEOPLE: ReadonlySet<string> = new Set(['Contacts', 'Members'])

/** Members that repeat what another record says. */
const REPEATED: readonly (readonly [RegExp, string])[] = [
  [/^(contactname|recipientdisplayname|recipientemailaddress)$/, 'Contacts'],
  [/^(notificationemailaddress)$/, 'Members'],
  [/^company(name|number)$/, 'Companies'],
  [/^contract(name|number)$/, 'Agreements'],
  [/^project(name|number)$/, 'Projects'],
  [/^task(number)$/, 'Projects'],
  [/^ticket(number|title)$/, 'Tickets'],
  [/^servicelevelagreementname$/, 'SLAs'],
  [/^invoicenumber$/, 'Finance'],
]

export function isSecret(member: string): boolean {
  return SECRET.test(member.toLowerCase())
}

/** Of a value in a record of the group `base`. An id alone belongs to the record that holds it. */
export function groupOfMember(member: string, base: string): string {
  const name = member.toLowerCase()
  if (/id$/.test(name)) return base
  // Both stand in the client portal, as notes do.
  if (base === 'Tickets' && (name === 'description' || name === 'resolution')) return 'Client-Facing Notes'
  if (MONEY.test(name) && !HAS_MONEY.has(base)) return 'Finance'
  if (/^(first|middle|last)name$/.test(name)) return HAS_PEOPLE.has(base) ? base : 'Members'
  return REPEATED.find(([pattern]) => pattern.test(name))?.[1] ?? base
}
