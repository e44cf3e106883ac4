import { Alert, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import {
  ConnectionMappingDocument,
  type ConnectionMappingQuery,
  SaveMappingDocument,
  TenantChoicesDocument,
  type Vendor,
} from '../../../../generated/console.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { MappingForm } from './MappingForm.tsx'
import type { Choice, MappingDraft } from './mapping.ts'

interface Props {
  readonly slug: string
  readonly vendor: Vendor
}

/** What a PSA leaves to its tenant: guessed from its setup, confirmed by a person. */
export function Mapping({ slug, vendor }: Props) {
  const [mapping, askMapping] = useQuery({ query: ConnectionMappingDocument, variables: { slug } })
  const [choices, askChoices] = useQuery({ query: TenantChoicesDocument, variables: { connection: slug } })
  const reload = () => {
    askMapping({ requestPolicy: 'network-only' })
    askChoices({ requestPolicy: 'network-only' })
  }
  const error = mapping.error ?? choices.error
  const found = mapping.data?.connectionMapping
  const offered = choices.data?.tenantChoices
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="mapping">
      <Title order={2} size="h5" id="mapping" mb="xs">
        What things mean in this PSA
      </Title>
      {error !== undefined && (found == null || offered == null) ? (
        <Failure error={error} retry={reload} />
      ) : found == null || offered == null ? (
        <Loading what="what the PSA offers" />
      ) : (
        <Edited key={JSON.stringify(found.confirmed)} {...{ slug, vendor, found, offered }} reload={reload} />
      )}
    </Paper>
  )
}

interface EditedProps extends Props {
  readonly found: NonNullable<ConnectionMappingQuery['connectionMapping']>
  readonly offered: readonly Choice[]
  readonly reload: () => void
}

function Edited({ slug, vendor, found, offered, reload }: EditedProps) {
  const confirmed = found.confirmed as MappingDraft
  const isConfirmed = Object.keys(confirmed).length > 0
  const [draft, setDraft] = useState<MappingDraft>(isConfirmed ? confirmed : (found.guess as MappingDraft))
  const [error, setError] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  const change = useChange()
  const dirty = !isConfirmed || JSON.stringify(draft) !== JSON.stringify(confirmed)

  async function save() {
    setBusy(true)
    const result = await change(SaveMappingDocument, { slug, mapping: draft })
    setBusy(false)
    setError(result.error)
    if (result.error === undefined) reload()
  }
  return (
    <Stack gap="md">
      {!isConfirmed && (
        <Alert color="orange" variant="outline" title="Please confirm">
          These are guesses from the PSA's own setup. Look through them, correct what is wrong, then confirm.
        </Alert>
      )}
      {found.problems.length > 0 && (
        <Alert color="red" variant="outline" title="It does not fit the PSA any more">
          <List size="sm">
            {found.problems.map(({ member, problem, message }) => (
              <List.Item key={`${member} ${problem}`}>
                <Untrusted text={message} />
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {!isConfirmed && found.doubts.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            Look at these
          </Text>
          <List size="sm">
            {found.doubts.map((doubt) => (
              <List.Item key={doubt}>
                <Untrusted text={doubt} />
              </List.Item>
            ))}
          </List>
        </div>
      )}
      <MappingForm vendor={vendor} draft={draft} choices={offered} onChange={setDraft} />
      <Refused error={error} />
      <Group justify="flex-end">
        {isConfirmed && (
          <Button variant="default" onClick={() => setDraft(found.guess as MappingDraft)}>
            Take the guesses again
          </Button>
        )}
        {dirty && (
          <Button loading={busy} onClick={() => void save()}>
            {isConfirmed ? 'Save' : 'Confirm'}
          </Button>
        )}
        {!dirty && (
          <Text size="sm" c="dimmed">
            Confirmed. It is compared with the PSA every day.
          </Text>
        )}
      </Group>
    </Stack>
  )
}
