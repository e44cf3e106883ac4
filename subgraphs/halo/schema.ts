import { z } from 'zod'

/** Shapes of what is read, and nothing more: unknown members pass by, so a newer release breaks nothing. */

/** Absent members are null: lists are reduced views, and empty members may be left out. */
const optional = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? null)

const id = z.number().int()
/** Some ids are typed double in Halo's description (`site_id` of users and sites, API.md 12.12). */
const looseId = z.number().transform((value) => Math.trunc(value))
const text = optional(z.string())
const flag = optional(z.boolean())
const number = optional(z.number())

export const customField = z.object({
  id,
  name: text,
  label: text,
  type: number,
  inputtype: number,
  value: z.unknown().optional(),
  display: optional(z.union([z.string(), z.number(), z.boolean()])),
})
export type CustomField = z.infer<typeof customField>

export const ticket = z.object({
  id,
  summary: text,
  details: text,
  details_html: text,
  status_id: optional(id),
  priority_id: optional(id),
  tickettype_id: optional(id),
  sla_id: optional(id),
  client_id: optional(looseId),
  client_name: text,
  site_id: optional(looseId),
  site_name: text,
  contract_id: optional(id),
  user_id: optional(id),
  user_name: text,
  user_email: text,
  agent_id: optional(id),
  team: text,
  dateoccurred: text,
  last_update: text,
  dateclosed: text,
  deadlinedate: text,
  estimate: number,
  respondbydate: text,
  responsedate: text,
  fixbydate: text,
  onhold: flag,
  excludefromsla: flag,
  parent_id: optional(id),
  merged_into_id: optional(id),
  emailcclist: text,
  lastnote: text,
  customfields: optional(z.array(customField)),
})
export type TicketBody = z.infer<typeof ticket>

export const project = ticket.extend({
  startdate: text,
  targetdate: text,
  projectcompletionpercentage: number,
  projecttimebudget: number,
  projecttimeactual: number,
  milestones: optional(z.array(z.object({ id, name: text }))),
})
export type ProjectBody = z.infer<typeof project>

export const opportunity = ticket.extend({
  targetdate: text,
  pipeline_stage_id: optional(id),
  pipeline_stage_name: text,
  oppconversionprobability: number,
  oppvalue: number,
})
export type OpportunityBody = z.infer<typeof opportunity>

export const template = z.object({
  id,
  name: text,
  summary: text,
  details: text,
  tickettype_id: optional(id),
  priority_id: optional(id),
  team: text,
  nextcreationdate: text,
})
export type TemplateBody = z.infer<typeof template>

export const sla = z.object({ id, name: z.string() })
export type SlaBody = z.infer<typeof sla>

export const action = z.object({
  id,
  ticket_id: optional(id),
  outcome: text,
  outcome_id: optional(id),
  note: text,
  hiddenfromuser: flag,
  who: text,
  who_type: number,
  who_agentid: optional(id),
  actionby_agent_id: optional(id),
  actionby_user_id: optional(id),
  actionby_application_id: text,
  datetime: text,
  actiondatecreated: text,
  last_updated: text,
  timetaken: number,
  chargerate: optional(id),
  actisbillable: flag,
  actionarrivaldate: text,
  actioncompletiondate: text,
})
export type ActionBody = z.infer<typeof action>

export const toDo = z.object({ id, text, done: flag, sequence: optional(id) })
export type ToDoBody = z.infer<typeof toDo>

export const auditRow = z.object({
  ticket_id: optional(id),
  date: text,
  username: text,
  value: text,
  from: text,
  to: text,
})

export const attachment = z.object({
  id,
  ticket_id: optional(id),
  unique_id: optional(id),
  filename: text,
  note: text,
  content_type: text,
  filesize: number,
  datecreated: text,
  showforusers: flag,
})
export type AttachmentBody = z.infer<typeof attachment>

export const timesheetEvent = z.object({
  ticket_id: optional(id),
  action_number: optional(id),
  agent_id: optional(id),
  start_date: text,
  end_date: text,
  timetaken: number,
  charge_rate: optional(id),
  note: text,
})

export const contact = z.object({
  id,
  name: text,
  firstname: text,
  surname: text,
  emailaddress: text,
  phonenumber: text,
  title: text,
  inactive: flag,
  site_id: optional(looseId),
  site_name: text,
  client_id: optional(looseId),
  client_name: text,
  datecreated: text,
})
export type ContactBody = z.infer<typeof contact>

export const company = z.object({
  id,
  name: text,
  inactive: flag,
  website: text,
  main_phonenumber: text,
  main_site_id: optional(looseId),
})
export type CompanyBody = z.infer<typeof company>

