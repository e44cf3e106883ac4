import { decimal } from '../../../schema/decimals.ts'
import type { NamedValue } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { chunks } from '../../reading/chunks.ts'
import { MAX_RECORDS, query } from '../client.ts'
import { type Condition, fieldName, integer, isIn } from '../conditions.ts'
import { type EntitySpec, type Extras, named, plain, reference, time } from '../projection.ts'
import { COMPLETE, projectStatuses, taskStatuses } from '../reference.ts'
import {
  type PhaseBody,
  type ProjectBody,
  phase as phaseShape,
  project as projectShape,
  type TaskBody,
  task as taskShape,
} from '../schema.ts'

export const projectSpec: EntitySpec<ProjectBody> = {
  type: 'Project',
  entity: 'Projects',
  group: 'Projects',
  shape: projectShape,
  keyOf: ({ id }) => String(id),
  extras: async (session, bodies, wanted) => ({
    ...(wanted.has('status') ? { types: await projectStatuses(session) } : {}),
    ...(wanted.has('phases') ? { phases: await phasesOf(session, bodies) } : {}),
  }),
  fields: {
    number: plain(['projectNumber'], ({ projectNumber }) => projectNumber),
    name: plain(['projectName'], ({ projectName }) => projectName ?? ''),
    description: plain(['description'], ({ description }) => description),
    status: plain(['status'], ({ status }, { types }) => named(status, types)),
    closed: plain(['completedDateTime'], ({ completedDateTime }) => completedDateTime !== null),
    startsOn: plain(['startDateTime'], ({ startDateTime }) => time(startDateTime)?.slice(0, 10) ?? null),
    endsOn: plain(['endDateTime'], ({ endDateTime }) => time(endDateTime)?.slice(0, 10) ?? null),
    percentComplete: plain(['completedPercentage'], ({ completedPercentage }) => completedPercentage),
    budgetHours: plain(['estimatedTime'], ({ estimatedTime }) => decimal(estimatedTime)),
    actualHours: plain(['actualHours'], ({ actualHours }) => decimal(actualHours)),
    phases: plain([], ({ id }, { phases }) => phases?.get(id) ?? []),
    company: reference('companyID', 'Company', ({ companyID }) => companyID),
    manager: reference(
      'projectLeadResourceID',
      'Member',
      ({ projectLeadResourceID }) => projectLeadResourceID,
    ),
  },
}

export const projectTaskSpec: EntitySpec<TaskBody> = {
  type: 'ProjectTask',
  entity: 'Tasks',
  group: 'Projects',
  shape: taskShape,
  keyOf: ({ id }) => String(id),
  extras: taskExtras,
  fields: {
    number: plain(['taskNumber'], ({ taskNumber }) => taskNumber),
    name: plain(['title'], ({ title }) => title ?? ''),
    status: plain(['status'], ({ status }, { types }) => named(status, types)),
    closed: plain(['status'], ({ status }) => status === COMPLETE),
    dueAt: plain(['endDateTime'], ({ endDateTime }) => time(endDateTime)),
    budgetHours: plain(['estimatedHours'], ({ estimatedHours }) => decimal(estimatedHours)),
    phase: plain(['phaseID', 'projectID'], ({ phaseID, projectID }, { phases }) =>
      named(
        phaseID,
        phases?.get(projectID ?? 0)?.map(({ key, name }) => ({ id: Number(key), name })),
      ),
    ),
    project: reference('projectID', 'Project', ({ projectID }) => projectID),
    // A task does not hold its company: the project does.
    company: reference('projectID', 'Company', ({ projectID }, { companies }) =>
      projectID === null ? null : (companies?.get(projectID) ?? null),
    ),
    assignee: reference('assignedResourceID', 'Member', ({ assignedResourceID }) => assignedResourceID),
  },
}

async function taskExtras(
  session: VendorSession,
  bodies: readonly TaskBody[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  const projects = [
    ...new Set(bodies.flatMap(({ projectID }) => (projectID === null ? [] : [projectID]))),
  ].map((id) => ({ id }))
  return {
    ...(wanted.has('status') ? { types: await taskStatuses(session) } : {}),
    ...(wanted.has('phase') ? { phases: await phasesOf(session, projects) } : {}),
    ...(wanted.has('company') ? { companies: await companiesOf(session, projects) } : {}),
  }
}

type Keyed = readonly { readonly id: number }[]

/** In the order of their making. */
async function phasesOf(
  session: VendorSession,
  projects: Keyed,
): Promise<ReadonlyMap<number, readonly NamedValue[]>> {
  const found: PhaseBody[] = []
  for (const filter of among('projectID', projects)) {
    const { rows } = await query(session, {
      entity: 'Phases',
      filter: [filter],
      fields: ['id', 'projectID', 'title'],
      max: MAX_RECORDS,
      access: { group: 'Projects', kind: 'READ', fields: ['phases'] },
    })
    for (const row of rows) {
      const parsed = phaseShape.safeParse(row)
      if (parsed.success) found.push(parsed.data)
    }
  }
  return new Map(
    [...Map.groupBy(found, ({ projectID }) => projectID)].map(([project, own]) => [
      project,
      own.map(({ id, title }) => ({ key: String(id), name: title ?? String(id) })),
    ]),
  )
}

async function companiesOf(session: VendorSession, projects: Keyed): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  for (const filter of among('id', projects)) {
    const { rows } = await query(session, {
      entity: 'Projects',
      filter: [filter],
      fields: ['id', 'companyID'],
      max: MAX_RECORDS,
      access: { group: 'Projects', kind: 'READ', fields: ['company'] },
    })
    for (const row of rows) {
      const parsed = projectShape.safeParse(row)
      if (parsed.success && parsed.data.companyID !== null) found.set(parsed.data.id, parsed.data.companyID)
    }
  }
  return found
}

function among(column: string, records: Keyed): readonly Condition[] {
  return chunks(records, MAX_RECORDS).map((part) =>
    isIn(
      fieldName(column),
      part.map(({ id }) => integer(column, id)),
    ),
  )
}
