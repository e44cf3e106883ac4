import { describe, expect, it } from 'vitest'
import type { VendorRequest, VendorSession } from '../../schema/source.ts'
import { leverFor, priorityFor, priorityMatrix } from './priority-matrix.ts'

const ID = 'a'.repeat(32)

/** A session on an instance that holds these rows and nothing else. */
function instance(tables: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>): {
  readonly session: VendorSession
  readonly asked: string[]
} {
  const asked: string[] = []
  const session = {
    connection: { slug: 'acme-sn', vendor: 'servicenow', settings: {}, mapping: {} },
    cached: (_key: string, _seconds: number, load: () => Promise<unknown>) => load(),
    mayRead: () => true,
    async read({ path }: VendorRequest) {
      const table = path.split('/').at(-1) ?? ''
      asked.push(table)
      const rows = tables[table]
      return rows === undefined
        ? {
            status: 403,
            headers: {},
            body: '{"error":{"message":"User Not Authorized","detail":null}}',
            durationMs: 1,
          }
        : {
            status: 200,
            headers: { 'x-total-count': String(rows.length) },
            body: JSON.stringify({ result: rows.map((row) => ({ sys_id: ID, ...row })) }),
            durationMs: 1,
          }
    },
  }
  return { session: session as unknown as VendorSession, asked }
}

describe("the instance's own lookup", () => {
  it('is found by its definition, past lookups of other tables and kinds', async () => {
    const { session, asked } = instance({
      dl_definition: [
        { source_table: 'change_request', matcher_table: 'dl_u_risk' },
        { source_table: 'incident', matcher_table: 'sys_user' },
        { source_table: 'incident', matcher_table: 'dl_u_assignment' },
        { source_table: 'incident', matcher_table: 'dl_u_priority' },
      ],
      dl_u_assignment: [{ impact: '', urgency: '', priority: '' }],
      dl_u_priority: [
        { impact: '1', urgency: '1', priority: '1' },
        { impact: '2', urgency: '2', priority: '1' },
      ],
    })
    const matrix = await priorityMatrix(session)
    expect(matrix).toMatchObject({ own: true })
    expect(priorityFor(matrix, '2', '2')).toBe('1')
    expect(asked).toEqual(['dl_definition', 'dl_u_assignment', 'dl_u_priority'])
  })

  it('gives way to that of the base system where it is kept from us', async () => {
    const matrix = await priorityMatrix(instance({}).session)
    expect(matrix.own).toBe(false)
    expect([1, 2, 3].map((urgency) => priorityFor(matrix, '1', String(urgency)))).toEqual(['1', '2', '3'])
    expect(priorityFor(matrix, '3', '3')).toBe('5')
  })
})

describe('what to write for a priority', () => {
  it.each`
    priority | impact  | urgency | lever
    ${'3'}   | ${'2'}  | ${'3'}  | ${['2', '2']}
    ${'2'}   | ${'2'}  | ${'2'}  | ${['2', '1']}
    ${'1'}   | ${'3'}  | ${'3'}  | ${['1', '1']}
    ${'4'}   | ${'3'}  | ${'3'}  | ${['3', '2']}
    ${'4'}   | ${null} | ${'3'}  | ${['2', '3']}
  `('$priority from $impact and $urgency', async ({ priority, impact, urgency, lever }) => {
    const rule = leverFor(await priorityMatrix(instance({}).session), priority, impact, urgency)
    expect([rule?.impact, rule?.urgency]).toEqual(lever)
  })

  it('is nothing for one that no combination gives', async () => {
    expect(leverFor(await priorityMatrix(instance({}).session), '9', '1', '1')).toBeUndefined()
  })
})
