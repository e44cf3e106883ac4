import { Anchor, Badge, Box, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useQuery } from 'urql'
import { WorkflowsDocument, type WorkflowsQuery } from '../../../../generated/console.ts'
import { useHolds, useMe } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { profileName } from './policy.ts'

type Listed = NonNullable<WorkflowsQuery['workflows']>[number]

export default function WorkflowsPage() {
  const mayChange = useHolds()('policyAdmin')
  return (
    <Box p="md" maw={1000}>
      <PageHead title="Workflows">
        <Group gap="xs">
          <Button component={Link} to="/business-hours" variant="default">
            Business hours
          </Button>
          {mayChange && (
            <Button component={Link} to="/workflows/new" leftSection={<IconPlus size={16} aria-hidden />}>
              New workflow
            </Button>
          )}
        </Group>
      </PageHead>
      {mayChange ? <List /> : <NotYours />}
    </Box>
  )
}

export function NotYours() {
  return (
    <Empty title="This is for policy administrators">
      A workflow says what its AI agents may do. An owner can give you the role.
    </Empty>
  )
}

function List() {
  const [{ data, error }, ask] = useQuery({ query: WorkflowsDocument })
  if (error !== undefined && data === undefined)
    return <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
  if (data === undefined) return <Loading what="workflows" />
  if (data.workflows.length === 0) {
    return (
      <Empty title="No workflow yet">
        A workflow holds AI agents, the PSAs that they reach, and what they may do there.
      </Empty>
    )
  }
  return (
    <Stack gap="sm">
      {data.workflows.map((workflow) => (
        <Card
          key={workflow.id}
          workflow={workflow}
          proposals={data.ruleProposals.filter((one) => one.workflow?.id === workflow.id).length}
        />
      ))}
    </Stack>
  )
}

function Card({ workflow, proposals }: { workflow: Listed; proposals: number }) {
  const { connections } = useMe()
  const agents = workflow.agents.filter(({ revokedAt }) => revokedAt == null).length
  const places = workflow.policies.filter(({ policy }) => policy != null)
  return (
    <Paper withBorder p="md" component="article">
      <Group justify="space-between" align="flex-start">
        <div>
          <Anchor component={Link} to={`/workflows/${workflow.id}`} fw={600}>
            {workflow.name}
          </Anchor>
          <Text size="sm" c="dimmed">
            {agents === 1 ? '1 AI agent' : `${agents} AI agents`}
            {places.length > 0 && ' · '}
            {places
              .map(({ connection, profile }) => {
                const name = connections.find(({ slug }) => slug === connection)?.name ?? connection
                return `${name}: ${profileName(profile)}`
              })
              .join(' · ')}
          </Text>
        </div>
        <Group gap="xs">
          {proposals > 0 && (
            <Badge color="grape" variant="outline" tt="none">
              {proposals === 1 ? '1 proposal' : `${proposals} proposals`}
            </Badge>
          )}
          <States workflow={workflow} />
        </Group>
      </Group>
    </Paper>
  )
}

export function States({ workflow }: { workflow: Pick<Listed, 'testMode' | 'paused' | 'waiting'> }) {
  if (!workflow.testMode && !workflow.paused && workflow.waiting === 0) return null
  return (
    <Group gap="xs">
      {workflow.testMode && (
        <Badge color="orange" variant="outline" tt="none">
          Test mode
        </Badge>
      )}
      {workflow.paused && (
        <Badge color="red" variant="outline" tt="none">
          Paused
        </Badge>
      )}
      {workflow.waiting > 0 && (
        <Badge color="indigo" variant="outline" tt="none">
          {workflow.waiting} waiting
        </Badge>
      )}
    </Group>
  )
}
