import type { GraphQLResolveInfo } from 'graphql'
import { psa } from '../access.ts'
import type { ReadContext } from '../context.ts'
import { listRecords } from '../lists.ts'
import type { ProjectTaskValues, ProjectValues, VendorRecord } from '../records.ts'
import { field, follow, type PsaBuilder, relation } from './fields.ts'
import type { defineNode } from './node.ts'
import type { EntityRefs, ListRef } from './types.ts'
import type { defineValues } from './values.ts'

export function defineProject(
  builder: PsaBuilder,
  { Project, Company, Member }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  ProjectTaskConnection: ListRef<ProjectTaskValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ProjectValues & string) => field('Projects', name)
  builder.objectType(Project, {
    description: 'Work for a client that is planned ahead, in phases and tasks.',
    interfaces: [Node],
    extensions: psa('Projects', ''),
    fields: (t) => {
      const text = (
        name: 'number' | 'startsOn' | 'endsOn' | 'budgetHours' | 'actualHours',
        description: string,
      ) => t.field({ type: 'String', description, extensions: plain(name), resolve: (r) => r.get(name) })
      return {
        number: text('number', 'The number that people call it by.'),
        name: t.field({
          type: 'UntrustedText',
          description: 'What people call it.',
          extensions: plain('name'),
          resolve: (r) => r.get('name'),
        }),
        description: t.field({
          type: 'UntrustedText',
          description: 'What is to be done. HaloPSA tells it only record by record.',
          extensions: plain('description'),
          resolve: (r) => r.get('description'),
        }),
        status: t.field({
          type: values.ProjectStatus,
          description: "Where it stands, by the tenant's own list.",
          extensions: plain('status'),
          resolve: (r) => r.get('status'),
        }),
        closed: t.field({
          type: 'Boolean',
          description: 'It is over.',
          extensions: plain('closed'),
          resolve: (r) => r.get('closed'),
        }),
        startsOn: text('startsOn', 'The first day that is planned for it, as YYYY-MM-DD.'),
        endsOn: text('endsOn', 'The last day that is planned for it, as YYYY-MM-DD.'),
        percentComplete: t.field({
          type: 'Float',
          description:
            'How much of it is done, 0 to 100; null on ConnectWise, which does not document its unit. HaloPSA tells it only record by record.',
          extensions: plain('percentComplete'),
          resolve: (r) => r.get('percentComplete'),
        }),
        budgetHours: text(
          'budgetHours',
          'Hours that are planned for it, as decimal text; null on ServiceNow. HaloPSA tells them only record by record.',
        ),
        actualHours: text(
          'actualHours',
          'Hours that were spent on it, as decimal text; null on ServiceNow. HaloPSA tells them only record by record.',
        ),
        phases: t.field({
          type: [values.ProjectPhase],
          description:
            'What its tasks are sorted into; null on ServiceNow, where tasks stand below tasks. On ConnectWise and HaloPSA each project costs a request of its own.',
          extensions: plain('phases'),
          resolve: (r) => r.get('phases'),
        }),
        company: t.field({
          type: Company,
          description: 'The client that it is for.',
          extensions: relation('Companies', 'company', 'Company'),
          resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
        }),
        manager: t.field({
          type: Member,
          description: 'The member who leads it; null when nobody is named.',
          extensions: relation('Members', 'manager', 'Member'),
          resolve: (r, _, context, info) => follow(r.get('manager'), 'Member', context, info),
        }),
        tasks: t.field({
          type: ProjectTaskConnection,
          description:
            'Its tasks, by name. Each project costs a request of its own: for many projects, ask `projectTasks` with a filter.',
          extensions: { ...psa('Projects', 'project'), loads: [] },
          args: {
            first: t.arg.int({ description: '25 by default, 100 at most.' }),
            after: t.arg.string({ description: "Cursor to go on behind: a page's `endCursor`." }),
          },
          resolve: (r, page, context, info) => tasksOf(r, page, context, info),
        }),
      }
    },
  })
}

/** The list of all tasks, narrowed to one project. */
function tasksOf(
  { connection, id }: VendorRecord<ProjectValues>,
  page: { first?: number | null; after?: string | null },
  context: ReadContext,
  info: GraphQLResolveInfo,
) {
  const order = { key: 'NAME', direction: 'ASC' } as const
  const args = { ...page, connections: [connection], filter: { project: [id] }, order }
  return listRecords('ProjectTask', 'ProjectTask', args, context, info)
}

export function defineProjectTask(
  builder: PsaBuilder,
  { ProjectTask, Project, Company, Member }: EntityRefs,
  values: ReturnType<typeof defineValues>,
  Node: ReturnType<typeof defineNode>,
): void {
  const plain = (name: keyof ProjectTaskValues & string) => field('Projects', name)
  builder.objectType(ProjectTask, {
    description: 'A piece of the work of a project (project ticket or task in the PSA).',
    interfaces: [Node],
    extensions: psa('Projects', ''),
    fields: (t) => ({
      number: t.field({
        type: 'String',
        description: 'The number that people call it by.',
        extensions: plain('number'),
        resolve: (r) => r.get('number'),
      }),
      name: t.field({
        type: 'UntrustedText',
        description: 'What is to be done, in a line.',
        extensions: plain('name'),
        resolve: (r) => r.get('name'),
      }),
      status: t.field({
        type: values.ProjectStatus,
        description: "Where it stands, by the tenant's own list.",
        extensions: plain('status'),
        resolve: (r) => r.get('status'),
      }),
      closed: t.field({
        type: 'Boolean',
        description: 'It is done, or will not be.',
        extensions: plain('closed'),
        resolve: (r) => r.get('closed'),
      }),
      dueAt: t.field({
        type: 'DateTime',
        description: 'By when it is planned to be done; null when no date is set.',
        extensions: plain('dueAt'),
        resolve: (r) => r.get('dueAt'),
      }),
      budgetHours: t.field({
        type: 'String',
        description: 'Hours that are planned for it, as decimal text; null when none are.',
        extensions: plain('budgetHours'),
        resolve: (r) => r.get('budgetHours'),
      }),
      phase: t.field({
        type: values.ProjectPhase,
        description: 'The phase of the project that it belongs to; null on HaloPSA and ServiceNow.',
        extensions: plain('phase'),
        resolve: (r) => r.get('phase'),
      }),
      project: t.field({
        type: Project,
        description: 'The project that it is a piece of.',
        extensions: relation('Projects', 'project', 'Project'),
        resolve: (r, _, context, info) => follow(r.get('project'), 'Project', context, info),
      }),
      company: t.field({
        type: Company,
        description: 'The client that the project is for.',
        extensions: relation('Companies', 'company', 'Company'),
        resolve: (r, _, context, info) => follow(r.get('company'), 'Company', context, info),
      }),
      assignee: t.field({
        type: Member,
        description: 'The member who does it; null when it is unassigned.',
        extensions: relation('Members', 'assignee', 'Member'),
        resolve: (r, _, context, info) => follow(r.get('assignee'), 'Member', context, info),
      }),
    }),
  })
}
