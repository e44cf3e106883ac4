import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, caller, NOW, newIncident, STAMP, startBench } from './harness.ts'
import { sysIdOf } from './ids.ts'

let bench: Bench
let id: string
beforeAll(async () => {
  bench = await startBench()
})
beforeEach(async () => {
  id = await newIncident(bench)
  bench.simulator.outbox().length = 0
})
afterAll(() => bench.simulator.close())

const patch = (body: unknown) => bench.call('PATCH', `/table/incident/${id}`, body)
const entries = async () =>
  (
    await bench.get('/table/sys_journal_field', {
      sysparm_query: `name=incident^element_id=${id}^elementINcomments,work_notes^ORDERBYsys_created_on`,
      sysparm_fields: 'element,value,sys_created_by,sys_created_on',
    })
  ).rows

describe('journal columns', () => {
  it('each write appends an entry and the row itself stays empty', async () => {
    const reply = await patch({ work_notes: 'Looked at it.', comments: 'We are on it.' })
    expect(reply.row).toMatchObject({ work_notes: '', comments: '', sys_mod_count: '1' })
    await patch({ work_notes: 'Looked at it.' })
    const common = { sys_created_by: 'automation', sys_created_on: STAMP }
    expect(await entries()).toEqual([
      { element: 'work_notes', value: 'Looked at it.', ...common },
      { element: 'comments', value: 'We are on it.', ...common },
      { element: 'work_notes', value: 'Looked at it.', ...common },
    ])
  })

  it('a display read tells the whole history, newest first', async () => {
    await patch({ work_notes: 'first' })
    bench.simulator.setNow(new Date(NOW.getTime() + 60_000))
    bench.simulator.actAs('jdoe', 'PATCH', `/table/incident/${id}`, { comments: 'second' })
    bench.simulator.setNow(undefined)
    const { row } = await bench.get(`/table/incident/${id}`, {
      sysparm_display_value: 'true',
      sysparm_fields: 'work_notes,comments,comments_and_work_notes',
    })
    const note = '2026-11-20 16:30:00 - Automation API (Work notes)\nfirst\n\n'
    const comment = '2026-11-20 16:31:00 - Jane Doe (Additional comments)\nsecond\n\n'
    expect(row).toEqual({ work_notes: note, comments: comment, comments_and_work_notes: comment + note })
  })

  it('a comment mails the caller and the watch list, a work note its own list only', async () => {
    await patch({
      watch_list: `${sysIdOf('technician', 152)},boss@client.example`,
      work_notes_list: sysIdOf('technician', 153),
    })
    await patch({ comments: 'Hello' })
    await patch({ work_notes: 'psst' })
    expect(bench.simulator.outbox().map((mail) => [mail.reason, mail.to])).toEqual([
      ['comments', [caller(bench).email, 'asmith@anchorpoint-it.example', 'boss@client.example']],
      ['work notes', ['rdelgado@anchorpoint-it.example']],
    ])
  })

  it('goes into the audit as well, where it leaks', async () => {
    await patch({ work_notes: 'private' })
    const { rows } = await bench.get('/table/sys_audit', {
      sysparm_query: `documentkey=${id}^fieldname=work_notes`,
      sysparm_fields: 'newvalue',
    })
    expect(rows).toEqual([{ newvalue: 'private' }])
  })

  it('the first words of a new incident are an entry too', async () => {
    id = await newIncident(bench, { comments: 'from the start' })
    expect(await entries()).toMatchObject([{ element: 'comments', value: 'from the start' }])
    expect(bench.simulator.outbox()).toMatchObject([{ reason: 'comments' }])
  })
})