export const member = z.object({
  id,
  name: text,
  firstname: text,
  surname: text,
  email: text,
  initials: text,
  isdisabled: flag,
})
export type MemberBody = z.infer<typeof member>

export const team = z.object({
  id,
  name: z.string(),
  inactive: flag,
  forrequests: flag,
  agents: optional(z.array(z.object({ agent_id: z.number().int() }))),
})
export type TeamBody = z.infer<typeof team>

export const site = z.object({
  id: looseId,
  name: text,
  client_id: optional(looseId),
  client_name: text,
  inactive: flag,
  phonenumber: text,
  delivery_address: optional(
    z.object({ line1: text, line2: text, line3: text, line4: text, postcode: text }),
  ),
  delivery_address_line1: text,
  delivery_address_line2: text,
  delivery_address_line3: text,
  delivery_address_line4: text,
  /** The postcode, as the fifth of a list's lines. */
  delivery_address_line5: text,
})
export type SiteBody = z.infer<typeof site>

export const asset = z.object({
  id: looseId,
  inventory_number: text,
  key_field: text,
  assettype_id: optional(looseId),
  assettype_name: text,
  client_id: optional(looseId),
  client_name: text,
  site_id: optional(looseId),
  site_name: text,
  warranty_end: text,
  inactive: flag,
  /** In an asset's own record alone. */
  users: optional(z.array(z.object({ id: looseId }))),
})
export type AssetBody = z.infer<typeof asset>

/** `keyfield_id` is the field of its own by which its assets are called. */
export const assetType = z.object({ id: looseId, name: z.string(), keyfield_id: optional(looseId) })
export type AssetTypeBody = z.infer<typeof assetType>

const someone = z.object({ id: looseId, name: text })

/** Lists may name the first agent alone (API.md 3). */
export const appointment = z.object({
  id,
  subject: text,
  start_date: text,
  end_date: text,
  agent_id: optional(looseId),
  agent_name: text,
  agents: optional(z.array(someone)),
  ticket_id: optional(id),
  complete_status: number,
  is_private: flag,
})
export type AppointmentBody = z.infer<typeof appointment>

export const contract = z.object({
  id,
  ref: text,
  contracttype_name: text,
  client_id: optional(looseId),
  client_name: text,
  start_date: text,
  end_date: text,
  expired: flag,
  /** The hours, in a contract's own record alone. */
  numberofunitsfree: number,
  contract_prepayasamount: flag,
  contract_prepaytotal: number,
  contract_prepaybalance: number,
})
export type ContractBody = z.infer<typeof contract>

export const item = z.object({
  id,
  name: text,
  description: text,
  internalreference: text,
  baseprice: number,
  costprice: number,
})
export type ItemBody = z.infer<typeof item>

/** A row of what was issued on a ticket; only the ticket itself holds them. */
export const issuedItem = z.object({
  id,
  item_id: optional(id),
  name: text,
  note: text,
  quantity: number,
  price: number,
  costprice: number,
})
export type IssuedItemBody = z.infer<typeof issuedItem>

export const article = z.object({
  id,
  name: text,
  description: text,
  resolution: text,
  inactive: z.boolean().nullish(),
  date_edited: text,
})
export type ArticleBody = z.infer<typeof article>

export const status = z.object({ id, name: z.string(), type: number, sequence: number })
export type StatusBody = z.infer<typeof status>

export const priority = z.object({
  priorityid: id,
  slaid: optional(id),
  name: z.string(),
  ishidden: flag,
})
export type PriorityBody = z.infer<typeof priority>

export const ticketType = z.object({
  id,
  name: z.string(),
  use: text,
  visible: flag,
  default_sla: optional(id),
  default_priority: optional(id),
})
export type TicketTypeBody = z.infer<typeof ticketType>

/** An outcome with every default of its own that reaches further than the note (API.md 12.4 and "Outcome"). */
export const outcome = z.object({
  id,
  outcome: text,
  buttonname: text,
  hidden: flag,
  sendemail: optional(z.union([z.number(), z.boolean()])),
  newstatus: optional(id),
  hidefromuser: flag,
  mustaddnote: flag,
  defaultagent: optional(id),
  defaultpriority: optional(id),
  defaultteam: text,
  approval_process_id: optional(id),
  child_template_id: optional(id),
})
export type OutcomeBody = z.infer<typeof outcome>

export const lookup = z.object({ id, name: z.string(), inactive: flag })
export type LookupBody = z.infer<typeof lookup>

export const fieldInfo = z.object({
  id,
  name: text,
  label: text,
  type: number,
  inputtype: number,
  readonly: flag,
  usage: number,
  values: optional(z.array(z.object({ id: z.number().nullish(), name: z.string().nullish() }))),
})
export type FieldInfoBody = z.infer<typeof fieldInfo>
