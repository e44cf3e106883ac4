import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, COMPANY, contactOf, ENGINEER, newTicket, STAMP, startBench } from './harness.ts'
import type { Rec } from './index.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ workflowRules: ['serviceCall'] })
})
afterAll(() => bench.simulator.close())
const rows = (root: string): Rec[] => [...bench.simulator.state.tables.get(root)!.rows.values()]

describe('time', () => {
  const times = { startDateTime: '2026-11-20T14:00:00', endDateTime: '2026-11-20T14:45:00' }
  const entry = { resourceID: 152, roleID: 29_682_901, summaryNotes: 'Did it', ...times }
  const add = async (fields: Record<string, unknown> = {}) =>
    bench.write('POST', '/TimeEntries', { ticketID: await newTicket(bench), ...entry, ...fields })

  it('works out hours, date and what is billed', async () => {
    expect(await bench.item(`/TimeEntries/${await add({ billingCodeID: 29_683_301 })}`)).toMatchObject({
      hoursWorked: 0.75,
      hoursToBill: 0.75,
      dateWorked: '2026-11-20T00:00:00.000',
      timeEntryType: 2,
      isNonBillable: false,
      showOnInvoice: true,
      creatorUserID: 190,
    })
    expect(
      await bench.item(`/TimeEntries/${await add({ isNonBillable: true, hoursToBill: 9 })}`),
    ).toMatchObject({
      hoursToBill: 0,
      showOnInvoice: false,
    })
  })

  it('shows its summary to the client', async () => {
    const ticketID = await newTicket(bench)
    await add({ ticketID })
    expect((await bench.item(`/Tickets/${ticketID}`)).lastCustomerVisibleActivityDateTime).toBe(STAMP)
  })

  it.each([
    ['no resource', { resourceID: null }, /required field resourceID/],
    ['no role', { roleID: null }, 'TimeEntries for Tickets must have a roleID'],
    ['a role that is not theirs', { roleID: 29_682_904 }, /invalid Resource and Role combination/],
    ['hours alone', { startDateTime: null, endDateTime: null, hoursWorked: 1 }, /start and stop time/],
    ['nothing to count', { startDateTime: null, endDateTime: null }, /at least one of hoursWorked/],
    ['an end before its start', { endDateTime: '2026-11-20T13:00:00' }, /after startDateTime/],
    ['more than a day', { hoursWorked: 25 }, /no more than 24/],
    ['no summary', { summaryNotes: '' }, /summaryNotes/],
    ['an internal work type', { billingCodeID: 29_683_351 }, /not an active general allocation code/],
    ['an inactive work type', { billingCodeID: 29_683_309 }, /inactive/],
    ['a time with a Z', { startDateTime: '2026-11-20T14:00:00Z' }, /Error converting/],
    ['two things at once', { internalBillingCodeID: 29_683_351 }, /exactly one/],
  ])('refuses %s', async (_name, fields, message) => {
    expect(await add(fields)).toMatch(message)
  })

  it('is changed and deleted until it is posted', async () => {
    const id = await add()
    expect(await bench.write('PATCH', '/TimeEntries', { id, endDateTime: '2026-11-20T15:00:00' })).toBe(id)
    expect((await bench.item(`/TimeEntries/${id}`)).hoursWorked).toBe(1)
    expect(await bench.write('PATCH', '/TimeEntries', { id, resourceID: 153 })).toMatch(/cannot be changed/)
    expect(await bench.write('DELETE', `/TimeEntries/${id}`)).toBe(id)
    expect((await bench.get(`/TimeEntries/${id}`)).body).toEqual({ item: null })
    const posted = rows('TimeEntries').find((row) => row.billingApprovalDateTime)!
    expect(await bench.write('PATCH', '/TimeEntries', { id: posted.id, summaryNotes: 'x' })).toMatch(/Posted/)
    expect(await bench.write('DELETE', `/TimeEntries/${posted.id}`)).toMatch(/Posted/)
  })
})

