import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  AGREEMENT_DOCUMENTS,
  ARTICLE_DOCUMENTS,
  BELOW_DOCUMENTS,
  CONTRACT_DOCUMENTS,
  ITEM_DOCUMENTS,
  PRODUCT_DOCUMENTS,
  PROJECT_DOCUMENTS,
  RAW_DOCUMENTS,
  SCHEDULE_DOCUMENTS,
  SITE_DOCUMENTS,
  SLA_DOCUMENTS,
} from '../contract/documents.ts'
import { type Answer, startTestGateway, type TestGateway } from '../gateway.ts'
import { asked, fieldsAsked, iso, newestFirst, repeated, type Truth, truthOf } from './reads-truth.ts'

/** Each operation meets a gateway that has read nothing yet: a fresh one for each. */
let t: TestGateway
let truth: Truth
let token: string
beforeEach(async () => {
  t = await startTestGateway()
  truth = truthOf(t.simulator.dataset)
  token = (await t.agent('READ_ONLY')).token
})
afterEach(() => t.close())

const document = (name: string) =>
  readFileSync(new URL(`../operations/${name}.graphql`, import.meta.url), 'utf8')

const checked = new Set<string>()

/** Runs a committed document cold, within its budget, and gives its answer without errors. */
async function cold(name: string, budget: number, variables: Record<string, unknown> = {}): Promise<Answer> {
  checked.add(`${name}.graphql`)
  const answer = await t.ask(token, document(name), variables)
  expect(answer.errors).toEqual([])
  const requests = asked(t.simulator.journal())
  expect(requests.length).toBeLessThanOrEqual(budget)
  expect(repeated(t.simulator.journal())).toEqual([])
  expect(t.simulator.journal().filter(({ status, refused }) => status !== 200 || refused)).toEqual([])
  return answer
}