describe('the told notes', () => {
  it('long tickets have over 200 entries', async () => {
    for (const ticketId of bench.simulator.dataset.facts.longTicketIds) {
      const reply = await bench.get('/table/sys_journal_field', {
        sysparm_query: `element_id=${sysIdOf('ticket', ticketId)}`,
        sysparm_limit: '1',
      })
      expect(Number(reply.headers.get('x-total-count'))).toBeGreaterThan(200)
    }
  })

  it('a merged ticket hangs on its survivor as a duplicate', async () => {
    const [ticketId] = bench.simulator.dataset.facts.mergedTicketIds
    const survivor = bench.simulator.dataset.tickets.find((ticket) => ticket.id === ticketId)!.mergedIntoId!
    const { row } = await bench.get(`/table/incident/${sysIdOf('ticket', ticketId!)}`, {
      sysparm_exclude_reference_link: 'true',
    })
    expect(row).toMatchObject({
      state: '7',
      close_code: 'Duplicate',
      parent_incident: sysIdOf('ticket', survivor),
    })
  })
})

describe('time', () => {
  it('keeps duration and seconds in step and lets another user be named', async () => {
    const user = sysIdOf('technician', 151)
    const made = await bench.call('POST', '/table/task_time_worked?sysparm_exclude_reference_link=true', {
      task: id,
      user,
      time_in_seconds: 5400,
      comments: 'On site',
    })
    expect(made.row).toMatchObject({
      user,
      work_date: '2026-11-20',
      time_worked: '1970-01-01 01:30:00',
      time_in_seconds: '5400',
    })
    const changed = await bench.call('PATCH', `/table/task_time_worked/${made.row.sys_id}`, {
      time_worked: '00:15:00',
    })
    expect(changed.row).toMatchObject({ time_worked: '1970-01-01 00:15:00', time_in_seconds: '900' })
    expect((await bench.call('DELETE', `/table/task_time_worked/${made.row.sys_id}`)).status).toBe(204)
  })

  it('the timer of a task books a row, and a card for whom it is assigned to', async () => {
    await patch({ time_worked: '1970-01-01 00:30:00' })
    await patch({ assigned_to: sysIdOf('technician', 190) })
    await patch({ time_worked: '0 01:00:00' })
    const worked = await bench.get('/table/task_time_worked', {
      sysparm_query: `task=${id}`,
      sysparm_fields: 'time_in_seconds,user.user_name',
    })
    expect(worked.rows).toEqual([
      { time_in_seconds: '1800', 'user.user_name': 'automation' },
      { time_in_seconds: '3600', 'user.user_name': 'automation' },
    ])
    const cards = await bench.get('/table/time_card', {
      sysparm_query: `task=${id}`,
      sysparm_fields: 'friday,total,week_starts_on,state',
    })
    expect(cards.rows).toEqual([{ friday: '1', total: '1', week_starts_on: '2026-11-15', state: 'Pending' }])
  })

  it('a card’s total follows from its days', async () => {
    const made = await bench.call('POST', '/table/time_card', {
      task: id,
      user: sysIdOf('technician', 151),
      monday: 2,
      tuesday: '1.5',
      total: '99',
    })
    expect(made.row).toMatchObject({ total: '3.5', state: 'Pending' })
  })
})

describe('attachments', () => {
  it('are uploaded, listed, read and removed', async () => {
    const path = `/attachment/file?table_name=incident&table_sys_id=${id}&file_name=log.txt`
    const made = await bench.call('POST', path, 'hello', { 'content-type': 'text/plain' })
    expect([made.status, made.row.size_bytes, made.row.content_type]).toEqual([201, '5', 'text/plain'])
    const listed = await bench.get('/attachment', { sysparm_query: `table_name=incident^table_sys_id=${id}` })
    expect(listed.rows.map((row) => row.file_name)).toEqual(['log.txt'])
    const file = await bench.get(`/attachment/${made.row.sys_id}/file`)
    expect([file.text, file.headers.get('content-type')]).toEqual(['hello', 'text/plain'])
    expect((await bench.call('DELETE', `/attachment/${made.row.sys_id}`)).status).toBe(204)
    expect((await bench.get(`/attachment/${made.row.sys_id}`)).status).toBe(404)
  })
})
