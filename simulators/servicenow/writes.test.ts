import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Bench,
  caller,
  callerId,
  detailOf,
  messageOf,
  newIncident,
  STAMP,
  startBench,
} from './harness.ts'
import { sysIdOf } from './ids.ts'

let bench: Bench
let lenient: Bench
let id: string
beforeAll(async () => {
  bench = await startBench()
  lenient = await startBench({ strict: false })
})
beforeEach(async () => {
  id = await newIncident(bench)
})
afterEach(() => bench.simulator.acl.readOnlyColumns.clear())
afterAll(() => Promise.all([bench.simulator.close(), lenient.simulator.close()]))

const path = (sysId = id) => `/table/incident/${sysId}`
const read = async (sysId = id, on = bench) =>
  (await on.get(path(sysId), { sysparm_exclude_reference_link: 'true' })).row as Record<string, string>
const patch = (body: unknown, sysId = id, on = bench) => on.call('PATCH', path(sysId), body)
const solved = { state: '6', close_code: 'Solution provided', close_notes: 'Turned it off and on.' }

describe('creating', () => {
  it('fills the default row, the next number and the caller’s company', async () => {
    const before = await read()
    const reply = await bench.call('POST', '/table/incident', { short_description: 'Only this' })
    expect(reply.status).toBe(201)
    expect(reply.headers.get('location')).toBe(
      `${bench.simulator.url}/api/now/table/incident/${reply.row.sys_id}`,
    )
    const row = await read(String(reply.row.sys_id))
    expect(row).toMatchObject({
      number: `INC${String(Number(before.number!.slice(3)) + 1).padStart(7, '0')}`,
      state: '1',
      incident_state: '1',
      impact: '3',
      urgency: '3',
      priority: '5',
      category: 'inquiry',
      active: 'true',
      approval: 'not requested',
      notify: '1',
      escalation: '0',
      made_sla: 'true',
      opened_by: sysIdOf('technician', 190),
      opened_at: STAMP,
      sys_created_by: 'automation',
      sys_mod_count: '0',
      company: '',
    })
    expect(before.company).toBe(sysIdOf('company', 257))
    expect(before.location).toBe(sysIdOf('site', caller(bench).siteId))
  })

  it('takes only the first of several records, and refuses them when strict', async () => {
    const records = [{ short_description: 'one' }, { short_description: 'two' }]
    expect((await bench.call('POST', '/table/incident', records)).status).toBe(400)
    const { row } = await lenient.call('POST', '/table/incident', records)
    expect(row.short_description).toBe('one')
    expect(await lenient.find('short_description=two')).toEqual([])
  })

  it('takes XML wherever it takes JSON', async () => {
    const xml = '<request><entry><short_description>a &lt; b</short_description></entry></request>'
    const { row } = await bench.call('POST', '/table/incident', xml, { 'content-type': 'application/xml' })
    expect(row.short_description).toBe('a < b')
  })

  it('keeps the body back on X-no-response-body and the fields on sysparm_fields', async () => {
    const silent = await bench.call(
      'POST',
      '/table/incident',
      { short_description: 'x' },
      { 'x-no-response-body': 'true' },
    )
    expect([silent.status, silent.text]).toEqual([201, ''])
    const short = await bench.call('PATCH', `${path()}?sysparm_fields=state&sysparm_display_value=true`, {
      state: '2',
    })
    expect(short.body).toEqual({ result: { state: 'In Progress' } })
  })
})

