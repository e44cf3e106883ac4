import { Text, Timeline, Title } from '@mantine/core'
import type { RequestQuery } from '../../../../generated/console.ts'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { sentence } from '../../words.ts'
import type { Shown } from './RequestPage.tsx'

export function Happened({
  events,
  comments,
}: {
  events: RequestQuery['events']['nodes']
  comments: Shown['comments']
}) {
  return (
    <section aria-labelledby="happened">
      <Title order={2} size="h5" id="happened" mb={8}>
        What happened
      </Title>
      {comments.map(({ at, kind, text }) => (
        <Text key={at + text} size="sm" mb={8} component="div">
          <b>{sentence(kind.toLowerCase())}:</b> <Untrusted text={text} />
        </Text>
      ))}
      <Timeline bulletSize={12} lineWidth={2} active={-1}>
        {events.map(({ id, at, message, actor }) => (
          <Timeline.Item key={id}>
            <Text size="sm">
              {actor && <b>{actor.name}: </b>}
              {message}
            </Text>
            <Text size="xs" c="dimmed">
              {new Date(at).toLocaleString()}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  )
}
