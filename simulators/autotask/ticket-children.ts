import type { Rec } from '../shared/json.ts'
import { holdsRole } from './assignable.ts'
import type { Behaviour } from './behaviour.ts'
import { type Call, callerId } from './call.ts'
import { invalid } from './errors.ts'
import { stamp } from './instants.ts'
import { all, get, insert, table } from './state.ts'
import { touchTicket } from './tickets.ts'
import { BILLING_USE, PUBLISH } from './values.ts'

const MB = 1_000_000
const FILE_LIMIT = 6 * MB
const UPLOAD_LIMIT = 10 * MB
const UPLOAD_WINDOW = 5 * 60_000

const touch = (call: Call, row: Rec) => void touchTicket(call, row.ticketID, false)
const twin = (call: Call, root: string, draft: Rec, field: string): boolean =>
  all(call.state, root).some(
    (row) => row.ticketID === draft.ticketID && row[field] === draft[field] && row.id !== draft.id,
  )

export const charges: Behaviour = {
  prepare(call, draft) {
    const product = get(call.state, 'Products', draft.productID)
    draft.unitPrice ??= product?.unitPrice ?? 0
    draft.unitCost ??= product?.unitCost ?? 0
    draft.isBillableToCompany ??= true
    draft.isBilled ??= false
    draft.status ??= 1
    const quantity = Number(draft.unitQuantity)
    draft.billableAmount = draft.isBillableToCompany === true ? Number(draft.unitPrice) * quantity : 0
    draft.extendedCost = Number(draft.unitCost) * quantity
  },
  check(call, draft, _change, previous) {
    if (previous?.isBilled === true) throw invalid('Billed charges cannot be changed')
    const code = get(call.state, 'BillingCodes', draft.billingCodeID)
    if (!code && !get(call.state, 'Products', draft.productID))
      throw invalid('A charge needs a productID or a billingCodeID')
    if (code && code.useType !== BILLING_USE.material)
      throw invalid('The given allocation code is not an active material code')
  },
  after: touch,
  beforeDelete(_call, row) {
    if (row.isBilled === true) throw invalid('Billed charges cannot be deleted')
  },
  afterDelete: touch,
}

export const checklistItems: Behaviour = {
  prepare(call, draft, _change, previous) {
    const siblings = all(call.state, 'TicketChecklistItems').filter((row) => row.ticketID === draft.ticketID)
    draft.position ??= siblings.length + 1
    draft.isCompleted ??= false
    draft.isImportant ??= false
    if (draft.isCompleted === true && previous?.isCompleted !== true) {
      draft.completedDateTime = stamp(call.now)
      draft.completedByResourceID = callerId(call)
    } else if (draft.isCompleted !== true) {
      draft.completedDateTime = undefined
      draft.completedByResourceID = undefined
    }
  },
  after: touch,
  afterDelete: touch,
}

export const secondaryResources: Behaviour = {
  check(call, draft) {
    const ticket = get(call.state, 'Tickets', draft.ticketID)
    if (ticket?.assignedResourceID === draft.resourceID)
      throw invalid('A resource cannot be both the primary and a secondary resource of a ticket')
    if (!holdsRole(call.state, draft.resourceID, draft.roleID))
      throw invalid(`The ticket "${ticket?.title}" has an invalid Resource and Role combination.`)
    if (twin(call, 'TicketSecondaryResources', draft, 'resourceID'))
      throw invalid('The resource is already a secondary resource of the ticket')
  },
  after: touch,
  afterDelete: touch,
}

export const additionalContacts: Behaviour = {
  check(call, draft) {
    const ticket = get(call.state, 'Tickets', draft.ticketID)
    if (get(call.state, 'Contacts', draft.contactID)?.companyID !== ticket?.companyID)
      throw invalid('The contactID must belong to the companyID of the ticket or to its parent company')
    if (ticket?.contactID === draft.contactID || twin(call, 'TicketAdditionalContacts', draft, 'contactID'))
      throw invalid('The contact is already on the ticket')
  },
  after: touch,
  afterDelete: touch,
}

export const additionalItems: Behaviour = {
  check(call, draft) {
    const ticket = get(call.state, 'Tickets', draft.ticketID)
    const item = get(call.state, 'ConfigurationItems', draft.configurationItemID)
    if (item?.companyID !== ticket?.companyID)
      throw invalid('The configurationItemID must belong to the companyID of the ticket')
    const listed = twin(call, 'TicketAdditionalConfigurationItems', draft, 'configurationItemID')
    if (ticket?.configurationItemID === draft.configurationItemID || listed)
      throw invalid('The configuration item is already on the ticket')
  },
  after: touch,
  afterDelete: touch,
}

/** Metadata of every attachment stands a second time under AttachmentInfo, whatever it hangs on. */
const infoOf = (row: Rec): Rec => {
  const { data, isTaskAttachment, ...info } = row
  return info
}

export const attachments: Behaviour = {
  prepare(call, draft) {
    draft.attachDate = stamp(call.now)
    draft.attachedByResourceID = draft.attachedByContactID ? undefined : callerId(call)
    draft.parentID = draft.ticketID
    draft.parentType = 4
  },
  check(call, draft) {
    if (draft.attachmentType !== 'FILE_ATTACHMENT')
      throw invalid('Only attachments of type FILE_ATTACHMENT are simulated')
    if (typeof draft.data !== 'string' || draft.data === '')
      throw invalid('Value does not exist for the required field data')
    const bytes = Buffer.from(draft.data, 'base64').length
    if (bytes > FILE_LIMIT) throw invalid('The attachment exceeds the maximum file size')
    const now = call.now.getTime()
    const recent = call.state.uploads.filter((upload) => now - upload.at < UPLOAD_WINDOW)
    if (recent.reduce((sum, upload) => sum + upload.bytes, bytes) > UPLOAD_LIMIT)
      throw invalid('The limit of 10000000 bytes of attachments in 5 minutes is exceeded')
    if (draft.attachedByContactID && draft.publish !== PUBLISH.everybody)
      throw invalid('An attachment created by a contact must be published to All Autotask Users')
    call.state.uploads = [...recent, { at: now, bytes }]
    draft.fileSize = bytes
  },
  after(call, row) {
    insert(call.state, 'AttachmentInfo', infoOf(row))
    touchTicket(call, row.ticketID, row.publish === PUBLISH.everybody)
  },
  afterDelete(call, row) {
    table(call.state, 'AttachmentInfo').rows.delete(Number(row.id))
    touch(call, row)
  },
}
