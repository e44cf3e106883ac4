import type { WriteRequestFilter, WriteRequestOrder } from '../../../../generated/console.ts'

/** What a list is narrowed and ordered by, as the gateway takes it. */
export interface Narrowing {
  readonly connections?: readonly string[]
  readonly ticket?: string
  readonly filter?: WriteRequestFilter
  readonly orderBy: WriteRequestOrder
}

export const ORDERS = {
  expiry: { order: 'EXPIRY', label: 'Expires first' },
  due: { order: 'DUE', label: 'Ticket due first' },
  newest: { order: 'NEWEST', label: 'Newest first' },
} as const satisfies Record<string, { readonly order: WriteRequestOrder; readonly label: string }>

/** The words of the page's address that the filters stand in. */
export const FILTERS = ['board', 'owner', 'group', 'workflow', 'priority', 'mail', 'age'] as const
export type FilterName = (typeof FILTERS)[number]

export const MAILS = [
  { value: 'yes', label: 'Mails the client' },
  { value: 'no', label: 'Mails nobody' },
]
export const AGES = [
  { value: '15', label: 'Older than 15 minutes' },
  { value: '60', label: 'Older than an hour' },
  { value: '240', label: 'Older than 4 hours' },
  { value: '1440', label: 'Older than a day' },
]

export function orderOf(search: URLSearchParams): keyof typeof ORDERS {
  const name = search.get('order') ?? ''
  return Object.hasOwn(ORDERS, name) ? (name as keyof typeof ORDERS) : 'expiry'
}

/** How many filters are on. */
export function filtersOn(search: URLSearchParams): number {
  return FILTERS.filter((name) => search.get(name) !== null).length
}

export function narrowingOf(search: URLSearchParams): Narrowing {
  const of = (name: FilterName | 'connection' | 'ticket') => search.get(name)
  const one = (name: FilterName) => {
    const value = of(name)
    return value === null ? null : [value]
  }
  const [connection, ticket, mail] = [of('connection'), of('ticket'), of('mail')]
  return {
    ...(connection !== null && { connections: [connection] }),
    ...(ticket !== null && { ticket }),
    ...(filtersOn(search) > 0 && {
      filter: {
        boards: one('board'),
        owners: one('owner'),
        groups: one('group'),
        workflows: one('workflow'),
        priorityAtLeast: numberOf(of('priority')),
        mailsClient: mail === null ? null : mail === 'yes',
        olderThanMinutes: numberOf(of('age')),
      },
    }),
    orderBy: ORDERS[orderOf(search)].order,
  }
}

/** An address that somebody mistyped filters by nothing. */
function numberOf(text: string | null): number | null {
  return text === null || !/^\d{1,6}$/.test(text) ? null : Number(text)
}
