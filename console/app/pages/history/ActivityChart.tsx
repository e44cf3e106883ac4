import { Stack, Text } from '@mantine/core'
import type { ActivityQuery } from '../../../../generated/console.ts'
import { Bars, momentsOf, Numbers } from './Bars.tsx'

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

/** One row of bars for each, over the same time and each on its own scale; the numbers stand in the table too. */
export function ActivityChart({ points, until }: { points: readonly Point[]; until: string }) {
  const moment = momentsOf(points, until)
  return (
    <Stack gap={6} component="figure" m={0} aria-label="Writes, approvals and refusals over time">
      {SERIES.map(({ name, label, color }) => {
        const most = Math.max(0, ...points.map((point) => point[name]))
        const total = points.reduce((sum, point) => sum + point[name], 0)
        return (
          <Bars
            key={name}
            told={`${label}: ${total} in all, at most ${most} in one bar`}
            bars={points.map((point) => ({
              from: point.from,
              value: point[name],
              title: `${moment(point.from)}: ${point[name]}`,
              color,
            }))}
          >
            <b>{total}</b>{' '}
            <Text span inherit c="dimmed">
              {label}
            </Text>
          </Bars>
        )
      })}
      <Numbers
        points={points}
        until={until}
        columns={COLUMNS.map(([name, label]) => ({ label, of: (index) => points[index]?.[name] ?? 0 }))}
      />
    </Stack>
  )
}
