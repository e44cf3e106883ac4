import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NOT_SUPPORTED } from './not-supported.ts'
import { vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const FIELDS = ['lastName', 'email', 'phone', 'title'] as const

describe.each(vendors)('%s: an explicit null is a field', (vendor) => {
  let w: WritingDesk
  beforeAll(async () => {
    w = await startWriting(vendor)
  })
  afterAll(() => w.close())
  beforeEach(() => w.clear())

  const missing = NOT_SUPPORTED[vendor]
  const query = `query ($id: ID!) { contact(id: $id) { firstName ${FIELDS.join(' ')} } }`
  const whole = {
    firstName: 'Ada',
    lastName: 'Byron',
    email: 'ada@example.com',
    phone: '5550100',
    title: 'CTO',
  }

  async function somebody(): Promise<string> {
    const company = w.told.id('Company', w.pool[0]!.companyId)
    await w.carriedOut('createContact', { company, ...whole })
    w.clear()
    const { contacts } = await w.read(
      'query ($email: String!) { contacts(filter: { email: $email }) { nodes { id } } }',
      { email: whole.email },
    )
    return contacts.nodes[0].id
  }

  it('updateContact clears what a contact can be without, and refuses the rest by name', async () => {
    const id = await somebody()
    expect((await w.read(query, { id })).contact).toEqual(whole)

    for (const field of FIELDS) {
      w.clear()
      const kept = missing.contactKeeps[field]
      if (kept !== undefined) {
        const { errors } = await w.write(w.admin, 'updateContact', { id, [field]: null })
        expect(errors).toMatchObject([
          {
            message: expect.stringContaining(kept.words),
            extensions: { code: kept.code, argument: field },
          },
        ])
        expect(w.desk.sent()).toEqual([])
        continue
      }
      const { plan } = await w.carriedOut('updateContact', { id, [field]: null })
      expect(plan.changes).toEqual([{ field, before: whole[field], after: null }])
      expect(plan.steps).toMatchObject([{ demands: ['Contacts UPDATE'], fields: [field] }])
    }
    expect((await w.read(query, { id })).contact).toEqual({
      firstName: whole.firstName,
      ...Object.fromEntries(
        FIELDS.map((field) => [field, missing.contactKeeps[field] === undefined ? null : whole[field]]),
      ),
    })
  })

  it('is judged as one: who may not write the field may not clear it', async () => {
    const agent = await w.t.agent('IT_ADMIN', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        Contacts: { ...policy.groups.Contacts!, allowedFields: { UPDATE: ['title'] } },
      },
    }))
    const id = w.told.id('Contact', w.pool[0]!.contactId!)
    const { errors } = await w.write(agent, 'updateContact', { id, title: null, email: null })
    expect(errors).toMatchObject([{ extensions: { code: 'FIELD_NOT_ALLOWED', fields: ['email'] } }])
    expect(w.desk.asked()).toEqual([])
  })

  it.each([
    ['updateContact', 'firstName'],
    ['updateContact', 'active'],
    ['updateTimeEntry', 'clientText'],
    ['updateTimeEntry', 'hours'],
    ['updateTicket', 'title'],
    ['updateTicket', 'status'],
    ['updateTicket', 'customFields'],
  ] as const)('%s refuses a null %s, and nothing is read for it', async (write, field) => {
    const id = {
      updateContact: w.told.id('Contact', w.pool[0]!.contactId!),
      updateTimeEntry: `${w.desk.slug}:TimeEntry:1`,
      updateTicket: w.idOf(w.pool[0]!),
    }[write]
    const { errors } = await w.write(w.admin, write, { id, [field]: null })
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: `input.${field}`, came: null } },
    ])
    expect(w.desk.asked()).toEqual([])
  })

  it('custom fields that name none could clear all or mean nothing: they are refused', async () => {
    const id = w.idOf(w.pool[0]!)
    const none = { customFields: [] }
    for (const [write, input] of [
      ['updateTicket', { id, ...none }],
      ['updateTicket', { id, title: 'Another', ...none }],
      ['workTicket', { id, update: { title: 'Another', ...none } }],
    ] as const) {
      const { errors } = await w.write(w.admin, write, input, true)
      expect(errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argument: 'customFields', came: [] } },
      ])
    }
    expect(w.desk.asked()).toEqual([])
  })
})
