import { Stack, Text } from '@mantine/core'
import { useQuery } from 'urql'
import { QuotaOverTimeDocument, type QuotaOverTimeQuery } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useMe } from '../../me.ts'
import { MUCH } from '../../parts/QuotaUse.tsx'
import { Bars, momentsOf, Numbers } from './Bars.tsx'

type Quota = QuotaOverTimeQuery['quotaOverTime'][number]

interface Props {
  readonly from: string
  readonly to: string
  readonly points: number
  /** Left out: every one that the reader looks after. */
  readonly connection: string | undefined
}

/** Requests to each PSA by the hour, against as many as its quota lets through in one. */
export function QuotaChart({ from, to, points, connection }: Props) {
  const { connections } = useMe()
  // Whole hours: the first and the last are mostly parts of one.
  const [{ data, error }] = useQuery({
    query: QuotaOverTimeDocument,
    variables: { from, to, points: points + 1 },
  })
  if (data === undefined)
    return (
      <Text size="sm" c="dimmed" role="status">
        {error === undefined ? 'Counting …' : messageOf(error)}
      </Text>
    )
  const quotas = data.quotaOverTime.filter((one) => connection === undefined || one.connection === connection)
  const [first] = quotas
  if (first === undefined) return null
  const nameOf = (slug: string) => connections.find((one) => one.slug === slug)?.name ?? slug
  return (
    <Stack gap={6} component="figure" m={0} aria-label="Requests to the PSAs over time">
      {quotas.map((quota) => (
        <OfConnection key={quota.connection} quota={quota} name={nameOf(quota.connection)} until={to} />
      ))}
      <Numbers
        points={first.points}
        until={to}
        columns={quotas.map((quota) => ({
          label: nameOf(quota.connection),
          of: (index) => quota.points[index]?.requests ?? 0,
        }))}
      />
    </Stack>
  )
}

function OfConnection({ quota, name, until }: { quota: Quota; name: string; until: string }) {
  const { points, mostInAnHour } = quota
  const moment = momentsOf(points, until)
  const total = points.reduce((sum, { requests }) => sum + requests, 0)
  const busiest = Math.max(0, ...points.map(({ busiestHour }) => busiestHour))
  const share = percent(busiest / mostInAnHour)
  // Small use is seen against itself; once it comes near, against the quota.
  const scale = busiest >= mostInAnHour / 2 ? Math.max(busiest, mostInAnHour) : Math.max(1, busiest)
  return (
    <Bars
      told={`${name}: ${total} requests, at most ${busiest} in an hour, which is ${share} of the quota of ${mostInAnHour}`}
      scale={scale}
      bars={points.map(({ from, busiestHour, requests }) => ({
        from,
        value: busiestHour,
        title: `${moment(from)}: ${requests} requests, at most ${busiestHour} in an hour`,
        color: busiestHour / mostInAnHour >= MUCH ? 'var(--console-before)' : 'var(--console-bar)',
      }))}
    >
      <b>{total.toLocaleString()}</b>{' '}
      <Text span inherit c="dimmed">
        {name} · busiest hour {share} of {mostInAnHour.toLocaleString()}
      </Text>
    </Bars>
  )
}

/** What is little and not nothing is not called nothing. */
function percent(share: number): string {
  const whole = Math.round(share * 100)
  return whole === 0 && share > 0 ? 'under 1 %' : `${whole} %`
}
