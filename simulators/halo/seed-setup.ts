import type { Board, Dataset } from '../dataset/index.ts'
import type { Rec } from '../shared/json.ts'
import { insert, type State } from './state.ts'

export const UNASSIGNED = 1
export const APPLICATION_AGENT = 190

export const STATUS = {
  new: 1,
  inProgress: 2,
  assigned: 3,
  withClient: 4,
  withVendor: 5,
  completed: 8,
  closed: 9,
  scheduled: 22,
  awaitingApproval: 23,
  contained: 24,
  onHold: 28,
} as const

/** The data set's statuses belong to boards, the vendor's to the whole tenant. */
export const statusIds: Record<string, number> = {
  New: STATUS.new,
  Assigned: STATUS.assigned,
  'In Progress': STATUS.inProgress,
  'Waiting on Client': STATUS.withClient,
  'Waiting on Vendor': STATUS.withVendor,
  Scheduled: STATUS.scheduled,
  Completed: STATUS.completed,
  Closed: STATUS.closed,
  // This vendor has no such status: a merged ticket is closed and hidden.
  Merged: STATUS.closed,
  'Awaiting Approval': STATUS.awaitingApproval,
  Contained: STATUS.contained,
  'Old: On Hold': STATUS.onHold,
}

interface StatusPlan {
  id: number
  name: string
  colour: string
  closed?: boolean
  /** A notification rule of the tenant mails the contact when a ticket comes here. */
  mails?: boolean
  hold?: boolean
}
const statuses: StatusPlan[] = [
  { id: STATUS.new, name: 'New', colour: '#3a86ff' },
  { id: STATUS.inProgress, name: 'In Progress', colour: '#ff9f1c' },
  { id: STATUS.assigned, name: 'Assigned', colour: '#8ecae6' },
  { id: STATUS.withClient, name: 'Waiting on Client', colour: '#adb5bd', mails: true, hold: true },
  { id: STATUS.withVendor, name: 'Waiting on Vendor', colour: '#adb5bd', hold: true },
  // The work is done but the tenant does not count it as closed.
  { id: STATUS.completed, name: 'Completed', colour: '#2a9d8f', mails: true },
  { id: STATUS.closed, name: 'Closed', colour: '#495057', closed: true, mails: true },
  { id: STATUS.scheduled, name: 'Scheduled', colour: '#bde0fe', mails: true },
  { id: STATUS.awaitingApproval, name: 'Awaiting Approval', colour: '#ffd166', hold: true },
  { id: STATUS.contained, name: 'Contained', colour: '#06d6a0' },
  { id: STATUS.onHold, name: 'On Hold', colour: '#6c757d', hold: true },
]

export const TYPE = {
  incident: 1,
  change: 2,
  request: 3,
  project: 5,
  opportunity: 6,
  security: 22,
  onboarding: 23,
  task: 25,
} as const

interface TypePlan {
  id: number
  name: string
  use: 'ticket' | 'project' | 'opportunity'
  itil: number
  team: number
  /** The contact gets an acknowledgement unless the body says otherwise. */
  acknowledges?: boolean
  mandatory?: readonly string[]
  /** A rule mails the contact about every visible note, also with `sendemail:false`. */
  mailsNotes?: boolean
}
const ticketTypes: TypePlan[] = [
  { id: TYPE.incident, name: 'Incident', use: 'ticket', itil: 1, team: 21, acknowledges: true },
  {
    id: TYPE.change,
    name: 'Change Request',
    use: 'ticket',
    itil: 2,
    team: 22,
    mandatory: ['category_1'],
  },
  { id: TYPE.request, name: 'Service Request', use: 'ticket', itil: 3, team: 21, acknowledges: true },
  { id: TYPE.project, name: 'Project', use: 'project', itil: 5, team: 25 },
  { id: TYPE.opportunity, name: 'Opportunity', use: 'opportunity', itil: 6, team: 22 },
  { id: TYPE.security, name: 'Security Incident', use: 'ticket', itil: 1, team: 23 },
  { id: TYPE.onboarding, name: 'Onboarding', use: 'ticket', itil: 3, team: 24, mailsNotes: true },
  { id: TYPE.task, name: 'Task', use: 'ticket', itil: 7, team: 25 },
]

/** A board becomes a ticket type and a team; requests have a type of their own. */
export function typeOfBoard(boardId: number, item: string | undefined): number {
  if (boardId === 1) return item === 'Request' ? TYPE.request : TYPE.incident
  return [TYPE.change, TYPE.security, TYPE.onboarding, TYPE.task][boardId - 2]!
}

export const OUTCOME = {
  publicNote: 4,
  note: 5,
  privateNote: 7,
  close: 9,
  email: 11,
  time: 12,
  assign: 13,
  hold: 14,
  approval: 15,
  resolve: 16,
  reopen: 17,
  escalate: 18,
  contain: 19,
  opened: 60,
  userUpdate: 61,
  acknowledged: 62,
  merged: 63,
} as const

