import type { ClientMailVerdict, Vendor, WriteRequestState } from '../../generated/console.ts'

export const STATES: Readonly<Record<WriteRequestState, { readonly word: string; readonly color: string }>> =
  {
    PENDING: { word: 'Waiting', color: 'indigo' },
    APPROVED: { word: 'Approved', color: 'teal' },
    EXECUTING: { word: 'Being sent', color: 'teal' },
    EXECUTED: { word: 'Sent', color: 'green' },
    REJECTED: { word: 'Rejected', color: 'gray' },
    RETURNED: { word: 'Sent back', color: 'grape' },
    CANCELLED: { word: 'Withdrawn', color: 'gray' },
    EXPIRED: { word: 'Expired', color: 'gray' },
    STALE: { word: 'Ticket changed', color: 'orange' },
    FAILED: { word: 'Failed', color: 'red' },
    UNKNOWN_OUTCOME: { word: 'Not sure it went through', color: 'red' },
  }

/** How each PSA calls the same things. */
interface Labels {
  readonly board: string
  readonly company: string
  readonly companies: string
}
const usual: Labels = { board: 'board', company: 'Company', companies: 'Companies' }
const LABELS: Readonly<Record<string, Labels>> = {
  connectwise: usual,
  autotask: { ...usual, board: 'queue' },
  halo: { board: 'team', company: 'Client', companies: 'Clients' },
  servicenow: { ...usual, board: 'assignment group' },
}

export function labelsOf(vendor: string | undefined): Labels {
  return LABELS[vendor ?? 'connectwise'] ?? usual
}

export const VENDOR_NAMES = {
  connectwise: 'ConnectWise PSA',
  autotask: 'Autotask',
  halo: 'HaloPSA',
  servicenow: 'ServiceNow',
} as const satisfies Record<Vendor, string>

/** "#48213 · Acme · Service board" */
export function ticketLine(
  ticket: {
    readonly number?: string | null
    readonly company?: { readonly name?: string | null } | null
    readonly board?: { readonly name?: string | null } | null
  },
  vendor: string | undefined,
): string {
  const { board: label } = labelsOf(vendor)
  const board = ticket.board?.name
  const named = board?.toLowerCase().endsWith(label) ? board : board && `${board} ${label}`
  return [`#${ticket.number ?? '?'}`, ticket.company?.name, named].filter(Boolean).join(' · ')
}

/** "billableOption" -> "Billable option"; a board is called as the PSA calls it. */
export function fieldWord(field: string, vendor: string | undefined): string {
  if (field === 'board') return sentence(labelsOf(vendor).board)
  if (field === 'company') return labelsOf(vendor).company
  return sentence(
    field
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replaceAll('_', ' ')
      .toLowerCase(),
  )
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** "updateTicket" -> "Update ticket" */
export function writeWord(write: string): string {
  return write === 'psaRequest' ? 'Direct PSA request' : fieldWord(write, undefined)
}

export function mailWord(verdict: ClientMailVerdict): string | null {
  return { YES: 'Mails the client', MAY: 'May mail the client', NO: null }[verdict]
}

/** "Dana is looking at this" */
export function looking(names: readonly string[]): string {
  const [first = '', second, ...more] = names
  if (second === undefined) return `${first} is looking at this`
  const rest = more.length === 0 ? second : `${second} and ${more.length} more`
  return `${first}${more.length === 0 ? ' and' : ','} ${rest} are looking at this`
}

export function timeLeft(until: string, now: number): string {
  const left = span(Date.parse(until) - now)
  return left === null ? 'expired' : `${left} left`
}

export function ticketDue(at: string, now: number): string {
  const left = span(Date.parse(at) - now)
  return left === null ? 'ticket overdue' : `ticket due in ${left}`
}

/** null: it is over. */
function span(ms: number): string | null {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 0) return null
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`
}
