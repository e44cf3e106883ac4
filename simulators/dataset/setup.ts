import type {
  Article,
  Board,
  CatalogItem,
  CustomField,
  Named,
  Priority,
  Sla,
  Status,
  Technician,
  WorkRole,
  WorkType,
} from './types.ts'

type Stage = Status['stage']
interface StatusPlan {
  name: string
  stage: Stage
  closed?: boolean
  mails?: boolean
  refusesTime?: boolean
  inactive?: boolean
}

const opening: StatusPlan[] = [
  { name: 'New', stage: 'NotResponded' },
  { name: 'Assigned', stage: 'Responded' },
  { name: 'In Progress', stage: 'ResolutionPlan' },
  { name: 'Waiting on Client', stage: 'NoEscalation', mails: true },
]
/** Open for the database although the work is done: `closed` and the name disagree on purpose. */
const completed: StatusPlan = { name: 'Completed', stage: 'Resolved', mails: true }
const closed: StatusPlan = { name: 'Closed', stage: 'Resolved', closed: true, refusesTime: true }
const merged: StatusPlan = { name: 'Merged', stage: 'Resolved', closed: true, refusesTime: true }

interface BoardPlan {
  name: string
  project?: boolean
  statuses: StatusPlan[]
  types: Record<string, string[]>
  items: string[]
  team: string
}

const plans: BoardPlan[] = [
  {
    name: 'Service Desk',
    statuses: [
      ...opening,
      { name: 'Waiting on Vendor', stage: 'NoEscalation' },
      { name: 'Scheduled', stage: 'ResolutionPlan', mails: true },
      completed,
      closed,
      merged,
      { name: 'Old: On Hold', stage: 'NoEscalation', inactive: true },
    ],
    types: {
      Hardware: ['Workstation', 'Printer', 'Phone'],
      Software: ['Microsoft 365', 'Line of Business', 'Browser'],
      Network: ['Wi-Fi', 'VPN', 'Internet'],
      'User Account': ['Password', 'Permissions'],
    },
    items: ['Break/Fix', 'Question', 'Request'],
    team: 'Service Team',
  },
  {
    name: 'Projects & Changes',
    statuses: [
      ...opening,
      { name: 'Scheduled', stage: 'ResolutionPlan', mails: true },
      { name: 'Awaiting Approval', stage: 'NoEscalation' },
      completed,
      closed,
    ],
    types: {
      Change: ['Standard', 'Emergency'],
      Migration: ['Cloud', 'Server'],
      Network: ['Firewall', 'Switching'],
    },
    items: ['Planned', 'Unplanned'],
    team: 'Project Team',
  },
  {
    name: 'Security',
    statuses: [...opening, { name: 'Contained', stage: 'ResolutionPlan' }, completed, closed, merged],
    types: {
      Phishing: ['Reported', 'Clicked'],
      Malware: ['Endpoint', 'Server'],
      'User Account': ['Risky Sign-in'],
    },
    items: ['Incident', 'False Positive'],
    team: 'Security Team',
  },
  {
    name: 'Onboarding',
    statuses: [...opening, { name: 'Scheduled', stage: 'ResolutionPlan', mails: true }, completed, closed],
    types: {
      'New User': ['Standard', 'Remote'],
      Offboarding: ['Standard', 'Immediate'],
      'New Client': ['Discovery'],
    },
    items: ['Request'],
    team: 'Onboarding Team',
  },
  {
    name: 'Client Projects',
    project: true,
    statuses: [...opening, completed, closed],
    types: { Delivery: ['Task'], Issue: ['Blocker'] },
    items: ['Request'],
    team: 'Delivery Team',
  },
]

/** Ids run across the boards, so a status id belongs to one board while its name may be on all. */
export function buildBoards(technicians: readonly Technician[]): Board[] {
  let statusId = 100
  let typeId = 200
  let subTypeId = 300
  let itemId = 400
  let tripleId = 500
  const active = technicians.filter((technician) => !technician.api && !technician.inactive)
  return plans.map((plan, index) => {
    const id = index + 1
    const items = plan.items.map((name) => ({ id: ++itemId, boardId: id, name }))
    const board: Board = {
      id,
      name: plan.name,
      project: plan.project ?? false,
      statuses: [],
      types: [],
      subTypes: [],
      items,
      triples: [],
      teams: [],
    }
    board.statuses = plan.statuses.map((status, position) => ({
      id: ++statusId,
      boardId: id,
      name: status.name,
      sort: (position + 1) * 10,
      closed: status.closed ?? false,
      isDefault: position === 0,
      inactive: status.inactive ?? false,
      refusesTime: status.refusesTime ?? false,
      mails: status.mails ?? false,
      stage: status.stage,
    }))
    for (const [name, subTypes] of Object.entries(plan.types)) {
      const type = { id: ++typeId, boardId: id, name }
      board.types.push(type)
      for (const subName of subTypes) {
        const known = board.subTypes.find((subType) => subType.name === subName)
        const subType = known ?? { id: ++subTypeId, boardId: id, name: subName }
        if (!known) board.subTypes.push(subType)
        for (const item of items) {
          board.triples.push({
            id: ++tripleId,
            boardId: id,
            typeId: type.id,
            subTypeId: subType.id,
            itemId: item.id,
          })
        }
      }
    }
    const crew = active.filter(
      (_, position) => position % plans.length === index || (position + 2) % plans.length === index,
    )
    board.teams = [
      {
        id: 20 + id,
        boardId: id,
        name: plan.team,
        leaderId: crew[0]!.id,
        memberIds: crew.map((member) => member.id),
      },
    ]
    return board
  })
}

