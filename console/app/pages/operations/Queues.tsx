import { Anchor, Paper, SimpleGrid, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { QueuesQuery, WriteRequestState } from '../../../../generated/console.ts'
import { STATES } from '../../words.ts'

/** In the order in which a request goes through them, and where its page shows them. */
const QUEUES: readonly (readonly [WriteRequestState, view: string | null])[] = [
  ['PENDING', 'everyone'],
  ['APPROVED', null],
  ['EXECUTING', null],
  ['RETURNED', 'stuck'],
  ['STALE', 'stuck'],
  ['UNKNOWN_OUTCOME', 'stuck'],
]

/** How many write requests stand where, and since when. */
export function Queues({ queues }: { queues: QueuesQuery['writeQueues'] }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, xl: 6 }} spacing="sm">
      {QUEUES.map(([state, view]) => {
        const queue = queues.find((one) => one.state === state)
        const word = STATES[state].word
        return (
          <Paper key={state} withBorder p="sm" data-queue={state}>
            <Text fz={28} fw={650} lh={1.1}>
              {queue?.count ?? 0}
            </Text>
            <Text size="sm" component="div">
              {view === null ? (
                word
              ) : (
                <Anchor component={Link} to={`/approvals?view=${view}`} inherit underline="always">
                  {word}
                </Anchor>
              )}
            </Text>
            <Text size="xs" c="dimmed">
              {queue === undefined ? 'none' : `the oldest since ${since(queue.oldest)}`}
              {queue !== undefined && queue.held > 0 && `, ${queue.held} held back`}
            </Text>
          </Paper>
        )
      })}
    </SimpleGrid>
  )
}

function since(at: string): string {
  const date = new Date(at)
  return date.toDateString() === new Date().toDateString()
    ? date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
}
