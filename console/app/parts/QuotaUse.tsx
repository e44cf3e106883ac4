import { Group, Progress, Stack, Text } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useEffect } from 'react'
import { useQuery } from 'urql'
import { ConnectionUseDocument, type ConnectionUseQuery } from '../../../generated/console.ts'
import { messageOf } from '../graphql.ts'
import { useMe } from '../me.ts'

type Use = ConnectionUseQuery['connectionUse'][number]

const EVERY_MS = 10_000
/** From this share of a quota on, it is told in red. */
export const MUCH = 0.8

/** Asked for anew every few seconds: nothing tells of single requests. */
export function useConnectionUse(): { uses: readonly Use[] | undefined; error: CombinedError | undefined } {
  const [{ data, error }, ask] = useQuery({ query: ConnectionUseDocument })
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') ask({ requestPolicy: 'network-only' })
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [ask])
  return { uses: data?.connectionUse, error }
}

/** How much of each PSA's quota all gateways together use. */
export function QuotaUse() {
  const { uses, error } = useConnectionUse()
  const { connections } = useMe()
  if (uses === undefined) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {error === undefined ? 'Loading …' : messageOf(error)}
      </Text>
    )
  }
  if (uses.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No connection is on.
      </Text>
    )
  }
  return (
    <Stack gap="sm">
      {uses.map((use) => (
        <Meter
          key={use.connection}
          use={use}
          name={connections.find(({ slug }) => slug === use.connection)?.name ?? use.connection}
        />
      ))}
    </Stack>
  )
}

function Meter({ use, name }: { use: Use; name: string }) {
  const { used, most, seconds, underWay, atOnce, pausedUntil } = use
  const byTime = used !== null && most !== null && seconds !== null
  const [part, whole] = byTime ? [used, most] : [underWay, atOnce]
  const words = byTime
    ? `${part.toLocaleString()} of ${whole.toLocaleString()} requests in ${stretch(seconds)}`
    : `${part} of ${whole} requests at once`
  return (
    <div data-connection={use.connection}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed">
          {words}
        </Text>
      </Group>
      <Progress.Root size="sm" mt={2}>
        <Progress.Section
          value={Math.min(100, (part / whole) * 100)}
          color={part / whole >= MUCH ? 'red' : 'indigo'}
          aria-label={`${name}: ${words}`}
        />
      </Progress.Root>
      {pausedUntil !== null && (
        <Text size="xs" c="var(--mantine-color-red-text)">
          The PSA asked to slow down: nothing is sent until {new Date(pausedUntil).toLocaleTimeString()}.
        </Text>
      )}
    </div>
  )
}

function stretch(seconds: number): string {
  if (seconds === 60) return 'a minute'
  if (seconds === 3_600) return 'an hour'
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`
}
