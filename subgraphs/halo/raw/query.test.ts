import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../schema/passthrough.ts'
import { passthrough } from './index.ts'

const read = (path: string, ...query: RawRequest['query']) => {
  const found = passthrough.catalogue.find('GET', path)
  if (found === undefined) throw new Error(`no ${path}`)
  return passthrough.read({ ...found, query, body: undefined })
}
const demanded = (path: string, ...query: RawRequest['query']) => {
  const { access, alsoDemands } = read(path, ...query)
  return [access, ...alsoDemands].map(({ group, fields }) => `${group} ${fields.join(',')}`.trim())
}

describe('every query name that the vendor document gives another group', () => {
  const rows = readFileSync(new URL('../side-effects.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('GET '))
    .map((line) => line.split('\t') as [endpoint: string, name: string, group: string])

  it.each(rows)('%s %s demands %s, or is refused', (endpoint, name, group) => {
    const path = endpoint.replace('GET ', '').replace('{id}', '5')
    const [bare = '', said = 'true'] = name.split('=')
    const parent = path.startsWith('/Actions') ? ([['ticket_id', '5']] as const) : []
    const value = bare.endsWith('_id') ? '5' : said
    const { endpoint: known } = passthrough.catalogue.find('GET', path) ?? {}
    expect(known).toBeDefined()
    // A name that the catalogue withholds never comes so far.
    if (known?.query.includes(bare) !== true) return
    try {
      expect(demanded(path, ...parent, [bare, value]).join(' ')).toContain(group)
    } catch (error) {
      if (error instanceof Error && error.name === 'AssertionError') throw error
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
  })
})

describe('what a query demands', () => {
  it.each([
    [
      '/Tickets',
      [
        ['client_id', '5'],
        ['status', '1,2'],
        ['open_only', 'true'],
      ],
      ['Tickets client_id,open_only,status'],
    ],
    [
      '/Tickets',
      [
        ['order', 'id'],
        ['order2', 'user_name'],
      ],
      ['Tickets id', 'Contacts user_name'],
    ],
    ['/Tickets', [['search', 'x']], ['Tickets search', 'Contacts search', 'Configurations search']],
    [
      '/Tickets',
      [['includelastnote', 'true']],
      ['Tickets', 'Ticket Notes includelastnote', 'Client-Facing Notes includelastnote'],
    ],
    ['/Projects', [['domain', 'opps']], ['Projects', 'Opportunities domain']],
    ['/Users', [['search', 'ann']], ['Contacts search']],
    [
      '/Actions',
      [
        ['ticket_id', '5'],
        ['startdate', '2026-11-20'],
      ],
      ['Ticket Notes startdate,ticket_id', 'Client-Facing Notes startdate'],
    ],
    ['/Attachment', [['ticket_id', '5']], ['Attachments ticket_id', 'Tickets']],
    ['/CRMNote', [['client_id', '5']], ['Marketing/Sales client_id', 'Companies']],
  ] as const)('%s %j', (path, query, demands) => {
    expect(demanded(path, ...query)).toEqual(demands)
  })

  it('names the record that it is about', () => {
    expect(read('/Tickets/5').target).toEqual({ type: 'Ticket', key: '5' })
    expect(read('/Actions', ['ticket_id', '5']).target).toEqual({ type: 'Ticket', key: '5' })
    expect(read('/Client/7').target).toEqual({ type: 'Company', key: '7' })
    // Which of three kinds it is, only the answer tells.
    expect(read('/Projects/5').target).toBeNull()
    expect(read('/Tickets', ['client_id', '5']).target).toBeNull()
  })
})

describe('what is refused', () => {
  it.each([
    ['a name that nobody has judged', '/Tickets', [['kanbanviewontheportal', 'true']]],
    ['an include that nobody has judged', '/Tickets', [['includeviewing', 'true']]],
    ['a filter that is no id', '/Tickets', [['client_id', 'x']]],
    ['a flag that is none', '/Tickets', [['open_only', '1']]],
    ['an order by two fields', '/Tickets', [['order', 'id,user_name']]],
    [
      'a date that is none',
      '/Actions',
      [
        ['ticket_id', '5'],
        ['startdate', "2026' or 1=1"],
      ],
    ],
    ['a placeholder as the parent', '/Actions', [['ticket_id', '-1']]],
    ['an empty search', '/Tickets', [['search', '']]],
  ] as const)('%s', (_name, path, query) => {
    expect(() => read(path, ...query)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })
})
