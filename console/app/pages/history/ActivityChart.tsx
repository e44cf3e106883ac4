import { Button, Group, Stack, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ActivityQuery } from '../../../../generated/console.ts'

type Point = ActivityQuery['activity'][number]

const SERIES = [
  { name: 'written', label: 'Written in the PSA', color: 'var(--console-after)' },
  { name: 'approved', label: 'Approved by people', color: 'var(--console-bar)' },
  { name: 'refused', label: 'Refused', color: 'var(--console-before)' },
] as const
const COLUMNS = [
  ['asked', 'Asked for'],
  ['approved', 'Approved'],
  ['rejected', 'Rejected'],
  ['written', 'Written'],
  ['refused', 'Refused'],
] as const

const HEIGHT = 36
const DAY_MS = 24 * 3_600_000

/** One row of bars for each, over the same time and each on its own scale; the numbers stand in the table too. */
export function ActivityChart({ points, until }: { points: readonly Point[]; until: string }) {
  const [opened, { toggle }] = useDisclosure()
  const [first, second] = points
  if (first === undefined) return null
  const stretchMs = Date.parse(second?.from ?? until) - Date.parse(first.from)
  const moment = (at: string) =>
    stretchMs >= DAY_MS
      ? new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
      : new Date(at).toLocaleString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })

  return (
    <Stack gap={6} component="figure" m={0} aria-label="Writes, approvals and refusals over time">
      {SERIES.map(({ name, label, color }) => {
        const most = Math.max(1, ...points.map((point) => point[name]))
        const total = points.reduce((sum, point) => sum + point[name], 0)
        return (
          <div className="bars" key={name}>
            <Text size="sm" component="div">
              <b>{total}</b>{' '}
              <Text span inherit c="dimmed">
                {label}
              </Text>
            </Text>
            <svg
              role="img"
              aria-label={`${label}: ${total} in all, at most ${total === 0 ? 0 : most} in one bar`}
              viewBox={`0 0 ${points.length} ${HEIGHT}`}
              preserveAspectRatio="none"
              width="100%"
              height={HEIGHT}
            >
              <rect
                y={HEIGHT - 1}
                width={points.length}
                height={1}
                fill="var(--mantine-color-default-border)"
              />
              {points.map((point, index) => {
                const height = point[name] === 0 ? 0 : Math.max(3, (point[name] / most) * HEIGHT)
                return (
                  <rect
                    key={point.from}
                    x={index + 0.12}
                    y={HEIGHT - height}
                    width={0.76}
                    height={height}
                    fill={color}
                  >
                    <title>{`${moment(point.from)}: ${point[name]}`}</title>
                  </rect>
                )
              })}
            </svg>
          </div>
        )
      })}
      <div className="bars">
        <Button
          size="compact-xs"
          variant="default"
          onClick={toggle}
          aria-expanded={opened}
          style={{ justifySelf: 'start' }}
        >
          {opened ? 'Hide' : 'Show'} the numbers
        </Button>
        <Group justify="space-between" wrap="nowrap">
          <Text size="xs" c="dimmed">
            {moment(first.from)}
          </Text>
          <Text size="xs" c="dimmed">
            {moment(until)}
          </Text>
        </Group>
      </div>
      {opened && (
        <Table horizontalSpacing={4} fz="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>From</Table.Th>
              {COLUMNS.map(([name, label]) => (
                <Table.Th key={name}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map((point) => (
              <Table.Tr key={point.from}>
                <Table.Th scope="row" fw={500}>
                  {moment(point.from)}
                </Table.Th>
                {COLUMNS.map(([name]) => (
                  <Table.Td key={name}>{point[name]}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  )
}
