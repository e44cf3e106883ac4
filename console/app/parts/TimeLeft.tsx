import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { timeLeft } from '../words.ts'

const EVERY_MS = 30_000
const SOON_MS = 60 * 60_000

export function TimeLeft({ until }: { until: string }) {
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
      {timeLeft(until, now)}
    </Text>
  )
}
