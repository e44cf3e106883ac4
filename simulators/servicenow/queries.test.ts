import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, newIncident, startBench } from './harness.ts'
import { sysIdOf } from './ids.ts'
import { parseQuery } from './parse-query.ts'

let bench: Bench
let lenient: Bench
let mine: string[]
const token = 'correlation_id=query-test'
beforeAll(async () => {
  bench = await startBench()
  lenient = await startBench({ strict: false })
  for (const one of [bench, lenient]) {
    const make = (short_description: string, fields = {}) =>
      newIncident(one, { short_description, correlation_id: 'query-test', ...fields })
    await make('Alpha printer', { impact: 1, urgency: 1, due_date: '2026-12-01 10:00:00' })
    await make('beta PRINTER', {
      impact: 2,
      urgency: 2,
      due_date: '2026-12-02 10:00:00',
      work_notes: 'seen the Zebra',
    })
    await make('Gamma 100%', { assignment_group: sysIdOf('board', 1) })
  }
  mine = (await bench.find(token)) as string[]
})
afterAll(() => Promise.all([bench.simulator.close(), lenient.simulator.close()]))

/** Which of the three incidents above match, by their place. */
const places = async (query: string, on = bench) => {
  const found = await on.find(`${token}^${query}`)
  return typeof found === 'string' ? found : found.map((number) => mine.indexOf(number) + 1)
}

describe('encoded queries', () => {
  it.each([
    ['short_descriptionLIKEprinter', [1, 2]],
    ['short_descriptionNOT LIKEprinter', [3]],
    ['short_descriptionSTARTSWITHalpha', [1]],
    ['short_descriptionENDSWITH100%', [3]],
    ['short_description=ALPHA PRINTER', [1]],
    ['priority=1', [1]],
    ['priority!=1', [2, 3]],
    ['priority<=3', [1, 2]],
    ['priorityIN1,5', [1, 3]],
    ['priorityNOT IN1,5', [2]],
    ['impactBETWEEN2@3', [2, 3]],
    ['due_date>2026-12-01 10:00:00', [2]],
    ['due_date>=2026-12-01', [1, 2]],
    ['due_dateISEMPTY', [3]],
    ['due_dateISNOTEMPTY', [1, 2]],
    ['due_dateRELATIVEGT@day@ahead@11', [2]],
    ['opened_atRELATIVEGT@hour@ago@1', [1, 2, 3]],
    ['impactSAMEASurgency^priority<5', [1, 2]],
    ['work_notesLIKEzebra', [2]],
    ['assignment_group.name=Service Desk', [3]],
    ['assignment_groupLIKEservice', [3]],
    ['caller_id.company.nameISNOTEMPTY', [1, 2, 3]],
    ['opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()', [1, 2, 3]],
    ['opened_by=javascript:gs.getUserID()', [1, 2, 3]],
    ['123TEXTQUERY321=gamma', [3]],
    ['ORDERBYDESCnumber', [3, 2, 1]],
    ['ORDERBYpriority', [1, 2, 3]],
    ['ORDERBYDESCdue_date^ORDERBYnumber', [2, 1, 3]],
  ])('%s', async (query, expected) => {
    expect(await places(query)).toEqual(expected)
  })

  it('binds ^OR tighter than ^, and ^NQ widest of all', async () => {
    expect(await places('priority=1^ORpriority=5^short_descriptionLIKEprinter')).toEqual([1])
    expect(await places(`priority=1^NQ${token}^priority=5`)).toEqual([1, 3])
    // A filter put in front does not hold a new clause back.
    const all = (await bench.find('correlation_id=nobody^NQactive=true')) as string[]
    expect(all.length).toBeGreaterThan(100)
  })

  it('a ^ inside a value ends the condition', () => {
    expect(parseQuery('short_description=a^b=c').clauses[0]).toHaveLength(2)
  })

  it('reads ids in an order of its own', async () => {
    const ids = [90_003, 90_001, 90_002].map((id) => sysIdOf('ticket', id))
    expect(await bench.find(`sys_idIN${ids.join(',')},${'0'.repeat(32)}`)).toEqual([
      'INC0090001',
      'INC0090002',
      'INC0090003',
    ])
  })

  it.each([
    'shrt_description=x',
    'assignment_group.nme=x',
    'short_description.name=x',
    'opened_at>2026-11-20T00:00:00Z',
    'opened_atDATEPARTmonday',
    'opened_by=javascript:new Evil()',
    'short_description',
    'number=a^^state=1',
    'ORDERBYnowhere',
    'RLQUERYtask_sla.task,>0^ENDRLQUERY',
  ])('strict refuses %s, the platform drops it and answers more rows', async (part) => {
    expect(await places(part)).toMatch(/^dropped from the query/)
    expect(bench.last().refused).toBeTruthy()
    expect(await places(part, lenient)).toEqual(part.includes('state=1') ? [] : [1, 2, 3])
    expect(lenient.last().warning).toContain('dropped from the query')
  })

  it('answers nothing for an invalid query when the property says so', async () => {
    const careful = await startBench({ strict: false, invalidQueryReturnsNoRows: true })
    expect(await careful.find('nowhere=1')).toEqual([])
    await careful.simulator.close()
  })
})

describe('bare filters', () => {
  it('take display values', async () => {
    const reply = await bench.get('/table/incident', {
      correlation_id: 'query-test',
      assignment_group: 'Service Desk',
      sysparm_fields: 'number',
    })
    expect(reply.rows).toEqual([{ number: mine[2] }])
  })

  it('refuse an unknown name when strict and match everything when not', async () => {
    expect((await bench.get('/table/incident', { limit: '5' })).status).toBe(400)
    expect(bench.last().refused).toBe('unknown query parameter limit')
    const reply = await lenient.get('/table/incident', { limit: '5', sysparm_limit: '7' })
    expect(reply.rows).toHaveLength(7)
  })
})
