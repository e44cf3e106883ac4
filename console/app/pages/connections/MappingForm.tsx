import {
  Checkbox,
  NativeSelect,
  ScrollArea,
  SimpleGrid,
  Stack,
  Switch,
  Table,
  Text,
  Title,
} from '@mantine/core'
import type { ReactNode } from 'react'
import type { Vendor } from '../../../../generated/console.ts'
import { shown } from '../../parts/Untrusted.tsx'
import { labelsOf, sentence } from '../../words.ts'
import { belongs, type Choice, listOf, type MappingDraft, places, withKey } from './mapping.ts'

interface Props {
  readonly vendor: Vendor
  readonly draft: MappingDraft
  readonly choices: readonly Choice[]
  readonly onChange: (draft: MappingDraft) => void
}

const CATEGORIES = [
  { value: '', label: 'As guessed' },
  { value: 'NEW', label: 'New' },
  { value: 'ACTIVE', label: 'In work' },
  { value: 'WAITING_CLIENT', label: 'Waiting for the client' },
  { value: 'WAITING_OTHER', label: 'Waiting for somebody else' },
  { value: 'RESOLVED', label: 'Resolved' },
  { value: 'CLOSED', label: 'Closed' },
]

/** Uses of an outcome or a note type, by the gateway's names. */
const USES: Readonly<Record<string, string>> = {
  INTERNAL: 'Internal note',
  CLIENT_FACING: 'Note for the client',
  CLIENT_MAIL: 'Mail to the client',
  RESOLUTION: 'Resolution',
  TIME: 'Time',
}
const NOTE_KINDS = ['INTERNAL', 'CLIENT_FACING', 'RESOLUTION'] as const

export function MappingForm(props: Props) {
  const { draft, choices, onChange } = props
  const select = (
    list: 'CLOSE_CODE' | 'WORK_TYPE',
    member: 'closeCode' | 'defaultWorkType',
    label: string,
  ) => {
    const offered = listOf(choices, list)
    if (offered.length === 0) return null
    return (
      <NativeSelect
        label={label}
        value={draft[member] ?? ''}
        data={[{ value: '', label: "The PSA's own" }, ...optionsOf(offered, draft[member])]}
        onChange={(event) => {
          const { [member]: _before, ...others } = draft
          const { value } = event.currentTarget
          onChange(value === '' ? others : { ...others, [member]: value })
        }}
      />
    )
  }
  return (
    <Stack gap="lg">
      <Places {...props} />
      <Outcomes {...props} />
      <Keyed
        {...props}
        list="NOTE_TYPE"
        member="noteTypes"
        title="Note types"
        rows={NOTE_KINDS.map((key) => [key, USES[key] ?? key])}
      />
      <Keyed
        {...props}
        list="WORK_ROLE"
        member="timeRoles"
        title="Roles in which time is logged"
        rows={[
          ...Object.keys(draft.timeRoles ?? {})
            .filter((key) => key !== '*')
            .map((key) => [key, `Resource ${key}`] as const),
          ['*', 'Everybody else'],
        ]}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {select('CLOSE_CODE', 'closeCode', 'Close code of a resolution')}
        {select('WORK_TYPE', 'defaultWorkType', 'Usual work type of time')}
        <NativeSelect
          label="A ticket is given to somebody by"
          value={draft.dispatch ?? 'OWNER'}
          data={[
            { value: 'OWNER', label: 'its owner' },
            { value: 'SCHEDULE', label: 'a schedule entry' },
          ]}
          onChange={(event) => onChange({ ...draft, dispatch: event.currentTarget.value })}
        />
      </SimpleGrid>
      <Switch
        label="Merge tickets step by step where the PSA has no merge of its own"
        checked={draft.emulateMerge === true}
        onChange={(event) => onChange({ ...draft, emulateMerge: event.currentTarget.checked })}
      />
      <Statuses {...props} />
    </Stack>
  )
}

/** In use, and whichever is chosen: what is gone from the PSA is seen to be. */
function optionsOf(offered: readonly Choice[], chosen: string | undefined) {
  const options = offered
    .filter(({ active, key }) => active || key === chosen)
    .map(({ key, name }) => ({ value: key, label: shown(name) }))
  if (chosen === undefined || options.some(({ value }) => value === chosen)) return options
  return [...options, { value: chosen, label: `${chosen} (not in the PSA)` }]
}

function Part({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <div>
      <Title order={3} size="h6">
        {title}
      </Title>
      {text !== undefined && (
        <Text size="sm" c="dimmed" mb="xs">
          {text}
        </Text>
      )}
      {children}
    </div>
  )
}

const STEPS = [
  ['resolvedStatus', 'Resolved'],
  ['reopenStatus', 'Reopened'],
] as const

