import { Anchor, Button, Group, List, Modal, Stack, Text, Title } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useQuery } from 'urql'
import {
  BusinessHoursPreviewDocument,
  type BusinessHoursPreviewQuery,
  SaveBusinessHoursDocument,
} from '../../../../generated/console.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'
import type { Calendar } from './calendar.ts'

interface Props {
  readonly calendar: Calendar
  readonly onClose: () => void
  readonly onSaved: () => void
}

type Effects = NonNullable<BusinessHoursPreviewQuery['businessCalendarEffects']>

/** What other business hours change, before they are saved. */
export function HoursPreview({ calendar, onClose, onSaved }: Props) {
  const [{ data, error, fetching }, ask] = useQuery({
    query: BusinessHoursPreviewDocument,
    variables: { input: calendar },
  })
  const [refused, setRefused] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  const change = useChange()
  const effects = data?.businessCalendarEffects

  async function save() {
    setBusy(true)
    const { error } = await change(SaveBusinessHoursDocument, { input: calendar })
    setBusy(false)
    setRefused(error)
    if (error === undefined) onSaved()
  }
  return (
    <Modal opened onClose={onClose} title="What this changes" size="lg" transitionProps={{ duration: 0 }}>
      {error !== undefined ? (
        error.graphQLErrors.length > 0 ? (
          <Refused error={error} />
        ) : (
          <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
        )
      ) : fetching || effects == null ? (
        <Loading what="what it changes" />
      ) : effects.changes.length === 0 ? (
        <Text size="sm">Nothing: these are the business hours that are saved.</Text>
      ) : (
        <Stack>
          <List size="sm">
            {effects.changes.map((one) => (
              <List.Item key={one}>{one.charAt(0).toUpperCase() + one.slice(1)}</List.Item>
            ))}
          </List>
          <Now effects={effects} />
          <Rules rules={effects.rules} />
          <Refused error={refused} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button loading={busy} onClick={() => void save()}>
              Save
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}

function Now({ effects: { open, wasOpen, endsAt, endedAt } }: { effects: Effects }) {
  const moment = (at: string) =>
    new Date(at).toLocaleString(undefined, { weekday: 'long', hour: '2-digit', minute: '2-digit' })
  return (
    <Text size="sm">
      {open === wasOpen
        ? `It is ${open ? '' : 'outside of '}business hours now, as before.`
        : `At this moment it would be ${open ? '' : 'outside of '}business hours.`}{' '}
      {endsAt !== null &&
        endedAt !== null &&
        (endsAt === endedAt
          ? 'Requests that are made now end undecided when they did before.'
          : `Requests that are made now would end undecided on ${moment(endsAt)}, not ${moment(endedAt)}.`)}{' '}
      Those that wait already keep their deadlines.
    </Text>
  )
}

function Rules({ rules }: Pick<Effects, 'rules'>) {
  return (
    <section>
      <Title order={3} size="h6">
        Approval rules that go by business hours
      </Title>
      {rules.length === 0 ? (
        <Text size="sm">No workflow has one.</Text>
      ) : (
        <List size="sm">
          {rules.map(({ workflow, connection, group, rule }) => (
            <List.Item key={`${workflow.id} ${connection} ${group} ${rule}`}>
              <Anchor
                component={Link}
                to={`/workflows/${workflow.id}?connection=${connection}`}
                underline="always"
                inherit
              >
                {workflow.name}
              </Anchor>{' '}
              on {connection}, {group}: {rule}
            </List.Item>
          ))}
        </List>
      )}
    </section>
  )
}
