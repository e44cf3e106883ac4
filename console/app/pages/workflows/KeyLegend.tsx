import { Text } from '@mantine/core'
import type { Draft } from './policy.ts'
import { namedBy, type RecordType, useNames } from './records.ts'

interface Props {
  readonly connection: string
  readonly drafts: readonly Draft[]
  /** The gateway's sentences, which name companies and boards by their keys. */
  readonly texts: readonly string[]
}

/** Who is meant by the keys that these sentences name. */
export function KeyLegend({ connection, drafts, texts }: Props) {
  const names = useNames(connection, [], drafts)
  const words = new Set(texts.flatMap((text) => text.split(/[\s,.;()]+/)))
  const told = [...new Set(drafts.flatMap(namedBy))].flatMap((named) => {
    const [type = '', key = ''] = named.split(/:(.*)/s)
    const name = names.of(type as RecordType, key)
    return words.has(key) && name !== key ? [`${key} is ${name}`] : []
  })
  if (told.length === 0) return null
  return (
    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      In the PSA, {told.join('; ')}.
    </Text>
  )
}
