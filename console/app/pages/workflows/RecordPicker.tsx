import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { useQuery } from 'urql'
import { FindBoardsDocument, FindCompaniesDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { shown } from '../../parts/Untrusted.tsx'
import type { Choice } from './policy.ts'
import type { Names, RecordType } from './records.ts'

interface Props {
  readonly connection: string
  readonly type: RecordType
  readonly label: string
  /** All there are, where the PSA tells; else they are looked up by a part of their name. */
  readonly offered: readonly Choice[]
  readonly names: Names
  readonly value: readonly string[]
  readonly error?: string | undefined
  readonly onChange: (keys: readonly string[]) => void
}

const DOCUMENTS = { Company: FindCompaniesDocument, Board: FindBoardsDocument }

/** Picks companies or boards of a PSA by name. */
export function RecordPicker({ connection, type, label, offered, names, value, error, onChange }: Props) {
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 300)
  const [opened, setOpened] = useState(false)
  const searches = offered.length === 0
  const [answer] = useQuery<
    { readonly [field: string]: { readonly nodes: readonly ({ id: string; name: string | null } | null)[] } },
    { connection: string; filter: { text: string } | null }
  >({
    query: DOCUMENTS[type],
    variables: { connection, filter: text === '' ? null : { text } },
    pause: !searches || !opened,
  })
  const nodes = Object.values(answer.data ?? {}).flatMap((page) => page?.nodes ?? [])
  const found = searches
    ? nodes.flatMap((node) =>
        node === null ? [] : [{ key: keyOf(node.id), name: node.name ?? keyOf(node.id) }],
      )
    : offered.filter(({ active, name }) => active && name.toLowerCase().includes(typed.trim().toLowerCase()))
  const { learn } = names
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found changes with the answer alone
  useEffect(() => learn(type, found), [answer.data])

  const options = new Map(value.map((key) => [key, names.of(type, key)]))
  for (const { key, name } of found) options.set(key, shown(name))
  const twice = (name: string) => [...options.values()].filter((one) => one === name).length > 1
  return (
    <MultiSelect
      label={label}
      placeholder={searches ? 'Part of a name' : 'Any'}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      onDropdownOpen={() => setOpened(true)}
      value={[...value]}
      data={[...options].map(([key, name]) => ({
        value: key,
        label: twice(name) ? `${name} · ${key}` : name,
      }))}
      // The PSA has searched already, and whatever it found fits.
      filter={({ options: all }) => all}
      hidePickedOptions
      nothingFoundMessage={
        answer.error !== undefined
          ? messageOf(answer.error)
          : answer.fetching
            ? 'Looking …'
            : 'None is called so.'
      }
      maxDropdownHeight={220}
      error={error}
      onChange={onChange}
    />
  )
}

function keyOf(id: string): string {
  return id.split(':').slice(2).join(':')
}
