import { decimal } from '../../../schema/decimals.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, type Extras, plain, reference, someId, time } from '../projection.ts'
import { closedStatuses, nobody, statusNames } from '../reference.ts'
import { type ProjectBody, project as shape, type TicketBody, ticket as ticketShape } from '../schema.ts'
import { assigneeOf, isClosed, statusValue } from './ticket.ts'

/** A ticket whose type is one of projects (API.md 12.5). */
export const projectSpec: EntitySpec<ProjectBody> = {
  type: 'Project',
  group: 'Projects',
  shape,
  // Lists leave them out.
  detailOnly: new Set(['description', 'percentComplete', 'budgetHours', 'actualHours', 'phases']),
  keyOf: ({ id }) => String(id),
  extras: plannedExtras,
  fields: {
    number: plain(({ id }) => String(id)),
    name: plain(({ summary }) => summary ?? ''),
    description: plain(({ details }) => details),
    status: plain(statusValue),
    closed: plain(isClosed),
    startsOn: plain(({ startdate }) => time(startdate)?.slice(0, 10) ?? null),
    endsOn: plain(({ targetdate }) => time(targetdate)?.slice(0, 10) ?? null),
    percentComplete: plain(({ projectcompletionpercentage }) => projectcompletionpercentage),
    budgetHours: plain(({ projecttimebudget }) => decimal(projecttimebudget)),
    actualHours: plain(({ projecttimeactual }) => decimal(projecttimeactual)),
    phases: plain(({ milestones }) =>
      (milestones ?? []).map(({ id, name }) => ({ key: String(id), name: name ?? String(id) })),
    ),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
    manager: reference('manager', 'Member', assigneeOf),
  },
}

/** An ordinary ticket below a project. */
export const projectTaskSpec: EntitySpec<TicketBody> = {
  type: 'ProjectTask',
  // The catalogue counts it as a ticket; who may not read projects is refused before anything is asked.
  group: 'Tickets',
  shape: ticketShape,
  keyOf: ({ id }) => String(id),
  extras: plannedExtras,
  fields: {
    number: plain(({ id }) => String(id)),
    name: plain(({ summary }) => summary ?? ''),
    status: plain(statusValue),
    closed: plain(isClosed),
    dueAt: plain(({ deadlinedate }) => time(deadlinedate)),
    budgetHours: plain(({ estimate }) => ((estimate ?? 0) > 0 ? decimal(estimate) : null)),
    // A row of the list does not tell it.
    phase: plain(() => null),
    project: reference('project', 'Project', ({ parent_id }) => someId(parent_id)),
    company: reference('company', 'Company', ({ client_id }) => someId(client_id), {
      name: { group: 'Companies', value: ({ client_name }) => client_name },
    }),
    assignee: reference('assignee', 'Member', assigneeOf),
  },
}

/** What statuses and agents of projects, of their tasks and of opportunities are told by. */
export async function plannedExtras(
  session: VendorSession,
  _bodies: readonly unknown[],
  wanted: ReadonlySet<string>,
): Promise<Partial<Extras>> {
  return {
    nobody: nobody(session),
    ...(wanted.has('status') ? { statuses: await statusNames(session) } : {}),
    ...(wanted.has('closed') ? { closed: await closedStatuses(session) } : {}),
  }
}
