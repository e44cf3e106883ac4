import { Badge, Button, Group, Menu, Modal, Paper, Stack, Text, Title } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import {
  EndAbsenceDocument,
  GrantRoleDocument,
  InvitePersonDocument,
  type PeopleQuery,
  RevokeRoleDocument,
  type RoleInput,
  SetPersonActiveDocument,
} from '../../../../generated/console.ts'
import { useMe } from '../../me.ts'
import { Confirm, type Confirmed } from '../../parts/Confirm.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { told } from '../../parts/told.ts'
import { useChange } from '../../session/Fresh.tsx'
import { Away, awayWords } from './Away.tsx'
import { RoleFields } from './RoleFields.tsx'
import { grantWords } from './roles.ts'

type Person = PeopleQuery['people'][number]
type Absence = PeopleQuery['absences'][number]

interface Props {
  readonly person: Person
  readonly others: readonly Person[]
  readonly absences: readonly Absence[]
  readonly onInvited: (invited: { name: string; path: string; expiresAt: string }) => void
  readonly reload: () => void
}

const SIGNS_IN = { PASSWORD: 'password', OIDC: 'identity provider', SANDBOX: 'sandbox' } as const

export function PersonCard({ person, others, absences, onInvited, reload }: Props) {
  const { id, name, active } = person
  const me = useMe()
  const [asked, setAsked] = useState<Confirmed>()
  const [dialog, setDialog] = useState<'role' | 'away'>()
  const change = useChange()
  const done = async (result: Promise<{ readonly error?: CombinedError | undefined }>) => {
    told((await result).error)
    reload()
  }
  const invite = async (reset: boolean) => {
    const { data, error } = await change(InvitePersonDocument, { person: id, reset })
    told(error)
    if (data?.invitePerson != null) onInvited({ name, ...data.invitePerson })
  }
  const deputies = others.filter(
    (one) => one.active && one.grants.some(({ role }) => role === 'approver' || role === 'owner'),
  )
  const close = () => setDialog(undefined)
  const saved = () => {
    close()
    reload()
  }

  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Group justify="space-between" align="flex-start" mb="xs">
        <div>
          <Group gap="xs">
            <Title order={2} size="h5">
              {name}
            </Title>
            {!active && (
              <Badge color="gray" variant="outline" tt="none">
                Deactivated
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {person.email} ·{' '}
            {person.signsInBy.length === 0
              ? 'invited, has not signed in yet'
              : `signs in by ${person.signsInBy.map((method) => SIGNS_IN[method]).join(' and ')}`}
          </Text>
        </div>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default" aria-label={`Change ${name}`}>
              Change
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setDialog('role')}>Give a role</Menu.Item>
            <Menu.Item onClick={() => setDialog('away')}>Away, with a deputy</Menu.Item>
            <Menu.Item onClick={() => void invite(false)}>New invitation</Menu.Item>
            <Menu.Item
              onClick={() =>
                setAsked({
                  title: `Reset how ${name} signs in?`,
                  text: 'Password, logins, open browsers and tokens are void at once. A new invitation is the only way back in.',
                  button: 'Reset',
                  color: 'red',
                  onYes: () => void invite(true),
                })
              }
            >
              Reset the sign-in
            </Menu.Item>
            {id !== me.id && (
              <Menu.Item
                onClick={() =>
                  active
                    ? setAsked({
                        title: `Deactivate ${name}?`,
                        text: 'They sign in no more. Open browsers, tokens and invitations are void for good.',
                        button: 'Deactivate',
                        color: 'red',
                        onYes: () =>
                          void done(change(SetPersonActiveDocument, { person: id, active: false })),
                      })
                    : void done(change(SetPersonActiveDocument, { person: id, active: true }))
                }
              >
                {active ? 'Deactivate' : 'Activate again'}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Stack gap={4}>
        {person.grants.map((grant) => (
          <Group key={grant.id} gap="xs">
            <Text size="sm">{grantWords(grant)}</Text>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={`Take away: ${grantWords(grant)}`}
              onClick={() =>
                setAsked({
                  title: 'Take the role away?',
                  text: `${name} is no longer: ${grantWords(grant)}. It holds from the next click on.`,
                  button: 'Take away',
                  color: 'red',
                  onYes: () => void done(change(RevokeRoleDocument, { id: grant.id })),
                })
              }
            >
              Take away
            </Button>
          </Group>
        ))}
        {person.grants.length === 0 && (
          <Text size="sm" c="dimmed">
            No role.
          </Text>
        )}
        {absences.map((absence) => (
          <Group key={absence.id} gap="xs">
            <Text size="sm">{awayWords(absence)}</Text>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => void done(change(EndAbsenceDocument, { id: absence.id }))}
            >
              Is back
            </Button>
          </Group>
        ))}
      </Stack>
      <Confirm asked={asked} onClose={() => setAsked(undefined)} />
      {dialog === 'role' && <GiveRole person={person} onClose={close} onSaved={saved} />}
      {dialog === 'away' && <Away person={person} deputies={deputies} onClose={close} onSaved={saved} />}
    </Paper>
  )
}

interface DialogProps {
  readonly person: Person
  readonly onClose: () => void
  readonly onSaved: () => void
}

function GiveRole({ person, onClose, onSaved }: DialogProps) {
  const [role, setRole] = useState<RoleInput>({ role: 'approver' })
  const [error, setError] = useState<CombinedError>()
  const change = useChange()
  async function grant() {
    const result = await change(GrantRoleDocument, { person: person.id, role })
    setError(result.error)
    if (result.error === undefined) onSaved()
  }
  return (
    <Modal opened onClose={onClose} title={`A role for ${person.name}`} transitionProps={{ duration: 0 }}>
      <Stack>
        <RoleFields value={role} onChange={setRole} />
        <Refused error={error} />
        <Group justify="flex-end">
          <Button onClick={() => void grant()}>Give the role</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
