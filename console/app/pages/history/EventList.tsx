import { Box, Group, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { EventRowFragment } from '../../../../generated/console.ts'
import { Word } from '../../parts/Word.tsx'
import { STATES, writeWord } from '../../words.ts'
import { kindOf, OUTCOMES } from './filters.ts'

/** How an event stands out: what went wrong, what a person has to know, and the rest. */
export function outcomeColor({ outcome }: Pick<EventRowFragment, 'outcome'>): string {
  if (outcome === 'DENY' || outcome === 'VENDOR_REJECTED' || outcome === 'UNKNOWN') return 'red'
  if (outcome === 'HOLD') return 'indigo'
  if (outcome === 'DONE') return 'green'
  if (outcome === 'THROTTLED' || outcome === 'NOT_SENT') return 'orange'
  return 'gray'
}

/** Newest first, by day. */
export function EventList({ events }: { events: readonly EventRowFragment[] }) {
  const days = new Map<string, EventRowFragment[]>()
  for (const event of events) {
    const day = dayOf(event.at)
    days.set(day, [...(days.get(day) ?? []), event])
  }
  return (
    <Stack gap={0}>
      {[...days].map(([day, those]) => (
        <section key={day} aria-label={day}>
          <Text
            component="h2"
            m={0}
            px="md"
            py={6}
            size="sm"
            fw={650}
            bg="var(--mantine-color-default-hover)"
          >
            {day}
          </Text>
          <Box component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
            {those.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </Box>
        </section>
      ))}
    </Stack>
  )
}

function dayOf(at: string): string {
  const date = new Date(at)
  const today = new Date()
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1)
  if (date.toDateString() === today.toDateString()) return 'Today'
  if (date.toDateString() === yesterday.toDateString()) return 'Yesterday'
  return date.toLocaleDateString(undefined, {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  })
}

function EventRow({ event }: { event: EventRowFragment }) {
  const { seq, at, type, message, actor, outcome, request } = event
  return (
    <Group
      component="li"
      className="row"
      data-event={seq}
      data-type={type}
      px="md"
      py={6}
      gap="sm"
      wrap="nowrap"
      align="baseline"
    >
      <Text
        component="time"
        dateTime={at}
        title={new Date(at).toLocaleString()}
        size="xs"
        c="dimmed"
        style={{ flexShrink: 0, fontVariantNumeric: 'tabular-nums' }}
      >
        {new Date(at).toLocaleTimeString(undefined, {
          hour: '2-digit',
          minute: '2-digit',
          second: '2-digit',
        })}
      </Text>
      <Group gap={8} flex={1} miw={0} align="baseline">
        <Link className="rowTitle" to={`/history/${seq}`}>
          <Text component="span" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {actor && <b>{actor.name}: </b>}
            {message}
          </Text>
        </Link>
        {outcome !== null && outcome !== 'ALLOW' && kindOf(type) !== 'read' && (
          <Word color={outcomeColor(event)}>{OUTCOMES[outcome]}</Word>
        )}
        {request && type === 'REQUEST_CREATED' && (
          <Text size="xs" c="dimmed">
            {writeWord(request.write)}, now “{STATES[request.state].word}”
          </Text>
        )}
      </Group>
    </Group>
  )
}