/** `sendemail` 1 is the outcome's own default: the body must say false to keep the mail back. */
const outcomes: Rec[] = [
  { id: OUTCOME.privateNote, outcome: 'Private Note', hidefromuser: true, mustaddnote: true },
  { id: OUTCOME.publicNote, outcome: 'Public Note', hidefromuser: false, mustaddnote: true },
  // Harmless by its name, and yet this tenant's default mails the client.
  { id: OUTCOME.note, outcome: 'Note', hidefromuser: false, sendemail: 1, mustaddnote: true },
  { id: OUTCOME.email, outcome: 'Email User', hidefromuser: false, sendemail: 1, mustaddnote: true },
  { id: OUTCOME.time, outcome: 'Log Time', hidefromuser: true, chargerate: 1 },
  { id: OUTCOME.assign, outcome: 'Assign', hidefromuser: true, newstatus: STATUS.assigned },
  {
    id: OUTCOME.hold,
    outcome: 'Waiting on Client',
    hidefromuser: false,
    newstatus: STATUS.withClient,
    sendemail: 1,
  },
  { id: OUTCOME.resolve, outcome: 'Resolve', hidefromuser: false, newstatus: STATUS.completed, sendemail: 1 },
  {
    id: OUTCOME.close,
    outcome: 'Close',
    hidefromuser: false,
    newstatus: STATUS.closed,
    sendemail: 1,
    mustaddnote: true,
  },
  { id: OUTCOME.reopen, outcome: 'Re-Open', hidefromuser: true, newstatus: STATUS.inProgress },
  {
    id: OUTCOME.escalate,
    outcome: 'Escalate',
    hidefromuser: true,
    newstatus: STATUS.assigned,
    defaultagent: 154,
    defaultteam: 'Project Team',
  },
  {
    id: OUTCOME.approval,
    outcome: 'Request Approval',
    hidefromuser: true,
    newstatus: STATUS.awaitingApproval,
    approval_process_id: 1,
    $types: [TYPE.change],
  },
  {
    id: OUTCOME.contain,
    outcome: 'Contain',
    hidefromuser: true,
    newstatus: STATUS.contained,
    $types: [TYPE.security],
  },
  { id: OUTCOME.opened, outcome: 'Opened', hidden: true, systemid: 60 },
  { id: OUTCOME.userUpdate, outcome: 'User Updated', hidden: true, systemid: 61 },
  { id: OUTCOME.acknowledged, outcome: 'Acknowledged', hidden: true, systemid: 62 },
  { id: OUTCOME.merged, outcome: 'Merged', hidden: true, systemid: 63 },
]

const guid = (sla: number, priority: number) => `0000000${sla}-0000-4000-8000-00000000000${priority}`

/** Numbers of the type fields behind `key_field`; their values are written through `fields`. */
export const ASSET_FIELDS = ['Hostname', 'Serial Number', 'Model', 'IP Address', 'Operating System'] as const

/** Types of custom fields as the vendor numbers them. */
export const FIELD_TYPE = { text: 0, select: 2, date: 4, checkbox: 6 } as const

export function seedSetup(state: State): void {
  const { dataset } = state
  insert(state, 'topLevels', { id: 1, name: 'Clients' })
  for (const [index, status] of statuses.entries()) {
    const { id, colour, closed = false, mails = false, hold = false } = status
    const name = status.name + dataset.mark
    insert(state, 'statuses', {
      id,
      guid: `10000000-0000-4000-8000-0000000000${String(id).padStart(2, '0')}`,
      name,
      shortname: name,
      type: closed ? 1 : 0,
      sequence: (index + 1) * 10,
      colour,
      slaaction: hold ? 'H' : 'N',
      ticket_count: 0,
      showonquickchange: true,
      $closed: closed,
      $mails: mails,
      $hold: hold,
    })
  }
  for (const sla of dataset.slas) {
    insert(state, 'slas', {
      id: sla.id,
      name: sla.name,
      workday_id: sla.id,
      workday_name: sla.id === 2 ? '24x7' : 'Office hours',
      trackslaresponsetime: true,
      trackslafixbytime: true,
    })
    for (const priority of dataset.priorities) {
      addPriority(state, sla.id, priority.id, priority.name, priority.color, sla)
    }
  }
  // A priority that only one SLA has: pairs must be looked up, not assumed.
  addPriority(state, 1, 5, 'Priority 5 - Planned', 'Grey', { respondHours: 40, resolutionHours: 160 })
  for (const [index, type] of ticketTypes.entries()) {
    insert(state, 'ticketTypes', {
      id: type.id,
      guid: `20000000-0000-4000-8000-0000000000${String(type.id).padStart(2, '0')}`,
      name: type.name,
      use: type.use,
      sequence: (index + 1) * 10,
      group_id: 0,
      ticket_count: 0,
      cancreate: true,
      agentscanselect: true,
      itilrequesttype: type.itil,
      enduserscanselect: type.use === 'ticket',
      workflow_id: 0,
      initial_status: STATUS.new,
      default_sla: 1,
      default_priority: 3,
      default_team: state.dataset.boards.flatMap((board) => board.teams).find((team) => team.id === type.team)
        ?.name,
      default_sendack: type.acknowledges ? 1 : 0,
      allowall_actions: true,
      $mandatory: [...(type.mandatory ?? [])],
      $mailsNotes: type.mailsNotes ?? false,
    })
  }
  for (const [index, outcome] of outcomes.entries()) {
    insert(state, 'outcomes', {
      buttonname: outcome.outcome,
      labellong: outcome.outcome,
      sequence: (index + 1) * 10,
      hidden: false,
      systemid: 0,
      sendemail: 0,
      sendsms: 0,
      newstatus: -1,
      chargerate: -1,
      defaultagent: -1,
      defaultteam: '',
      hidefromuser: true,
      mustaddnote: false,
      approval_process_id: 0,
      child_template_id: 0,
      workflow_id: 0,
      ...outcome,
    })
  }
  for (const workType of dataset.workTypes) {
    insert(state, 'chargeRates', {
      id: workType.id,
      name: workType.name,
      rate: 145 * workType.rate,
      $billable: workType.billing === 'Billable',
    })
  }
  for (const field of dataset.customFields) {
    const type = field.list
      ? FIELD_TYPE.select
      : field.type === 'Checkbox'
        ? FIELD_TYPE.checkbox
        : field.type === 'Date'
          ? FIELD_TYPE.date
          : FIELD_TYPE.text
    insert(state, 'customFields', {
      id: field.id,
      name: `CF${field.caption.replaceAll(' ', '')}`,
      label: field.caption,
      type,
      inputtype: field.type === 'Number' ? 1 : 0,
      usage: 1,
      custom: 1,
      readonly: false,
      values: (field.list ?? []).map((name, index) => ({ lookupid: 100 + field.id, id: index + 1, name })),
    })
  }
  seedCategories(state, dataset.boards)
  seedTeams(state, dataset)
}

