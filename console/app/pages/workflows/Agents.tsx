import {
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  NativeSelect,
  NumberInput,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  VisuallyHidden,
} from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import {
  CreateTokenDocument,
  PeopleDocument,
  RevokeTokenDocument,
  RotateTokenDocument,
} from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { Confirm, type Confirmed } from '../../parts/Confirm.tsx'
import { Empty } from '../../parts/Empty.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { told } from '../../parts/told.ts'
import { useChange } from '../../session/Fresh.tsx'
import type { OpenWorkflow } from './policy.ts'

type Agent = OpenWorkflow['agents'][number]
type Token = Agent['tokens'][number]

interface Shown {
  readonly token: string
  readonly agent: string
  readonly until: string
  /** The one that it takes over from. */
  readonly oldUntil?: string
}

interface Props {
  readonly workflow: OpenWorkflow
  readonly reload: () => void
}

/** AI agents and what they sign in with. The text of a token is in this component alone, until its dialog closes. */
export function Agents({ workflow, reload }: Props) {
  const [shown, setShown] = useState<Shown>()
  const [adding, setAdding] = useState<Agent | 'new'>()
  const show = (token: Shown) => {
    setAdding(undefined)
    setShown(token)
    reload()
  }
  return (
    <Stack>
      <Group justify="flex-end">
        <Button onClick={() => setAdding('new')}>New AI agent</Button>
      </Group>
      {workflow.agents.length === 0 && (
        <Empty title="No AI agent yet">
          Each gets a token of its own, which you hand over to whoever runs it.
        </Empty>
      )}
      {workflow.agents.map((agent) => (
        <AgentCard
          key={agent.id}
          agent={agent}
          onToken={show}
          onAdd={() => setAdding(agent)}
          reload={reload}
        />
      ))}
      <NewToken workflow={workflow} agent={adding} onClose={() => setAdding(undefined)} onToken={show} />
      <TokenOnce shown={shown} onClose={() => setShown(undefined)} />
    </Stack>
  )
}

interface AgentProps {
  readonly agent: Agent
  readonly onToken: (shown: Shown) => void
  readonly onAdd: () => void
  readonly reload: () => void
}

