import { useCallback, useState } from 'react'
import { useQuery } from 'urql'
import { RecordNamesDocument } from '../../../../generated/console.ts'
import { shown } from '../../parts/Untrusted.tsx'
import type { Choice, Draft, Lists } from './policy.ts'

export type RecordType = 'Company' | 'Board'

/** A policy names companies and boards by their keys; people know them by name. */
export interface Names {
  of(type: RecordType, key: string): string
  /** What a search found needs not be asked for again. */
  learn(type: RecordType, records: readonly { readonly key: string; readonly name: string }[]): void
}

/** As many as one call takes; whatever comes beyond is shown by its key. */
const MOST = 100

/** Names of all that these policies name; those that the PSA does not know any more stay as keys. */
export function useNames(connection: string, choices: readonly Choice[], drafts: readonly Draft[]): Names {
  const [learned, setLearned] = useState<ReadonlyMap<string, string>>(new Map())
  const offered: ReadonlyMap<string, string> = new Map(
    choices.flatMap(({ list, key, name }) => (list === 'BOARD' ? [[`Board:${key}`, name] as const] : [])),
  )
  const unknown = [...new Set(drafts.flatMap(namedBy))]
    .filter((named) => !offered.has(named) && !learned.has(named))
    .slice(0, MOST)
  const ids = unknown.map((named) => `${connection}:${named}`)
  const [{ data }] = useQuery({ query: RecordNamesDocument, variables: { ids }, pause: ids.length === 0 })
  const asked: ReadonlyMap<string, string> = new Map(
    (data?.nodes ?? []).flatMap((node) =>
      node != null && 'name' in node && node.name != null
        ? [[node.id.slice(connection.length + 1), node.name] as const]
        : [],
    ),
  )
  const learn = useCallback<Names['learn']>((type, records) => {
    setLearned((now) =>
      records.every(({ key }) => now.has(`${type}:${key}`))
        ? now
        : new Map([...now, ...records.map(({ key, name }) => [`${type}:${key}`, name] as const)]),
    )
  }, [])
  return {
    of: (type, key) => {
      const named = `${type}:${key}`
      return shown(offered.get(named) ?? learned.get(named) ?? asked.get(named) ?? key)
    },
    learn,
  }
}

/** Every company and board that a policy names, as `Company:250`. */
export function namedBy({ groups, recordScope }: Draft): readonly string[] {
  const lists: readonly (Lists | undefined)[] = [
    recordScope?.include,
    recordScope?.exclude,
    ...Object.values(groups).flatMap(({ approval = [] }) => approval.map(({ when }) => when)),
  ]
  return lists.flatMap((list) => [
    ...(list?.companies ?? []).map((key) => `Company:${key}`),
    ...(list?.boards ?? []).map((key) => `Board:${key}`),
  ])
}