function addPriority(
  state: State,
  sla: number,
  priority: number,
  name: string,
  colour: string,
  hours: { respondHours: number; resolutionHours: number },
): void {
  insert(state, 'priorities', {
    id: sla * 10 + priority,
    $guid: guid(sla, priority),
    slaid: sla,
    priorityid: priority,
    name,
    colour,
    fixtime: hours.resolutionHours * Math.max(1, priority - 1),
    fixunits: 'H',
    responsetime: hours.respondHours * Math.max(1, priority - 1),
    responseunits: 'H',
    ishidden: false,
  })
}

/** `category_1` is the path "Hardware>Printer", `category_2` what the data set calls an item. */
function seedCategories(state: State, boards: readonly Board[]): void {
  const add = (id: number, value: string, level: number) => {
    const known = [...state.tables.categories.rows.values()].some(
      (row) => row.value === value && row.type_id === level,
    )
    if (known) return
    insert(state, 'categories', {
      id,
      guid: `30000000-0000-4000-8000-000000000${String(id).padStart(3, '0')}`,
      value,
      category_name: value.split('>').at(-1)!,
      type_id: level,
      sla_id: 0,
      priority_id: 0,
    })
  }
  let id = 300
  for (const board of boards) {
    for (const type of board.types) {
      add(++id, type.name, 1)
      const subTypeIds = new Set(
        board.triples.filter((triple) => triple.typeId === type.id).map((triple) => triple.subTypeId),
      )
      for (const subType of board.subTypes.filter((candidate) => subTypeIds.has(candidate.id)))
        add(++id, `${type.name}>${subType.name}`, 1)
    }
  }
  for (const item of boards.flatMap((board) => board.items)) add(item.id, item.name, 2)
}

function seedTeams(state: State, dataset: Dataset): void {
  const teams = dataset.boards.flatMap((board) => board.teams.map((team) => ({ ...team, board })))
  for (const team of teams) {
    insert(state, 'teams', {
      id: team.id,
      guid: `40000000-0000-4000-8000-0000000000${team.id}`,
      name: team.name,
      sequence: team.id,
      forrequests: true,
      foropps: team.id === 22,
      forprojects: team.board.project,
      ticket_count: 0,
      department_id: 1,
      department_name: 'Services',
      inactive: false,
      $agents: team.memberIds,
    })
  }
  const agent = (row: Rec) =>
    insert(state, 'agents', {
      isdisabled: false,
      isapiagent: false,
      is_agent: true,
      colour: '#3a86ff',
      onlinestatus: 0,
      use: 'agent',
      ...row,
    })
  agent({
    id: UNASSIGNED,
    name: 'Unassigned',
    firstname: '',
    surname: '',
    email: '',
    initials: '',
    teams: [],
  })
  for (const technician of dataset.technicians) {
    const own = teams.filter((team) => team.memberIds.includes(technician.id))
    agent({
      id: technician.id,
      name: `${technician.firstName} ${technician.lastName}`,
      firstname: technician.firstName,
      surname: technician.lastName,
      initials: technician.firstName[0]! + technician.lastName[0]!,
      email: technician.email,
      jobtitle: technician.title,
      team: own[0]?.name ?? '',
      teams: own.map((team) => ({ team_id: team.id, team_name: team.name })),
      isdisabled: technician.inactive,
      isapiagent: technician.api,
      is_agent: true,
      $identifier: technician.identifier,
    })
  }
}
