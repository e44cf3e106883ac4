/**
 * The permission groups that a member of an answer belongs to, whatever record it stands in; all of them are needed
 * to read it. Halo names its members alike in all its records, so the name is enough.
 */

const NOTES = ['Ticket Notes', 'Client-Facing Notes'] as const
const OTHERS_GROUP: readonly string[] = ['System']

/**
 * Objects and lists within a record. One that is not here counts as System, which no access profile but the widest
 * opens: what a newer release adds stays closed until somebody lists it. Null: the record's own.
 */
const NESTED: ReadonlyMap<string, readonly string[] | null> = new Map(
  Object.entries<readonly string[] | null>({
    customfields: null,
    fields: null,
    child_ticket_ids: null,
    tags: null,
    additional_agents: ['Members'],
    todo_list: null,
    startdate_with_timezone: null,
    targetdate_with_timezone: null,
    date_dependencies: null,
    timeentries: ['Time Entries'],
    attachments: ['Attachments'],
    attachment_list: ['Attachments'],
    documents: ['Attachments'],
    assets: ['Configurations'],
    primary_asset: ['Configurations'],
    items_issued: ['Products'],
    project_items_issued: ['Products'],
    budgets: ['Finance'],
    expenses: ['Finance'],
    billingplans: ['Finance'],
    overriding_rates: ['Finance'],
    chargerates: ['Finance'],
    prepayhistory: ['Agreements'],
    periods: ['Agreements'],
    contracts: ['Agreements'],
    milestones: ['Projects'],
    parent_milestones: ['Projects'],
    approvers: ['Approvals'],
    approvers_history: ['Approvals'],
    audit_log: ['Audit Trail'],
    related_tickets: ['Tickets'],
    last_actions: NOTES,
    actions: NOTES,
    users: ['Contacts'],
    followers_user: ['Contacts'],
    sites: ['Sites'],
    linked_sites: ['Sites'],
    user_linked_sites: ['Sites'],
    appointments: ['Schedule Entries'],
    contact_address: ['Contacts'],
    primary_address: ['Contacts'],
    addresses: ['Contacts'],
    delivery_address: ['Sites'],
    invoice_address: ['Sites'],
    billing_address: ['Sites'],
    main_delivery_address: ['Sites'],
    main_invoice_address: ['Sites'],
    teams: ['Boards & Ticket Setup'],
    priorities: ['Boards & Ticket Setup'],
    faqlists: ['Knowledge Base'],
  }),
)

export function groupsOfNested(member: string, base: string): readonly string[] {
  const known = NESTED.get(member.toLowerCase())
  if (known === null) return [base]
  if (known === undefined) return OTHERS_GROUP
  // An address is a company's and a contact's own.
  return known[0] === 'Sites' && HAS_ADDRESS.has(base) ? [base] : known
}

const HAS_ADDRESS: ReadonlySet<string> = new Set(['Companies', 'Contacts', 'Sites'])
const HAS_NAMES: ReadonlySet<string> = new Set(['Contacts', 'Members'])
/** Groups whose records are about money, or about time, themselves. */
const HAS_MONEY: ReadonlySet<string> = new Set([
  'Finance',
  'Agreements',
  'Products',
  'Opportunities',
  'Projects',
])

type Rule = readonly [pattern: RegExp, groups: readonly string[], ownOf?: ReadonlySet<string>]

