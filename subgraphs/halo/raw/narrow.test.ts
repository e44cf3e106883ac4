import { describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../schema/passthrough.ts'
import { passthrough } from './index.ts'

const request = (path: string): RawRequest => {
  const found = passthrough.catalogue.find('GET', path)
  if (found === undefined) throw new Error(`no ${path}`)
  return { ...found, query: [], body: undefined }
}
const only =
  (...groups: readonly string[]) =>
  (group: string) =>
    groups.includes(group)
const narrow = (path: string, answer: unknown, ...groups: readonly string[]) =>
  passthrough.narrow(request(path), answer, only(...groups))

it('under a record scope an answer loses what it tells of records of other companies', () => {
  const asset = (id: number, client_id: number) => ({ id, client_id, client_name: `Client ${client_id}` })
  const record = {
    id: 1,
    use: 'ticket',
    client_id: 2,
    assets: [asset(5, 2), asset(6, 3)],
    primary_asset: asset(6, 3),
    related_tickets: [{ id: 9, summary: 'theirs' }],
  }
  const all = ['Tickets', 'Configurations', 'Companies'] as const
  expect(narrow('/Tickets/1', record, ...all).answer).toEqual(record)
  const { answer, removed } = passthrough.narrow(request('/Tickets/1'), record, only(...all), true)
  expect(answer).toEqual({ id: 1, use: 'ticket', client_id: 2, assets: [asset(5, 2)], related_tickets: [] })
  expect(removed).toEqual([
    { path: 'assets[]', group: 'Configurations' },
    { path: 'primary_asset', group: 'Configurations' },
    { path: 'related_tickets[]', group: 'Tickets' },
  ])
})

describe('an answer of HaloPSA loses', () => {
  it('what a ticket tells of other records, and keeps their ids', () => {
    const record = {
      id: 1,
      use: 'ticket',
      summary: 'a',
      details: 'm',
      details_html: 'm',
      client_id: 2,
      client_name: 'b',
      site_name: 'c',
      user_id: 3,
      user_name: 'd',
      agent_id: 4,
      agent_name: 'e',
      team: 'f',
      inventory_number: 'g',
      contract_ref: 'h',
      timetaken: 1,
      lastnote: 'i',
      sla_name: 'j',
      oppvalue: 5,
      projectmoneybudget: 6,
      created_by: 'k',
      customfields: [{ id: 7, value: 'l' }],
    }
    const { answer, removed } = narrow('/Tickets/1', record, 'Tickets')
    expect(answer).toEqual({
      id: 1,
      use: 'ticket',
      summary: 'a',
      client_id: 2,
      user_id: 3,
      agent_id: 4,
      team: 'f',
      customfields: [{ id: 7, value: 'l' }],
    })
    expect(removed.map(({ path, group }) => `${path}: ${group}`)).toEqual([
      'details: Client-Facing Notes',
      'details_html: Client-Facing Notes',
      'client_name: Companies',
      'site_name: Sites',
      'user_name: Contacts',
      'agent_name: Members',
      'inventory_number: Configurations',
      'contract_ref: Agreements',
      'timetaken: Time Entries',
      'lastnote: Ticket Notes',
      'sla_name: SLAs',
      'oppvalue: Opportunities',
      'projectmoneybudget: Projects',
      'created_by: Members',
    ])
  })

  it('who acted last on a ticket, who may be a contact', () => {
    const record = { id: 1, use: 'ticket', action_agent_name: 'a' }
    const groups = ['Tickets', 'Members', 'Ticket Notes', 'Client-Facing Notes']
    expect(narrow('/Tickets/1', record, ...groups).removed).toEqual([
      { path: 'action_agent_name', group: 'Contacts' },
    ])
    expect(narrow('/Tickets/1', record, ...groups, 'Contacts').removed).toEqual([])
  })

  it('lists and objects of other groups, and those that nobody has listed', () => {
    const record = {
      use: 'ticket',
      assets: [{ id: 1, inventory_number: 'a' }],
      items_issued: [{ id: 2 }],
      budgets: [],
      audit_log: [{ id: 3 }],
      attachments: [{ id: 4 }],
      frobnicator: { id: 5, name: 'new in this release' },
      constructor: { a: 1 },
      todo_list: [{ id: 6, text: 'own' }],
    }
    const { answer } = narrow('/Tickets/1', record, 'Tickets', 'Configurations')
    expect(answer).toEqual({
      use: 'ticket',
      assets: [{ id: 1, inventory_number: 'a' }],
      todo_list: [{ id: 6, text: 'own' }],
    })
  })

  it('records of another kind, and those that do not tell theirs', () => {
    const rows = ['ticket', 'project', 'opportunity', undefined].map((use, id) => ({ id, use }))
    const kept = (...groups: readonly string[]) =>
      (
        narrow('/Tickets', { record_count: 4, tickets: rows }, ...groups).answer as {
          tickets: { id: number }[]
        }
      ).tickets.map(({ id }) => id)
    expect(kept('Tickets')).toEqual([0])
    expect(kept('Tickets', 'Projects')).toEqual([0, 1])
    expect(kept('Tickets', 'Projects', 'Opportunities')).toEqual([0, 1, 2, 3])
    expect(narrow('/Projects/5', { id: 5, use: 'ticket' }, 'Projects').answer).toBeUndefined()
  })

  it('notes by whether the client sees them, and how many there are', () => {
    const actions = [
      { id: 1, note: 'a', hiddenfromuser: true },
      { id: 2, note: 'b', hiddenfromuser: false },
      { id: 3, note: 'c' },
      { id: 4, note: 'd', hiddenfromuser: 'true' },
    ]
    const { answer, removed } = narrow('/Actions', { record_count: 4, actions }, 'Ticket Notes')
    expect(answer).toEqual({ actions: [{ id: 1, note: 'a', hiddenfromuser: true }] })
    expect(removed).toEqual([
      { path: 'actions[]', group: 'Client-Facing Notes' },
      { path: 'record_count', group: 'System' },
    ])
    expect(narrow('/Actions', { actions }, 'Client-Facing Notes').answer).toMatchObject({
      actions: actions.slice(1),
    })
  })

  it('whose note it is, its time and its addresses', () => {
    const action = {
      id: 1,
      hiddenfromuser: true,
      who: 'Ann',
      who_agentid: 5,
      timetaken: 1,
      emailto: 'a@b.example',
    }
    expect(narrow('/Actions/1', action, 'Ticket Notes').answer).toEqual({
      id: 1,
      hiddenfromuser: true,
      who_agentid: 5,
    })
    expect(
      narrow('/Actions/1', action, 'Ticket Notes', 'Time Entries', 'Members', 'Contacts').removed,
    ).toEqual([])
  })

  it('mail addresses under whatever name, and leaves texts alone', () => {
    const record = { use: 'ticket', odd: 'ann@acme.example', summary: 'mail ann@acme.example about it' }
    expect(narrow('/Tickets/1', record, 'Tickets').answer).toEqual({ use: 'ticket', summary: record.summary })
  })

  it('passwords and portal logins of contacts, and keeps their own', () => {
    const contact = {
      id: 1,
      name: 'Ann',
      emailaddress: 'ann@acme.example',
      phonenumber: '1',
      new_password: 'x',
      web_access_level: 2,
    }
    expect(narrow('/Users/1', contact, 'Contacts').answer).toEqual({
      id: 1,
      name: 'Ann',
      emailaddress: 'ann@acme.example',
      phonenumber: '1',
    })
  })

  it('what an envelope tells beside its rows', () => {
    const answer = {
      record_count: 1,
      page_no: 1,
      page_size: 5,
      columns: [{ name: 'user_name' }],
      tickets: [],
    }
    expect(narrow('/Tickets', answer, 'Tickets').answer).toEqual({
      record_count: 1,
      page_no: 1,
      page_size: 5,
      tickets: [],
    })
  })
})

describe('a page that was cut', () => {
  const cut = (query: RawRequest['query'], answer: unknown) =>
    passthrough.cut(
      { ...request('/Tickets'), query },
      {
        status: 200,
        headers: {},
        body: JSON.stringify(answer),
        durationMs: 0,
      },
    )
  const page = (number: number, size: number): RawRequest['query'] => [
    ['page_no', String(number)],
    ['page_size', String(size)],
  ]
  const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id }))

  it.each([
    ['the last one', page(3, 50), 101, 1, false],
    ['one in the middle', page(2, 50), 101, 50, true],
    ['one that is shorter than asked for', page(1, 1_000), 717, 100, true],
    ['the last of those', page(8, 1_000), 717, 17, false],
    ['all without pages', [], 3, 3, false],
    ['some without pages', [], 60, 50, true],
  ] as const)('%s', (_name, query, total, count, isCut) => {
    const partial = cut(query, { record_count: total, tickets: rows(count) })
    expect(partial !== undefined).toBe(isCut)
  })
  it('is not told by a bare array', () => expect(cut([], rows(3))).toBeUndefined())
})