describe('changing', () => {
  it('changes what is named, counts the version and keeps an audit', async () => {
    const before = await read()
    const reply = await patch({ short_description: 'New words', urgency: 1 })
    expect(reply.row).toMatchObject({
      short_description: 'New words',
      urgency: '1',
      priority: '3',
      sys_mod_count: '1',
      sys_updated_by: 'automation',
    })
    expect((await read()).description).toBe(before.description)
    const audit = await bench.get('/table/sys_audit', {
      sysparm_query: `tablename=incident^documentkey=${id}^fieldname=short_description`,
      sysparm_fields: 'oldvalue,newvalue,user',
    })
    expect(audit.rows).toEqual([{ oldvalue: 'Bench incident', newvalue: 'New words', user: 'automation' }])
  })

  it('a write that changes nothing leaves version and time alone', async () => {
    bench.simulator.setNow(new Date('2026-11-21T10:00:00Z'))
    await patch({ short_description: 'Bench incident' })
    bench.simulator.setNow(undefined)
    expect(await read()).toMatchObject({ sys_mod_count: '0', sys_updated_on: STAMP })
  })

  it('PUT replaces no more than PATCH does', async () => {
    await bench.call('PUT', path(), { urgency: '1' })
    expect(await read()).toMatchObject({ urgency: '1', short_description: 'Bench incident' })
  })

  it.each([
    ['1', '1', '1'],
    ['1', '2', '2'],
    ['2', '1', '2'],
    ['1', '3', '3'],
    ['2', '2', '3'],
    ['3', '1', '3'],
    ['2', '3', '4'],
    ['3', '2', '4'],
    ['3', '3', '5'],
  ])('impact %s and urgency %s make priority %s', async (impact, urgency, priority) => {
    expect((await patch({ impact, urgency })).row.priority).toBe(priority)
  })

  it.each([
    ['priority', '1', '5'],
    ['sys_created_by', 'mallory', 'automation'],
    ['sys_id', '0'.repeat(32), undefined],
    ['escalation', '2', '0'],
    ['state', '', '1'],
  ])('drops %s without a word, and the journal says so', async (name, value, kept) => {
    const reply = await patch({ [name]: value })
    expect([reply.status, reply.row[name]]).toEqual([200, kept ?? id])
    expect(bench.last().warning).toContain(`dropped field: ${name}`)
  })

  it('drops what an ACL keeps from the caller, but not from an administrator', async () => {
    bench.simulator.acl.readOnlyColumns.add('incident.short_description')
    expect((await patch({ short_description: 'x', urgency: '2' })).row).toMatchObject({
      short_description: 'Bench incident',
      urgency: '2',
    })
    bench.simulator.actAs('admin', 'PATCH', path(), { short_description: 'x' })
    expect((await read()).short_description).toBe('x')
  })

  it.each([
    [{ shrt_description: 'x' }],
    [{ 'caller_id.email': 'x@y.example' }],
    [{ due_date: '2026-12-01T00:00:00Z' }],
    [{ impact: 'High' }],
    [{ caller_id: 'Jane Doe' }],
    [{ caller_id: { value: 'x' } }],
  ])('strict refuses %j, the platform lets it pass', async (body) => {
    const reply = await patch(body)
    expect([reply.status, bench.last().refused]).toEqual([400, messageOf(reply)])
    expect((await read()).sys_mod_count).toBe('0')
    const other = await newIncident(lenient)
    expect((await patch(body, other, lenient)).status).toBe(200)
    expect(lenient.last().warning).toBeTruthy()
  })

  it('reads display values only when told', async () => {
    const body = { assignment_group: 'Service Desk', impact: 'High', assigned_to: 'Jane Doe' }
    const reply = await bench.call(
      'PATCH',
      `${path()}?sysparm_input_display_value=true&sysparm_exclude_reference_link=true`,
      body,
    )
    expect(reply.row).toMatchObject({
      assignment_group: sysIdOf('board', 1),
      impact: '1',
      assigned_to: sysIdOf('technician', 151),
    })
  })

  it('clears a reference, cuts a long text and stores a choice that is not on the list', async () => {
    const { row } = await patch({ caller_id: '', short_description: 'y'.repeat(200), category: 'brand_new' })
    expect(row).toMatchObject({ caller_id: '', short_description: 'y'.repeat(160), category: 'brand_new' })
  })

  it('counts reassignments and mails who gets the work', async () => {
    await patch({ assignment_group: sysIdOf('board', 1) })
    bench.simulator.outbox().length = 0
    await patch({ assignment_group: sysIdOf('board', 3), assigned_to: sysIdOf('technician', 155) })
    expect((await read()).reassignment_count).toBe('1')
    expect(bench.simulator.outbox().map((mail) => [mail.reason, mail.to])).toEqual([
      ['assigned to you', ['wzhang@anchorpoint-it.example']],
      ['assigned to your group', ['security@anchorpoint-it.example']],
    ])
  })
})