/** Plain members that tell of another record than their own; `ownOf` are groups that they are no other's in. */
const REPEATED: readonly Rule[] = [
  [/password|secret|token(?!s)|api_?key|private_?key/, OTHERS_GROUP],
  [
    /^(web_access_level|login|adconnection|linked_agent_id|useadlogin|lastlogindate|samaccountname)$/,
    ['Members'],
  ],
  [/^(lastnote|action_(note|outcome|datetime)|hover_summary|ai_summary|closure_note(_html)?)$/, NOTES],
  // Whoever wrote it last, a contact too.
  [/^action_agent_name$/, ['Members', 'Contacts', ...NOTES]],
  [/^lastaction_chargerate$/, ['Members', ...NOTES]],
  [
    /^(who|who_(initials|imgpath|colour|onlinestatus)|actionby|created_by|takenby|opened_by|resolved_by|username)$/,
    ['Members', 'Contacts'],
  ],
  [
    /(^|_)(agent|agent_name|technician|accountmanager)(_name|name|initials|colour)?$|^(account_manager|agent_signature|linemanager\w*)$/,
    ['Members'],
    new Set(['Members']),
  ],
  [
    /^(user_?name|user_(name|email|phone\w*|title)|reportedby|isimportantcontact|is_vip|email(to|cc|from|bcc)\w*|emailtolist\w*|emailcclist\w*|ccaddress|customer_signature|contact\w*name|maincontact_name|userdepartments|enduserstatus)$/,
    ['Contacts'],
    new Set(['Contacts']),
  ],
  [/^(firstname|lastname|surname)$/, ['Contacts'], HAS_NAMES],
  [
    /^(client_?name|client_(ref|notes)|customer|customer_name|client_account_manager_id|top_?level_name|organisation_name|client_automatic\w*)$/,
    ['Companies'],
    new Set(['Companies']),
  ],
  [
    /^(site_?name|sitepostcode|site_(timezone|phone\w*|postcode)|sitephonenumber|main_site_name|branch_name)$/,
    ['Sites'],
    HAS_ADDRESS,
  ],
  [
    /^(inventory_number|asset_(key_field\w*|type_name|name)|key_field\d?)$/,
    ['Configurations'],
    new Set(['Configurations']),
  ],
  [
    /^(contract_ref\w*|action_contract_ref|contract_(name|value|end_date)|covered_by_contract|billing_plan_text)$/,
    ['Agreements'],
    new Set(['Agreements']),
  ],
  [/^supplier_(name|reference|status)$/, ['Finance'], HAS_MONEY],
  [/^(opp|orion)\w+$/, ['Opportunities'], new Set(['Opportunities'])],
  [/^(pipeline_stage_name|opportunity_\w+)$/, ['Opportunities'], new Set(['Opportunities'])],
  [
    /^project\w+$|^milestone_(name|value|sequence|status|startdate|enddate)$|^budgethours$/,
    ['Projects'],
    new Set(['Projects']),
  ],
  [
    /invoice(?!_id$)|cost|price|amount|profit|revenue|budget|purchaseorder|moneyactual|net_total|taxcode|tax_code|payment/,
    ['Finance'],
    HAS_MONEY,
  ],
  [
    /^(timetaken\w*|(action)?(non)?chargehours|travelhours|totalmileage|traveltime|mileage|nonbilltime|billable_time|nonbillable_time|chargerate\w*|travel_chargerate|action(non)?(charge|prepay|travel)\w*|actisbillable|actreviewed|actionarrivaldate|actioncompletiondate|timesheet_\w+)$/,
    ['Time Entries'],
    new Set(['Time Entries', 'Time Setup', ...HAS_MONEY]),
  ],
  [/^(sla_name)$/, ['SLAs'], new Set(['SLAs'])],
  [
    /^(next_?appointment\w*|lastappointment\w*|nextactivitydate|default_appointment_\w+)$/,
    ['Schedule Entries'],
    new Set(['Schedule Entries']),
  ],
  [
    /^(mailbox|lastincomingemail|email_message_id|mailentryid)$/,
    ['Communications'],
    new Set(['Communications']),
  ],
  [/^release\d?_(name|note)$|^release_note$|^releasenote\w*$/, ['Releases'], new Set(['Releases'])],
  [/^(product_name|itemsprice)$/, ['Products'], new Set(['Products'])],
  [/^approval_(status|note)\w*$|^approver_note$/, ['Approvals'], new Set(['Approvals'])],
]

/** All of them are kept in one table. */
const TICKETS: ReadonlySet<string> = new Set(['Tickets', 'Projects', 'Opportunities'])

/** A bare id belongs to the record that holds it; a ticket's description is what the client said and reads. */
export function groupsOfValue(member: string, base: string): readonly string[] {
  const name = member.toLowerCase()
  if (TICKETS.has(base) && /^details(_html)?$/.test(name)) return ['Client-Facing Notes']
  const found = REPEATED.find(([pattern]) => pattern.test(name))
  if (found === undefined || found[2]?.has(base) === true) return [base]
  return found[1]
}
