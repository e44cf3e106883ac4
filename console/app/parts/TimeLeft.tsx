import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { timeLeft } from '../words.ts'

const EVERY_MS = 30_000
const SOON_MS = 60 * 60_000

/** Left out, `say` tells how long a decision may still take. */
export function TimeLeft({ until, say = timeLeft }: { until: string; say?: typeof timeLeft }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const soon = Date.parse(until) - now < SOON_MS
  return (
    <Text
      component="time"
      dateTime={until}
      size="xs"
      c={soon ? 'var(--mantine-color-red-text)' : 'dimmed'}
      fw={soon ? 600 : undefined}
      title={new Date(until).toLocaleString()}
    >
      {say(until, now)}
    </Text>
  )
}