describe('the states of an incident', () => {
  it('needs code and notes to resolve', async () => {
    for (const body of [
      { state: '6' },
      { ...solved, close_notes: undefined },
      { state: 6, close_notes: 'x' },
    ]) {
      const reply = await patch(body)
      expect([reply.status, messageOf(reply), detailOf(reply)]).toEqual([
        403,
        'Operation Failed',
        expect.stringMatching(/^Data Policy Exception.*mandatory/),
      ])
    }
    expect((await read()).state).toBe('1')
    bench.simulator.outbox().length = 0
    expect((await patch(solved)).row).toMatchObject({
      state: '6',
      incident_state: '6',
      active: 'true',
      resolved_at: STAMP,
    })
    expect(bench.simulator.outbox()).toMatchObject([{ reason: 'resolved', to: [caller(bench).email] }])
  })

  it('counts a reopening', async () => {
    await patch(solved)
    expect((await patch({ state: '2' })).row).toMatchObject({
      state: '2',
      reopen_count: '1',
      resolved_at: '',
      reopened_time: STAMP,
    })
  })

  it('holds only with a reason, and for the caller only with a comment', async () => {
    expect((await patch({ state: '3' })).status).toBe(403)
    expect((await patch({ state: '3', hold_reason: '1' })).status).toBe(403)
    expect((await patch({ state: '3', hold_reason: '4' })).status).toBe(200)
    expect((await patch({ state: '2' })).row.hold_reason).toBe('')
  })

  it('the caller’s answer ends his hold', async () => {
    await patch({ state: '3', hold_reason: '1', comments: 'Which one?' })
    bench.simulator.actAs('jdoe', 'PATCH', path(), { comments: 'Still waiting.' })
    expect((await read()).state).toBe('3')
    bench.simulator.actAs(caller(bench).email, 'PATCH', path(), { comments: 'The left one.' })
    expect(await read()).toMatchObject({ state: '2', hold_reason: '' })
  })

  it('is closed by administrators and cancelled by anybody', async () => {
    await patch(solved)
    expect(detailOf(await patch({ state: '7' }))).toContain('aborted by Business Rule')
    bench.simulator.actAs('admin', 'PATCH', path(), { state: '7' })
    expect(await read()).toMatchObject({ state: '7', active: 'false', closed_at: STAMP })
    const other = await newIncident(bench)
    expect((await patch({ state: '8' }, other)).row).toMatchObject({ state: '8', active: 'false' })
  })

  it('a parent takes its children along until they are closed', async () => {
    const child = await newIncident(bench, { parent_incident: id })
    expect((await read()).child_incidents).toBe('1')
    await patch({ state: '2' })
    expect((await read(child)).state).toBe('2')
    await patch({ state: '3', hold_reason: '1', comments: 'waiting' })
    expect((await read(child)).state).toBe('2')
    await patch({ state: '2' })
    await patch(solved)
    expect(await read(child)).toMatchObject({ ...solved })
    await patch({ state: '8' })
    expect((await read(child)).state).toBe('6')
    await patch({ parent_incident: '' }, child)
    expect((await read()).child_incidents).toBe('0')
  })

  it('cancelling closes its open tasks', async () => {
    const task = await bench.call('POST', '/table/incident_task', {
      incident: id,
      short_description: 'Do it',
    })
    await patch({ state: '8' })
    expect((await bench.get(`/table/incident_task/${task.row.sys_id}`)).row.active).toBe('false')
  })
})

