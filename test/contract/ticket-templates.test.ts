import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TicketTemplate } from '../../simulators/dataset/index.ts'
import { PATHS } from './documents.ts'
import { TEMPLATE_GROUP, templatesOpen } from './template-group.ts'
import { iso } from './told.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const FIELDS =
  'id name title description type { name } priority { name rank } board { id name } company { id name } nextAt'

describe.each(vendors)('%s: ticket templates', (vendor) => {
  let w: WritingDesk
  let reader: string
  beforeAll(async () => {
    w = await startWriting(vendor, [TEMPLATE_GROUP])
    reader = await w.t.agent('READ_ONLY', templatesOpen)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const dataset = () => w.desk.simulator.dataset
  const reason = () => w.missing.lists.TicketTemplate
  const idOf = ({ id }: TicketTemplate) => `${w.desk.slug}:TicketTemplate:${id}`
  const named = (name: string) => dataset().templates.find((one) => one.name === name)!

  function expected(one: TicketTemplate) {
    const board = dataset().boards.find(({ id }) => id === one.boardId)!
    const priority = dataset().priorities.find(({ id }) => id === one.priorityId)!
    const company = dataset().companies.find(({ id }) => id === one.companyId)
    return {
      id: idOf(one),
      name: one.name,
      title: one.title,
      description: one.text,
      // Types of HaloPSA are kinds of tickets, and not of a board.
      type: { name: vendor === 'halo' ? 'Incident' : board.types.find(({ id }) => id === one.typeId)!.name },
      priority: { name: priority.name, rank: priority.sort },
      board: {
        id: w.told.id('Board', board.id),
        name: vendor === 'halo' ? board.teams[0]!.name : board.name,
      },
      company: company === undefined ? null : { id: w.told.id('Company', company.id), name: company.name },
      nextAt: iso(one.nextAt),
      ...Object.fromEntries(Object.keys(w.missing.templateFields).map((field) => [field, null])),
    }
  }

  it.each(PATHS)(
    'are listed by name and read by id, or the reason is told why not, $path',
    async ({ beside }) => {
      const list = await w.t.ask(reader, `{ ticketTemplates { nodes { ${FIELDS} } } ${beside} }`)
      const one = await w.t.ask(
        reader,
        `query ($id: ID!) { ticketTemplate(id: $id) { ${FIELDS} }
        found: ticketTemplates(filter: { text: "backup" }) { nodes { name } } ${beside} }`,
        { id: idOf(named('New starter')) },
      )
      if (reason() !== undefined) {
        for (const { errors } of [list, one])
          for (const error of errors)
            expect(error).toMatchObject({ message: reason(), extensions: { code: 'NOT_SUPPORTED' } })
        expect([list.errors.length, one.errors.length]).toEqual([1, 2])
        expect(w.desk.asked()).toEqual([])
        return
      }
      expect([...list.errors, ...one.errors]).toEqual([])
      expect(list.data.ticketTemplates.nodes).toEqual(dataset().templates.map(expected))
      expect(one.data).toMatchObject({
        ticketTemplate: expected(named('New starter')),
        found: { nodes: [{ name: 'Weekly backup check' }] },
      })
    },
  )

  it('a ticket of a template is the plan of an ordinary one, filled in, and what is given goes before', async () => {
    const template = idOf(named('New starter'))
    const company = w.told.id('Company', dataset().companies[0]!.id)
    if (reason() !== undefined) {
      const { errors } = await w.write(w.admin, 'createTicketFromTemplate', { template, company })
      expect(errors).toMatchObject([
        { message: expect.stringContaining(reason()!), extensions: { code: 'NOT_SUPPORTED' } },
      ])
      expect(w.desk.asked()).toEqual([])
      return
    }
    const made = await w.carriedOut('createTicketFromTemplate', {
      template,
      company,
      title: 'Set up Robin on Monday',
    })
    expect(made.plan.steps.length).toBe(1)
    const want = expected(named('New starter'))
    const { ticket } = await w.read(
      `query ($id: ID!) { ticket(id: $id) { title type { name } priority { name rank } board { name } company { id }
        notes(first: 1) { nodes { text } } } }`,
      { id: made.ticket.id },
    )
    expect(ticket).toEqual({
      title: 'Set up Robin on Monday',
      type: want.type,
      priority: want.priority,
      board: { name: want.board.name },
      company: { id: company },
      notes: { nodes: [{ text: want.description }] },
    })
    // By hand it is the same plan.
    const byHand = await w.write(
      w.admin,
      'createTicket',
      {
        connection: w.desk.slug,
        title: 'Set up Robin on Monday',
        company,
        description: want.description,
        board: want.board.id,
        type: want.type.name,
        priority: want.priority.name,
      },
      true,
    )
    expect(byHand.errors).toEqual([])
    const told = ({ changes }: { readonly changes: readonly { readonly field: string }[] }) =>
      changes.toSorted((a, b) => (a.field < b.field ? -1 : 1))
    expect(told(byHand.data.createTicket.plan)).toEqual(told(made.plan))
    const judged = ({ steps }: { readonly steps: readonly { readonly demands: unknown }[] }) =>
      steps.map(({ demands }) => demands)
    expect(judged(byHand.data.createTicket.plan)).toEqual(judged(made.plan))
  })

  it('a template for any client needs one, and fields that a policy does not let an agent set are refused', async () => {
    if (reason() !== undefined) return
    const template = idOf(named('New starter'))
    const { errors } = await w.write(w.admin, 'createTicketFromTemplate', { template })
    expect(errors).toMatchObject([
      { message: expect.stringContaining('company'), extensions: { code: 'BAD_USER_INPUT' } },
    ])
    const narrow = await w.t.agent('HELPDESK', (policy) => ({
      ...policy,
      groups: {
        ...templatesOpen(policy).groups,
        Tickets: {
          ...policy.groups.Tickets!,
          allowedFields: {
            ...policy.groups.Tickets!.allowedFields,
            CREATE: ['title', 'company', 'description'],
          },
        },
      },
    }))
    // The template names a board: only the plan tells, and it is judged.
    const refused = await w.write(narrow, 'createTicketFromTemplate', {
      template,
      company: w.told.id('Company', dataset().companies[0]!.id),
    })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FIELD_NOT_ALLOWED' } }])
    if (vendor === 'connectwise') {
      const closed = await w.t.ask(w.reader, '{ ticketTemplates { nodes { id } } }')
      expect(closed.errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    }
    const reads = await w.write(w.reader, 'createTicketFromTemplate', { template })
    expect(reads.errors).toMatchObject([{ extensions: { code: 'GROUP_READ_ONLY' } }])
    expect(w.desk.sent()).toEqual([])
  })
})
