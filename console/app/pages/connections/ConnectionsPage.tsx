import { Anchor, Badge, Box, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useQuery } from 'urql'
import { type ConnectionStateFragment, ConnectionsDocument } from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { VENDOR_NAMES } from '../../words.ts'

export default function ConnectionsPage() {
  const holds = useHolds()
  return (
    <Box p="md" maw={1000}>
      <PageHead title="Connections">
        {holds('connectionAdmin') && (
          <Button component={Link} to="/connections/new" leftSection={<IconPlus size={16} aria-hidden />}>
            Connect a PSA
          </Button>
        )}
      </PageHead>
      {MAY_LOOK.some((role) => holds(role)) ? <List /> : <NotYours />}
    </Box>
  )
}

export const MAY_LOOK = ['connectionAdmin', 'policyAdmin', 'auditor'] as const

export function NotYours() {
  return (
    <Empty title="This is for administrators">
      Here PSAs are connected and looked after. An owner can give you the role.
    </Empty>
  )
}

function List() {
  const [{ data, error }, ask] = useQuery({ query: ConnectionsDocument })
  if (error !== undefined && data === undefined)
    return <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
  if (data === undefined) return <Loading what="connections" />
  if (data.connections.length === 0)
    return <Empty title="No PSA yet">Connect one: a guide tells what to prepare in it.</Empty>
  return (
    <Stack gap="sm">
      {data.connections.map((connection) => (
        <Paper withBorder p="md" component="article" key={connection.slug}>
          <Group justify="space-between">
            <div>
              <Anchor component={Link} to={`/connections/${connection.slug}`} fw={600}>
                {connection.name}
              </Anchor>
              <Text size="sm" c="dimmed">
                {VENDOR_NAMES[connection.vendor]} · {connection.slug}
              </Text>
            </div>
            <States connection={connection} />
          </Group>
        </Paper>
      ))}
    </Stack>
  )
}

export function States({ connection }: { connection: ConnectionStateFragment }) {
  return (
    <Group gap="xs">
      <Badge color={connection.enabled ? 'green' : 'gray'} variant="outline" tt="none">
        {connection.enabled ? 'In use' : 'Disabled'}
      </Badge>
      {connection.testMode && (
        <Badge color="orange" variant="outline" tt="none">
          Test mode
        </Badge>
      )}
      {connection.paused && (
        <Badge color="red" variant="outline" tt="none">
          Paused
        </Badge>
      )}
    </Group>
  )
}