describe('contacts', () => {
  const at = `/Companies/${COMPANY}/Contacts`
  const person = { firstName: 'Ida', lastName: 'New', isActive: 1 }

  it('are made below their company and read from the root', async () => {
    const id = await bench.write('POST', at, { ...person, emailAddress: 'ida@harbordental.example' })
    expect(await bench.item(`/Contacts/${id}`)).toMatchObject({
      companyID: COMPANY,
      isActive: 1,
      createDate: STAMP,
    })
    expect((await bench.call('POST', '/Contacts', person)).status).toBe(404)
  })

  it.each([
    ['true for 1', { isActive: true }, /Unexpected character encountered while parsing value: t\./],
    ['a long name', { firstName: 'x'.repeat(21) }, /less than or equal to 20/],
    ['no last name', { lastName: null }, /required field lastName/],
    ['a place of another company', { companyLocationID: 600 }, /same company/],
  ])('refuse %s', async (_name, fields, message) => {
    expect(await bench.write('POST', at, { ...person, ...fields })).toMatch(message)
  })

  it('stay with their company, and with their tickets', async () => {
    const id = contactOf(bench)
    expect(await bench.write('PATCH', '/Companies/260/Contacts', { id, title: 'x' })).toMatch(
      /Unable to find/,
    )
    await newTicket(bench)
    expect(await bench.write('DELETE', `${at}/${id}`)).toMatch(/in use/)
    const made = await bench.write('POST', at, person)
    expect(await bench.write('DELETE', `${at}/${made}`)).toBe(made)
  })
})

describe('companies, places, devices and contracts', () => {
  it('a company needs its four fields and has no DELETE', async () => {
    const body = { companyName: 'New & Co', companyType: 1, phone: '1', ownerResourceID: 151 }
    expect(await bench.write('POST', '/Companies', { ...body, companyType: 9 })).toMatch(/Picklist/)
    const id = await bench.write('POST', '/Companies', body)
    expect(await bench.item(`/Companies/${id}`)).toMatchObject({ companyName: 'New & Co', isActive: true })
    expect((await bench.call('DELETE', `/Companies/${id}`)).status).toBe(405)
    expect(await bench.item('/Companies/0')).toMatchObject({ companyName: 'AnchorPoint IT' })
  })

  it('there is one primary place', async () => {
    const at = `/Companies/${COMPANY}/Locations`
    const id = await bench.write('POST', at, { name: 'Annex', isPrimary: true })
    const primary = rows('CompanyLocations').filter((row) => row.companyID === COMPANY && row.isPrimary)
    expect(primary.map((row) => row.id)).toEqual([id])
    expect(await bench.write('DELETE', `${at}/${id}`)).toMatch(/primary/)
  })

  it('a device belongs to one company', async () => {
    const body = { companyID: COMPANY, productID: 1, isActive: true, contactID: 1001 }
    expect(await bench.write('POST', '/ConfigurationItems', body)).toMatch(/same company/)
    expect(await bench.write('POST', '/ConfigurationItems', { ...body, contactID: null })).toEqual(
      expect.any(Number),
    )
  })

  it('a contract’s dates are dates', async () => {
    const body = {
      companyID: COMPANY,
      contractName: 'c',
      contractType: 7,
      startDate: '2026-11-20T22:00:00-05:00',
      endDate: '2027-11-20',
      status: 1,
      timeReportingRequiresStartAndStopTimes: 0,
    }
    const id = await bench.write('POST', '/Contracts', body)
    expect((await bench.item(`/Contracts/${id}`)).startDate).toBe('2026-11-20T00:00:00.000')
    expect(await bench.write('PATCH', '/Contracts', { id, endDate: '2020-01-01' })).toMatch(/after startDate/)
  })
})

