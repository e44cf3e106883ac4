import {
  Affix,
  Alert,
  Button,
  Checkbox,
  Fieldset,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import { FillFromProfile } from './FillFromProfile.tsx'
import { GroupTable } from './GroupTable.tsx'
import { Preview } from './Preview.tsx'
import { type Choice, type Draft, type KnownGroup, parseDraft, profileName, textOf } from './policy.ts'
import type { Names } from './records.ts'
import { ScopeDialog, scopeWords } from './ScopeDialog.tsx'

interface Props {
  readonly workflow: string
  readonly connection: string
  readonly vendor: string | undefined
  readonly profile: string | null | undefined
  /** The saved one, as the page shows it now. */
  readonly version: number
  /** The saved one that the edits began with. */
  readonly editedOf: number
  readonly groups: readonly KnownGroup[]
  readonly choices: readonly Choice[]
  readonly names: Names
  readonly saved: Draft
  readonly draft: Draft
  readonly dirty: boolean
  readonly onEdit: (draft: Draft) => void
  readonly onDiscard: () => void
  readonly onSaved: () => void
}

const OWNERS = [
  { value: 'REQUESTER', label: 'The person for whom the AI agent works' },
  { value: 'TICKET_OWNER', label: 'The owner of the ticket' },
  { value: 'APPROVER', label: 'Whoever signs' },
  { value: 'MEMBER', label: 'One member, always' },
]

export function PolicyForm(props: Props) {
  const { draft, dirty, onEdit, onDiscard } = props
  const [text, setText] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const [looking, setLooking] = useState(false)

  return (
    <Stack pb={dirty ? 80 : 0}>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Access profile: {profileName(props.profile)} · version {props.version}
        </Text>
        <Group gap="xs">
          <FillFromProfile
            connection={props.connection}
            groups={props.groups}
            onFill={(filled) => {
              // A profile says what is allowed; whether anything is sent stays as it was.
              onEdit({ ...filled, ...(draft.testMode !== undefined && { testMode: draft.testMode }) })
              setText(undefined)
            }}
          />
          <SegmentedControl
            aria-label="Edit as"
            size="xs"
            value={text === undefined ? 'form' : 'text'}
            onChange={(value) => {
              setWrong(undefined)
              setText(value === 'form' ? undefined : textOf(draft))
            }}
            data={[
              { value: 'form', label: 'Form' },
              { value: 'text', label: 'Text' },
            ]}
            disabled={wrong !== undefined}
          />
        </Group>
      </Group>
      {props.version !== props.editedOf && (
        <Alert color="orange" variant="outline" role="alert" title="Saved by somebody else meanwhile">
          Version {props.version} is newer than the one that you began with. Discard your changes to go on
          from it.
        </Alert>
      )}
      {text === undefined ? (
        <>
          <Whole {...props} />
          <GroupTable
            connection={props.connection}
            vendor={props.vendor}
            names={props.names}
            groups={props.groups}
            choices={props.choices}
            draft={draft}
            onGroup={(name, group) => {
              onEdit({ ...draft, groups: { ...draft.groups, [name]: group } })
            }}
          />
        </>
      ) : (
        <Textarea
          label="The whole policy"
          description="As it is kept. It is checked whole before it is saved."
          autosize
          minRows={18}
          maxRows={40}
          styles={{ input: { fontFamily: 'monospace', fontSize: 13 } }}
          spellCheck={false}
          value={text}
          error={wrong}
          onChange={(event) => {
            const typed = event.currentTarget.value
            setText(typed)
            try {
              onEdit(parseDraft(typed))
              setWrong(undefined)
            } catch (error) {
              setWrong(error instanceof Error ? error.message : String(error))
            }
          }}
        />
      )}
      {dirty && (
        <Affix position={{ bottom: 12, right: 12 }} zIndex={90}>
          <Paper withBorder shadow="md" p="sm" role="region" aria-label="Unsaved changes">
            <Group gap="sm" wrap="nowrap">
              <Text size="sm" visibleFrom="sm">
                Not saved yet
              </Text>
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  setText(undefined)
                  setWrong(undefined)
                  onDiscard()
                }}
              >
                Discard
              </Button>
              <Button size="xs" disabled={wrong !== undefined} onClick={() => setLooking(true)}>
                See what it changes
              </Button>
            </Group>
          </Paper>
        </Affix>
      )}
      {looking && (
        <Preview
          workflow={props.workflow}
          connection={props.connection}
          saved={props.saved}
          draft={draft}
          version={props.editedOf}
          onClose={() => setLooking(false)}
          onSaved={() => {
            setLooking(false)
            setText(undefined)
            props.onSaved()
          }}
        />
      )}
    </Stack>
  )
}

/** What concerns every permission group. */
function Whole(props: Props) {
  const { draft, onEdit, names, vendor } = props
  const [scoping, setScoping] = useState(false)
  const scope = scopeWords(draft.recordScope, names, vendor)
  const owner = draft.timeOwner ?? { who: 'REQUESTER' }
  return (
    <Fieldset legend="For all permission groups">
      <Stack gap="sm">
        <Switch
          label="Test mode on this connection"
          description="Writes are planned and shown, and none is sent."
          checked={draft.testMode !== false}
          onChange={(event) => onEdit({ ...draft, testMode: event.currentTarget.checked })}
        />
        <Checkbox
          label="Every write needs an idempotency key"
          checked={draft.requireIdempotencyKey === true}
          onChange={(event) => onEdit({ ...draft, requireIdempotencyKey: event.currentTarget.checked })}
        />
        <Checkbox
          label="Tickets of different companies may be merged and bundled"
          checked={draft.acrossCompanies === true}
          onChange={(event) => onEdit({ ...draft, acrossCompanies: event.currentTarget.checked })}
        />
        <Group align="flex-end">
          <NativeSelect
            label="Whose time is logged"
            value={owner.who}
            data={OWNERS}
            onChange={(event) => {
              const who = event.currentTarget.value
              onEdit({ ...draft, timeOwner: who === 'MEMBER' ? { who, member: '' } : { who } })
            }}
          />
          {owner.who === 'MEMBER' && (
            <TextInput
              label="Member"
              description="Login or key at the PSA"
              value={owner.member ?? ''}
              onChange={(event) =>
                onEdit({ ...draft, timeOwner: { who: 'MEMBER', member: event.currentTarget.value } })
              }
            />
          )}
        </Group>
        <Group gap="sm">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            Records: {scope === '' ? 'every one' : scope}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => setScoping(true)}>
            Which records
          </Button>
        </Group>
        {scoping && <ScopeDialog {...props} onClose={() => setScoping(false)} />}
      </Stack>
    </Fieldset>
  )
}
