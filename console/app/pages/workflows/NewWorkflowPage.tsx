import { Alert, Box, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { type AccessProfile, CreateWorkflowDocument } from '../../../../generated/console.ts'
import { useHolds, useMe } from '../../me.ts'
import { PageHead } from '../../parts/PageHead.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { VENDOR_NAMES } from '../../words.ts'
import { ProfileChoice } from './ProfileChoice.tsx'
import { NotYours } from './WorkflowsPage.tsx'

export default function NewWorkflowPage() {
  const holds = useHolds()
  const mine = useMe().connections.filter(({ slug }) => holds('policyAdmin', slug))
  const [search] = useSearchParams()
  const wished = search.get('connection')
  const [connections, setConnections] = useState<string[]>(
    wished !== null ? [wished] : mine.length === 1 ? mine.map(({ slug }) => slug) : [],
  )
  const [profile, setProfile] = useState<AccessProfile>('HELPDESK')
  const [error, setError] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  const change = useChange()
  const navigate = useNavigate()

  async function create(name: string) {
    setBusy(true)
    const result = await change(CreateWorkflowDocument, { input: { name, connections, profile } })
    setBusy(false)
    setError(result.error)
    const id = result.data?.createWorkflow?.id
    if (id !== undefined) navigate(`/workflows/${id}`)
  }

  if (!holds('policyAdmin')) return <NotYours />
  return (
    <Box p="md" maw={720}>
      <PageHead title="New workflow" back={{ to: '/workflows', label: 'Workflows' }} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void create(String(new FormData(event.currentTarget).get('name')))
        }}
      >
        <Stack gap="lg">
          <TextInput
            name="name"
            label="Name"
            description="What people call it, such as “Ticket triage”."
            maxLength={200}
            required
          />
          <Checkbox.Group
            label="Connections"
            description="The PSAs that its AI agents reach."
            value={connections}
            onChange={setConnections}
          >
            <Stack gap="xs" mt="xs">
              {mine.map(({ slug, name, vendor }) => (
                <Checkbox
                  key={slug}
                  value={slug}
                  label={`${name} (${VENDOR_NAMES[vendor as keyof typeof VENDOR_NAMES] ?? vendor})`}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <ProfileChoice
            label="Access profile"
            description="What it starts with; every permission group can be changed afterwards."
            value={profile}
            onChange={setProfile}
          />
          <Alert color="orange" variant="outline" title="It starts in test mode">
            Writes are planned and shown, and none is sent, until you turn test mode off.
          </Alert>
          <Refused error={error} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={connections.length === 0}>
              Create workflow
            </Button>
          </Group>
          {connections.length === 0 && (
            <Text size="sm" c="dimmed" ta="right">
              Choose at least one connection.
            </Text>
          )}
        </Stack>
      </form>
    </Box>
  )
}
