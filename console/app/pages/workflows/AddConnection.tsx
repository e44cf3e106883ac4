import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import {
  type AccessProfile,
  ApplyProfileDocument,
  type WorkflowQuery,
} from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { type OpenWorkflow, PROFILES } from './policy.ts'

interface Props {
  readonly workflow: OpenWorkflow
  readonly connections: WorkflowQuery['connections']
  readonly onAdded: (slug: string) => void
}

/** A further PSA for the workflow, with a profile to start from. */
export function AddConnection({ workflow, connections, onAdded }: Props) {
  const holds = useHolds()
  const assigned = workflow.policies.filter(({ policy }) => policy != null)
  const free = connections.filter(
    ({ slug }) => holds('policyAdmin', slug) && !assigned.some(({ connection }) => connection === slug),
  )
  const [opened, setOpened] = useState(false)
  const [error, setError] = useState<CombinedError>()
  const change = useChange()
  if (free.length === 0) return null

  async function add(connection: string, profile: AccessProfile) {
    const result = await change(ApplyProfileDocument, { workflow: workflow.id, connection, profile })
    setError(result.error)
    if (result.error !== undefined) return
    setOpened(false)
    onAdded(connection)
  }
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setOpened(true)}
      >
        Add a connection
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Add a connection">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const form = new FormData(event.currentTarget)
            void add(String(form.get('connection')), String(form.get('profile')) as AccessProfile)
          }}
        >
          <Stack>
            <NativeSelect
              name="connection"
              label="Connection"
              data={free.map(({ slug, name }) => ({ value: slug, label: name }))}
            />
            <NativeSelect
              name="profile"
              label="Access profile"
              defaultValue="HELPDESK"
              data={Object.entries(PROFILES).map(([value, { name }]) => ({ value, label: name }))}
            />
            <Text size="sm" c="dimmed">
              It starts in test mode there.
            </Text>
            <Refused error={error} />
            <Group justify="flex-end">
              <Button type="submit">Add</Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
