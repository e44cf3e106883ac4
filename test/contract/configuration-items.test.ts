import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Vendor } from '../../schema/source.ts'
import type { Device, Ticket } from '../../simulators/dataset/index.ts'
import { along, document, type ITEM_DOCUMENTS, PATHS } from './documents.ts'
import { NOT_SUPPORTED } from './not-supported.ts'
import type { toldBy } from './told.ts'
import { type ContractGateway, vendors } from './vendors.ts'
import { startWriting, type WritingDesk } from './writing.ts'

const FIELDS =
  'id name type { name } serialNumber tag warrantyEndsOn active company { id name } site { id name } contact { id name }'

/** As in the table of docs/budgets.md, which gives the reasons. */
const REQUESTS: Readonly<Record<Vendor, Readonly<Record<(typeof ITEM_DOCUMENTS)[number], number>>>> = {
  connectwise: { 'configuration-items': 1, 'tickets-with-items': 52 },
  autotask: { 'configuration-items': 3, 'tickets-with-items': 3 },
  halo: { 'configuration-items': 1, 'tickets-with-items': 51 },
  servicenow: { 'configuration-items': 1, 'tickets-with-items': 3 },
}

describe.each(vendors)('%s: configuration items', (vendor) => {
  let w: WritingDesk
  let t: ContractGateway
  let told: ReturnType<typeof toldBy>
  let reader: string
  const missing = NOT_SUPPORTED[vendor]
  beforeAll(async () => {
    w = await startWriting(vendor)
    ;({ t, told, reader } = w)
  })
  afterAll(() => t.close())
  beforeEach(() => w.clear())

  const dataset = () => t.desk.simulator.dataset
  const named = (list: readonly { id: number; name: string }[], id: number) =>
    list.find((one) => one.id === id)!.name
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)

  /** Classes of ServiceNow that the data set's types are told as. */
  const CLASSES: Readonly<Record<string, string>> = {
    Workstation: 'cmdb_ci_computer',
    Server: 'cmdb_ci_server',
  }
  const typeOf = ({ type }: Device) => (vendor === 'servicenow' ? (CLASSES[type] ?? 'cmdb_ci') : type)

  function expected(device: Device) {
    const person = dataset().contacts.find(({ id }) => id === device.contactId)
    return {
      id: told.id('ConfigurationItem', device.id),
      name: device.name,
      type: { name: typeOf(device) },
      serialNumber: device.serial,
      tag: `AT-${device.id}`,
      warrantyEndsOn: day(device.warrantyEndsAt),
      active: device.active,
      company: {
        id: told.id('Company', device.companyId),
        name: named(dataset().companies, device.companyId),
      },
      site: { id: told.id('Site', device.siteId), name: named(dataset().sites, device.siteId) },
      contact: person
        ? { id: told.id('Contact', person.id), name: `${person.firstName} ${person.lastName}` }
        : null,
      ...Object.fromEntries(Object.keys(missing.itemFields).map((field) => [field, null])),
    }
  }
  const byName = (a: Device, b: Device) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' })
  const devicesOf = (company: number) =>
    dataset()
      .devices.filter(({ companyId }) => companyId === company)
      .toSorted(byName)
  const served = () =>
    dataset().companies.find(({ id, status }) => status === 'Active' && devicesOf(id).length > 3)!

  it.each(PATHS)('of one company, by name, page by page, and one by its id, $path', async ({ beside }) => {
    const { id } = served()
    const want = devicesOf(id).map(expected)
    const page = (after: string | null) =>
      t.ask(
        reader,
        `query ($company: [ID!], $after: String, $id: ID!) {
          configurationItems(first: 2, after: $after, filter: { company: $company }) {
            nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } }
          configurationItem(id: $id) { ${FIELDS} } node(id: $id) { ... on ConfigurationItem { name } } ${beside} }`,
        { company: [told.id('Company', id)], after, id: want[0]!.id },
      )
    const first = await page(null)
    expect(first.errors).toEqual([])
    expect(first.data.configurationItems.nodes).toEqual(want.slice(0, 2))
    expect(first.data.configurationItem).toEqual(want[0])
    expect(first.data.node).toEqual({ name: want[0]!.name })
    const second = await page(first.data.configurationItems.pageInfo.endCursor)
    expect(second.data.configurationItems.nodes).toEqual(want.slice(2, 4))
    expect(second.data.configurationItems.pageInfo.hasNextPage).toBe(want.length > 4)
  })

  it.each(PATHS)('configuration-items: fifty with company and site, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('configuration-items'), beside))
    expect(errors).toEqual([])
    const want = dataset().devices.toSorted(byName).slice(0, 50).map(expected)
    expect(data.configurationItems.nodes).toEqual(
      want.map(({ id, name, serialNumber, company, site }) => ({
        id,
        name,
        serialNumber,
        company: { name: company.name },
        site: { name: site.name },
      })),
    )
    expect(t.desk.asked().length).toBe(REQUESTS[vendor]['configuration-items'])
  })

  const itemsOn = ({ deviceIds }: Ticket) =>
    dataset()
      .devices.filter(({ id }) => deviceIds.includes(id))
      .toSorted(byName)

  it.each(PATHS)('tickets-with-items: what fifty tickets are about, $path', async ({ beside }) => {
    await t.restart()
    const { data, errors } = await t.ask(reader, along(document('tickets-with-items'), beside))
    expect(errors).toEqual([])
    const want = told.tickets.toSorted(told.newestFirst).slice(0, 50)
    expect(want.filter(({ deviceIds }) => deviceIds.length > 0).length).toBeGreaterThan(5)
    expect(data.tickets.nodes).toEqual(
      want.map((ticket) => ({
        id: told.id('Ticket', ticket.id),
        configurationItems: {
          nodes: itemsOn(ticket)
            .slice(0, 3)
            .map(({ id, name, active }) => ({ id: told.id('ConfigurationItem', id), name, active })),
          pageInfo: { hasNextPage: itemsOn(ticket).length > 3 },
        },
      })),
    )
    expect(t.desk.asked().length).toBe(REQUESTS[vendor]['tickets-with-items'])
  })

  it('attached to a ticket and taken off it, in both places where a PSA keeps them', async () => {
    const ticket = w.fresh(
      ({ deviceIds, companyId }) => deviceIds.length === 0 && devicesOf(companyId).length > 2,
    )
    const [one, other] = devicesOf(ticket.companyId)
    const id = w.idOf(ticket)
    const itemId = (device: Device) => told.id('ConfigurationItem', device.id)
    const onTicket = async (first = 25, after: string | null = null) =>
      (
        await w.read(
          `query ($id: ID!, $first: Int!, $after: String) { node(id: $id) { ... on Ticket {
            configurationItems(first: $first, after: $after) {
              nodes { id contact { id } } pageInfo { hasNextPage endCursor } } } } }`,
          { id, first, after },
        )
      ).node.configurationItems
    const shown = ({ id: device, contactId }: Device) => ({
      id: told.id('ConfigurationItem', device),
      contact: contactId === undefined ? null : { id: told.id('Contact', contactId) },
    })
    expect((await onTicket()).nodes).toEqual([])

    const first = await w.carriedOut('attachConfigurationItem', { ticket: id, item: itemId(other!) })
    expect(first.plan).toMatchObject({
      clientMail: { verdict: 'NO' },
      steps: [{ demands: ['Tickets UPDATE'], fields: ['configurationItems'] }],
      changes: [{ field: 'configurationItems', before: null, after: other!.name }],
      warnings: [],
    })
    w.clear()
    const second = await w.carriedOut('attachConfigurationItem', { ticket: id, item: itemId(one!) })
    expect(second.plan).toMatchObject({
      steps: [{ demands: ['Tickets UPDATE'], fields: ['configurationItems'] }],
      changes: [
        { field: 'configurationItems', before: other!.name, after: `${one!.name} and ${other!.name}` },
      ],
    })

    expect((await onTicket()).nodes).toEqual([shown(one!), shown(other!)])
    const page = await onTicket(1)
    expect(page.nodes).toEqual([shown(one!)])
    expect(await onTicket(1, page.pageInfo.endCursor)).toMatchObject({
      nodes: [shown(other!)],
      pageInfo: { hasNextPage: false },
    })

    for (const device of [one!, other!]) {
      // As a filter beside others, and from the item.
      const want = [...told.tickets.filter(({ deviceIds }) => deviceIds.includes(device.id)), ticket]
        .toSorted(told.newestFirst)
        .map((about) => ({ id: w.idOf(about) }))
      const company = told.id('Company', device.companyId)
      const elsewhere = dataset().companies.find((company) => company.id !== device.companyId)!
      const read = await w.read(
        `query ($item: ID!, $company: ID!, $elsewhere: ID!) {
          configurationItem(id: $item) { tickets(first: 100) { nodes { id } } }
          both: tickets(first: 100, filter: { configurationItem: $item, company: [$company] }) { nodes { id } }
          none: tickets(first: 100, filter: { configurationItem: $item, company: [$elsewhere] }) { nodes { id } } }`,
        { item: itemId(device), company, elsewhere: told.id('Company', elsewhere.id) },
      )
      expect(read.configurationItem.tickets.nodes).toEqual(want)
      expect(read.both.nodes).toEqual(want)
      expect(read.none.nodes).toEqual([])
    }

    const again = await w.write(w.admin, 'attachConfigurationItem', { ticket: id, item: itemId(one!) })
    expect(again.errors).toMatchObject([{ extensions: { code: 'NO_CHANGE' } }])
    for (const device of [other!, one!]) {
      w.clear()
      const gone = await w.carriedOut('detachConfigurationItem', { ticket: id, item: itemId(device) })
      expect(gone.plan.steps).toMatchObject([{ demands: ['Tickets UPDATE'], fields: ['configurationItems'] }])
      expect((await onTicket()).nodes).toEqual(device === other ? [shown(one!)] : [])
    }
    const off = await w.write(w.admin, 'detachConfigurationItem', { ticket: id, item: itemId(one!) })
    expect(off.errors).toMatchObject([{ extensions: { code: 'NO_CHANGE' } }])
  })

  it('two that wait for a signature at once never take each other off', async () => {
    const ticket = w.fresh(
      ({ deviceIds, companyId }) => deviceIds.length === 0 && devicesOf(companyId).length > 2,
    )
    const items = devicesOf(ticket.companyId)
      .slice(0, 2)
      .map(({ id }) => told.id('ConfigurationItem', id))
    const asked = await Promise.all(
      items.map((item) => w.write(w.admin, 'attachConfigurationItem', { ticket: w.idOf(ticket), item })),
    )
    const [first, second] = asked.map(({ data }) => data.attachConfigurationItem.request)
    expect(await w.sign(first)).toMatchObject({ state: 'EXECUTED' })
    const dana = await t.approver()
    const { data, errors } = await t.ask(
      dana.token,
      'mutation ($id: ID!, $planHash: String!) { approve(id: $id, planHash: $planHash) { state } }',
      { id: second.id, planHash: second.planHash },
    )
    const alone = missing.itemsAtOnce !== undefined
    if (alone) expect(errors).toMatchObject([{ extensions: { code: 'REQUEST_STALE' } }])
    else expect(data.approve).toEqual({ state: 'EXECUTED' })
    const { node } = await w.read(
      'query ($id: ID!) { node(id: $id) { ... on Ticket { configurationItems { nodes { id } } } } }',
      { id: w.idOf(ticket) },
    )
    expect(node.configurationItems.nodes).toEqual(items.slice(0, alone ? 1 : 2).map((id) => ({ id })))
  })

  it('an item that a ticket has from the data set is taken off it whole', async () => {
    const ticket = w.fresh(({ deviceIds }) => deviceIds.length === 1)
    const item = told.id('ConfigurationItem', ticket.deviceIds[0]!)
    await w.carriedOut('detachConfigurationItem', { ticket: w.idOf(ticket), item })
    const { node } = await w.read(
      'query ($id: ID!) { node(id: $id) { ... on Ticket { configurationItems { nodes { id } } } } }',
      { id: w.idOf(ticket) },
    )
    expect(node.configurationItems.nodes).toEqual([])
  })

  const opened = (company: number, configurationItem: string) => ({
    connection: t.desk.slug,
    title: 'Contract: it does not start',
    company: told.id('Company', company),
    board: told.id('Board', 1),
    configurationItem,
    ...(vendor === 'halo' && { type: 'Incident' }),
  })

  it('a ticket is opened with the item that it is about', async () => {
    const device = dataset().devices.find(({ active }) => active)!
    const item = told.id('ConfigurationItem', device.id)
    const { ticket, plan } = await w.carriedOut('createTicket', opened(device.companyId, item))
    expect(plan.changes).toContainEqual(
      expect.objectContaining({ field: 'configurationItems', before: null, after: device.name }),
    )
    expect(plan.steps.flatMap(({ demands }: { demands: readonly string[] }) => demands)).toEqual(
      plan.steps.map(() => 'Tickets CREATE'),
    )
    expect(plan.steps.flatMap(({ fields }: { fields: readonly string[] }) => fields)).toContain(
      'configurationItems',
    )
    const { node } = await w.read(
      'query ($id: ID!) { node(id: $id) { ... on Ticket { configurationItems { nodes { id } } } } }',
      { id: ticket.id },
    )
    expect(node.configurationItems.nodes).toEqual([{ id: item }])
  })

  it('an item of another company is refused where the PSA would, and else said', async () => {
    const ticket = w.fresh()
    const device = dataset().devices.find(({ companyId }) => companyId !== ticket.companyId)!
    const item = told.id('ConfigurationItem', device.id)
    for (const [name, argument, input] of [
      ['attachConfigurationItem', 'item', { ticket: w.idOf(ticket), item }],
      ['createTicket', 'configurationItem', opened(ticket.companyId, item)],
    ] as const) {
      const { data, errors } = await w.write(w.admin, name, input, true)
      if (missing.itemsOfOthers !== undefined)
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }])
      else
        expect(data[name].plan.warnings).toContain('The item is not of the company that the ticket is for.')
    }
    expect(w.desk.sent()).toEqual([])
  })

  it('a ticket is not opened with an item of another connection', async () => {
    const input = opened(dataset().companies[0]!.id, 'elsewhere:ConfigurationItem:1')
    const { errors } = await w.write(w.admin, 'createTicket', input, true)
    expect(errors).toMatchObject([{ extensions: { code: 'CONNECTION_FORBIDDEN' } }])
    expect(t.desk.asked()).toEqual([])
  })

  it.each(['attachConfigurationItem', 'detachConfigurationItem', 'createTicket'] as const)(
    '%s with an item is no field of the Helpdesk profile, and needs the items to be readable',
    async (name) => {
      const item = told.id('ConfigurationItem', dataset().devices[0]!.id)
      const input =
        name === 'createTicket'
          ? opened(dataset().companies[0]!.id, item)
          : { ticket: w.idOf(told.tickets[0]!), item }
      const helpdesk = await w.write(w.helpdesk, name, input)
      expect(helpdesk.errors).toMatchObject([{ extensions: { code: 'FIELD_NOT_ALLOWED' } }])
      const blind = await t.agent('IT_ADMIN', (policy) => ({
        ...policy,
        groups: {
          ...policy.groups,
          Configurations: { ...policy.groups.Configurations!, level: 'DISABLED' as const },
        },
      }))
      const refused = await w.write(blind, name, input)
      expect(refused.errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
      expect(t.desk.asked()).toEqual([])
    },
  )

  const CASES: readonly (readonly [
    string,
    (one: Device) => unknown,
    (one: Device) => (other: Device) => boolean,
  ])[] = [
    ['text', (one) => one.name.slice(1), (one) => (other) => other.name.includes(one.name.slice(1))],
    ['site', (one) => [told.id('Site', one.siteId)], (one) => (other) => other.siteId === one.siteId],
    [
      'contact',
      (one) => [told.id('Contact', one.contactId!)],
      (one) => (other) => other.contactId === one.contactId,
    ],
    ['type', (one) => [typeOf(one)], (one) => (other) => typeOf(other) === typeOf(one)],
    ['serialNumber', (one) => one.serial, (one) => (other) => other.serial === one.serial],
    ['active', () => false, () => (other) => !other.active],
  ]
  it.each(CASES)('filter by %s, or the reason why there is none', async (name, value, keeps) => {
    // Of a company with several places and types, so that each condition has something to leave out.
    const one = dataset().devices.find(
      ({ type, companyId }) =>
        type === 'Workstation' && new Set(devicesOf(companyId).map(({ siteId }) => siteId)).size > 1,
    )!
    const { data, errors } = await t.ask(
      reader,
      'query ($filter: ConfigurationItemFilter) { configurationItems(first: 100, filter: $filter) { nodes { id } } }',
      { filter: { company: [told.id('Company', one.companyId)], [name]: value(one) } },
    )
    if (missing.filters.ConfigurationItem?.[name] !== undefined) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: `filter.${name}` } }])
      expect(t.desk.asked()).toEqual([])
      return
    }
    expect(errors).toEqual([])
    expect(data.configurationItems.nodes).toEqual(
      devicesOf(one.companyId)
        .filter(keeps(one))
        .map(({ id }) => ({ id: told.id('ConfigurationItem', id) })),
    )
  })

  it('below their company, page by page', async () => {
    const { id } = served()
    const want = devicesOf(id).map((one) => ({ id: told.id('ConfigurationItem', one.id), name: one.name }))
    const below = async (after: string | null) => {
      const { data, errors } = await t.ask(
        reader,
        `query ($id: ID!, $after: String) { company(id: $id) {
          configurationItems(first: 3, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } } } }`,
        { id: told.id('Company', id), after },
      )
      expect(errors).toEqual([])
      return data.company.configurationItems
    }
    const first = await below(null)
    expect(first.nodes).toEqual(want.slice(0, 3))
    expect((await below(first.pageInfo.endCursor)).nodes).toEqual(want.slice(3, 6))
  })

  it('a scope by companies hides the items of others, in lists and by id', async () => {
    const { id } = served()
    const other = dataset().devices.find(({ companyId }) => companyId !== id)!
    const key = told.id('Company', id).split(':').slice(2).join(':')
    const scoped = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      recordScope: { include: { companies: [key] } },
    }))
    const { data } = await t.ask(
      scoped,
      `query ($mine: ID!, $other: ID!) { configurationItems(first: 100) { nodes { id } }
        mine: configurationItem(id: $mine) { id } other: configurationItem(id: $other) { id } }`,
      {
        mine: told.id('ConfigurationItem', devicesOf(id)[0]!.id),
        other: told.id('ConfigurationItem', other.id),
      },
    )
    expect(data.configurationItems.nodes).toEqual(
      devicesOf(id).map((one) => ({ id: told.id('ConfigurationItem', one.id) })),
    )
    expect(data.mine).not.toBeNull()
    expect(data.other).toBeNull()
  })

  /** What this PSA keeps of it. */
  const kept = (fields: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => missing.itemRefuses[name] === undefined))
  const TYPE = vendor === 'servicenow' ? 'cmdb_ci_computer' : 'Workstation'
  const readItem = async (id: string) =>
    (await w.read(`query ($id: ID!) { configurationItem(id: $id) { ${FIELDS} } }`, { id })).configurationItem
  const personOf = (company: number, other?: number) =>
    dataset().contacts.find(({ id, companyId }) => companyId === company && id !== other)!
  /** A company with two places and two people. */
  const roomy = () =>
    dataset().companies.find(
      ({ id, status }) =>
        status === 'Active' &&
        dataset().sites.filter(({ companyId }) => companyId === id).length > 1 &&
        personOf(id, personOf(id)?.id) !== undefined,
    )!

  it('createConfigurationItem, updateConfigurationItem, putBack, and deleting it where that can be', async () => {
    const { id, name: companyName } = roomy()
    const [site, annex] = dataset().sites.filter(({ companyId }) => companyId === id)
    const person = personOf(id)
    const successor = personOf(id, person.id)
    const fields = kept({
      serialNumber: 'SN-"CONTRACT"-1',
      tag: 'AT-CONTRACT-1',
      warrantyEndsOn: '2028-02-29',
    })
    const { plan } = await w.carriedOut('createConfigurationItem', {
      company: told.id('Company', id),
      name: "CONTRACT-O'NEIL",
      type: TYPE,
      ...fields,
      site: told.id('Site', site!.id),
      contact: told.id('Contact', person.id),
      ...kept({ product: dataset().devices[0]!.model }),
    })
    expect(plan.clientMail.verdict).toBe('NO')
    expect(plan.steps).toMatchObject([{ demands: ['Configurations CREATE'] }])
    expect(plan.changes).toEqual(
      expect.arrayContaining([
        { field: 'company', before: null, after: companyName },
        { field: 'site', before: null, after: site!.name },
        { field: 'contact', before: null, after: `${person.firstName} ${person.lastName}` },
      ]),
    )
    const { configurationItems } = await w.read(
      `query ($filter: ConfigurationItemFilter) { configurationItems(filter: $filter) { nodes { id } } }`,
      { filter: { company: [told.id('Company', id)], text: 'CONTRACT-O' } },
    )
    expect(configurationItems.nodes).toHaveLength(1)
    const made = await readItem(configurationItems.nodes[0].id)
    expect(made).toEqual({
      id: made.id,
      name: "CONTRACT-O'NEIL",
      type: { name: TYPE },
      serialNumber: null,
      tag: null,
      ...fields,
      active: true,
      company: { id: told.id('Company', id), name: companyName },
      site: { id: told.id('Site', site!.id), name: site!.name },
      contact: { id: told.id('Contact', person.id), name: `${person.firstName} ${person.lastName}` },
    })

    w.clear()
    const changed = await w.carriedOut('updateConfigurationItem', {
      id: made.id,
      name: 'CONTRACT-2',
      active: false,
      site: told.id('Site', annex!.id),
      contact: told.id('Contact', successor.id),
      ...kept({ serialNumber: null }),
    })
    expect(changed.plan.steps).toMatchObject([
      {
        demands: ['Configurations UPDATE'],
        fields: ['active', 'contact', 'name', ...Object.keys(kept({ serialNumber: null })), 'site'],
      },
    ])
    expect(changed.plan.changes).toEqual(
      expect.arrayContaining([{ field: 'site', before: site!.name, after: annex!.name }]),
    )
    expect(await readItem(made.id)).toEqual({
      ...made,
      name: 'CONTRACT-2',
      serialNumber: null,
      active: false,
      site: { id: told.id('Site', annex!.id), name: annex!.name },
      contact: {
        id: told.id('Contact', successor.id),
        name: `${successor.firstName} ${successor.lastName}`,
      },
    })

    w.clear()
    const back = await t.ask(
      w.admin,
      `mutation ($id: ID!) { putBack(id: $id) { left changedSince outcome { request { id planHash state } } } }`,
      { id: changed.id },
    )
    expect(back.errors).toEqual([])
    expect(back.data.putBack).toMatchObject({ left: [], changedSince: [] })
    await w.sign(back.data.putBack.outcome.request)
    expect(await readItem(made.id)).toEqual(made)

    const { errors } = await w.write(w.admin, 'updateConfigurationItem', {
      id: made.id,
      name: "CONTRACT-O'NEIL",
    })
    expect(errors).toMatchObject([{ extensions: { code: 'NO_CHANGE' } }])

    if (missing.writes.deleteConfigurationItem !== undefined) return
    w.clear()
    const gone = await w.carriedOut('deleteConfigurationItem', { id: made.id })
    expect(gone.plan.steps).toMatchObject([{ demands: ['Configurations DELETE'] }])
    expect(
      (await t.ask(reader, 'query ($id: ID!) { configurationItem(id: $id) { id } }', { id: made.id })).data,
    ).toEqual({ configurationItem: null })
  })

  it('what the PSA does not keep is refused by name, before anything is sent', async () => {
    const { id } = devicesOf(roomy().id)[0]!
    const values = { serialNumber: 'X', product: 'X' }
    for (const [field, words] of Object.entries(missing.itemRefuses)) {
      const value = values[field as keyof typeof values]
      const { errors } =
        field === 'product'
          ? await w.write(w.admin, 'createConfigurationItem', {
              company: told.id('Company', roomy().id),
              name: 'CONTRACT',
              type: TYPE,
              tag: 'AT-CONTRACT-2',
              site: told.id('Site', dataset().sites.find(({ companyId }) => companyId === roomy().id)!.id),
              product: value,
            })
          : await w.write(w.admin, 'updateConfigurationItem', {
              id: told.id('ConfigurationItem', id),
              [field]: value,
            })
      expect(errors, field).toMatchObject([
        { message: words, extensions: { code: 'NOT_SUPPORTED', argument: field } },
      ])
    }
    for (const [field, words] of Object.entries(missing.itemKeeps)) {
      const { errors } = await w.write(w.admin, 'updateConfigurationItem', {
        id: told.id('ConfigurationItem', id),
        [field]: null,
      })
      expect(errors, field).toMatchObject([
        { message: words, extensions: { code: 'NOT_SUPPORTED', argument: field } },
      ])
    }
    expect(w.desk.sent()).toEqual([])
  })

  it.each([
    ['name', null],
    ['name', 'x'.repeat(300)],
    ['warrantyEndsOn', '2027-02-29'],
    ['warrantyEndsOn', 'tomorrow'],
    ['site', 'of another company'],
    ['contact', 'of another company'],
  ] as const)('updateConfigurationItem refuses such a %s (%#)', async (field, value) => {
    const { id } = roomy()
    const elsewhere = dataset().devices.find(
      ({ companyId, contactId }) => companyId !== id && contactId !== undefined,
    )!
    const given =
      value !== 'of another company'
        ? value
        : field === 'site'
          ? told.id('Site', elsewhere.siteId)
          : told.id('Contact', elsewhere.contactId!)
    const { errors } = await w.write(w.admin, 'updateConfigurationItem', {
      id: told.id('ConfigurationItem', devicesOf(id)[0]!.id),
      [field]: given,
    })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    expect(w.desk.sent()).toEqual([])
  })

  it.each(['createConfigurationItem', 'updateConfigurationItem', 'deleteConfigurationItem'] as const)(
    '%s is off for the Helpdesk profile, which may read items, and nobody is asked',
    async (name) => {
      const item = told.id('ConfigurationItem', dataset().devices[0]!.id)
      const { errors } = await w.write(
        w.helpdesk,
        name,
        name === 'createConfigurationItem'
          ? { company: told.id('Company', dataset().devices[0]!.companyId), name: 'X' }
          : { id: item, ...(name === 'updateConfigurationItem' && { name: 'X' }) },
      )
      expect(errors).toMatchObject([{ extensions: { code: 'GROUP_READ_ONLY' } }])
      expect(t.desk.asked()).toEqual([])
    },
  )

  it('deleting is off by default, and who may not read the sites names none', async () => {
    const item = told.id('ConfigurationItem', devicesOf(roomy().id)[0]!.id)
    const plain = await t.agent('IT_ADMIN', (policy) => ({
      ...policy,
      groups: { ...policy.groups, Sites: { ...policy.groups.Sites!, level: 'DISABLED' as const } },
    }))
    const site = told.id('Site', dataset().sites[0]!.id)
    const deleted = await w.write(plain, 'deleteConfigurationItem', { id: item })
    expect(deleted.errors).toMatchObject([{ extensions: { code: 'ACTION_DISABLED' } }])
    const placed = await w.write(plain, 'updateConfigurationItem', { id: item, site })
    expect(placed.errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.desk.asked()).toEqual([])
  })

  it('a caller without the group is refused before anybody is asked', async () => {
    const closed = await t.agent('READ_ONLY', (policy) => ({
      ...policy,
      groups: {
        ...policy.groups,
        Configurations: { ...policy.groups.Configurations!, level: 'DISABLED' as const },
      },
    }))
    const { errors } = await t.ask(closed, 'query { configurationItems(first: 1) { nodes { id } } }')
    expect(errors).toMatchObject([{ extensions: { code: 'GROUP_DISABLED' } }])
    expect(t.desk.asked()).toEqual([])
  })
})