function AgentCard({ agent, onToken, onAdd, reload }: AgentProps) {
  const [asked, setAsked] = useState<Confirmed>()
  const change = useChange()
  const live = agent.tokens.filter((token) => isGood(token))

  async function rotate(tokenId: string) {
    const { data, error } = await change(RotateTokenDocument, { input: { tokenId } })
    told(error)
    const made = data?.rotateAgentToken
    if (made != null)
      onToken({ token: made.token, agent: agent.name, until: made.expiresAt, oldUntil: made.oldExpiresAt })
  }
  async function revoke(tokenId: string) {
    told((await change(RevokeTokenDocument, { tokenId })).error)
    reload()
  }
  return (
    <Paper withBorder p="md" component="section" aria-label={`AI agent ${agent.name}`}>
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          <Title order={2} size="h5">
            {agent.name}
          </Title>
          {agent.revokedAt != null && (
            <Badge color="gray" variant="outline" tt="none">
              Revoked
            </Badge>
          )}
        </Group>
        {agent.revokedAt == null && (
          <Button size="xs" variant="default" onClick={onAdd}>
            Further token
          </Button>
        )}
      </Group>
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Token</Table.Th>
              <Table.Th>Good until</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>
                <VisuallyHidden>Actions</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {agent.tokens.map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td>
                  <Code>{token.id}</Code>
                </Table.Td>
                <Table.Td>{wordOf(token)}</Table.Td>
                <Table.Td>{token.lastUsedAt == null ? 'Never' : moment(token.lastUsedAt)}</Table.Td>
                <Table.Td>
                  {isGood(token) && (
                    <Group gap="xs" justify="flex-end" wrap="nowrap">
                      {token.replacedBy == null && (
                        <Button size="compact-sm" variant="default" onClick={() => rotate(token.id)}>
                          Rotate
                        </Button>
                      )}
                      <Button
                        size="compact-sm"
                        variant="outline"
                        color="red"
                        onClick={() =>
                          setAsked({
                            title: 'Revoke the token?',
                            text:
                              live.length === 1
                                ? `It is the last one of “${agent.name}”: its next call is refused, what it has asked for and is not sent yet is withdrawn, and the AI agent is revoked for good.`
                                : `Calls with it are refused from the next one on. “${agent.name}” keeps its other tokens.`,
                            button: 'Revoke',
                            color: 'red',
                            onYes: () => void revoke(token.id),
                          })
                        }
                      >
                        Revoke
                      </Button>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Confirm asked={asked} onClose={() => setAsked(undefined)} />
    </Paper>
  )
}

function isGood(token: Token): boolean {
  return token.revokedAt == null && Date.parse(token.expiresAt) > Date.now()
}

function wordOf(token: Token): string {
  if (token.revokedAt != null) return `Revoked ${moment(token.revokedAt)}`
  if (!isGood(token)) return `Ended ${moment(token.expiresAt)}`
  return `${moment(token.expiresAt)}${token.replacedBy == null ? '' : ', replaced'}`
}

function moment(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

interface NewTokenProps {
  readonly workflow: OpenWorkflow
  readonly agent: Agent | 'new' | undefined
  readonly onClose: () => void
  readonly onToken: (shown: Shown) => void
}

const MOST_DAYS = 90

function NewToken({ workflow, agent, onClose, onToken }: NewTokenProps) {
  const [error, setError] = useState<CombinedError>()
  const [days, setDays] = useState<number | string>(MOST_DAYS)
  const change = useChange()
  // The list of people is for owners; anybody else makes agents that work for nobody in particular.
  const [people] = useQuery({
    query: PeopleDocument,
    pause: !useHolds()('owner') || agent !== 'new',
  })
  const known = agent === 'new' || agent === undefined ? undefined : agent
  const close = () => {
    setError(undefined)
    onClose()
  }

  async function create(name: string, onBehalfOf: string) {
    const result = await change(CreateTokenDocument, {
      input: {
        workflow: workflow.id,
        ...(known === undefined ? { name, onBehalfOf: onBehalfOf || null } : { agent: known.id }),
        expiresInDays: Number(days),
      },
    })
    setError(result.error)
    const made = result.data?.createAgentToken
    if (made != null) onToken({ token: made.token, agent: made.agent.name, until: made.expiresAt })
  }
  return (
    <Modal
      opened={agent !== undefined}
      onClose={close}
      title={known === undefined ? 'New AI agent' : `Further token for ${known.name}`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          void create(String(form.get('name') ?? ''), String(form.get('onBehalfOf') ?? ''))
        }}
      >
        <Stack>
          {known === undefined && (
            <TextInput
              name="name"
              label="Name"
              description="Stands beside everything it asks for."
              required
              data-autofocus
            />
          )}
          {known === undefined && people.data !== undefined && (
            <NativeSelect
              name="onBehalfOf"
              label="Works for"
              description="What it asks for then stands under “Mine” of this person."
              data={[
                { value: '', label: 'Nobody in particular' },
                ...people.data.people
                  .filter(({ active }) => active)
                  .map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          )}
          <NumberInput
            label="Good for days"
            description="90 at most. It can be rotated before."
            min={1}
            max={MOST_DAYS}
            allowDecimal={false}
            value={days}
            onChange={setDays}
            required
          />
          <Refused error={error} />
          <Group justify="flex-end">
            <Button type="submit">Create token</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function TokenOnce({ shown, onClose }: { shown: Shown | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={shown !== undefined}
      onClose={onClose}
      title={`Token of ${shown?.agent ?? ''}`}
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      {shown !== undefined && (
        <Stack>
          <Text size="sm">
            It is shown this once. Hand it over to whoever runs the AI agent; it is sent as{' '}
            <Code>Authorization: Bearer</Code> to <Code>{location.origin}/graphql</Code>.
          </Text>
          <Code block data-token style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {shown.token}
          </Code>
          <Text size="sm" c="dimmed">
            Good until {moment(shown.until)}.
            {shown.oldUntil !== undefined && ` The old token is good until ${moment(shown.oldUntil)}.`}
          </Text>
          <Group justify="flex-end">
            <CopyButton value={shown.token}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
            <Button onClick={onClose}>I have stored it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
