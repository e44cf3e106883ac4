import { decimal } from '../../../schema/decimals.ts'
import type { NamedValue } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { readList } from '../client.ts'
import { type EntitySpec, type Extras, namedValue, plain, reference, time } from '../projection.ts'
import {
  type ProjectBody,
  type ProjectTicketBody,
  projectPhase,
  projectTicket,
  project as shape,
} from '../schema.ts'

/** The most that a page holds (API.md 4.1), and more phases than anybody plans. */
const PHASES_PER_READ = 1000

export const projectSpec: EntitySpec<ProjectBody> = {
  type: 'Project',
  group: 'Projects',
  shape,
  keyOf: ({ id }) => String(id),
  extras: readExtras,
  fields: {
    number: plain([], ({ id }) => String(id)),
    name: plain(['name'], ({ name }) => name ?? ''),
    description: plain(['description'], ({ description }) => description),
    status: plain(['status/id', 'status/name'], ({ status }) => namedValue(status)),
    closed: plain(['closedFlag'], ({ closedFlag }) => closedFlag === true),
    startsOn: plain(['estimatedStart'], ({ estimatedStart }) => time(estimatedStart)?.slice(0, 10) ?? null),
    endsOn: plain(['estimatedEnd'], ({ estimatedEnd }) => time(estimatedEnd)?.slice(0, 10) ?? null),
    // Whether 1 is one percent or all of it is not documented.
    percentComplete: plain([], () => null),
    budgetHours: plain(['budgetHours'], ({ budgetHours }) => decimal(budgetHours)),
    actualHours: plain(['actualHours'], ({ actualHours }) => decimal(actualHours)),
    phases: plain([], ({ id }, { phases }) => phases?.get(id) ?? []),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
    }),
    manager: reference('manager', 'manager', 'Member', ({ manager }) => manager, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
    }),
  },
}

async function readExtras(
  session: VendorSession,
  bodies: readonly ProjectBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  if (!wanted.has('phases')) return {}
  return {
    phases: new Map(
      await Promise.all(bodies.map(async ({ id }) => [id, await phasesOf(session, id)] as const)),
    ),
  }
}

/** Below each project alone. */
async function phasesOf(session: VendorSession, project: number): Promise<readonly NamedValue[]> {
  const rows = await readList(session, {
    path: `/project/projects/${project}/phases`,
    query: [
      ['fields', 'id,description'],
      ['orderBy', 'id asc'],
      ['pageSize', String(PHASES_PER_READ)],
    ],
    access: { group: 'Projects', kind: 'READ', fields: ['phases'] },
  })
  return rows.flatMap((row) => {
    const parsed = projectPhase.safeParse(row)
    return parsed.success ? [{ key: String(parsed.data.id), name: parsed.data.description ?? '' }] : []
  })
}

/** A project ticket. */
export const projectTaskSpec: EntitySpec<ProjectTicketBody> = {
  type: 'ProjectTask',
  group: 'Projects',
  shape: projectTicket,
  keyOf: ({ id }) => String(id),
  fields: {
    number: plain([], ({ id }) => String(id)),
    name: plain(['summary'], ({ summary }) => summary ?? ''),
    status: plain(['status/id', 'status/name'], ({ status }) => namedValue(status)),
    closed: plain(['closedFlag'], ({ closedFlag }) => closedFlag === true),
    dueAt: plain(['requiredDate'], ({ requiredDate }) => time(requiredDate)),
    budgetHours: plain(['budgetHours'], ({ budgetHours }) => decimal(budgetHours)),
    phase: plain(['phase/id', 'phase/name'], ({ phase }) => namedValue(phase)),
    project: reference('project', 'project', 'Project', ({ project }) => project, {
      name: { group: 'Projects', member: 'name', value: ({ name }) => name },
    }),
    company: reference('company', 'company', 'Company', ({ company }) => company, {
      name: { group: 'Companies', member: 'name', value: ({ name }) => name },
    }),
    assignee: reference('assignee', 'owner', 'Member', ({ owner }) => owner, {
      name: { group: 'Members', member: 'name', value: ({ name }) => name },
    }),
  },
}
