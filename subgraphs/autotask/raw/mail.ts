import type { VendorAccess } from '../../../schema/source.ts'
import type { Body } from '../field-names.ts'
import { MAY_MAIL } from '../plan/mail.ts'
import type { Members } from './settings.ts'

/** Who is told of a ticket from now on. */
const TELLS = 'Whoever is added to the ticket may be mailed by its notification rules.'
const TIME = 'A workflow rule may mail the client about time.'
const BUNDLED = 'A workflow rule may mail the contacts of bundled tickets.'

/** No request says whether it mails (API.md 13): what workflow rules usually watch, may. */
export function mailReasons(
  template: string,
  shape: Body,
  demands: readonly VendorAccess[],
  members: Members,
): readonly string[] {
  const has = (...names: readonly string[]) => names.some((name) => members.has(name))
  const reasons: string[] = []
  if (shape === 'TICKET') {
    const [own] = demands
    if (own?.kind === 'CREATE') reasons.push(MAY_MAIL.created)
    else {
      if (has('status') || own?.fields.includes('*') === true) reasons.push(MAY_MAIL.status)
      if (has('queueid', 'companyid', 'contactid')) reasons.push(MAY_MAIL.moved)
    }
  }
  if (demands.some(({ group }) => group === 'Client-Facing Notes')) reasons.push(MAY_MAIL.clientText)
  if (demands.some(({ kind }) => kind === 'BUNDLE')) reasons.push(BUNDLED)
  if (shape === 'TIME_ENTRY') reasons.push(TIME)
  if (/^\/tickets\/\{\w+\}\/(additionalcontacts|changerequestapprovals)(\/|$)/i.test(template))
    reasons.push(TELLS)
  if (/^\/servicecalls(\/|$)/i.test(template))
    reasons.push('A workflow rule may mail the client about a visit.')
  return reasons
}
