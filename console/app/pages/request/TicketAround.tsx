import { Anchor, Box, Button, Group, Text, Title } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useQuery } from 'urql'
import { AroundTicketDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { labelsOf } from '../../words.ts'

/** The ticket as the PSA holds it now. It is asked for apart, so that a slow PSA keeps nobody from the rest. */
export function TicketAround({ id, vendor }: { id: string; vendor: string | undefined }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: AroundTicketDocument, variables: { id } })
  const ticket = data?.ticket
  return (
    <section aria-labelledby="ticket">
      <Group gap="xs" mb={4}>
        <Title order={2} size="h5" id="ticket">
          The ticket
        </Title>
        {ticket?.url && (
          <Anchor href={ticket.url} target="_blank" rel="noopener noreferrer" size="sm">
            Open in the PSA <IconExternalLink size={13} aria-hidden />
          </Anchor>
        )}
      </Group>
      {!ticket && (
        <Group gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {fetching
              ? 'Loading the ticket …'
              : error
                ? messageOf(error)
                : 'The PSA knows no such ticket any more.'}
          </Text>
          {!fetching && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => ask({ requestPolicy: 'network-only' })}
            >
              Try again
            </Button>
          )}
        </Group>
      )}
      {ticket && (
        <>
          <Text size="sm" fw={600} component="div" mah={120} style={{ overflowY: 'auto' }}>
            <Untrusted text={ticket.title ?? ''} />
          </Text>
          <Text size="sm" component="div">
            {labelsOf(vendor).company}: <Untrusted text={ticket.company?.name ?? '–'} />
          </Text>
          <Text size="sm" component="div">
            Contact:{' '}
            <Untrusted
              text={[ticket.contact?.name, ticket.contact?.email].filter(Boolean).join(', ') || '–'}
            />
          </Text>
          <Text size="sm" c="dimmed">
            {[ticket.status?.name, ticket.priority?.name].filter(Boolean).join(' · ')}
          </Text>
          {(ticket.notes?.nodes ?? [])
            .flatMap((note) => note ?? [])
            .reverse()
            .map((note) => (
              <Box
                key={note.id}
                mt={8}
                pl="sm"
                style={{ borderLeft: '3px solid var(--mantine-color-default-border)' }}
              >
                <Text size="xs" c="dimmed" component="div">
                  <Untrusted text={note.authorName ?? 'Somebody'} />
                  {note.createdAt && `, ${new Date(note.createdAt).toLocaleString()}`}
                  {note.clientVisible ? ', seen by the client' : ', internal'}
                </Text>
                <Text size="sm" component="div" lineClamp={6}>
                  <Untrusted text={note.text ?? ''} />
                </Text>
              </Box>
            ))}
        </>
      )}
    </section>
  )
}
