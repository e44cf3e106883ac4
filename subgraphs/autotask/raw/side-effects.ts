import type { Endpoint } from '../../../schema/passthrough.ts'
import type { VendorAccess } from '../../../schema/source.ts'
import type { Body } from '../field-names.ts'
import type { Members } from './settings.ts'

/** What else may happen, in words for the person who approves (docs/vendors/autotask/API.md 13). */
export function sideEffectsOf(
  { method, template }: Endpoint,
  shape: Body,
  demands: readonly VendorAccess[],
  members: Members,
): readonly string[] {
  const [, ...others] = demands
  const has = (...names: readonly string[]) => names.some((name) => members.has(name))
  const effects = others.map(({ group, kind }) => `It also reaches ${group} (${kind}).`)
  if (shape === 'TICKET') {
    if (has('status')) effects.push('A new status may complete or reopen the ticket and mail people.')
    if (has('companyid', 'contactid')) effects.push('Company and contact decide who is notified and billed.')
    if (has('priority', 'issuetype', 'contractid', 'servicelevelagreementid'))
      effects.push('The due times of the SLA are computed anew.')
    if (has('isvisibletocomanaged', 'isassignedtocomanaged'))
      effects.push('Co-managed users of the client may see the ticket.')
  }
  if (shape === 'TIME_ENTRY') effects.push('The summary is visible to the client and prints on invoices.')
  if (has('description', 'resolution') && shape === 'TICKET' && method !== 'POST')
    effects.push('The text is replaced as a whole, and formatting and inline images in it are lost.')
  if (/\/(notes|attachments)$/i.test(template) && has('publish'))
    effects.push('Who sees it is decided by "publish".')
  return [...new Set(effects)]
}
