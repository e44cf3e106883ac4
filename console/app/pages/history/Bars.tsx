import { Button, Group, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ReactNode } from 'react'

const HEIGHT = 36
const DAY_MS = 24 * 3_600_000

/** How a moment of a chart is written: by the day where each of its bars is one at least. */
export function momentsOf(points: readonly { readonly from: string }[], until: string) {
  const [first, second] = points
  const stretchMs = first === undefined ? 0 : Date.parse(second?.from ?? until) - Date.parse(first.from)
  return (at: string) =>
    stretchMs >= DAY_MS
      ? new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
      : new Date(at).toLocaleString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })
}

interface BarsProps {
  /** All of it in one sentence, for whoever can't see the bars. */
  readonly told: string
  readonly bars: readonly {
    readonly from: string
    readonly value: number
    readonly title: string
    readonly color: string
  }[]
  /** Left out: the highest bar fills the row. */
  readonly scale?: number
  readonly children: ReactNode
}

/** A row of bars beside what they stand for. */
export function Bars({ told, bars, scale, children }: BarsProps) {
  const most = scale ?? Math.max(1, ...bars.map(({ value }) => value))
  return (
    <div className="bars">
      <Text size="sm" component="div">
        {children}
      </Text>
      <svg
        role="img"
        aria-label={told}
        viewBox={`0 0 ${bars.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        width="100%"
        height={HEIGHT}
      >
        <rect y={HEIGHT - 1} width={bars.length} height={1} fill="var(--mantine-color-default-border)" />
        {bars.map(({ from, value, title, color }, index) => {
          const height = value === 0 ? 0 : Math.max(3, (value / most) * HEIGHT)
          return (
            <rect key={from} x={index + 0.12} y={HEIGHT - height} width={0.76} height={height} fill={color}>
              <title>{title}</title>
            </rect>
          )
        })}
      </svg>
    </div>
  )
}

interface NumbersProps {
  readonly points: readonly { readonly from: string }[]
  readonly until: string
  readonly columns: readonly { readonly label: string; readonly of: (index: number) => string | number }[]
}

/** From when until when, and every number of the bars when somebody wants to read them. */
export function Numbers({ points, until, columns }: NumbersProps) {
  const [opened, { toggle }] = useDisclosure()
  const [first] = points
  if (first === undefined) return null
  const moment = momentsOf(points, until)
  return (
    <>
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
              {columns.map(({ label }) => (
                <Table.Th key={label}>{label}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.map(({ from }, index) => (
              <Table.Tr key={from}>
                <Table.Th scope="row" fw={500}>
                  {moment(from)}
                </Table.Th>
                {columns.map(({ label, of }) => (
                  <Table.Td key={label}>{of(index)}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  )
}
