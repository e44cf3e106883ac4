import { Alert, Anchor, Badge, Box, Button, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useQuery } from 'urql'
import { RequestDocument, type RequestQuery } from '../../../../generated/console.ts'
import { useLive } from '../../live/LiveProvider.tsx'
import { useMe, useVendor } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { TimeLeft } from '../../parts/TimeLeft.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { STATES, ticketLine, writeWord } from '../../words.ts'
import { Changes } from './Changes.tsx'
import { Consequences } from './Consequences.tsx'
import { Decision } from './Decision.tsx'
import { ExactRequest } from './ExactRequest.tsx'
import { Happened } from './Happened.tsx'
import { Onlookers } from './Onlookers.tsx'
import { StopAsking } from './StopAsking.tsx'
import { TicketAround } from './TicketAround.tsx'

export type Shown = NonNullable<RequestQuery['approval']>

export default function RequestPage() {
  const { id = '' } = useParams()
  const [{ data, error, fetching }, ask] = useQuery({
    query: RequestDocument,
    variables: { id, request: id },
  })
  const reload = () => ask({ requestPolicy: 'network-only' })
  useLive({
    onEvent: ({ request }) => request?.id === id && reload(),
    onGap: reload,
  })

  const request = data?.approval
  if (!request && fetching) return <Loading what="the request" />
  if (!request) {
    return (
      <>
        <Title order={1} size="h3" p="md">
          Request
        </Title>
        {error ? (
          <Failure error={error} retry={reload} />
        ) : (
          <Empty title="No such request">It may belong to a connection that you do not reach.</Empty>
        )}
      </>
    )
  }
  return <Request key={id} request={request} events={data.events.nodes} reload={reload} />
}

interface Props {
  readonly request: Shown
  readonly events: RequestQuery['events']['nodes']
  readonly reload: () => void
}

function Request({ request, events, reload }: Props) {
  const vendor = useVendor()(request.connection)
  const { word, color } = STATES[request.state]
  const waiting = request.state === 'PENDING'
  const [seen, setSeen] = useState(request.revision)
  const edited = waiting && request.revision !== seen
  return (
    <Box p="md" maw={1200}>
      <Anchor component={Link} to="/approvals" size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={14} aria-hidden /> Approvals
        </Group>
      </Anchor>
      <Group justify="space-between" align="flex-start" mt="xs" mb="md">
        <div>
          <Group gap="sm">
            <Title order={1} size="h3">
              {writeWord(request.write)}
            </Title>
            <Badge color={color} variant="outline" tt="none" data-state={request.state}>
              {word}
            </Badge>
            {waiting && <TimeLeft until={request.expiresAt} />}
          </Group>
          {request.ticket && (
            <Text size="sm">
              <Untrusted text={ticketLine(request.ticket, vendor)} />
            </Text>
          )}
          {waiting && <Onlookers id={request.id} />}
        </div>
      </Group>
      <DecidedMeanwhile request={request} events={events} />
      {edited && <EditedMeanwhile events={events} onSeen={() => setSeen(request.revision)} />}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Stack gap="lg">
          <Changes request={request} vendor={vendor} />
          <Consequences request={request} />
          <Decision request={request} edited={edited} onRevised={setSeen} onDecided={reload} />
          <StopAsking id={request.id} connection={request.connection} />
          <ExactRequest steps={request.plan?.steps ?? []} sent={request.steps} />
        </Stack>
        <Stack gap="lg">
          <Why request={request} />
          {request.ticket && <TicketAround id={request.ticket.id} vendor={vendor} />}
          <Happened events={events} comments={request.comments} />
        </Stack>
      </SimpleGrid>
    </Box>
  )
}

/** The page was opened to decide; somebody else was faster. */
function DecidedMeanwhile({ request, events }: Pick<Props, 'request' | 'events'>) {
  const me = useMe()
  const [first] = useState(request.state)
  const by = events.find(({ type }) => DECISIONS.has(type))?.actor
  if (first !== 'PENDING' || request.state === 'PENDING' || by?.id === me.id) return null
  return (
    <Alert mb="md" color="blue" variant="outline" role="alert" title="Decided meanwhile">
      {by ? `${by.name} was faster: ` : 'This changed while you looked at it: '}
      it is now “{STATES[request.state].word}”.
    </Alert>
  )
}

/** What is on the page is no longer what was read: nobody signs it before saying that it was looked at. */
function EditedMeanwhile({ events, onSeen }: Pick<Props, 'events'> & { readonly onSeen: () => void }) {
  const by = events.find(({ type }) => type === 'REQUEST_EDITED')?.actor?.name
  return (
    <Alert mb="md" color="orange" variant="outline" role="alert" title="Changed while you looked at it">
      <Text size="sm" mb="xs">
        {by ? `${by} changed` : 'Somebody changed'} what is asked for. This page shows it as it is now.
      </Text>
      <Button size="compact-sm" variant="default" onClick={onSeen}>
        I have looked at the change
      </Button>
    </Alert>
  )
}

const DECISIONS: ReadonlySet<string> = new Set([
  'REQUEST_APPROVED',
  'REQUEST_REJECTED',
  'REQUEST_RETURNED',
  'REQUEST_CANCELLED',
])

function Why({ request }: { request: Shown }) {
  const missing = request.approversNeeded - request.signatures.length
  const recipients = (request.recipients ?? []).filter(({ now, person }) => now && person !== null)
  return (
    <section aria-labelledby="why">
      <Title order={2} size="h5" id="why" mb={4}>
        Who asks, and why
      </Title>
      <Text size="sm">
        AI agent <b>{request.agent?.name ?? 'unknown'}</b>
        {request.workflow && ` of ${request.workflow.name}`}
        {request.onBehalfOf && `, for ${request.onBehalfOf.name}`}
      </Text>
      {request.reason ? (
        <Box mt={6} pl="sm" style={{ borderLeft: '3px solid var(--mantine-color-default-border)' }}>
          <Text size="xs" c="dimmed">
            The AI agent's own words, unchecked
          </Text>
          <Text size="sm" component="div" mah={240} style={{ overflowY: 'auto' }}>
            <Untrusted text={request.reason} />
          </Text>
        </Box>
      ) : (
        <Text size="sm" c="dimmed">
          It gave no reason.
        </Text>
      )}
      {request.state === 'PENDING' && (
        <Text size="sm" mt={6}>
          {missing === 1 ? 'One signature' : `${missing} of ${request.approversNeeded} signatures`} missing
          {request.signatures.length > 0 &&
            `, signed by ${request.signatures.map(({ person }) => person?.name ?? 'somebody').join(', ')}`}
          {recipients.length > 0 && `; asked: ${recipients.map(({ person }) => person?.name).join(', ')}`}.
        </Text>
      )}
    </section>
  )
}
