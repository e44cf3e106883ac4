import { Alert, Box, Button, Group, NativeSelect, Tabs, Text } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useEffect, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { useQuery } from 'urql'
import {
  PauseDocument,
  ResumeDocument,
  SetTestModeDocument,
  WorkflowDocument,
  type WorkflowQuery,
} from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { Confirm, type Confirmed } from '../../parts/Confirm.tsx'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { told } from '../../parts/told.ts'
import { useChange } from '../../session/Fresh.tsx'
import { AddConnection } from './AddConnection.tsx'
import { Agents } from './Agents.tsx'
import { type Edited, PolicyTabs } from './PolicyTabs.tsx'
import { Proposals } from './Proposals.tsx'
import type { OpenWorkflow } from './policy.ts'
import { TakeAway } from './TakeAway.tsx'
import { NotYours, States } from './WorkflowsPage.tsx'

const WORKFLOWS = { to: '/workflows', label: 'Workflows' }

export default function WorkflowPage() {
  const { id = '' } = useParams()
  const holds = useHolds()
  const [{ data, error }, ask] = useQuery({ query: WorkflowDocument, pause: !holds('policyAdmin') })
  const reload = () => ask({ requestPolicy: 'network-only' })
  if (!holds('policyAdmin')) return <NotYours />
  if (error !== undefined && data === undefined) return <Failure error={error} retry={reload} />
  if (data === undefined) return <Loading what="the workflow" />
  const workflow = data.workflows.find((one) => one.id === id)
  return (
    <Box p="md" maw={1200}>
      {workflow === undefined ? (
        <>
          <PageHead title="Workflow" back={WORKFLOWS} />
          <Empty title="No such workflow">It may reach a connection that you do not administer.</Empty>
        </>
      ) : (
        <Workflow key={id} workflow={workflow} connections={data.connections} reload={reload} />
      )}
    </Box>
  )
}

interface Props {
  readonly workflow: OpenWorkflow
  readonly connections: WorkflowQuery['connections']
  readonly reload: () => void
}

