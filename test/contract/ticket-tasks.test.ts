import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { uploadField } from '../../gateway/files/kept.ts'
import { sealBytes } from '../../gateway/secrets/credentials.ts'
import { purgeUploads } from '../../gateway/store/uploads.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

describe.each(vendors)('%s: writing tasks and files of tickets', (vendor) => {
  let w: WritingDesk
  beforeAll(async () => {
    w = await startWriting(vendor, ['Attachments'])
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const withoutTasks = () =>
    w.fresh(({ id }) => !w.desk.simulator.dataset.tasks.some(({ ticketId }) => ticketId === id))
  const tasksNow = async (ticket: string) =>
    (
      await w.read('query ($id: ID!) { ticket(id: $id) { tasks { nodes { id text done position } } } }', {
        id: ticket,
      })
    ).ticket.tasks.nodes

  it('addTicketTask, updateTicketTask, putBack, and deleteTicketTask where there is one', async () => {
    const ticket = w.idOf(withoutTasks())
    const { plan } = await w.carriedOut('addTicketTask', { ticket, text: 'Contract: call back', position: 7 })
    expect(plan.changes).toEqual([
      { field: 'text', before: null, after: 'Contract: call back' },
      { field: 'position', before: null, after: '7' },
    ])
    expect(plan.steps).toMatchObject([
      { demands: ['Ticket Tasks CREATE'], fields: expect.arrayContaining(['position', 'text']) },
    ])
    expect(plan.clientMail.verdict).toBe('NO')
    const [made, ...others] = await tasksNow(ticket)
    expect(others).toEqual([])
    expect(made).toEqual({ id: made.id, text: 'Contract: call back', done: false, position: 7 })

    w.clear()
    const checked = await w.carriedOut('updateTicketTask', { id: made.id, done: true })
    expect(checked.plan.changes).toEqual([{ field: 'done', before: 'false', after: 'true' }])
    expect(checked.plan.steps).toMatchObject([
      {
        summary: expect.stringContaining('Checks off a task'),
        demands: ['Ticket Tasks UPDATE'],
        fields: ['done'],
      },
    ])
    expect(await tasksNow(ticket)).toEqual([{ ...made, done: true }])

    w.clear()
    const again = await w.write(w.admin, 'updateTicketTask', { id: made.id, done: true })
    expect(again.errors).toMatchObject([{ extensions: { code: 'NO_CHANGE' } }])
    const back = await w.t.ask(
      w.admin,
      'mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id planHash } } } }',
      { id: checked.id },
    )
    expect(back.errors).toEqual([])
    expect(back.data.putBack).toMatchObject({ left: [], changedSince: [] })
    expect((await w.sign(back.data.putBack.outcome.request)).state).toBe('EXECUTED')
    expect(await tasksNow(ticket)).toEqual([made])

    w.clear()
    await w.carriedOut('updateTicketTask', { id: made.id, text: 'Contract: called', position: 3 })
    const changed = { ...made, text: 'Contract: called', position: 3 }
    expect(await tasksNow(ticket)).toEqual([changed])
    if (w.missing.writes.deleteTicketTask !== undefined) return
    w.clear()
    await w.carriedOut('deleteTicketTask', { id: made.id })
    expect(await tasksNow(ticket)).toEqual([])
  })

  it('one task of several is changed and the others stay, in their order', async () => {
    const ticket = w.idOf(withoutTasks())
    for (const [text, position] of [
      ['second', 2],
      ['first', 1],
    ] as const) {
      w.clear()
      await w.carriedOut('addTicketTask', { ticket, text, position })
    }
    const [first, second] = await tasksNow(ticket)
    expect([first.text, second.text]).toEqual(['first', 'second'])
    w.clear()
    await w.carriedOut('updateTicketTask', { id: second.id, done: true })
    expect(await tasksNow(ticket)).toEqual([first, { ...second, done: true }])
  })

  it("the ticket's audit trail at the PSA tells of a change, in order, to who may read all that it tells", async () => {
    const found = w.fresh(({ priorityId }) => priorityId !== 2)
    const id = w.idOf(found)
    const high = w.told.priority(w.told.tickets.find(({ priorityId }) => priorityId === 2)!).name
    const before = new Date(Date.now() - 2000).toISOString()
    await w.carriedOut('updateTicket', { id, priority: high })
    const query = `query ($id: ID!, $last: Int) { ticket(id: $id) { auditTrail(last: $last) {
      entries { at by field before after text } hasEarlier } } }`
    const { entries, hasEarlier } = (await w.read(query, { id })).ticket.auditTrail
    interface Entry {
      readonly at: string
      readonly by: string | null
      readonly field: string
    }
    const times = entries.map(({ at }: Entry) => at)
    expect(times).toEqual(times.toSorted())
    const mine = entries.filter(
      (entry: Entry) =>
        entry.at >= before.slice(0, 19) && /priority|impact|urgency/i.test(JSON.stringify(entry)),
    )
    expect(mine.length).toBeGreaterThan(0)
    for (const { by } of mine) expect(by).toBeTruthy()
    expect(hasEarlier).toBe(false)
    w.clear()
    if (entries.length > 1) {
      const short = (await w.read(query, { id, last: 1 })).ticket.auditTrail
      expect(short).toEqual({ entries: entries.slice(-1), hasEarlier: true })
    }
    const closed = await w.t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: { ...policy.groups, Contacts: { level: 'DISABLED' as const } },
    }))
    w.clear()
    const { data, errors } = await w.t.ask(closed, query, { id })
    expect(data.ticket).toEqual({ auditTrail: null })
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED', group: 'Contacts' } }])
    expect(w.desk.asked().filter(({ path }) => /audit|history/i.test(path))).toEqual([])
    const scoped = await w.t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: {
        include: {
          companies: [w.told.id('Company', found.companyId).slice(`${w.desk.slug}:Company:`.length)],
        },
      },
    }))
    const inside = await w.t.ask(scoped, query, { id })
    expect(inside.errors).toEqual([])
    expect(inside.data.ticket.auditTrail.entries).toEqual(entries)
  })

  const filesNow = async (ticket: string) =>
    (
      await w.read(
        'query ($id: ID!) { ticket(id: $id) { attachments { nodes { id fileName title size clientVisible } } } }',
        { id: ticket },
      )
    ).ticket.attachments.nodes
  const withoutFiles = () =>
    w.idOf(w.fresh(({ id }) => !w.desk.simulator.dataset.attachments.some(({ ticketId }) => ticketId === id)))
  const bytesOf = async (id: string, token = w.reader) => {
    const { calls } = w.t.gateway
    const caller = await calls.authenticate(token, { address: 'test' })
    const { bytes } = await calls.download(caller, id, { address: 'test', headers: { get: () => null } })
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      ({ extensions }) => extensions?.code,
    )
  /** Every byte there is, and what forms and JSON end at. */
  const image = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    Buffer.from('\r\n--countersign--\r\n"}]{file}'),
  ])
  const keepsTitles = vendor !== 'servicenow'

  it('uploadAttachment and deleteTicketAttachment: byte by byte what was signed', async () => {
    const ticket = withoutFiles()
    const given = await w.give(w.admin, image, 'image/png')
    expect(given).toMatchObject({ contentType: 'image/png', size: image.length, sha256: hash(image) })
    const input = {
      ticket,
      upload: given.id,
      fileName: 'Ärger 1.png',
      ...(keepsTitles && { title: 'What "it" shows' }),
    }
    const { plan, id: request } = await w.carriedOut('uploadAttachment', input)
    const [step] = plan.steps
    expect(step).toMatchObject({
      file: { contentType: 'image/png', size: image.length, sha256: hash(image) },
      body: expect.stringContaining('{file}'),
      fields: ['content', 'fileName', 'ticket', ...(keepsTitles ? ['title'] : [])],
      demands: ['Attachments CREATE', ...(vendor === 'servicenow' ? ['Client-Facing Notes CREATE'] : [])],
    })
    expect(plan.changes).toContainEqual({
      field: 'content',
      before: null,
      after: `${image.length} bytes of image/png, SHA-256 ${hash(image)}`,
    })
    // The trail tells the hash of the bytes that went out, and it is the one that was signed.
    const stored = await w.t.stored()
    expect(stored).toContain(step.file.bodySha256)
    expect(stored).not.toContain(image.toString('base64'))
    const [made, ...others] = await filesNow(ticket)
    expect(others).toEqual([])
    expect(made).toEqual({
      id: made.id,
      fileName: 'Ärger 1.png',
      title: keepsTitles ? 'What "it" shows' : null,
      size: image.length,
      clientVisible: vendor === 'servicenow' ? null : false,
    })
    expect(hash(await bytesOf(made.id))).toBe(hash(image))
    const { data } = await w.t.ask(
      w.admin,
      'query ($id: ID!) { writeRequest(id: $id) { state steps { outcome } } }',
      { id: request },
    )
    expect(data.writeRequest).toEqual({ state: 'EXECUTED', steps: [{ outcome: 'DONE' }] })

    w.clear()
    await w.carriedOut('deleteTicketAttachment', { id: made.id })
    expect(await filesNow(ticket)).toEqual([])
  })

  it('uploadAttachment: what the client can see is asked for, and is a group of its own', async () => {
    const ticket = withoutFiles()
    const { id: upload } = await w.give(w.admin, Buffer.from('for the client'))
    const shown = { ticket, upload, fileName: 'client.txt', clientVisible: true }
    if (vendor === 'servicenow') {
      const { errors } = await w.write(w.admin, 'uploadAttachment', shown)
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_SUPPORTED', argument: 'clientVisible' } }])
      expect(w.desk.sent()).toEqual([])
      return
    }
    const { plan } = await w.carriedOut('uploadAttachment', shown)
    expect(plan.steps).toMatchObject([
      { demands: ['Attachments CREATE', 'Client-Facing Notes CREATE'], clientReach: expect.any(String) },
    ])
    expect(await filesNow(ticket)).toMatchObject([{ fileName: 'client.txt', clientVisible: true }])

    w.clear()
    const quiet = await w.t.agent('FULL_AUTOMATION', (policy) => ({
      ...policy,
      groups: { ...policy.groups, 'Client-Facing Notes': { level: 'READ_ONLY' as const } },
    }))
    const waiting = await w.give(quiet, Buffer.from('for the client'))
    const { errors } = await w.write(quiet, 'uploadAttachment', { ...shown, upload: waiting.id })
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_READ_ONLY', group: 'Client-Facing Notes' } }])
    expect(w.desk.asked()).toEqual([])
  })

  it('uploadAttachment: a person changes the name, and a scope of companies holds for files, too', async () => {
    const found = w.fresh(
      ({ id }) => !w.desk.simulator.dataset.attachments.some(({ ticketId }) => ticketId === id),
    )
    const ticket = w.idOf(found)
    const given = await w.give(w.admin, Buffer.from('{"a":1}'), 'application/json')
    const input = { ticket, upload: given.id, fileName: 'asked.json' }
    const asked = (await w.write(w.admin, 'uploadAttachment', input)).data.uploadAttachment.request
    const { data, errors } = await w.t.ask(
      w.approver,
      `mutation ($id: ID!, $changes: JSON!) { editWriteRequest(id: $id, revision: 1, changes: $changes) {
        id planHash plan { steps { file { fileName sha256 downloadPath } } } } }`,
      { id: asked.id, changes: { fileName: 'signed.json' } },
    )
    expect(errors).toEqual([])
    expect(data.editWriteRequest.plan.steps).toEqual([
      {
        file: {
          fileName: 'signed.json',
          sha256: given.sha256,
          downloadPath: `/attachments/${given.id}`,
        },
      },
    ])
    expect((await w.sign(data.editWriteRequest)).state).toBe('EXECUTED')
    expect(await filesNow(ticket)).toMatchObject([{ fileName: 'signed.json', size: 7 }])

    w.clear()
    const other = w.told.tickets.find(({ companyId }) => companyId !== found.companyId)!
    const scoped = await w.t.agent('FULL_AUTOMATION', (policy) => ({
      ...policy,
      recordScope: {
        include: { companies: [w.told.id('Company', other.companyId).split(':').slice(2).join(':')] },
      },
    }))
    const { id: upload } = await w.give(scoped, Buffer.from('outside'))
    const outside = await w.write(scoped, 'uploadAttachment', { ticket, upload, fileName: 'outside.txt' })
    expect(outside.errors).toMatchObject([{ extensions: { code: 'RECORD_OUT_OF_SCOPE' } }])
    expect(w.desk.sent()).toEqual([])
  })

  it('a file is kept for who may add it, as what it is, and goes out only as it was signed', async () => {
    const ticket = withoutFiles()
    const text = Buffer.from('kept until it is signed')
    const { db } = w.t.gateway.services.store
    expect(await codeOf(w.give(w.helpdesk, text))).toBe('GROUP_READ_ONLY')
    expect(await codeOf(w.give(w.approver, text))).toBe('FORBIDDEN_OPERATION')
    expect(await codeOf(w.give(w.admin, text, 'text/plain', 'nowhere'))).toBe('CONNECTION_FORBIDDEN')
    expect(await codeOf(w.give(w.admin, Buffer.from('<svg/>'), 'image/svg+xml'))).toBe('BAD_USER_INPUT')
    expect(await codeOf(w.give(w.admin, text, 'image/png'))).toBe('BAD_USER_INPUT')
    expect(await codeOf(w.give(w.admin, Buffer.from([0xff]), 'text/plain'))).toBe('BAD_USER_INPUT')

    const { id: upload } = await w.give(w.admin, text, 'text/plain; charset=utf-8')
    const stored = await w.t.stored()
    for (const plain of ['utf8', 'hex', 'base64'] as const) expect(stored).not.toContain(text.toString(plain))
    const input = { ticket, upload, fileName: 'kept.txt' }
    const other = await w.t.agent('FULL_AUTOMATION')
    for (const [token, wrong, extensions] of [
      [other, input, { code: 'NOT_FOUND', argument: 'upload' }],
      [w.admin, { ...input, fileName: 'kept.png' }, { code: 'BAD_USER_INPUT', argument: 'fileName' }],
      [w.admin, { ...input, fileName: 'no ending' }, { code: 'BAD_USER_INPUT', argument: 'fileName' }],
      [w.admin, { ...input, fileName: '../kept.txt' }, { code: 'BAD_USER_INPUT', argument: 'fileName' }],
    ] as const) {
      const { errors } = await w.write(token, 'uploadAttachment', wrong)
      expect(errors, JSON.stringify(wrong)).toMatchObject([{ extensions }])
    }

    const ask = async () => (await w.write(w.admin, 'uploadAttachment', input)).data.uploadAttachment.request
    expect(await codeOf(bytesOf(upload, w.admin))).toBe('NOT_FOUND')
    const [changed, gone] = [await ask(), await ask()]
    // Who is asked for a signature may look at what it is for.
    expect(await bytesOf(upload, w.approver)).toEqual(text)
    expect(await bytesOf(upload, w.admin)).toEqual(text)
    for (const token of [other, w.reader]) expect(await codeOf(bytesOf(upload, token))).toBe('NOT_FOUND')
    const { keys, store } = w.t.gateway.services
    const [kept] = await db.selectFrom('upload').selectAll().where('id', '=', upload).execute()
    const putInPlace = (change: object) =>
      store.transaction(async (trx) => {
        await trx.deleteFrom('upload').where('id', '=', upload).execute()
        await trx
          .insertInto('upload')
          .values({ ...kept!, ...change })
          .execute()
      })
    // What waits for one agent has a bound.
    await db
      .insertInto('upload')
      .values({ ...kept!, id: 'up_large', size: 100_000_000 })
      .execute()
    expect(await codeOf(w.give(w.admin, text))).toBe('RATE_LIMITED')
    await db.deleteFrom('upload').where('id', '=', 'up_large').execute()
    expect(await codeOf(w.give(w.admin, text))).toBe('none')
    // Its time is over, and the requests hold it.
    await putInPlace({ expires_at: new Date(0) })
    await purgeUploads(db)
    // Whoever can write to the store and has the keys can't change what goes out.
    const forged = Buffer.from('something else, well sealed')
    await putInPlace(
      await store.transaction((trx) => sealBytes(trx, keys, w.desk.slug, uploadField(upload), forged)),
    )
    expect(await w.sign(changed)).toMatchObject({ state: 'CANCELLED', error: { code: 'INTERNAL' } })
    await db.deleteFrom('upload').where('id', '=', upload).execute()
    expect(await w.sign(gone)).toMatchObject({ state: 'CANCELLED', error: { code: 'NOT_FOUND' } })
    expect(await codeOf(bytesOf(upload, w.approver))).toBe('NOT_FOUND')
    expect(w.desk.sent()).toEqual([])
  })

  it('is refused without the group, and what can not be meant before anything is sent', async () => {
    const ticket = w.idOf(withoutTasks())
    const given = { ticket, text: 'Contract: refused' }
    const readOnly = await w.write(w.helpdesk, 'addTicketTask', given)
    expect(readOnly.errors).toMatchObject([
      { extensions: { code: 'GROUP_READ_ONLY', group: 'Ticket Tasks' } },
    ])
    for (const [wrong, argument] of [
      [{ ...given, position: 0 }, 'position'],
      [{ ...given, position: 10_000 }, 'position'],
      [{ ...given, text: 'two\nlines' }, 'text'],
      [{ ...given, text: ' ' }, 'text'],
    ] as const) {
      const { errors } = await w.write(w.admin, 'addTicketTask', wrong)
      expect(errors, argument).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
    }
    expect(w.desk.sent()).toEqual([])
  })
})
