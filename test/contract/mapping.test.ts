import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDueMappings } from '../../gateway/admin/mapping-check.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

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
})