function Workflow({ workflow, connections, reload }: Props) {
  const [search, setSearch] = useSearchParams()
  const assigned = workflow.policies.filter(({ policy }) => policy != null)
  const policy = assigned.find(({ connection }) => connection === search.get('connection')) ?? assigned[0]
  const nameOf = (slug: string) => connections.find((one) => one.slug === slug)?.name ?? slug
  const tab = search.get('tab') ?? 'rights'
  // Of each connection: to look at another one loses nothing.
  const [drafts, setDrafts] = useState<Readonly<Record<string, Edited | undefined>>>({})
  const unsaved = Object.values(drafts).some((one) => one !== undefined)
  useEffect(() => {
    if (!unsaved) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [unsaved])
  const show = (next: Readonly<Record<string, string>>) =>
    setSearch((now) => new URLSearchParams({ ...Object.fromEntries(now), ...next }), { replace: true })

  return (
    <>
      <PageHead title={workflow.name} back={WORKFLOWS}>
        <Switches workflow={workflow} reload={reload} />
      </PageHead>
      <TestModeOf workflow={workflow} reload={reload} />
      {workflow.paused && (
        <Alert color="red" variant="outline" mb="md" title="Paused">
          Its writes are held. They can be asked for and approved, and are sent when you resume it.
        </Alert>
      )}
      <Proposals workflow={workflow.id} nameOf={nameOf} onDecided={reload} />
      <Group mb="md" align="flex-end">
        {policy !== undefined && (
          <NativeSelect
            label="Connection"
            value={policy.connection}
            onChange={(event) => show({ connection: event.currentTarget.value })}
            data={assigned.map(({ connection }) => ({ value: connection, label: nameOf(connection) }))}
          />
        )}
        {policy !== undefined && (
          <TakeAway
            workflow={workflow.id}
            connection={policy.connection}
            version={policy.version}
            name={nameOf(policy.connection)}
            onTaken={() => {
              setDrafts((now) => ({ ...now, [policy.connection]: undefined }))
              reload()
            }}
          />
        )}
        <AddConnection
          workflow={workflow}
          connections={connections}
          onAdded={(slug) => {
            show({ connection: slug, tab: 'rights' })
            reload()
          }}
        />
      </Group>
      <Tabs value={tab} onChange={(value) => show({ tab: value ?? 'rights' })} keepMounted={false}>
        <Tabs.List className="tabs" mb="md">
          <Tabs.Tab value="rights">What it may do</Tabs.Tab>
          <Tabs.Tab value="agents">AI agents</Tabs.Tab>
          <Tabs.Tab value="try">Try it</Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
        </Tabs.List>
        {policy === undefined ? (
          tab !== 'agents' && (
            <Empty title="No connection yet">Add one: until then its AI agents reach nothing.</Empty>
          )
        ) : (
          <PolicyTabs
            key={policy.connection}
            workflow={workflow}
            policy={policy}
            vendor={connections.find(({ slug }) => slug === policy.connection)?.vendor}
            tab={tab}
            edited={drafts[policy.connection]}
            onEdited={(edited) => setDrafts((now) => ({ ...now, [policy.connection]: edited }))}
            reload={reload}
          />
        )}
        <Tabs.Panel value="agents">
          <Agents workflow={workflow} reload={reload} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

/** Can't be missed, whatever else the page shows. */
function TestModeOf({ workflow, reload }: Pick<Props, 'workflow' | 'reload'>) {
  const [asked, setAsked] = useState<Confirmed>()
  const change = useChange()
  const elsewhere = workflow.policies.filter(
    ({ policy }) => policy != null && (policy as { testMode?: boolean }).testMode !== false,
  )
  if (!workflow.testMode && elsewhere.length === 0) return null
  const off = async () => {
    told((await change(SetTestModeDocument, { on: false, workflow: workflow.id })).error)
    reload()
  }
  return (
    <Alert color="orange" variant="outline" mb="md" title="Test mode is on">
      <Group justify="space-between">
        <Text size="sm">
          {workflow.testMode
            ? 'Writes are planned and shown, and none is sent.'
            : `Writes are planned and none is sent on: ${elsewhere.map(({ connection }) => connection).join(', ')}.`}
        </Text>
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            setAsked({
              title: 'Turn test mode off?',
              text: `From then on, what the policy allows “${workflow.name}” is sent to the PSA on every one of its connections, after the signatures that the policy asks for.`,
              button: 'Turn test mode off',
              onYes: () => void off(),
            })
          }
        >
          Turn test mode off
        </Button>
      </Group>
      <Confirm asked={asked} onClose={() => setAsked(undefined)} />
    </Alert>
  )
}

function Switches({ workflow, reload }: Pick<Props, 'workflow' | 'reload'>) {
  const [asked, setAsked] = useState<Asked>()
  const change = useChange()
  const done = async (result: Promise<{ readonly error?: CombinedError | undefined }>) => {
    told((await result).error)
    reload()
  }
  return (
    <Group gap="xs">
      <States workflow={{ ...workflow, testMode: false, paused: false }} />
      {!workflow.testMode && (
        <Button
          size="xs"
          variant="default"
          onClick={() => done(change(SetTestModeDocument, { on: true, workflow: workflow.id }))}
        >
          Turn test mode on
        </Button>
      )}
      {workflow.paused ? (
        <Button size="xs" onClick={() => done(change(ResumeDocument, { workflow: workflow.id }))}>
          Resume
        </Button>
      ) : (
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            setAsked({
              title: 'Pause the workflow?',
              label: 'Why (kept in the event history)',
              button: 'Pause',
              color: 'red',
              optional: true,
              onText: (reason) =>
                void done(change(PauseDocument, { workflow: workflow.id, reason: reason || null })),
            })
          }
        >
          Pause
        </Button>
      )}
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
    </Group>
  )
}
