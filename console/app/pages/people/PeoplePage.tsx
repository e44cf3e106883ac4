import { Box, Button, Code, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { CreatePersonDocument, PeopleDocument, type RoleInput } from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { PersonCard } from './PersonCard.tsx'
import { RoleFields } from './RoleFields.tsx'

/** A link that stands here until its dialog closes, and nowhere else. */
export interface Invited {
  readonly name: string
  readonly path: string
  readonly expiresAt: string
}

export default function PeoplePage() {
  const isOwner = useHolds()('owner')
  const [{ data, error }, ask] = useQuery({ query: PeopleDocument, pause: !isOwner })
  const [adding, setAdding] = useState(false)
  const [invited, setInvited] = useState<Invited>()
  const reload = () => ask({ requestPolicy: 'network-only' })
  const show = (invitation: Invited) => {
    setAdding(false)
    setInvited(invitation)
    reload()
  }
  return (
    <Box p="md" maw={1000}>
      <PageHead title="People">
        {isOwner && <Button onClick={() => setAdding(true)}>Invite somebody</Button>}
      </PageHead>
      {!isOwner ? (
        <Empty title="This is for owners">They invite people and give them roles.</Empty>
      ) : error !== undefined && data === undefined ? (
        <Failure error={error} retry={reload} />
      ) : data === undefined ? (
        <Loading what="people" />
      ) : (
        <Stack gap="sm">
          {data.people.map((person) => (
            <PersonCard
              key={person.id}
              person={person}
              others={data.people.filter(({ id }) => id !== person.id)}
              absences={data.absences.filter((one) => one.person?.id === person.id)}
              onInvited={show}
              reload={reload}
            />
          ))}
        </Stack>
      )}
      {adding && <Invite onClose={() => setAdding(false)} onInvited={show} />}
      <InvitationOnce invited={invited} onClose={() => setInvited(undefined)} />
    </Box>
  )
}

function Invite({ onClose, onInvited }: { onClose: () => void; onInvited: (invited: Invited) => void }) {
  const [role, setRole] = useState<RoleInput>({ role: 'approver' })
  const [error, setError] = useState<CombinedError>()
  const change = useChange()
  async function create(name: string, email: string) {
    const result = await change(CreatePersonDocument, { input: { name, email, roles: [role] } })
    setError(result.error)
    const made = result.data?.createPerson
    if (made?.invitation != null) onInvited({ name: made.name, ...made.invitation })
  }
  return (
    <Modal opened onClose={onClose} title="Invite somebody" transitionProps={{ duration: 0 }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          void create(String(form.get('name')), String(form.get('email')).trim())
        }}
      >
        <Stack>
          <TextInput name="name" label="Name" required data-autofocus />
          <TextInput name="email" type="email" label="Mail address" required />
          <RoleFields value={role} onChange={setRole} />
          <Refused error={error} />
          <Group justify="flex-end">
            <Button type="submit">Make the invitation</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function InvitationOnce({ invited, onClose }: { invited: Invited | undefined; onClose: () => void }) {
  const link = invited === undefined ? '' : `${location.origin}${invited.path}`
  return (
    <Modal
      opened={invited !== undefined}
      onClose={onClose}
      title={`Invitation of ${invited?.name ?? ''}`}
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      {invited !== undefined && (
        <Stack>
          <Text size="sm">
            It is shown this once. Hand it over yourself: whoever opens it chooses how {invited.name} signs
            in.
          </Text>
          <Code block data-invitation style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {link}
          </Code>
          <Text size="sm" c="dimmed">
            Good until {new Date(invited.expiresAt).toLocaleString()}.
          </Text>
          <Group justify="flex-end">
            <CopyButton value={link}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
