import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDueMappings } from '../../gateway/admin/mapping-check.ts'
import { findMappingCheck } from '../../gateway/store/mapping-checks.ts'
import type { WriteName } from '../../schema/plan.ts'
import type { Json } from '../../simulators/shared/json.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

/** A read that proves a right and nothing else. */
const PROVING = {
  connectwise: '/company/contacts',
  autotask: '/Contacts/entityInformation',
  halo: '/Users',
  servicenow: '/table/core_company$/',
} as const

describe.each(vendors)('%s: the tenant mapping, looked at daily', (vendor) => {
  let w: WritingDesk
  let admin: string
  beforeAll(async () => {
    w = await startWriting(vendor)
    admin = await w.t.connectionAdmin()
  })
  afterAll(() => w.close())

  const look = () => checkDueMappings(w.t.gateway.services)
  const save = (mapping: object) =>
    w.t.ask(
      admin,
      'mutation ($s: String!, $m: JSON!) { saveConnectionMapping(slug: $s, mapping: $m) { slug } }',
      {
        s: w.desk.slug,
        m: mapping,
      },
    )
  const mapping = async () =>
    (
      await w.t.ask(
        admin,
        'query ($s: String!) { connectionMapping(slug: $s) { checkedAt problems { member problem } } }',
        { s: w.desk.slug },
      )
    ).data.connectionMapping
  const events = async () =>
    (
      await w.t.gateway.services.store.db
        .selectFrom('audit_event')
        .select('type')
        .where('connection', '=', w.desk.slug)
        .execute()
    ).filter(({ type }) => type === 'CONNECTION_CHECKED').length

  it('what was guessed stands, and is looked at once however many gateways look', async () => {
    expect((await save(w.desk.mapping)).errors).toEqual([])
    expect(await mapping()).toEqual({ checkedAt: null, problems: [] })
    await Promise.all([look(), look(), look()])

    expect(await mapping()).toEqual({ checkedAt: expect.any(String), problems: [] })
    expect(await events()).toBe(1)
  })

  it('tells what a mapping and a policy can name, by the names that the PSA shows', async () => {
    const { token } = await w.t.owner()
    const { data, errors } = await w.t.ask(
      token,
      `query ($s: String!) {
        tenantChoices(connection: $s) { list key name within }
        policyGroups(connection: $s) { name fields mergesAndBundles forbidden }
        profilePolicy(connection: $s, profile: IT_ADMIN)
        connectableVendors { vendor credentials { name } }
      }`,
      { s: w.desk.slug },
    )
    expect(errors).toEqual([])
    const names = (list: string) =>
      data.tenantChoices.flatMap((one: { list: string; name: string }) =>
        one.list === list ? [one.name] : [],
      )
    const some = w.told.tickets[0]!
    expect(names('STATUS')).toContain(w.told.status(some))
    for (const list of ['PRIORITY', 'TYPE', ...(vendor === 'servicenow' ? [] : ['BOARD'])])
      expect(names(list), list).not.toEqual([])
    // The other two know companies by no type that a policy could go by.
    expect(names('COMPANY_TYPE').length > 0).toBe(vendor === 'connectwise' || vendor === 'autotask')

    const read = await w.t.ask(
      w.admin,
      'query ($id: ID!) { ticket(id: $id) { customFields { key name } status { name } } }',
      { id: w.idOf(some) },
    )
    const { customFields, status } = read.data.ticket
    expect(names('STATUS')).toContain(status.name)
    expect(customFields).not.toEqual([])
    const offered = data.tenantChoices.filter(({ list }: { list: string }) => list === 'CUSTOM_FIELD')
    for (const { key, name } of customFields)
      expect(offered).toContainEqual(expect.objectContaining({ key, name }))

    expect(data.profilePolicy).toMatchObject({ testMode: true, groups: { Tickets: { merge: true } } })
    const connectable = data.connectableVendors.find((one: { vendor: string }) => one.vendor === vendor)
    expect(connectable.credentials).not.toEqual([])
    // Whoever signs has no need of any of it.
    const signer = await w.t.approver()
    for (const asked of [
      'tenantChoices(connection: $s) { key }',
      'policyGroups(connection: $s) { name }',
      'profilePolicy(connection: $s, profile: IT_ADMIN)',
    ]) {
      const refused = await w.t.ask(signer.token, `query ($s: String!) { ${asked} }`, { s: w.desk.slug })
      expect(refused.errors[0]?.extensions.code, asked).toBe('ROLE_REQUIRED')
    }

    const groups = Object.fromEntries(data.policyGroups.map((one: { name: string }) => [one.name, one]))
    expect(groups.Tickets.fields).toEqual(expect.arrayContaining(['board', 'priority', 'status', 'title']))
    expect(groups).toMatchObject({
      Tickets: { mergesAndBundles: true, forbidden: null },
      'Client-Facing Notes': { mergesAndBundles: false, fields: expect.arrayContaining(['text']) },
    })
  })

  it.runIf(vendor === 'connectwise' || vendor === 'autotask')(
    'a right for companies that is missing costs their types, and no other list',
    async () => {
      // Nothing is known from before.
      await w.t.restart()
      await w.desk.fault({
        match: { path: /\/company\/companies\/types$|\/Companies\/entityInformation/.toString() },
        kind: 'status',
        status: 403,
        times: 1_000,
      })
      const { data, errors } = await w.t.ask(
        await w.t.connectionAdmin(),
        'query ($s: String!) { tenantChoices(connection: $s) { list } }',
        { s: w.desk.slug },
      )
      await w.desk.stopFaults()
      expect(errors).toEqual([])
      const lists = new Set(data.tenantChoices.map(({ list }: { list: string }) => list))
      expect(lists.has('STATUS')).toBe(true)
      expect(lists.has('COMPANY_TYPE')).toBe(false)
    },
  )

  it.each([403, 404])('a test names the right that the credentials lack, told by a %d', async (status) => {
    const test = async () =>
      (
        await w.t.ask(
          admin,
          'mutation ($s: String!) { testConnection(slug: $s) { ok code missing { what permission } } }',
          { s: w.desk.slug },
        )
      ).data.testConnection
    expect(await test()).toEqual({ ok: true, code: null, missing: [] })

    await w.desk.fault({ match: { path: PROVING[vendor] }, kind: 'status', status, times: 1_000 })
    const { ok, missing } = await test()
    expect(ok).toBe(false)
    expect(missing).toEqual([
      { what: expect.stringMatching(/contacts|users|companies/), permission: expect.any(String) },
    ])
    await w.desk.stopFaults()
    expect((await test()).ok).toBe(true)
  })

  it('a member that is gone is named, and answers NOT_CONFIGURED when it is used', async () => {
    const gone = { ...w.desk.mapping, reopenStatus: { '*': '987654' }, resolvedStatus: { '*': '987654' } }
    expect((await save(gone)).errors).toEqual([])
    await look()

    expect((await mapping()).problems).toEqual([
      { member: 'resolvedStatus.*', problem: 'GONE' },
      { member: 'reopenStatus.*', problem: 'GONE' },
    ])
    expect(await events()).toBe(2)
    const input = { id: w.idOf(w.fresh()), resolution: 'Mapping: done' }
    const { errors } = await w.write(w.admin, 'resolveTicket', input, true)
    expect(errors).toMatchObject([
      { extensions: { code: 'NOT_CONFIGURED', missing: expect.stringContaining('resolvedStatus') } },
    ])
  })

  describe('what is mapped and gone', () => {
    afterAll(() => save(w.desk.mapping))

    const GONE = '987654'
    const uses: Readonly<
      Record<string, { mapping: object; write: WriteName; input: (id: string) => object; missing: string }>
    > = {
      resolvedStatus: {
        mapping: { resolvedStatus: { '*': GONE } },
        write: 'resolveTicket',
        input: (id) => ({ id, resolution: 'Mapping: done' }),
        missing: 'resolvedStatus',
      },
      reopenStatus: {
        mapping: { reopenStatus: { '*': GONE } },
        write: 'reopenTicket',
        input: () => ({ id: w.idOf(w.told.tickets.find((one) => w.told.closed(one) && one.boardId === 1)!) }),
        missing: 'reopenStatus',
      },
      defaultWorkType: {
        mapping: { defaultWorkType: GONE },
        write: 'logTime',
        input: (ticket) => ({ ticket, hours: 0.25, ...w.timeText('Mapping: worked') }),
        missing: 'defaultWorkType',
      },
      ...(vendor === 'autotask' && {
        noteTypes: {
          mapping: { noteTypes: { INTERNAL: GONE } },
          write: 'addTicketNote',
          input: (ticket: string) => ({ ticket, kind: 'INTERNAL', text: 'Mapping: noted' }),
          missing: 'noteTypes.INTERNAL',
        },
        timeRoles: {
          mapping: { timeRoles: { 151: GONE } },
          write: 'logTime',
          input: (ticket: string) => ({
            ticket,
            hours: 0.25,
            workType: 'Remote Support',
            ...w.timeText('Mapping: worked'),
          }),
          missing: 'timeRoles.151',
        },
      }),
      ...(vendor === 'halo' && {
        outcomes: {
          mapping: { outcomes: { '*': { INTERNAL: GONE } } },
          write: 'addTicketNote',
          input: (ticket: string) => ({ ticket, kind: 'INTERNAL', text: 'Mapping: noted' }),
          missing: 'outcomes.',
        },
      }),
      ...(vendor === 'servicenow' && {
        closeCode: {
          mapping: { closeCode: GONE },
          write: 'resolveTicket',
          input: (id: string) => ({ id, resolution: 'Mapping: done' }),
          missing: 'closeCode',
        },
      }),
    }

    it.each(Object.keys(uses))('%s: NOT_CONFIGURED names it, and the look at it does too', async (member) => {
      const { mapping: changed, write, input, missing } = uses[member]!
      expect((await save({ ...w.desk.mapping, ...changed })).errors).toEqual([])
      await look()
      const named = (await mapping()).problems.filter(
        ({ problem }: { problem: string }) => problem === 'GONE',
      )
      expect(named.map(({ member: one }: { member: string }) => one.split('.')[0])).toEqual([member])

      // A work type of the ticket's own comes before the tenant's.
      if (vendor === 'autotask')
        w.desk.simulator.actAs('jdoe', 'PATCH', '/Tickets', { id: w.pool[0]!.id, billingCodeID: null })
      const { errors } = await w.write(w.admin, write, input(w.idOf(w.pool[0]!)), true)
      expect(errors).toMatchObject([
        { extensions: { code: 'NOT_CONFIGURED', missing: expect.stringContaining(missing) } },
      ])
      expect(w.desk.sent()).toEqual([])
    })
  })

  it('a PSA that does not answer is asked again at the next look, and the finding before stands', async () => {
    expect((await save(w.desk.mapping)).errors).toEqual([])
    await w.t.restart()
    await w.desk.fault({ match: {}, kind: 'status', status: 503, times: 1_000 })
    await look()
    const { db } = w.t.gateway.services.store
    expect(await findMappingCheck(db, w.desk.slug)).toMatchObject({ checked_at: null, problems: [] })

    await w.desk.stopFaults()
    await look()
    expect(await mapping()).toEqual({ checkedAt: expect.any(String), problems: [] })
  })
})

