import { Group, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useQuery } from 'urql'
import { ConnectionStatesDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useLineState } from '../../live/LiveProvider.tsx'
import { Word } from '../../parts/Word.tsx'

const LINES = {
  live: { word: 'Arrive', color: 'green' },
  connecting: { word: 'Connecting', color: 'gray' },
  reconnecting: { word: 'Interrupted', color: 'orange' },
  offline: { word: 'This browser is offline', color: 'red' },
} as const

/** What works and what does not, as far as the gateway knows. */
export function Health({ storeAnswers, connections }: { storeAnswers: boolean; connections: boolean }) {
  const line = LINES[useLineState()]
  return (
    <Table withTableBorder>
      <Table.Tbody>
        <Line name="Store">
          {storeAnswers ? <Word color="green">Answers</Word> : <Word color="red">Does not answer</Word>}
        </Line>
        <Line name="Live events">
          <Word color={line.color}>{line.word}</Word>
        </Line>
        {connections && <Connections />}
      </Table.Tbody>
    </Table>
  )
}

function Connections() {
  const [{ data, error }] = useQuery({ query: ConnectionStatesDocument })
  if (!data) {
    return (
      <Line name="Connections">
        <Text size="sm" c="dimmed" role="status">
          {error ? messageOf(error) : 'Loading …'}
        </Text>
      </Line>
    )
  }
  return data.connections.map(({ slug, name, enabled, testMode }) => (
    <Line key={slug} name={name}>
      <Word color={enabled ? 'green' : 'gray'}>{enabled ? 'On' : 'Off'}</Word>
      {testMode && <Word color="orange">Test mode</Word>}
    </Line>
  ))
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      <Table.Td>
        <Group gap={6}>{children}</Group>
      </Table.Td>
    </Table.Tr>
  )
}