describe('below a ticket', () => {
  it('charges count themselves and stand once billed', async () => {
    const id = await newTicket(bench)
    const body = { name: 'Dock', datePurchased: '2026-11-20', chargeType: 1, unitQuantity: 2 }
    expect(await bench.write('POST', `/Tickets/${id}/Charges`, body)).toMatch(/productID or a billingCodeID/)
    const made = await bench.write('POST', `/Tickets/${id}/Charges`, { ...body, productID: 2 })
    expect(await bench.item(`/TicketCharges/${made}`)).toMatchObject({ unitPrice: 189, billableAmount: 378 })
    const billed = rows('TicketCharges').find((row) => row.isBilled)!
    expect(await bench.write('DELETE', `/Tickets/${billed.ticketID}/Charges/${billed.id}`)).toMatch(/Billed/)
    expect(await bench.write('DELETE', `/Tickets/${id}/Charges/${made}`)).toBe(made)
  })

  it('checklist items remember who completed them, forty at most', async () => {
    const id = await newTicket(bench)
    const at = `/Tickets/${id}/ChecklistItems`
    const first = await bench.write('POST', at, { itemName: 'a', isImportant: true })
    await bench.write('PATCH', at, { id: first, isCompleted: true })
    expect(await bench.item(`/TicketChecklistItems/${first}`)).toMatchObject({
      completedDateTime: STAMP,
      completedByResourceID: 190,
      position: 1,
    })
    for (let n = 1; n < 40; n++) await bench.write('POST', at, { itemName: `${n}` })
    expect(await bench.write('POST', at, { itemName: 'x' })).toMatch(/limited to 40/)
  })

  it('nobody is primary and secondary at once', async () => {
    const id = await newTicket(bench, ENGINEER)
    const at = `/Tickets/${id}/SecondaryResources`
    expect(await bench.write('POST', at, { resourceID: 152, roleID: 29_682_901 })).toMatch(/both the primary/)
    const made = await bench.write('POST', at, { resourceID: 153, roleID: 29_682_901 })
    const rosa = { assignedResourceID: 153, assignedResourceRoleID: 29_682_901 }
    expect(await bench.write('PATCH', '/Tickets', { id, ...rosa })).toMatch(/both the primary/)
    expect((await bench.call('PATCH', at, { id: made, roleID: 29_682_902 })).status).toBe(405)
    expect(await bench.write('DELETE', `${at}/${made}`)).toBe(made)
  })

  it('attachments carry their bytes only when read one by one', async () => {
    const id = await newTicket(bench)
    const data = Buffer.from('hello').toString('base64')
    const body = { attachmentType: 'FILE_ATTACHMENT', fullPath: 'a.txt', title: 'a.txt', publish: 2, data }
    const made = await bench.write('POST', `/Tickets/${id}/Attachments`, body)
    expect((await bench.item(`/Tickets/${id}/Attachments/${made}`)).data).toBe(data)
    expect((await bench.get(`/Tickets/${id}/Attachments`)).items[0]).not.toHaveProperty('data')
    expect(await bench.item(`/AttachmentInfo/${made}`)).toMatchObject({
      fileSize: 5,
      ticketID: id,
      parentID: id,
    })
    const large = { ...body, data: Buffer.alloc(5_900_000).toString('base64') }
    expect(await bench.write('POST', `/Tickets/${id}/Attachments`, large)).toEqual(expect.any(Number))
    expect(await bench.write('POST', `/Tickets/${id}/Attachments`, large)).toMatch(/10000000 bytes/)
  })
})

describe('the schedule', () => {
  const times = { startDateTime: '2026-11-23T14:00:00', endDateTime: '2026-11-23T15:30:00' }

  it('an appointment is one resource’s time', async () => {
    const body = { resourceID: 152, title: 'Lunch', ...times }
    const id = await bench.write('POST', '/Appointments', body)
    expect(await bench.item(`/Appointments/${id}`)).toMatchObject({ creatorResourceID: 190 })
    expect(await bench.write('POST', '/Appointments', { ...body, endDateTime: times.startDateTime })).toMatch(
      /after/,
    )
    expect(await bench.write('DELETE', `/Appointments/${id}`)).toBe(id)
  })

  it('a service call takes three writes, and its resource must be on the ticket', async () => {
    const ticketID = await newTicket(bench, ENGINEER)
    const id = Number(await bench.write('POST', '/ServiceCalls', { companyID: COMPANY, ...times }))
    expect(await bench.item(`/ServiceCalls/${id}`)).toMatchObject({ duration: 1.5, isComplete: 0, status: 1 })
    expect(await bench.write('POST', `/ServiceCalls/${id}/Tickets`, { ticketID: 90_001 })).toMatch(
      /company of the service call/,
    )
    const link = await bench.write('POST', `/ServiceCalls/${id}/Tickets`, { ticketID })
    const at = `/ServiceCallTickets/${link}/Resources`
    expect(await bench.write('POST', at, { resourceID: 155 })).toMatch(/primary or a secondary/)
    expect(await bench.write('POST', at, { resourceID: 152 })).toEqual(expect.any(Number))
    expect(bench.simulator.outbox().filter((mail) => mail.ticketId === ticketID)).toHaveLength(2)
    expect(await bench.write('DELETE', `/ServiceCalls/${id}`)).toBe(id)
    expect((await bench.get(`/ServiceCallTickets/${link}`)).body).toEqual({ item: null })
  })
})