describe('committed operations: cold, within their budget of vendor requests, and true', () => {
  it('fifty-tickets: 50 newest tickets with company, contact and last 5 notes in 52 requests', async () => {
    const { data } = await cold('fifty-tickets', 52)

    const newest = truth.tickets.toSorted(newestFirst).slice(0, 50)
    expect(data.tickets.nodes).toEqual(
      newest.map((ticket) => {
        const contact = truth.contact(ticket.contactId)
        return {
          number: String(ticket.id),
          title: ticket.title,
          company: { name: truth.company(ticket.companyId)!.name },
          contact: contact && { name: truth.fullName(contact), email: contact.email },
          notes: {
            nodes: truth
              .notes(ticket.id)
              .slice(-5)
              .map((note) => ({ kind: truth.kind(note), text: note.text, createdAt: iso(note.createdAt) })),
          },
        }
      }),
    )
    expect(fieldsAsked(asked(t.simulator.journal()))).toEqual({
      // `_info` holds the time of creation, by which the list is ordered.
      'GET /service/tickets': ['_info', 'company/id', 'company/name', 'contact/id', 'id', 'summary'],
      'GET /company/contacts': ['communicationItems', 'firstName', 'id', 'lastName'],
      'GET /service/tickets/{id}/notes': [
        'dateCreated',
        'detailDescriptionFlag',
        'id',
        'internalAnalysisFlag',
        'resolutionFlag',
        'text',
      ],
    })
  })

  it('ticket-by-number: one ticket with all that is on it', async () => {
    const ticket = truth.tickets.find(
      ({ id, contactId, ownerId, parentId, customValues }) =>
        contactId &&
        ownerId &&
        parentId &&
        truth.timeEntries(id).length > 0 &&
        Object.keys(customValues).length > 0,
    )!
    // ticket, notes, time entries, statuses of its board, priorities, company, contact, member
    const { data } = await cold('ticket-by-number', 8, { connection: 'acme-cw', number: String(ticket.id) })

    const status = truth.status(ticket.statusId)
    const priority = truth.priority(ticket.priorityId)
    const company = truth.company(ticket.companyId)!
    const contact = truth.contact(ticket.contactId)!
    const assignee = truth.member(ticket.ownerId)!
    expect(data.ticketByNumber).toEqual({
      id: truth.id('Ticket', ticket.id),
      number: String(ticket.id),
      url: expect.stringMatching(new RegExp(`service_recid=${ticket.id}&`)),
      title: ticket.title,
      createdAt: iso(ticket.createdAt),
      updatedAt: iso(ticket.updatedAt),
      closedAt: iso(ticket.closedAt),
      dueAt: iso(ticket.dueAt),
      waitingSince: iso(truth.waitingSince(ticket)),
      clientReplied: ticket.customerUpdated,
      closed: !truth.open(ticket),
      status: { key: String(status.id), name: status.name, category: truth.category(status.id) },
      priority: { key: String(priority.id), name: priority.name, rank: priority.sort },
      type: { key: String(ticket.typeId), name: truth.type(ticket).name },
      board: { id: truth.id('Board', ticket.boardId), name: truth.board(ticket.boardId).name },
      company: {
        name: company.name,
        identifier: company.identifier,
        phone: company.phone,
        website: company.website,
        status: { name: company.status },
        active: true,
      },
      contact: {
        name: truth.fullName(contact),
        firstName: contact.firstName,
        lastName: contact.lastName,
        email: contact.email,
        phone: contact.phone,
        title: contact.title,
        active: !contact.inactive,
      },
      assignee: { name: truth.fullName(assignee), identifier: assignee.identifier, email: assignee.email },
      mergedInto: null,
      parent: { number: String(ticket.parentId) },
      customFields: t.simulator.dataset.customFields.map(({ id, caption, type, list }) => {
        const value = ticket.customValues[id]
        return {
          key: String(id),
          name: caption,
          type: list ? 'CHOICE' : { Text: 'TEXT', Checkbox: 'BOOLEAN', Date: 'DATE', Number: 'NUMBER' }[type],
          value: value === undefined ? null : type === 'Date' ? iso(Number(value)) : String(value),
        }
      }),
      notes: {
        nodes: truth.notes(ticket.id).map((note) => ({
          kind: truth.kind(note),
          text: note.text,
          clientVisible: note.kind !== 'internal',
          createdAt: iso(note.createdAt),
          authorName: truth.author(note),
        })),
      },
      timeEntries: {
        nodes: truth.timeEntries(ticket.id).map((entry) => ({
          hours: truth.hours(entry),
          workType: { name: t.simulator.dataset.workTypes.find(({ id }) => id === entry.workTypeId)!.name },
        })),
      },
    })
  })

  it('contacts-of-company: one request, and one for contacts without a last name', async () => {
    const company = t.simulator.dataset.companies[3]!
    const { data } = await cold('contacts-of-company', 2, { company: truth.id('Company', company.id) })

    const expected = t.simulator.dataset.contacts
      .filter(({ companyId, inactive }) => companyId === company.id && !inactive)
      .map((contact) => ({
        id: truth.id('Contact', contact.id),
        name: truth.fullName(contact),
        email: contact.email,
        phone: contact.phone,
        title: contact.title,
        company: { name: company.name, identifier: company.identifier },
      }))
    expect(expected.length).toBeGreaterThan(3)
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    expect(data.contacts.nodes.toSorted(byId)).toEqual(expected.toSorted(byId))
    expect(data.contacts.pageInfo.hasNextPage).toBe(false)
  })

  it('boards: one list and two lists of setup a board', async () => {
    const boards = t.simulator.dataset.boards.filter(({ project }) => !project)
    const { data } = await cold('boards', 1 + 2 * boards.length)

    expect(data.boards.nodes).toEqual(
      boards
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map((board) => ({
          id: truth.id('Board', board.id),
          name: board.name,
          active: true,
          statuses: board.statuses
            .filter(({ inactive }) => !inactive)
            .map(({ id, name }) => ({ key: String(id), name, category: truth.category(id) })),
          types: board.types.map(({ id, name }) => ({ key: String(id), name })),
        })),
    )
  })

  it('nodes: several types at once, one request a type', async () => {
    const { dataset } = t.simulator
    const [one, other] = [truth.tickets[700]!, truth.tickets[20]!]
    const contact = dataset.contacts[5]!
    const member = dataset.technicians[2]!
    const board = dataset.boards[0]!
    const entry = dataset.timeEntries.find(({ ticketId }) => truth.tickets.some(({ id }) => id === ticketId))!
    const note = truth.notes(one.id)[0]!
    const company = dataset.companies[1]!
    const ids = [
      truth.id('Ticket', one.id),
      truth.id('Company', company.id),
      truth.id('Ticket', other.id),
      truth.id('Contact', contact.id),
      truth.id('Member', member.id),
      truth.id('Board', board.id),
      truth.id('Note', `${one.id}.${note.id}`),
      truth.id('TimeEntry', entry.id),
    ]
    // One of each type, and one for the tickets and companies whose names are asked for in two ways.
    const { data } = await cold('nodes', 8, { ids })

    const ticket = (found: typeof one) => ({
      title: found.title,
      company: { name: truth.company(found.companyId)!.name },
    })
    expect(data.nodes).toEqual(
      [
        ticket(one),
        { name: company.name, identifier: company.identifier },
        ticket(other),
        { name: truth.fullName(contact), email: contact.email },
        { name: truth.fullName(member), identifier: member.identifier },
        { name: board.name },
        { text: note.text, kind: truth.kind(note) },
        {
          hours: truth.hours(entry),
          ticket: {
            number: String(entry.ticketId),
            title: truth.tickets.find(({ id }) => id === entry.ticketId)!.title,
          },
        },
      ].map((values, index) => ({ __typename: ids[index]!.split(':')[1], id: ids[index], ...values })),
    )
  })

  it('time-entries: one request for the tickets and one for their time', async () => {
    const company = t.simulator.dataset.companies[2]!
    const { data } = await cold('time-entries', 2, { company: truth.id('Company', company.id) })

    const { workTypes, workRoles } = t.simulator.dataset
    const expected = truth.tickets
      .filter((ticket) => ticket.companyId === company.id && truth.open(ticket))
      .toSorted((a, b) => b.updatedAt - a.updatedAt || b.id - a.id)
      .slice(0, 20)
    expect(expected.some(({ id }) => truth.timeEntries(id).length > 1)).toBe(true)
    expect(data.tickets.nodes).toEqual(
      expected.map((ticket) => ({
        number: String(ticket.id),
        timeEntries: {
          nodes: truth.timeEntries(ticket.id).map((entry) => ({
            startedAt: iso(entry.startsAt),
            endedAt: iso(entry.endsAt),
            hours: truth.hours(entry),
            billableOption: truth.billing(entry),
            clientText: entry.notes,
            internalText: entry.internalNotes ?? null,
            workType: { name: workTypes.find(({ id }) => id === entry.workTypeId)!.name },
            workRole: { name: workRoles.find(({ id }) => id === entry.workRoleId)!.name },
            member: { name: truth.fullName(truth.member(entry.technicianId)) },
            company: { name: company.name },
            ticket: { number: String(ticket.id) },
          })),
        },
      })),
    )
  })

  it('waiting-tickets: one list, statuses of its boards, priorities, and one last note each', async () => {
    const before = new Date(t.simulator.dataset.anchor.getTime() - 24 * 3_600_000).toISOString()
    const { data } = await cold('waiting-tickets', 1 + 4 + 1 + 25, { before })

    const waiting = truth.tickets
      .filter(
        (ticket) => truth.open(ticket) && ticket.customerUpdated && ticket.updatedAt < Date.parse(before),
      )
      .toSorted((a, b) => a.updatedAt - b.updatedAt || a.id - b.id)
    expect(data.tickets.nodes).toEqual(
      waiting.slice(0, 25).map((ticket) => {
        const priority = truth.priority(ticket.priorityId)
        const assignee = truth.member(ticket.ownerId)
        return {
          number: String(ticket.id),
          title: ticket.title,
          waitingSince: iso(ticket.updatedAt),
          status: { name: truth.status(ticket.statusId).name, category: truth.category(ticket.statusId) },
          priority: { name: priority.name, rank: priority.sort },
          assignee: assignee && { name: truth.fullName(assignee) },
          lastNotes: {
            nodes: truth
              .notes(ticket.id)
              .slice(-1)
              .map((note) => ({ text: note.text, authorName: truth.author(note) })),
          },
        }
      }),
    )
    expect(data.tickets.pageInfo.hasNextPage).toBe(waiting.length > 25)
  })

  it('leaves no committed operation unchecked', () => {
    const committed = readdirSync(new URL('../operations/', import.meta.url)).filter((name) =>
      name.endsWith('.graphql'),
    )
    const elsewhere = new Set(
      [
        ...CONTRACT_DOCUMENTS,
        ...SITE_DOCUMENTS,
        ...ITEM_DOCUMENTS,
        ...PRODUCT_DOCUMENTS,
        ...AGREEMENT_DOCUMENTS,
        ...SLA_DOCUMENTS,
        ...BELOW_DOCUMENTS,
        ...ARTICLE_DOCUMENTS,
        ...SCHEDULE_DOCUMENTS,
        ...PROJECT_DOCUMENTS,
        ...RAW_DOCUMENTS,
      ].map((name) => `${name}.graphql`),
    )
    expect(committed.filter((name) => !checked.has(name) && !elsewhere.has(name))).toEqual([])
  })
})
