import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Opportunity, Project, Ticket } from '../../simulators/dataset/index.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { fullName, iso, toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const PROJECT =
  'id number name description status { name } closed startsOn endsOn percentComplete budgetHours actualHours phases { key name } company { name } manager { name }'
const TASK =
  'id name status { name } closed dueAt budgetHours phase { name } project { id name } company { name } assignee { id }'
const OPPORTUNITY =
  'id name stage { name } status { name } closed probability amount expectedCloseOn company { name } contact { id } owner { name }'

/** Requests of the document `projects`, cold: where a name may be empty, the end of the list asks for those without one. */
const REQUESTS: Readonly<Record<Vendor, number>> = { connectwise: 1, autotask: 3, halo: 2, servicenow: 2 }

const STATUS: Readonly<Record<Vendor, readonly [open: string, over: string]>> = {
  connectwise: ['In Progress', 'Closed'],
  autotask: ['In Progress', 'Complete'],
  halo: ['In Progress', 'Closed'],
  servicenow: ['Work in Progress', 'Closed Complete'],
}
const SOLD: Readonly<Partial<Record<Vendor, readonly [open: string, over: string]>>> = {
  connectwise: ['Open', 'Won'],
  autotask: ['Active', 'Closed'],
  halo: ['In Progress', 'Closed'],
}
/** States of project tasks on ServiceNow, which are its own. */
const STATES: Readonly<Record<string, string>> = {
  New: 'Open',
  'Waiting on Client': 'Pending',
  Completed: 'Closed Complete',
  Closed: 'Closed Complete',
}

