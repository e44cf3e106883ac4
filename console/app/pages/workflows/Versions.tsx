import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { PolicyVersionsDocument, type PolicyVersionsQuery } from '../../../../generated/console.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { Changes, Preview } from './Preview.tsx'
import { type Draft, type OpenPolicy, profileName } from './policy.ts'

type Version = PolicyVersionsQuery['policyVersions']['nodes'][number]

interface Props {
  readonly workflow: string
  readonly current: OpenPolicy
  readonly onRestored: () => void
}

export function Versions({ workflow, current, onRestored }: Props) {
  const [ends, setEnds] = useState<readonly (string | undefined)[]>([undefined])
  return (
    <Stack>
      {ends.map((after, index) => (
        <Page
          key={after ?? 'newest'}
          workflow={workflow}
          current={current}
          after={after}
          onRestored={onRestored}
          {...(index === ends.length - 1 && { onMore: (end: string) => setEnds([...ends, end]) })}
        />
      ))}
    </Stack>
  )
}

interface PageProps extends Props {
  readonly after: string | undefined
  readonly onMore?: (end: string) => void
}

function Page({ workflow, current, after, onMore, onRestored }: PageProps) {
  const [{ data, error }, ask] = useQuery({
    query: PolicyVersionsDocument,
    variables: { workflow, connection: current.connection, after: after ?? null },
  })
  const [restoring, setRestoring] = useState<Version>()
  const reload = () => ask({ requestPolicy: 'network-only' })
  if (error !== undefined && data === undefined) return <Failure error={error} retry={reload} />
  if (data === undefined) return <Loading what="versions" />
  const { nodes, hasNextPage, endCursor } = data.policyVersions
  return (
    <>
      {nodes.map((version) => (
        <OneVersion
          key={version.version}
          version={version}
          isCurrent={version.version === current.version}
          onRestore={() => setRestoring(version)}
        />
      ))}
      {onMore !== undefined && hasNextPage && endCursor != null && (
        <Button variant="default" onClick={() => onMore(endCursor)}>
          Older versions
        </Button>
      )}
      {restoring !== undefined && (
        <Preview
          workflow={workflow}
          connection={current.connection}
          saved={current.policy as Draft}
          draft={restoring.policy as Draft}
          version={current.version}
          restores={restoring.version}
          onClose={() => setRestoring(undefined)}
          onSaved={() => {
            setRestoring(undefined)
            reload()
            onRestored()
          }}
        />
      )}
    </>
  )
}

interface VersionProps {
  readonly version: Version
  readonly isCurrent: boolean
  readonly onRestore: () => void
}

function OneVersion({ version, isCurrent, onRestore }: VersionProps) {
  const at = new Date(version.createdAt).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  })
  return (
    <Paper withBorder p="md" component="section" aria-label={`Version ${version.version}`}>
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          <Title order={2} size="h5">
            Version {version.version}
          </Title>
          {isCurrent && (
            <Badge color="green" variant="outline" tt="none">
              In force
            </Badge>
          )}
          <Text size="sm" c="dimmed">
            {profileName(version.profile)} · {at}
            {version.savedBy != null && ` · ${version.savedBy}`}
            {version.restoredFrom != null && ` · brought back version ${version.restoredFrom}`}
          </Text>
        </Group>
        {!isCurrent && version.policy != null && (
          <Button size="xs" variant="default" onClick={onRestore}>
            Restore version {version.version}
          </Button>
        )}
      </Group>
      {version.reason != null && (
        <Text size="sm" mb="xs" component="div">
          <Untrusted text={version.reason} />
        </Text>
      )}
      {version.difference.length === 0 ? (
        <Text size="sm" c="dimmed">
          As the version before.
        </Text>
      ) : (
        <Changes changes={version.difference} />
      )}
    </Paper>
  )
}