export const priorities: readonly Priority[] = [
  { id: 1, name: 'Priority 1 - Critical', color: 'Red', sort: 1, level: 'Critical', isDefault: false },
  { id: 2, name: 'Priority 2 - High', color: 'Orange', sort: 2, level: 'High', isDefault: false },
  { id: 3, name: 'Priority 3 - Medium', color: 'Yellow', sort: 3, level: 'Medium', isDefault: true },
  { id: 4, name: 'Priority 4 - Low', color: 'White', sort: 4, level: 'Low', isDefault: false },
]
const named = (names: string[]): Named[] => names.map((name, index) => ({ id: index + 1, name }))
export const sources = named([
  'Email Connector',
  'Phone',
  'Client Portal',
  'Monitoring',
  'Walk-in',
  'Security Alert',
])
export const locations = named(['Tampa HQ', 'Leeds Office'])
export const departments = named(['Professional Services', 'Security Operations', 'Administration'])
export const slas: readonly Sla[] = [
  { id: 1, name: 'Standard', respondHours: 4, planHours: 8, resolutionHours: 24 },
  { id: 2, name: 'Gold 24x7', respondHours: 1, planHours: 2, resolutionHours: 8 },
]
export const workTypes: readonly WorkType[] = [
  { id: 1, name: 'Remote Support', billing: 'Billable', rate: 1 },
  { id: 2, name: 'Onsite Support', billing: 'Billable', rate: 1 },
  { id: 3, name: 'After Hours', billing: 'Billable', rate: 1.5 },
  { id: 4, name: 'Travel', billing: 'NoCharge', rate: 0 },
  { id: 5, name: 'Internal', billing: 'DoNotBill', rate: 0 },
]
export const workRoles: readonly WorkRole[] = [
  { id: 1, name: 'Engineer', hourlyRate: 145 },
  { id: 2, name: 'Senior Engineer', hourlyRate: 185 },
  { id: 3, name: 'Security Analyst', hourlyRate: 195 },
  { id: 4, name: 'Dispatcher', hourlyRate: 95 },
]
export const customFields: readonly CustomField[] = [
  { id: 31, caption: 'Asset Tag', type: 'Text' },
  { id: 32, caption: 'Change Approved', type: 'Checkbox' },
  { id: 33, caption: 'Change Window', type: 'Date' },
  { id: 34, caption: 'Affected Users', type: 'Number' },
  {
    id: 35,
    caption: 'Root Cause',
    type: 'Text',
    list: ['User Error', 'Hardware Fault', 'Software Defect', 'Vendor Outage', 'Unknown'],
  },
]
export const catalog: readonly CatalogItem[] = [
  {
    id: 1,
    name: 'LAP-14-PRO',
    description: 'Business laptop 14"',
    price: 1349,
    cost: 1080,
    kind: 'Inventory',
  },
  { id: 2, name: 'DOCK-USBC', description: 'USB-C dock', price: 189, cost: 121.5, kind: 'Inventory' },
  {
    id: 3,
    name: 'M365-BP',
    description: 'Microsoft 365 Business Premium',
    price: 22,
    cost: 18.7,
    kind: 'Agreement',
  },
  {
    id: 4,
    name: 'FW-SUB-1Y',
    description: 'Firewall security subscription, 1 year',
    price: 899,
    cost: 640,
    kind: 'NonInventory',
  },
  {
    id: 5,
    name: 'ONSITE-VISIT',
    description: 'Onsite visit, flat fee',
    price: 175,
    cost: 0,
    kind: 'Service',
  },
  {
    id: 6,
    name: 'CABLE-CAT6-3M',
    description: 'Patch cable Cat6 3 m',
    price: 9.5,
    cost: 3.2,
    kind: 'Inventory',
  },
  {
    id: 7,
    name: 'LAP-13-OLD',
    description: 'Business laptop 13", the model of before',
    price: 999.99,
    cost: 812.35,
    kind: 'Inventory',
    retired: true,
  },
]

export const articles: readonly Article[] = [
  {
    id: 1,
    title: 'Reset a Microsoft 365 password',
    problem: 'A user cannot sign in.',
    solution: 'Reset it in the admin centre; never send it by mail.',
    editedDaysAgo: 60,
    internal: false,
  },
  {
    id: 2,
    title: 'Connect to the VPN',
    problem: 'Remote work needs the office network.',
    solution: 'Install the client, sign in with MFA.',
    editedDaysAgo: 59,
    internal: false,
  },
  {
    id: 3,
    title: 'Clear a printer jam',
    problem: 'The printer jams on every page.',
    solution: 'Open tray 2, remove paper, check the rollers.',
    editedDaysAgo: 58,
    internal: false,
  },
  {
    id: 4,
    title: 'QuickBooks H202',
    problem: 'Multi-user mode fails.',
    solution: 'Start QuickBooksDB and set it to delayed start.',
    editedDaysAgo: 57,
    internal: true,
  },
  {
    id: 5,
    title: 'Isolate a phished mailbox',
    problem: 'Credentials were entered.',
    solution: 'Revoke sessions, reset, check the rules.',
    editedDaysAgo: 56,
    internal: true,
  },
  {
    id: 6,
    title: 'Onboarding checklist',
    problem: 'A new user starts.',
    solution: 'Licence, groups, laptop, welcome call.',
    editedDaysAgo: 55,
    internal: true,
  },
  {
    id: 7,
    title: 'Printer "Lexi" on floor 2 🖨',
    problem: "Nobody finds its driver: 100% of the vendor's links are dead.",
    solution: 'Use the class driver.',
    editedDaysAgo: 900,
    internal: true,
    retired: true,
  },
]