describe('connectwise: a board that an administrator changes between two looks', () => {
  let w: WritingDesk
  let admin: string
  beforeAll(async () => {
    w = await startWriting('connectwise')
    admin = await w.t.connectionAdmin()
  })
  afterAll(() => w.close())

  const statuses = '/service/boards/1/statuses'
  interface Row {
    readonly id: number
    readonly name: string
    readonly emailTemplate?: object
  }
  const board = () => w.desk.simulator.actAs('jdoe', 'GET', `${statuses}?pageSize=100`).body as readonly Row[]
  const edit = ({ id }: Row, path: string, value: Json) =>
    w.desk.simulator.actAs('jdoe', 'PATCH', `${statuses}/${id}`, [{ op: 'replace', path, value }])

  it('a status renamed, deactivated, removed, given a template, or of another board is named as such', async () => {
    const rows = board()
    const quiet = rows.filter(({ emailTemplate }) => emailTemplate == null)
    const [renamed, inactive, removed, mailing] = quiet as [Row, Row, Row, Row]
    expect(quiet.length).toBeGreaterThan(3)
    const mapping = {
      resolvedStatus: { 1: String(renamed.id), 2: String(renamed.id) },
      reopenStatus: { 1: String(inactive.id), '*': String(removed.id) },
      silentStatuses: [String(mailing.id)],
    }
    const saved = await w.t.ask(
      admin,
      'mutation ($s: String!, $m: JSON!) { saveConnectionMapping(slug: $s, mapping: $m) { slug } }',
      { s: w.desk.slug, m: mapping },
    )
    expect(saved.errors).toEqual([])
    const look = async () => {
      // The look before is a day old, and so is what was read for it.
      await w.t.gateway.services.store.db
        .updateTable('mapping_check')
        .set({ claimed_at: new Date(0) })
        .execute()
      await w.t.restart()
      await checkDueMappings(w.t.gateway.services)
      const { data } = await w.t.ask(
        admin,
        'query ($s: String!) { connectionMapping(slug: $s) { problems { member problem } } }',
        { s: w.desk.slug },
      )
      return data.connectionMapping.problems.map((one: { member: string; problem: string }) => [
        one.member,
        one.problem,
      ])
    }
    expect(await look()).toEqual([['resolvedStatus.2', 'ELSEWHERE']])

    edit(renamed, 'name', 'Quite another name')
    edit(inactive, 'inactive', true)
    edit(
      mailing,
      'emailTemplate',
      rows.find(({ emailTemplate }) => emailTemplate != null)!.emailTemplate as Json,
    )
    w.desk.simulator.actAs('jdoe', 'DELETE', `${statuses}/${removed.id}`)

    expect(await look()).toEqual([
      ['resolvedStatus.1', 'RENAMED'],
      ['resolvedStatus.2', 'ELSEWHERE'],
      ['resolvedStatus.2', 'RENAMED'],
      ['reopenStatus.1', 'INACTIVE'],
      ['reopenStatus.*', 'GONE'],
      [`silentStatuses.${mailing.id}`, 'MAILS'],
    ])
  })
})

describe('servicenow: tables that count as tickets', () => {
  it('one of a product that the instance does not have is named', async () => {
    const w = await startWriting('servicenow')
    await w.t.remap(w.desk.slug, { taskTables: ['incident', 'sn_customerservice_case'] })
    await checkDueMappings(w.t.gateway.services)
    const { data } = await w.t.ask(
      await w.t.connectionAdmin(),
      'query ($s: String!) { connectionMapping(slug: $s) { problems { member problem } } }',
      { s: w.desk.slug },
    )
    expect(data.connectionMapping.problems).toEqual([
      { member: 'taskTables.sn_customerservice_case', problem: 'GONE' },
    ])
    await w.close()
  })
})
