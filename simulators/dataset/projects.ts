import type { Board, Company, Contact, Opportunity, Project, TicketTemplate } from './types.ts'

const DAY = 86_400_000
const day = (at: number) => Math.floor(at / DAY) * DAY

/** The first is under way and holds every project ticket; the other is done and has none left. */
export function buildProjects(companies: readonly Company[], anchor: number): Project[] {
  return [
    {
      id: 701,
      name: 'Office move 2026',
      description: 'Moves the office to the new building, desks, network and telephony.',
      companyId: companies[2]!.id,
      managerId: 156,
      startsAt: day(anchor - 200 * DAY),
      endsAt: day(anchor + 60 * DAY),
      budgetHours: 120,
      percentComplete: 40,
      phases: [
        { id: 711, name: 'Build-out' },
        { id: 712, name: 'Cut-over' },
      ],
    },
    {
      id: 706,
      name: 'Server refresh',
      description: 'Replaces both file servers.',
      companyId: companies[4]!.id,
      managerId: 152,
      startsAt: day(anchor - 400 * DAY),
      endsAt: day(anchor - 300 * DAY),
      budgetHours: 37.5,
      percentComplete: 100,
      closedAt: day(anchor - 298 * DAY),
      phases: [],
    },
  ]
}

export function buildOpportunities(
  companies: readonly Company[],
  contacts: readonly Contact[],
  anchor: number,
): Opportunity[] {
  const plans = [
    { name: 'Firewall refresh', stage: 'Qualified', probability: 40, amount: 4000 },
    { name: 'Managed backup', stage: 'Proposal', probability: 60, amount: 6500 },
    { name: 'Microsoft 365 migration', stage: 'Won', probability: 80, amount: 9000.5 },
  ] as const
  return plans.map((plan, index) => ({
    id: 702 + index,
    ...plan,
    companyId: companies[index]!.id,
    contactId: contacts.find(({ companyId }) => companyId === companies[index]!.id)!.id,
    ownerId: 156,
    expectedAt: day(anchor + (20 + index) * DAY),
    ...(plan.stage === 'Won' && { closedAt: day(anchor - 5 * DAY) }),
  }))
}

export function buildTemplates(
  companies: readonly Company[],
  boards: readonly Board[],
  anchor: number,
): TicketTemplate[] {
  const [desk] = boards
  const typeId = desk!.types[0]!.id
  return [
    {
      id: 801,
      name: 'New starter',
      title: 'Set up a new starter',
      text: 'Laptop, licence, groups and a welcome call.',
      boardId: desk!.id,
      typeId,
      priorityId: 3,
    },
    {
      id: 802,
      name: 'Weekly backup check',
      title: "Check last week's backups",
      text: 'Look at every job, and restore one file.',
      companyId: companies[0]!.id,
      boardId: desk!.id,
      typeId,
      priorityId: 4,
      nextAt: day(anchor + 3 * DAY),
    },
  ]
}
