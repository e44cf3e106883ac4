import type { RowFragment } from '../../../../generated/console.ts'

export type Line =
  | { readonly kind: 'ticket'; readonly key: string; readonly row: RowFragment; readonly count: number }
  | { readonly kind: 'request'; readonly key: string; readonly row: RowFragment; readonly index: number }

/** Requests as they come, those of one ticket together under it; `index` counts requests alone. */
export function linesOf(rows: readonly RowFragment[]): readonly Line[] {
  const groups = new Map<string, RowFragment[]>()
  for (const row of rows) {
    const key = row.ticket?.id ?? row.id
    const members = groups.get(key)
    if (members === undefined) groups.set(key, [row])
    else members.push(row)
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
