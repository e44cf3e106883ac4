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

it('under a record scope an answer keeps of what may be of another company its id', () => {
  const all = () => true
  const ticket = { id: 1, company: { id: 2, name: 'Acme' }, mergedParentTicket: { id: 3, summary: 'theirs' } }
  const items = [{ id: 4, deviceIdentifier: 'theirs', _info: { name: 'theirs' } }]
  const narrow = (path: string, answer: unknown, isScoped: boolean) =>
    passthrough.narrow(request(path), answer, all, isScoped)
  expect(narrow('/service/tickets/1', ticket, false).answer).toEqual(ticket)
  expect(narrow('/service/tickets/1', ticket, true)).toEqual({
    answer: { ...ticket, mergedParentTicket: { id: 3 } },
    removed: [{ path: 'mergedParentTicket.summary', group: 'Tickets' }],
  })
  expect(narrow('/service/tickets/1/configurations', items, true)).toEqual({
    answer: [{ id: 4 }],
    removed: [
      { path: '[].deviceIdentifier', group: 'Configurations' },
      { path: '[]._info', group: 'Configurations' },
    ],
  })
})

describe('an answer of ConnectWise loses', () => {
  it('what is embedded of records that are closed, and keeps their ids', () => {
    const { answer, removed } = passthrough.narrow(
      request('/service/tickets/1'),
      {
        id: 1,
        status: { id: 2, name: 'New' },
        contact: { id: 3, name: 'Ann' },
        resources: 'jdoe',
        customFields: [{ id: 4, caption: 'A', value: 'x' }],
        frobnicator: { id: 5, name: 'new in this release' },
      },
      only('Tickets'),
    )
    expect(answer).toEqual({
      id: 1,
      status: { id: 2, name: 'New' },
      contact: { id: 3 },
      customFields: [{ id: 4, caption: 'A', value: 'x' }],
      frobnicator: { id: 5 },
    })
    expect(removed).toEqual([
      { path: 'contact.name', group: 'Contacts' },
      { path: 'resources', group: 'Members' },
      { path: 'frobnicator.name', group: 'System' },
    ])
  })

  it('a company within a contact within a ticket', () => {
    const ticket = { contact: { id: 1, name: 'Ann', company: { id: 2, name: 'Acme' } } }
    expect(
      passthrough.narrow(request('/service/tickets/1'), ticket, only('Tickets', 'Contacts')).answer,
    ).toEqual({
      contact: { id: 1, name: 'Ann', company: { id: 2 } },
    })
  })

  it('mail addresses under whatever name, and leaves texts alone', () => {
    const { answer } = passthrough.narrow(
      request('/service/tickets'),
      [{ odd: 'ann@acme.example', contactEmailAddress: 'x', summary: 'mail ann@acme.example about it' }],
      only('Tickets'),
    )
    expect(answer).toEqual([{ summary: 'mail ann@acme.example about it' }])
  })

  it('notes by their flags, and time among them', () => {
    const notes = [
      { text: 'a', internalAnalysisFlag: true },
      { text: 'b', detailDescriptionFlag: true, internalAnalysisFlag: true },
      { text: 'c', resolutionFlag: true },
      { text: 'd', noteType: 'TimeEntryNote', internalAnalysisFlag: true },
    ]
    const all = request('/service/tickets/1/allNotes')
    const texts = (...groups: readonly string[]) =>
      (passthrough.narrow(all, notes, only(...groups)).answer as typeof notes)
        .map(({ text }) => text)
        .join('')
    expect(texts('Ticket Notes')).toBe('a')
    expect(texts('Client-Facing Notes')).toBe('bc')
    expect(texts('Time Entries')).toBe('d')
    expect(texts()).toBe('')
  })

  it('a note whose flags the caller left out, unless it may read every kind', () => {
    const notes = [{ id: 1, text: 'for the client' }]
    const seen = (fields: string, ...groups: readonly string[]) =>
      passthrough.narrow(
        { ...request('/service/tickets/1/notes'), query: [['fields', fields]] },
        notes,
        only(...groups),
      ).answer
    expect(seen('id,text', 'Ticket Notes')).toEqual([])
    expect(seen('id,text,detailDescriptionFlag', 'Ticket Notes')).toEqual([])
    expect(seen('id,text', 'Client-Facing Notes')).toEqual([])
    expect(seen('id,text', 'Ticket Notes', 'Client-Facing Notes')).toEqual(notes)
    expect(seen('text,ResolutionFlag, detaildescriptionflag', 'Ticket Notes')).toHaveLength(1)
  })

  it('what work costs, and how a contact logs in', () => {
    const lost = (path: string, record: object, ...groups: readonly string[]) =>
      passthrough.narrow(request(path), record, only(...groups)).removed
    expect(lost('/system/members/jdoe', { hourlyCost: 40, title: 'x' }, 'Members')).toEqual([
      { path: 'hourlyCost', group: 'Finance' },
    ])
    expect(lost('/procurement/catalog/1', { cost: 40 }, 'Products')).toEqual([])
    expect(lost('/company/contacts/1', { portalPassword: 'x' }, 'Contacts')).toEqual([
      { path: 'portalPassword', group: 'Contact Portal Security' },
    ])
  })

  it('what a change log tells of other records by name', () => {
    const row = {
      id: 1,
      companyName: 'a',
      contactName: 'b',
      teamName: 'c',
      slaName: 'd',
      ticketOwner: 'e',
      summary: 'f',
    }
    const { answer, removed } = passthrough.narrow(
      request('/service/tickets/changelogs'),
      [row],
      only('Tickets'),
    )
    expect(answer).toEqual([{ id: 1, summary: 'f' }])
    expect(removed.map(({ group }) => group)).toEqual([
      'Companies',
      'Contacts',
      'Boards & Ticket Setup',
      'SLAs',
      'Members',
    ])
  })

  it('links, and who wrote it', () => {
    const record = {
      _info: { lastUpdated: 't', updatedBy: 'jdoe', notes_href: 'https://x', contact_href: 'https://y' },
    }
    expect(
      passthrough.narrow(request('/service/tickets/1'), record, only('Tickets', 'Ticket Notes')).answer,
    ).toEqual({
      _info: { lastUpdated: 't', notes_href: 'https://x' },
    })
  })
})
