import { Anchor, Box, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconExternalLink } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { useQuery } from 'urql'
import { EventDocument, type EventQuery, RequestDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useLive } from '../../live/LiveProvider.tsx'
import { useMe, useVendor } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { Word } from '../../parts/Word.tsx'
import { STATES, ticketLine, writeWord } from '../../words.ts'
import { Changes } from '../request/Changes.tsx'
import { ExactRequest } from '../request/ExactRequest.tsx'
import { outcomeColor } from './EventList.tsx'
import { OUTCOMES } from './filters.ts'

type Shown = NonNullable<EventQuery['event']>

export default function EventPage() {
  const { seq = '' } = useParams()
  // Beyond it the gateway's own whole numbers end.
  const number = /^\d{1,9}$/.test(seq) ? Number(seq) : 0
  const [{ data, error, fetching }, ask] = useQuery({ query: EventDocument, variables: { seq: number } })
  const event = data?.event
  return (
    <Box p="md" maw={1200}>
      <Anchor component={Link} to="/history" size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={14} aria-hidden /> Event history
        </Group>
      </Anchor>
      {event ? (
        <Details key={event.id} event={event} />
      ) : fetching ? (
        <Loading what="the event" />
      ) : (
        <>
          <Title order={1} size="h3" mt="xs">
            Event
          </Title>
          {error ? (
            <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
          ) : (
            <Empty title="No such event">It may belong to a connection that you do not reach.</Empty>
          )}
        </>
      )}
    </Box>
  )
}

function Details({ event }: { event: Shown }) {
  const { seq, at, message, actor, outcome, vendorRequests } = event
  return (
    <>
      <Title order={1} size="h3" mt="xs" style={{ overflowWrap: 'anywhere' }}>
        {actor && `${actor.name}: `}
        {message}
      </Title>
      <Group gap="sm" mb="md">
        <Text size="sm" c="dimmed">
          <time dateTime={at}>{new Date(at).toLocaleString()}</time>, event {seq}
        </Text>
        {outcome !== null && <Word color={outcomeColor(event)}>{OUTCOMES[outcome]}</Word>}
      </Group>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <About event={event} />
          {vendorRequests.length > 0 && <VendorRequests lines={vendorRequests} />}
        </Stack>
        {event.request && <Request id={event.request.id} />}
      </SimpleGrid>
    </>
  )
}

function About({ event }: { event: Shown }) {
  const { connections } = useMe()
  const { agent, workflow, connection, ticket, groups, fields, rules, code, operation, records, count } =
    event
  const only = (name: string, value: string, words: string) => (
    <Anchor
      component={Link}
      to={`/history?time=all&${name}=${encodeURIComponent(value)}`}
      size="sm"
      underline="always"
    >
      {words}
    </Anchor>
  )
  const lines: (readonly [string, ReactNode] | false)[] = [
    agent !== null && [
      'AI agent',
      <>
        {agent.name} {only('agent', agent.id, 'all its events')}
      </>,
    ],
    workflow !== null && [
      'Workflow',
      <>
        {workflow.name} {only('workflow', workflow.id, 'all its events')}
      </>,
    ],
    connection !== null && [
      'Connection',
      connections.find(({ slug }) => slug === connection)?.name ?? connection,
    ],
    ticket !== null && ['Ticket', only('ticket', ticket.id, 'everything about this ticket')],
    code !== null && ['Refusal or failure', <code key="code">{code}</code>],
    rules.length > 0 && ['Decided by', rules.map(ruleWord).join(', ')],
    groups.length > 0 && ['Permission groups', groups.join(', ')],
    fields.length > 0 && ['Fields asked for', fields.join(', ')],
    operation !== null && ['Operation', <Untrusted key="operation" text={operation} />],
    records !== null && ['Records read', records.toLocaleString()],
    count !== null && count > 1 && ['Times', count.toLocaleString()],
  ]
  return (
    <section aria-labelledby="about">
      <Title order={2} size="h5" id="about" mb={4}>
        What was decided, and on what
      </Title>
      <Table withTableBorder layout="fixed">
        <Table.Tbody>
          {lines
            .filter((line) => line !== false)
            .map(([label, value]) => (
              <Table.Tr key={label}>
                <Table.Th scope="row" w="34%" fw={500}>
                  {label}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

/** "writtenFieldsAreAllowed" -> "written fields are allowed"; what is a sentence already stays one. */
function ruleWord(rule: string): string {
  return /\s/.test(rule)
    ? rule
    : rule.replace(/([a-z])([A-Z])/g, (_, end, next) => `${end} ${next.toLowerCase()}`)
}

function VendorRequests({ lines }: { lines: Shown['vendorRequests'] }) {
  return (
    <section aria-labelledby="vendor">
      <Title order={2} size="h5" id="vendor" mb={4}>
        What went to the PSA
      </Title>
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Request</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Times</Table.Th>
            <Table.Th>Milliseconds</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ method, path, status, count, durationMs }) => (
            <Table.Tr key={`${method} ${path} ${status}`}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <code>
                  {method} {path}
                </code>
              </Table.Td>
              <Table.Td>{status ?? 'no answer'}</Table.Td>
              <Table.Td>{count}</Table.Td>
              <Table.Td>{durationMs.toLocaleString()}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

/** The request as it stands now, which may be long after the event. */
function Request({ id }: { id: string }) {
  const [{ data, error, fetching }, ask] = useQuery({
    query: RequestDocument,
    variables: { id, request: id },
  })
  const reload = () => ask({ requestPolicy: 'network-only' })
  useLive({ onEvent: ({ request }) => request?.id === id && reload(), onGap: reload })
  const vendorOf = useVendor()
  const request = data?.approval
  if (!request) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {error ? messageOf(error) : fetching ? 'Loading the request …' : 'The request is not yours to see.'}
      </Text>
    )
  }
  const vendor = vendorOf(request.connection)
  const { word, color } = STATES[request.state]
  return (
    <Stack gap="md">
      <section aria-labelledby="request">
        <Group gap="sm" mb={4}>
          <Title order={2} size="h5" id="request">
            The request, as it stands now
          </Title>
          <Word color={color}>{word}</Word>
        </Group>
        <Text size="sm">
          <Anchor component={Link} to={`/approvals/${id}`} underline="always">
            {writeWord(request.write)}
          </Anchor>
          {', '}
          <Anchor component={Link} to={`/history?time=all&request=${id}`} underline="always">
            all its events
          </Anchor>
        </Text>
        {request.ticket && (
          <Text size="sm" component="div">
            <Untrusted text={ticketLine(request.ticket, vendor)} />{' '}
            {request.ticket.url && (
              <Anchor
                href={request.ticket.url}
                target="_blank"
                rel="noopener noreferrer"
                size="sm"
                underline="always"
              >
                Open in the PSA <IconExternalLink size={13} aria-hidden />
              </Anchor>
            )}
          </Text>
        )}
      </section>
      <Changes request={request} vendor={vendor} />
      <ExactRequest steps={request.plan?.steps ?? []} sent={request.steps} />
    </Stack>
  )
}
