import { idOf, isRec, type Rec } from '../shared/json.ts'
import type { Call, Route } from './call.ts'
import { param } from './call.ts'
import { bindReferences, entityRoutes } from './entity.ts'
import { fieldError, invalidObject, notFound } from './errors.ts'
import { count, list } from './listing.ts'
import { makeReference } from './references.ts'

function settleCompany(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  bindReferences(call, 'Company', 'company', draft, change)
  const taken = call.state.tables.companies
    .all()
    .some(
      (row) =>
        row.id !== draft.id &&
        String(row.identifier).toLowerCase() === String(draft.identifier).toLowerCase(),
    )
  if (taken && 'identifier' in change) {
    throw invalidObject('company', [
      fieldError('ObjectExists', 'company', 'identifier', 'The identifier must be unique.'),
    ])
  }
  if (previous) return
  draft.status ??= { id: 1, name: 'Active' }
  draft.deletedFlag ??= false
}

/** Items come without ids and with a type by id or name; the kind follows from the type. */
function settleItems(call: Call, draft: Rec): void {
  const items = Array.isArray(draft.communicationItems) ? draft.communicationItems.filter(isRec) : []
  const types = call.state.tables.communicationTypes.all()
  draft.communicationItems = items.map((item, index) => {
    const wanted: Rec = isRec(item.type) ? item.type : {}
    const type = types.find((row) => row.id === wanted.id || row.description === wanted.name)
    if (!type || !item.value) {
      const field = type ? 'value' : 'type'
      throw invalidObject('contact', [
        fieldError('MissingRequiredField', 'communicationItem', field, `${field} is required.`),
      ])
    }
    const communicationType = type.emailFlag ? 'Email' : type.faxFlag ? 'Fax' : 'Phone'
    const id = item.id ?? Number(draft.id ?? call.state.tables.contacts.nextId) * 10 + index
    return {
      ...item,
      id,
      type: makeReference('CommunicationTypeReference', type),
      communicationType,
      defaultFlag: item.defaultFlag ?? index === 0,
    }
  })
  const phone = draft.communicationItems.find((item) => isRec(item) && item.communicationType === 'Phone')
  draft.defaultPhoneNbr = isRec(phone) ? phone.value : undefined
}

function settleContact(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  bindReferences(call, 'Contact', 'contact', draft, change)
  if (!previous || change.communicationItems) settleItems(call, draft)
  if (previous) return
  draft.inactiveFlag ??= false
  draft.defaultFlag ??= false
}

function communications(call: Call): Rec[] {
  const contact = call.state.tables.contacts.rows.get(param(call))
  if (!contact) throw notFound('Contact', param(call))
  const items = Array.isArray(contact.communicationItems) ? contact.communicationItems.filter(isRec) : []
  return items.map((item) => ({ ...item, contactId: contact.id, _info: contact._info }))
}

export const companyRoutes: Route[] = [
  ...entityRoutes({
    table: 'companies',
    path: 'company/companies',
    writes: ['POST', 'PATCH'],
    required: ['identifier', 'name'],
    readOnly: ['dateDeleted', 'deletedBy'],
    beforeSave: settleCompany,
  }),
  ...entityRoutes({ table: 'companyStatuses', path: 'company/companies/statuses' }),
  ...entityRoutes({ table: 'companyTypes', path: 'company/companies/types' }),
  ...entityRoutes({
    table: 'sites',
    path: 'company/companies/{id}/sites',
    parent: 'companies',
    writes: ['POST', 'PATCH', 'DELETE'],
    required: ['name'],
    readOnly: ['company'],
    beforeSave: settleSite,
    beforeDelete: refuseUsedSite,
  }),
  ...entityRoutes({
    table: 'contacts',
    path: 'company/contacts',
    writes: ['POST', 'PATCH', 'DELETE'],
    required: ['firstName'],
    beforeSave: settleContact,
  }),
  ...entityRoutes({ table: 'contactTypes', path: 'company/contacts/types' }),
  {
    method: 'GET',
    template: 'company/contacts/{id}/communications',
    handler: (call) => list(call, 'ContactCommunication', communications(call)),
  },
  {
    method: 'GET',
    template: 'company/contacts/{id}/communications/count',
    handler: (call) => count(call, 'ContactCommunication', communications(call)),
  },
  ...entityRoutes({ table: 'communicationTypes', path: 'company/communicationTypes' }),
  ...entityRoutes({ table: 'states', path: 'company/states' }),
  ...entityRoutes({
    table: 'configurations',
    path: 'company/configurations',
    writes: ['POST', 'PATCH', 'DELETE'],
    required: ['name', 'type', 'company'],
    beforeSave: settleConfiguration,
    afterDelete: detachEverywhere,
  }),
  ...entityRoutes({ table: 'configurationTypes', path: 'company/configurations/types' }),
  ...entityRoutes({ table: 'configurationStatuses', path: 'company/configurations/statuses' }),
]

/** A site goes when nothing stands on it any more (`/sites/{id}/usages` lists what does). */
function refuseUsedSite(call: Call, row: Rec): void {
  const { companies, contacts, configurations, tickets } = call.state.tables
  const used = [companies, contacts, configurations, tickets].some((table) =>
    table.all().some(({ site }) => idOf(site) === row.id),
  )
  if (used)
    throw invalidObject('site', [
      fieldError('InUse', 'site', 'id', 'The site is in use and cannot be deleted.'),
    ])
}

function settleConfiguration(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  bindReferences(call, 'CompanyConfiguration', 'configuration', draft, { company: change.company })
  // What stands at a site and who uses it are the company's own.
  const ofCompany = (row: Rec) => (row.$parent ?? idOf(row.company)) === idOf(draft.company)
  bindReferences(call, 'CompanyConfiguration', 'configuration', draft, change, {
    site: ofCompany,
    contact: ofCompany,
  })
  if (previous) return
  draft.status ??= { id: 1, name: 'Active' }
  draft.activeFlag ??= true
}

function detachEverywhere(call: Call, { id }: Rec): void {
  for (const ticket of call.state.tables.tickets.all())
    if (Array.isArray(ticket.$configurations))
      ticket.$configurations = ticket.$configurations.filter((one) => one !== id)
}

function settleSite(call: Call, draft: Rec, change: Rec, previous: Rec | undefined): void {
  bindReferences(call, 'CompanySite', 'site', draft, change)
  if (previous) return
  const company = call.state.tables.companies.rows.get(param(call))
  draft.company = company && makeReference('CompanyReference', company)
  draft.primaryAddressFlag ??= false
  draft.inactiveFlag ??= false
}