describe('other tasks', () => {
  it('a change goes through its states in order', async () => {
    const made = await bench.call('POST', '/table/change_request', { short_description: 'Swap the switch' })
    expect(made.row).toMatchObject({ state: '-5', number: expect.stringMatching(/^CHG\d{7}$/) })
    const step = (state: string) => bench.call('PATCH', `/table/change_request/${made.row.sys_id}`, { state })
    expect((await step('-1')).status).toBe(403)
    expect((await step('-4')).status).toBe(200)
    expect((await step('4')).row.active).toBe('false')
  })

  it('a problem needs its fix before it is resolved', async () => {
    const made = await bench.call('POST', '/table/problem', { short_description: 'Why?' })
    const step = (body: object) => bench.call('PATCH', `/table/problem/${made.row.sys_id}`, body)
    for (const state of ['102', '103', '104']) expect((await step({ state })).status).toBe(200)
    expect(detailOf(await step({ state: '106' }))).toContain('fix_notes')
    expect(
      (await step({ state: '106', fix_notes: 'f', cause_notes: 'c', resolution_code: 'fix_applied' })).status,
    ).toBe(200)
  })
})

describe('rights', () => {
  it.each([
    ['POST', '/table/sys_choice', { name: 'incident' }, 'Insert'],
    ['POST', '/table/sys_user_has_role', { state: 'active' }, 'Insert'],
    ['PATCH', `/table/sys_user_group/${sysIdOf('board', 1)}`, { name: 'x' }, 'Update'],
    ['PATCH', `/table/task_sla/${sysIdOf('task_sla', 90_001)}`, { stage: 'x' }, 'Update'],
    ['DELETE', `/table/incident/${sysIdOf('ticket', 90_001)}`, undefined, 'Delete'],
    ['DELETE', `/table/sys_journal_field/${sysIdOf('note', 50_002)}`, undefined, 'Delete'],
  ])('%s %s is the administrator’s', async (method, target, body, verb) => {
    const reply = await bench.call(method, target, body)
    if (reply.status === 404) throw new Error('the row of this case is gone')
    expect([reply.status, detailOf(reply)]).toEqual([
      403,
      `ACL Exception ${verb} Failed due to security constraints`,
    ])
  })

  it('a link to a device comes and goes', async () => {
    const made = await bench.call('POST', '/table/task_ci', { task: id, ci_item: sysIdOf('device', 3001) })
    const gone = await bench.call('DELETE', `/table/task_ci/${made.row.sys_id}`)
    expect([made.status, gone.status, gone.text]).toEqual([201, 204, ''])
    expect((await bench.get('/table/task_ci', { sysparm_query: `task=${id}` })).rows).toEqual([])
  })

  it('a POST can carry another verb, which the journal tells', async () => {
    const reply = await bench.call('POST', path(), { urgency: '1' }, { 'x-http-method-override': 'PATCH' })
    expect([reply.status, reply.row.urgency]).toEqual([200, '1'])
    expect(bench.last().warning).toContain('X-HTTP-Method-Override')
  })
})

describe('people', () => {
  it('a contact’s name follows from its parts', async () => {
    const made = await bench.call('POST', '/table/sys_user', {
      first_name: 'Ada',
      last_name: 'Byron',
      company: sysIdOf('company', 257),
    })
    expect(made.row.name).toBe('Ada Byron')
    const changed = await bench.call('PATCH', `/table/sys_user/${made.row.sys_id}`, { last_name: 'King' })
    expect(changed.row.name).toBe('Ada King')
  })

  it('nobody gives himself a role', async () => {
    const reply = await bench.call('PATCH', `/table/sys_user/${sysIdOf('technician', 190)}`, {
      roles: 'admin',
    })
    expect([reply.status, reply.row.roles]).toEqual([200, 'itil,user_admin'])
  })

  it('two people of one name are told apart by their sys_id only', async () => {
    const reply = await bench.call('PATCH', `${path()}?sysparm_input_display_value=true`, {
      caller_id: 'Maria Lopez',
    })
    expect(reply.status).toBe(200)
    expect(bench.last().warning).toContain('2 rows of sys_user are called Maria Lopez')
    expect(callerId(bench)).toMatch(/^[0-9a-f]{32}$/)
  })
})
