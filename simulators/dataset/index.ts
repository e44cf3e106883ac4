import { buildAgreements, buildCompanies, buildContacts, buildDevices, technicians } from './people.ts'
import { createRandom } from './prng.ts'
import { buildOpportunities, buildProjects, buildTemplates } from './projects.ts'
import * as setup from './setup.ts'
import { buildTickets } from './tickets.ts'
import type { Dataset } from './types.ts'

export type * from './types.ts'

const SEED = 20_261_120
export const DEFAULT_ANCHOR = '2026-11-20T16:00:00Z'

export interface DatasetOptions {
  anchor?: Date
  /** Put behind names and texts: another tenant with the same ids. */
  mark?: string
}

/** The same records on every call; only the dates move with the anchor, and names carry the mark. */
export function buildDataset(options: DatasetOptions = {}): Dataset {
  const anchor = options.anchor ?? new Date(DEFAULT_ANCHOR)
  if (Number.isNaN(anchor.getTime())) throw new TypeError('Expected anchor to be a valid date')
  const random = createRandom(SEED)
  const { msp, companies, sites } = buildCompanies(random, anchor.getTime())
  const { contacts, namesakes } = buildContacts(random, companies, sites)
  const devices = buildDevices(random, companies, sites, contacts, anchor.getTime())
  const agreements = buildAgreements(random, companies, contacts, anchor.getTime())
  const boards = setup.buildBoards(technicians)
  // Copies, because a simulator's state is changed by its callers and two may run in one process.
  const base = structuredClone({
    anchor,
    mark: options.mark ?? '',
    msp,
    companies,
    sites,
    contacts,
    technicians: [...technicians],
    boards,
    priorities: [...setup.priorities],
    sources: setup.sources,
    slas: [...setup.slas],
    workTypes: [...setup.workTypes],
    workRoles: [...setup.workRoles],
    locations: setup.locations,
    departments: setup.departments,
    customFields: [...setup.customFields],
    agreements,
    devices,
    catalog: [...setup.catalog],
    articles: [...setup.articles],
    projects: buildProjects(companies, anchor.getTime()),
    opportunities: buildOpportunities(companies, contacts, anchor.getTime()),
    templates: buildTemplates(companies, boards, anchor.getTime()),
  })
  const { facts, ...work } = buildTickets(random, base)
  return marked({ ...base, ...work, facts: { ...facts, namesakeContactIds: namesakes } })
}

function marked(dataset: Dataset): Dataset {
  const { mark } = dataset
  if (mark === '') return dataset
  const { msp, companies, sites, contacts, technicians, boards, priorities, tickets, notes, articles } =
    dataset
  const teams = boards.flatMap((board) => board.teams)
  for (const named of [msp, ...companies, ...sites, ...boards, ...teams, ...priorities]) named.name += mark
  for (const person of [...contacts, ...technicians]) person.lastName += mark
  for (const titled of [...tickets, ...articles]) titled.title += mark
  for (const note of notes) note.text += mark
  return dataset
}
