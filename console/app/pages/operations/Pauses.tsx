import { Alert, Button, Group, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import {
  CompanyNameDocument,
  PauseDocument,
  PausesDocument,
  ResumeDocument,
  WorkflowNamesDocument,
} from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useHolds, useMe } from '../../me.ts'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { useChange } from '../../session/Fresh.tsx'

const EVERYWHERE = { value: 'installation', label: 'Everything' }

/** "workflow:wf_1" -> { workflow: "wf_1" }; the installation is named by naming none. */
function placeOf(paused: string): { workflow?: string; connection?: string; company?: string } {
  const [, kind, id] = /^(workflow|connection|company):(.+)$/.exec(paused) ?? []
  return kind === undefined ? {} : { [kind]: id }
}

/** Holding writes back for a while, and letting them go on. */
export function Pauses({ onChanged }: { onChanged: () => void }) {
  const { connections } = useMe()
  const holds = useHolds()
  const [everything, ofConnections, ofWorkflows] = [
    holds('owner', null),
    holds('connectionAdmin'),
    holds('policyAdmin'),
  ]
  const change = useChange()
  const [{ data, error }, ask] = useQuery({ query: PausesDocument })
  const [{ data: named }] = useQuery({ query: WorkflowNamesDocument, pause: !ofWorkflows })
  const [place, setPlace] = useState<string | null>(null)
  const [asked, setAsked] = useState<Asked>()
  const [refusal, setRefusal] = useState<string>()
  const [busy, setBusy] = useState(false)
  if (!data) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {error ? messageOf(error) : 'Loading …'}
      </Text>
    )
  }
  const { paused } = data.pauses
  const workflows = named?.workflows ?? []
  const connectionPlaces = connections.map(({ slug, name }) => ({
    value: `connection:${slug}`,
    label: `Connection ${name}`,
  }))
  const workflowPlaces = workflows.map(({ id, name }) => ({
    value: `workflow:${id}`,
    label: `Workflow ${name}`,
  }))
  const label = (of: string) =>
    [EVERYWHERE, ...connectionPlaces, ...workflowPlaces].find(({ value }) => value === of)?.label ?? of
  const choices = [
    ...(everything ? [EVERYWHERE] : []),
    ...(ofConnections ? connectionPlaces : []),
    ...workflowPlaces,
  ].filter(({ value }) => !paused.includes(value))

  async function run(work: () => Promise<{ readonly error?: Parameters<typeof messageOf>[0] }>) {
    setBusy(true)
    setRefusal(undefined)
    const result = await work()
    setBusy(false)
    if (result.error) setRefusal(messageOf(result.error))
    setPlace(null)
    ask({ requestPolicy: 'network-only' })
    onChanged()
  }

  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        While writes are held, AI agents go on reading and asking, and people go on deciding; what is approved
        waits until it may be sent.
      </Text>
      {refusal !== undefined && (
        <Alert color="red" variant="outline" role="alert" title="This did not work">
          {refusal}
        </Alert>
      )}
      {paused.map((one) => (
        <Alert key={one} color="orange" variant="outline" p="xs" data-paused={one}>
          <Group justify="space-between" gap="xs">
            <Text size="sm" component="div">
              Writes are held:{' '}
              <b>{one.startsWith('company:') ? <Company id={one.slice('company:'.length)} /> : label(one)}</b>
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              disabled={busy}
              onClick={() => void run(() => change(ResumeDocument, placeOf(one)))}
            >
              Let them go on
            </Button>
          </Group>
        </Alert>
      ))}
      <Group gap="xs">
        <Select
          size="xs"
          w={240}
          aria-label="Where to hold writes"
          placeholder="Hold writes of …"
          clearable
          value={place}
          onChange={setPlace}
          data={choices}
        />
        <Button
          size="compact-sm"
          h={30}
          variant="default"
          disabled={place === null || busy}
          onClick={() =>
            place !== null &&
            setAsked({
              title: `Hold writes: ${label(place)}`,
              label: 'Why? It is kept in the Event History.',
              button: 'Hold writes',
              color: 'orange',
              optional: true,
              onText: (reason) =>
                void run(() => change(PauseDocument, { ...placeOf(place), reason: reason || null })),
            })
          }
        >
          Hold writes
        </Button>
      </Group>
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
    </Stack>
  )
}

function Company({ id }: { id: string }) {
  const [{ data }] = useQuery({ query: CompanyNameDocument, variables: { id } })
  return (
    <>
      Company <Untrusted text={data?.company?.name ?? id} />
    </>
  )
}