describe.each(vendors)('%s: projects and opportunities', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  const missing = NOT_SUPPORTED[vendor]
  const none = (reasons: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.keys(reasons).map((field) => [field, null]))
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const dataset = () => t.desk.simulator.dataset
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const company = (id: number) => ({ name: dataset().companies.find((one) => one.id === id)!.name })
  const member = (id: number) => ({
    name: fullName(dataset().technicians.find((one) => one.id === id)!),
  })
  const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
    a.name.localeCompare(b.name, 'en', { sensitivity: 'base' })
  const projects = () => dataset().projects.toSorted(byName)
  const tasks = () => dataset().tickets.filter(({ kind }) => kind === 'project')
  const underWay = () => dataset().projects.find(({ closedAt }) => closedAt === undefined)!

  function project(one: Project) {
    return {
      id: told.id('Project', one.id),
      number: expect.stringContaining(String(one.id)),
      name: one.name,
      description: one.description,
      status: { name: STATUS[vendor][one.closedAt === undefined ? 0 : 1] },
      closed: one.closedAt !== undefined,
      startsOn: day(one.startsAt),
      endsOn: day(one.endsAt),
      percentComplete: one.percentComplete,
      budgetHours: String(one.budgetHours),
      actualHours: '0',
      phases: one.phases.map(({ id, name }) => ({ key: String(id), name })),
      company: company(one.companyId),
      manager: member(one.managerId),
      ...none(missing.projectFields),
    }
  }

  const statuses = new Map<number, { readonly name: string; readonly closed: boolean }>()
  const statusOf = ({ statusId }: Ticket) => {
    if (statuses.size === 0)
      for (const board of dataset().boards) for (const one of board.statuses) statuses.set(one.id, one)
    return statuses.get(statusId)!
  }
  const taskId = (ticket: Ticket) =>
    vendor === 'servicenow' ? told.id('ProjectTask', ticket.id) : `${t.desk.slug}:ProjectTask:${ticket.id}`
  /** ServiceNow ends a task where the work is completed, the others where their status closes it. */
  const isDone = (ticket: Ticket) =>
    statusOf(ticket).closed || (vendor === 'servicenow' && statusOf(ticket).name === 'Completed')

  function task(ticket: Ticket) {
    const home = underWay()
    const { name } = statusOf(ticket)
    return {
      id: taskId(ticket),
      name: ticket.title,
      status: { name: vendor === 'servicenow' ? (STATES[name] ?? 'Work in Progress') : told.status(ticket) },
      closed: isDone(ticket),
      dueAt: iso(ticket.dueAt),
      budgetHours: ticket.budgetHours === undefined ? null : String(ticket.budgetHours),
      phase: { name: home.phases[ticket.id % 2]!.name },
      project: { id: told.id('Project', home.id), name: home.name },
      // HaloPSA takes the client of a ticket from the contact, whoever the project is for.
      company: company(vendor === 'autotask' ? home.companyId : ticket.companyId),
      assignee: ticket.ownerId === undefined ? null : { id: told.id('Member', ticket.ownerId) },
      ...none(missing.projectTaskFields),
    }
  }

  function opportunity(one: Opportunity) {
    return {
      id: told.id('Opportunity', one.id),
      name: one.name,
      stage: { name: one.stage },
      status: { name: SOLD[vendor]![one.closedAt === undefined ? 0 : 1] },
      closed: one.closedAt !== undefined,
      probability: one.probability,
      amount: String(one.amount),
      expectedCloseOn: day(one.expectedAt),
      company: company(one.companyId),
      contact: { id: told.id('Contact', one.contactId) },
      owner: member(one.ownerId),
      ...none(missing.opportunityFields),
    }
  }

  it.each(PATHS)('projects with their phases, listed and by id, $path', async ({ beside }) => {
    const { data, errors } = await t.ask(reader, `{ projects(first: 50) { nodes { ${PROJECT} } } ${beside} }`)
    expect(errors).toEqual([])
    expect(data.projects.nodes).toEqual(projects().map(project))
    const one = project(underWay())
    const read = await t.ask(
      reader,
      `query ($id: ID!) { project(id: $id) { ${PROJECT} } node(id: $id) { ... on Project { name } } ${beside} }`,
      { id: one.id },
    )
    expect(read.errors).toEqual([])
    expect(read.data).toMatchObject({ project: one, node: { name: one.name } })
  })

  it.each(PATHS)('projects: fifty with their clients and leaders, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('projects'), beside))
    expect(errors).toEqual([])
    expect(data.projects.nodes).toEqual(
      projects()
        .map(project)
        .map(({ id, name, endsOn, company, manager }) => ({ id, name, endsOn, company, manager })),
    )
    expect(t.desk.asked().length).toBe(REQUESTS[vendor])
  })

  it('projects of a company, by text and by whether they are over', async () => {
    const [over, open] = [projects().find(({ closedAt }) => closedAt !== undefined)!, underWay()]
    const { data, errors } = await t.ask(
      reader,
      `query ($company: ID!) {
        company(id: $company) { projects { nodes { name } } opportunities { nodes { name } } }
        open: projects(filter: { open: true }) { nodes { name } }
        over: projects(filter: { open: false, text: "refresh" }) { nodes { name } }
        nothing: projects(filter: { text: "refresh", company: [$company] }) { nodes { name } } }`,
      { company: told.id('Company', open.companyId) },
    )
    const sold = dataset().opportunities.filter(({ companyId }) => companyId === open.companyId)
    expect(sold.length).toBe(1)
    const noOpportunities = missing.lists.Opportunity
    if (noOpportunities === undefined) expect(errors).toEqual([])
    else expect(errors).toMatchObject([{ message: noOpportunities, path: ['company', 'opportunities'] }])
    expect(data).toEqual({
      company: {
        projects: { nodes: [{ name: open.name }] },
        opportunities: noOpportunities === undefined ? { nodes: sold.map(({ name }) => ({ name })) } : null,
      },
      open: { nodes: [{ name: open.name }] },
      over: { nodes: [{ name: over.name }] },
      nothing: { nodes: [] },
    })
  })

  it.each(PATHS)('tasks of a project, page by page, and one by its id, $path', async ({ beside }) => {
    const home = underWay()
    const found: { readonly name: string }[] = []
    let after: string | null = null
    do {
      const { data, errors } = await t.ask(
        reader,
        `query ($project: ID!, $after: String) { project(id: $project) { tasks(first: 15, after: $after) {
          nodes { ${TASK} } pageInfo { hasNextPage endCursor } } } ${beside} }`,
        { project: told.id('Project', home.id), after },
      )
      expect(errors).toEqual([])
      found.push(...data.project.tasks.nodes)
      after = data.project.tasks.pageInfo.hasNextPage ? data.project.tasks.pageInfo.endCursor : null
    } while (after !== null)
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)
    expect(found.toSorted(byId as never)).toEqual(tasks().map(task).toSorted(byId))
    expect(found.map(({ name }) => name)).toEqual(found.toSorted(byName).map(({ name }) => name))
    const [ticket] = tasks()
    const { data, errors } = await t.ask(
      reader,
      `query ($id: ID!, $other: ID!) { projectTask(id: $id) { ${TASK} } nodes(ids: [$other]) { id } ${beside} }`,
      {
        id: taskId(ticket!),
        other: told.id('Ticket', told.tickets[0]!.id).replace(/:Ticket:(incident\.)?/, ':ProjectTask:'),
      },
    )
    expect(data.projectTask).toEqual(task(ticket!))
    // A ticket that stands below no project is no task, whatever its number.
    expect(data.nodes).toEqual([null])
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  })

  it('tasks that are open; all of them only where the PSA lists them apart from their projects', async () => {
    const home = told.id('Project', underWay().id)
    const { data, errors } = await t.ask(
      reader,
      `query ($project: ID!) { projectTasks(first: 100, filter: { project: [$project], open: true }) { nodes { name } } }`,
      { project: home },
    )
    expect(errors).toEqual([])
    const open = tasks()
      .filter((ticket) => !isDone(ticket))
      .map(({ title }) => ({ name: title }))
    expect(data.projectTasks.nodes.toSorted(byName)).toEqual(open.toSorted(byName))
    const all = await t.ask(reader, '{ projectTasks(first: 100) { nodes { id } } }')
    if (missing.allTasks === undefined) expect(all.data.projectTasks.nodes.length).toBe(tasks().length)
    else
      expect(all.errors).toMatchObject([
        { message: expect.stringContaining(missing.allTasks), extensions: { code: 'BAD_USER_INPUT' } },
      ])
  })

  it.each(PATHS)(
    'opportunities, listed, open and by id, or the reason why there are none, $path',
    async ({ beside }) => {
      const { data, errors } = await t.ask(
        reader,
        `{ opportunities(first: 50) { nodes { ${OPPORTUNITY} } } ${beside} }`,
      )
      const reason = missing.lists.Opportunity
      if (reason !== undefined) {
        expect(errors).toMatchObject([{ message: reason, extensions: { code: 'NOT_SUPPORTED' } }])
        const read = await t.ask(reader, 'query ($id: ID!) { opportunity(id: $id) { name } }', {
          id: told.id('Opportunity', 702),
        })
        expect(read.errors).toMatchObject([{ message: reason, extensions: { code: 'NOT_SUPPORTED' } }])
        expect(t.desk.asked()).toEqual([])
        return
      }
      expect(errors).toEqual([])
      expect(data.opportunities.nodes).toEqual(dataset().opportunities.toSorted(byName).map(opportunity))
      const one = opportunity(dataset().opportunities[2]!)
      const read = await t.ask(
        reader,
        `query ($id: ID!) { opportunity(id: $id) { ${OPPORTUNITY} }
        open: opportunities(filter: { open: true }) { nodes { name } }
        over: opportunities(filter: { open: false }) { nodes { name } } ${beside} }`,
        { id: one.id },
      )
      expect(read.errors).toEqual([])
      expect(read.data).toMatchObject({
        opportunity: one,
        open: { nodes: [{ name: 'Firewall refresh' }, { name: 'Managed backup' }] },
        over: { nodes: [{ name: one.name }] },
      })
    },
  )

  it('a scope by companies hides those of others, and a caller without the group is refused unasked', async () => {
    const [one, other] = [underWay(), projects().find(({ closedAt }) => closedAt !== undefined)!]
    const key = told.id('Company', one.companyId).split(':').slice(2).join(':')
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [key] } },
    }))
    const { data } = await t.ask(
      scoped,
      'query ($mine: ID!, $other: ID!) { projects { nodes { name } } mine: project(id: $mine) { name } other: project(id: $other) { name } }',
      { mine: told.id('Project', one.id), other: told.id('Project', other.id) },
    )
    expect(data).toEqual({ projects: { nodes: [{ name: one.name }] }, mine: { name: one.name }, other: null })
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        Projects: { ...policy.groups.Projects!, level: 'DISABLED' as const },
        Opportunities: { ...policy.groups.Opportunities!, level: 'DISABLED' as const },
      },
    }))
    t.desk.simulator.clearJournal()
    for (const list of ['projects', 'projectTasks', 'opportunities']) {
      const { errors } = await t.ask(closed, `query { ${list}(first: 1) { nodes { id } } }`)
      expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    }
    expect(t.desk.asked()).toEqual([])
  })
})
