import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Attachment, Task, Ticket } from '../../simulators/dataset/index.ts'
import { until } from '../e2e/desk.ts'
import { along, document, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import { iso, toldBy } from './told.ts'
import { type ContractGateway, startContract, vendors } from './vendors.ts'

const TASK = 'id text done position assignee { id } ticket { id number }'
const FILE = 'id fileName title contentType size clientVisible downloadPath ticket { id number }'

/** Requests of the two documents, cold. A ticket of HaloPSA tells its own to-dos, and types tell whether it is a ticket at all. */
const REQUESTS: Readonly<Record<Vendor, { readonly tasks: number; readonly files: number }>> = {
  connectwise: { tasks: 51, files: 51 },
  autotask: { tasks: 2, files: 2 },
  halo: { tasks: 52, files: 51 },
  servicenow: { tasks: 2, files: 2 },
}

/** Where each vendor gives the bytes of one file. */
const FETCHED =
  /documents\/\d+\/download$|\/Attachments\/\d+$|\/Attachment\/\d+$|attachment\/[0-9a-f]{32}\/file$/i

describe.each(vendors)('%s: tasks and attachments of tickets', (vendor) => {
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  const missing = NOT_SUPPORTED[vendor]
  beforeAll(async () => {
    t = await startContract([vendor])
    told = toldBy(vendor, t.desk.slug, t.desk.simulator.dataset)
    reader = await t.agent('READ_ONLY')
  })
  afterAll(() => t.close())
  beforeEach(() => t.desk.simulator.clearJournal())

  const dataset = () => t.desk.simulator.dataset
  const nulls = (fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.keys(fields).map((field) => [field, null]))
  const ticketOf = (id: number) => told.tickets.find((ticket) => ticket.id === id)!
  const parentOf = (id: number) => ({ id: told.id('Ticket', id), number: told.number(ticketOf(id)) })

  const task = (one: Task) => ({
    id: told.id('TicketTask', one.id),
    text: one.text,
    done: one.done,
    position: one.order,
    assignee: null,
    ticket: parentOf(one.ticketId),
  })
  const file = (one: Attachment) => {
    const id = told.id('Attachment', one.id)
    return {
      id,
      fileName: one.fileName,
      title: one.title,
      contentType: 'text/plain',
      size: Buffer.byteLength(one.content),
      clientVisible: false,
      downloadPath: `/attachments/${encodeURIComponent(id)}`,
      ticket: parentOf(one.ticketId),
      ...nulls(missing.attachmentFields),
    }
  }
  const tasksOf = ({ id }: Ticket) => dataset().tasks.filter(({ ticketId }) => ticketId === id)
  const filesOf = ({ id }: Ticket) => dataset().attachments.filter(({ ticketId }) => ticketId === id)
  const newest = () => told.tickets.toSorted(told.newestFirst).slice(0, 50)

  it.each(PATHS)('page by page, each by its id, and none where there is none, $path', async ({ beside }) => {
    const worked = told.tickets.find((one) => tasksOf(one).length === 3)!
    const pictured = told.tickets.find((one) => filesOf(one).length > 0)!
    const plain = told.tickets.find((one) => tasksOf(one).length === 0 && filesOf(one).length === 0)!
    const page = async (after: string | null) =>
      t.ask(
        reader,
        `query ($worked: ID!, $after: String) { ticket(id: $worked) { tasks(first: 2, after: $after) {
          nodes { ${TASK} } pageInfo { hasNextPage endCursor } } } ${beside} }`,
        { worked: told.id('Ticket', worked.id), after },
      )
    const first = await page(null)
    expect(first.errors).toEqual([])
    const { nodes, pageInfo } = first.data.ticket.tasks
    const second = await page(pageInfo.endCursor)
    expect(second.errors).toEqual([])
    expect([...nodes, ...second.data.ticket.tasks.nodes]).toEqual(tasksOf(worked).map(task))
    expect([pageInfo.hasNextPage, second.data.ticket.tasks.pageInfo.hasNextPage]).toEqual([true, false])

    const [someTask] = tasksOf(worked).map(task)
    const [someFile] = filesOf(pictured).map(file)
    const { data, errors } = await t.ask(
      reader,
      `query ($task: ID!, $file: ID!, $pictured: ID!, $plain: ID!, $gone: ID!) {
        ticketTask(id: $task) { ${TASK} } attachment(id: $file) { ${FILE} createdAt }
        nodes(ids: [$task, $file]) { ... on TicketTask { text } ... on Attachment { fileName } }
        pictured: ticket(id: $pictured) { attachments { nodes { ${FILE} } } }
        plain: ticket(id: $plain) { tasks { nodes { id } } attachments { nodes { id } } }
        gone: attachment(id: $gone) { id } ${beside} }`,
      {
        task: someTask!.id,
        file: someFile!.id,
        pictured: told.id('Ticket', pictured.id),
        plain: told.id('Ticket', plain.id),
        gone: `${someFile!.id.slice(0, -3)}999`,
      },
    )
    expect(errors).toMatchObject([{ path: ['gone'], extensions: { code: 'NOT_FOUND' } }])
    const { createdAt, ...rest } = data.attachment
    expect([data.ticketTask, rest]).toEqual([someTask, someFile])
    const byTicket = vendor === 'autotask' || vendor === 'halo'
    expect(createdAt).toBe(
      iso(byTicket ? pictured.createdAt : dataset().anchor.getTime() - 10 * 24 * 3_600_000),
    )
    expect(data.nodes).toEqual([{ text: someTask!.text }, { fileName: someFile!.fileName }])
    expect(data.pictured.attachments.nodes).toEqual(filesOf(pictured).map(file))
    expect(data.plain).toEqual({ tasks: { nodes: [] }, attachments: { nodes: [] } })
  })

  it.each(PATHS)('fifty tickets with the tasks and with the files of each, $path', async ({ beside }) => {
    await t.restart()
    const tasks = await t.ask(reader, along(document('tickets-with-tasks'), beside))
    expect(tasks.errors).toEqual([])
    expect(tasks.data.tickets.nodes).toEqual(
      newest().map((one) => ({
        id: told.id('Ticket', one.id),
        tasks: {
          nodes: tasksOf(one).map((own) => ({ text: own.text, done: own.done, position: own.order })),
        },
      })),
    )
    expect(newest().some((one) => tasksOf(one).length > 0)).toBe(true)
    expect(t.desk.asked().length).toBe(REQUESTS[vendor].tasks)

    await t.restart()
    const files = await t.ask(reader, along(document('tickets-with-attachments'), beside))
    expect(files.errors).toEqual([])
    expect(files.data.tickets.nodes).toEqual(
      newest().map((one) => ({
        id: told.id('Ticket', one.id),
        attachments: {
          nodes: filesOf(one)
            .map(file)
            .map(({ fileName, size, downloadPath }) => ({ fileName, size, downloadPath })),
        },
      })),
    )
    expect(t.desk.asked().length).toBe(REQUESTS[vendor].files)
  })

  const fetched = async (token: string, id: string) => {
    const { calls } = t.gateway
    const caller = await calls.authenticate(token, { address: 'test' })
    const answer = await calls.download(caller, id, { address: 'test', headers: { get: () => null } })
    const chunks: Uint8Array[] = []
    for await (const chunk of answer.bytes) chunks.push(chunk)
    return { name: answer.name, text: Buffer.concat(chunks).toString() }
  }
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error: { extensions?: { code?: string } }) => error.extensions?.code ?? String(error),
    )
  const someFile = () => dataset().attachments.find(({ ticketId }) => ticketOf(ticketId) !== undefined)!

  it('downloads: the bytes, on record, and places in the budget are given back', async () => {
    const one = someFile()
    const id = told.id('Attachment', one.id)
    const expected = { name: one.fileName, text: one.content }
    // More of them than any vendor takes at once.
    for (let nth = 0; nth < 10; nth += 1) expect(await fetched(reader, id)).toEqual(expected)
    const asked = t.desk.asked().filter(({ method, path }) => method === 'GET' && FETCHED.test(path))
    expect(asked.length).toBe(10)
    // Reads go on record a moment later.
    await until(async () => (await t.stored()).includes('"download"'))

    await t.desk.fault({ match: { path: asked[0]!.path }, times: 1, kind: 'oversized' })
    expect(await code(fetched(reader, id))).not.toBe('none')
    await t.desk.stopFaults()
    expect(await fetched(reader, id)).toEqual(expected)

    expect(await code(fetched(reader, `${id.slice(0, -3)}999`))).toBe('NOT_FOUND')
    expect(await code(fetched(reader, told.id('Ticket', one.ticketId)))).toBe('BAD_USER_INPUT')
    expect(await code(fetched(reader, id.replace(t.desk.slug, 'other')))).toBe('CONNECTION_FORBIDDEN')
  })

  it('a scope by companies hides those of others, and a caller without the group is refused unasked', async () => {
    const [one, ...others] = dataset().attachments.filter(({ ticketId }) => ticketOf(ticketId) !== undefined)
    const mine = ticketOf(one!.ticketId)
    const other = others.find(({ ticketId }) => ticketOf(ticketId).companyId !== mine.companyId)!
    const task = dataset().tasks.find(
      ({ ticketId }) => ticketOf(ticketId) !== undefined && ticketOf(ticketId).companyId !== mine.companyId,
    )!
    const key = told.id('Company', mine.companyId).split(':').slice(2).join(':')
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [key] } },
    }))
    const { data } = await t.ask(
      scoped,
      'query ($mine: ID!, $other: ID!, $task: ID!) { mine: attachment(id: $mine) { id } other: attachment(id: $other) { id } task: ticketTask(id: $task) { id } }',
      {
        mine: told.id('Attachment', one!.id),
        other: told.id('Attachment', other.id),
        task: told.id('TicketTask', task.id),
      },
    )
    expect(data).toEqual({ mine: { id: told.id('Attachment', one!.id) }, other: null, task: null })

    expect((await fetched(scoped, told.id('Attachment', one!.id))).text).toBe(one!.content)
    t.desk.simulator.clearJournal()
    expect(await code(fetched(scoped, told.id('Attachment', other.id)))).toBe('NOT_FOUND')
    expect(t.desk.asked().filter(({ path }) => FETCHED.test(path))).toEqual([])

    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        Attachments: { level: 'DISABLED' as const },
        'Ticket Tasks': { level: 'DISABLED' as const },
      },
    }))
    t.desk.simulator.clearJournal()
    const refused = await t.ask(
      closed,
      'query ($id: ID!) { ticket(id: $id) { attachments { nodes { id } } } }',
      { id: told.id('Ticket', mine.id) },
    )
    expect(refused.errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(await code(fetched(closed, told.id('Attachment', one!.id)))).toBe('GROUP_DISABLED')
    const alone = await t.ask(closed, 'query ($id: ID!) { ticketTask(id: $id) { id } }', {
      id: told.id('TicketTask', task.id),
    })
    expect(alone.errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.desk.asked()).toEqual([])
  })
})
