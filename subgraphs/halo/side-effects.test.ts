import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { made, sideEffectsTable, source } from '../../scripts/halo-side-effects.ts'
import { groupsOf } from '../catalogue/groups.ts'
import { demandsOf } from './body-fields.ts'
import { reachOf } from './reach.ts'

/** Fields that are no order to the server, in the words of the table. */
const ROWS = readFileSync(made, 'utf8')
  .split('\n')
  .slice(2)
  .filter((line) => line !== '')
  .map(
    (line) =>
      line.split('\t') as [endpoint: string, name: string, group: string, kind: string, effect: string],
  )

it('the table is as the vendor document has it', (context) => {
  if (!existsSync(source)) context.skip('the vendor document is not here: the table was not compared')
  expect(readFileSync(made, 'utf8')).toBe(sideEffectsTable(readFileSync(source, 'utf8')))
})

describe('every row of the table', () => {
  it('is of a group that the vendor has', () => {
    expect(ROWS.length).toBeGreaterThan(500)
    for (const [, , group] of ROWS) expect(groupsOf('halo')).toContain(group)
  })

  const bodies = ROWS.filter(([endpoint]) => endpoint.startsWith('POST ') && endpoint !== 'POST /Report')
  it.each(bodies.map(([endpoint, name, group, kind]) => ({ endpoint, name, group, kind })))(
    '$endpoint $name demands $group $kind, or is refused',
    ({ endpoint, name, group, kind }) => {
      const path = endpoint.replace('POST ', '')
      const known = { ticket_id: 1, outcome_id: 7, hiddenfromuser: true, sendemail: false }
      const other = { group: 'Sites', kind: 'UPDATE' } as const
      // Of each value that a member may have, the one that says the most.
      const value =
        name === 'hiddenfromuser' ? false : /^customfields$/i.test(name) ? [{ id: 1, value: 'x' }] : true
      const element = {
        ...(path === '/Actions' ? known : {}),
        ...(name === 'id' ? {} : { id: 5 }),
        [name]: ['id', 'ticket_id'].includes(name) ? 5 : value,
      }
      const demanded = () =>
        demandsOf('POST', path, JSON.stringify([element]), { catalogue: other, outcomeChanges: [] })
      let found: ReturnType<typeof demanded>
      try {
        found = demanded()
      } catch (error) {
        expect(error).toMatchObject({ code: 'FORBIDDEN_OPERATION' })
        return
      }
      const groups = group === 'Ticket Notes' ? [group, 'Client-Facing Notes'] : [group]
      // Mail to the client is a note to the client.
      if (group === 'Communications') groups.push('Client-Facing Notes')
      expect(found.map((demand) => groups.includes(demand.group))).toContain(true)
      if (kind === 'MERGE' || kind === 'BUNDLE' || kind === 'DELETE')
        expect(found.map((demand) => demand.kind)).toContain(kind)
    },
  )
})

it('is found by an endpoint and a name in any letter case', () => {
  expect(reachOf('post /TICKETS').get('domerge')).toMatchObject({ group: 'Tickets', kind: 'MERGE' })
  expect(reachOf('POST /Actions').get('new_crm_note')).toMatchObject({ group: 'Marketing/Sales' })
  expect(reachOf('POST /Nothing').size).toBe(0)
})
