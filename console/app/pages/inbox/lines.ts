import type { RowFragment } from '../../../../generated/console.ts'

export type Order = 'expiry' | 'newest'

export type Line =
  | { readonly kind: 'ticket'; readonly key: string; readonly row: RowFragment; readonly count: number }
  | { readonly kind: 'request'; readonly key: string; readonly row: RowFragment; readonly index: number }

/** Requests in order, those of one ticket together under it; `index` counts requests alone. */
export function linesOf(rows: readonly RowFragment[], order: Order): readonly Line[] {
  const moment = (row: RowFragment) =>
    order === 'expiry' ? Date.parse(row.expiresAt) : -Date.parse(row.createdAt)
  // Moments come in whole seconds: among equals the one that was asked first goes first. Rows come newest first.
  const given = order === 'expiry' ? rows.toReversed() : rows
  const groups = new Map<string, RowFragment[]>()
  for (const row of given.toSorted((one, other) => moment(one) - moment(other))) {
    const key = row.ticket?.id ?? row.id
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  let index = 0
  return [...groups].flatMap(([key, members]): Line[] => [
    { kind: 'ticket', key: `ticket ${key}`, row: members[0] as RowFragment, count: members.length },
    ...members.map((row): Line => {
      index += 1
      return { kind: 'request', key: row.id, row, index: index - 1 }
    }),
  ])
}
