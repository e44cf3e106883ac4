import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { useClient } from 'urql'
import { type AccessProfile, ProfilePolicyDocument } from '../../../../generated/console.ts'
import { Refused } from '../../parts/Refused.tsx'
import { ProfileChoice } from './ProfileChoice.tsx'
import type { Draft, KnownGroup } from './policy.ts'

interface Props {
  readonly connection: string
  readonly groups: readonly KnownGroup[]
  readonly onFill: (draft: Draft) => void
}

/** Every permission group at once. Nothing is saved by it: the result is looked at like any other edit. */
export function FillFromProfile({ connection, groups, onFill }: Props) {
  const [opened, setOpened] = useState(false)
  const [profile, setProfile] = useState<AccessProfile>('HELPDESK')
  const [confirmed, setConfirmed] = useState<string[]>([])
  const [error, setError] = useState<CombinedError>()
  const client = useClient()
  const sensitive = groups.filter(({ needsConfirmation }) => needsConfirmation)

  async function fill() {
    const result = await client
      .query(ProfilePolicyDocument, {
        connection,
        profile,
        confirmedGroups: profile === 'FULL_AUTOMATION' ? confirmed : [],
      })
      .toPromise()
    setError(result.error)
    if (result.data?.profilePolicy == null) return
    onFill(result.data.profilePolicy as Draft)
    setOpened(false)
  }
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        Fill from a profile
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="Fill from an access profile" size="lg">
        <Stack>
          <ProfileChoice
            label="It sets every permission group; you see what that changes before it is saved."
            value={profile}
            onChange={setProfile}
          />
          {profile === 'FULL_AUTOMATION' && sensitive.length > 0 && (
            <Checkbox.Group
              label="Open these too"
              description="A write there changes the PSA itself. Those that you don't tick stay disabled."
              value={confirmed}
              onChange={setConfirmed}
            >
              <Stack gap={6} mt="xs">
                {sensitive.map(({ name }) => (
                  <Checkbox key={name} value={name} label={name} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          <Refused error={error} />
          <Group justify="flex-end">
            <Text size="sm" c="dimmed">
              Test mode stays as it is.
            </Text>
            <Button onClick={() => void fill()}>Fill in</Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