function Places({ vendor, draft, choices, onChange }: Props) {
  const statuses = listOf(choices, 'STATUS')
  if (statuses.length === 0) return null
  const where = listOf(choices, 'OUTCOME').length > 0 ? 'Ticket type' : sentence(labelsOf(vendor).board)
  return (
    <Part
      title="Resolving and reopening"
      text="The status that an AI agent sets when it resolves or reopens a ticket."
    >
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{where}</Table.Th>
              {STEPS.map(([member, word]) => (
                <Table.Th key={member}>{word}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {places(choices).map(({ key, name }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">{shown(name)}</Table.Th>
                {STEPS.map(([member, word]) => (
                  <Table.Td key={member}>
                    <NativeSelect
                      size="xs"
                      aria-label={`${word}: ${shown(name)}`}
                      value={draft[member]?.[key] ?? ''}
                      data={[
                        { value: '', label: 'Choose …' },
                        ...optionsOf(
                          statuses.filter((one) => belongs(one, key)),
                          draft[member]?.[key],
                        ),
                      ]}
                      onChange={(event) =>
                        onChange({
                          ...draft,
                          [member]: withKey(draft[member], key, event.currentTarget.value),
                        })
                      }
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Part>
  )
}

function Outcomes({ draft, choices, onChange }: Props) {
  const outcomes = listOf(choices, 'OUTCOME')
  if (outcomes.length === 0) return null
  return (
    <Part title="Outcomes" text="What an action is called, for each use and ticket type.">
      <Table.ScrollContainer minWidth={820}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Ticket type</Table.Th>
              {Object.entries(USES).map(([use, word]) => (
                <Table.Th key={use}>{word}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {listOf(choices, 'TYPE').map(({ key, name }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">{shown(name)}</Table.Th>
                {Object.entries(USES).map(([use, word]) => (
                  <Table.Td key={use}>
                    <NativeSelect
                      size="xs"
                      aria-label={`${word}: ${shown(name)}`}
                      value={draft.outcomes?.[key]?.[use] ?? ''}
                      data={[
                        { value: '', label: 'Choose …' },
                        ...optionsOf(
                          outcomes.filter((one) => belongs(one, key)),
                          draft.outcomes?.[key]?.[use],
                        ),
                      ]}
                      onChange={(event) =>
                        onChange({
                          ...draft,
                          outcomes: {
                            ...draft.outcomes,
                            [key]: withKey(draft.outcomes?.[key], use, event.currentTarget.value),
                          },
                        })
                      }
                    />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Part>
  )
}

interface KeyedProps extends Props {
  readonly list: 'NOTE_TYPE' | 'WORK_ROLE'
  readonly member: 'noteTypes' | 'timeRoles'
  readonly title: string
  readonly rows: ReadonlyArray<readonly [key: string, label: string]>
}

function Keyed({ draft, choices, onChange, list, member, title, rows }: KeyedProps) {
  const offered = listOf(choices, list)
  if (offered.length === 0) return null
  return (
    <Part title={title}>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {rows.map(([key, label]) => (
          <NativeSelect
            key={key}
            size="xs"
            label={label}
            value={draft[member]?.[key] ?? ''}
            data={[{ value: '', label: 'Choose …' }, ...optionsOf(offered, draft[member]?.[key])]}
            onChange={(event) =>
              onChange({ ...draft, [member]: withKey(draft[member], key, event.currentTarget.value) })
            }
          />
        ))}
      </SimpleGrid>
    </Part>
  )
}

/** What each status means, and whether setting it is known to mail nobody. */
function Statuses({ draft, choices, onChange }: Props) {
  const statuses = listOf(choices, 'STATUS').filter(({ active }) => active)
  const outcomes = listOf(choices, 'OUTCOME')
  const names = new Map(places(choices).map(({ key, name }) => [key, name]))
  const silent = draft.silentStatuses ?? []
  // Where there are outcomes a bare key is one, and a status says that it is.
  const markOf = (key: string) => (outcomes.length > 0 ? `status:${key}` : key)
  const mark = (key: string, on: boolean) =>
    onChange({ ...draft, silentStatuses: on ? [...silent, key] : silent.filter((one) => one !== key) })
  return (
    <Part
      title="Statuses"
      text="“Mails nobody” is your word for it: then a change to that status is not held back as a possible mail to the client."
    >
      <ScrollArea.Autosize
        mah={420}
        viewportProps={{ tabIndex: 0, 'aria-label': 'Statuses', role: 'region' }}
      >
        <Table verticalSpacing={4} miw={480}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Status</Table.Th>
              <Table.Th>Means</Table.Th>
              <Table.Th>Mail</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {statuses.map(({ key, name, within }) => {
              const where = (within ?? []).map((place) => names.get(place) ?? place).join(', ')
              const full = where === '' ? shown(name) : `${shown(name)} (${shown(where)})`
              return (
                <Table.Tr key={key}>
                  <Table.Td>{full}</Table.Td>
                  <Table.Td>
                    <NativeSelect
                      size="xs"
                      aria-label={`Meaning of ${full}`}
                      value={draft.statusCategories?.[key] ?? ''}
                      data={CATEGORIES}
                      onChange={(event) =>
                        onChange({
                          ...draft,
                          statusCategories: withKey(draft.statusCategories, key, event.currentTarget.value),
                        })
                      }
                    />
                  </Table.Td>
                  <Table.Td>
                    <Checkbox
                      size="xs"
                      label="Mails nobody"
                      aria-label={`${full} mails nobody`}
                      checked={silent.includes(markOf(key))}
                      onChange={(event) => mark(markOf(key), event.currentTarget.checked)}
                    />
                  </Table.Td>
                </Table.Tr>
              )
            })}
            {outcomes
              .filter(({ active }) => active)
              .map(({ key, name }) => (
                <Table.Tr key={`outcome ${key}`}>
                  <Table.Td>{shown(name)}</Table.Td>
                  <Table.Td>Outcome</Table.Td>
                  <Table.Td>
                    <Checkbox
                      size="xs"
                      label="Mails nobody"
                      aria-label={`${shown(name)} mails nobody`}
                      checked={silent.includes(key)}
                      onChange={(event) => mark(key, event.currentTarget.checked)}
                    />
                  </Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Part>
  )
}
