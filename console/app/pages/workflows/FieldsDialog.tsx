import {
  Button,
  Fieldset,
  Group,
  Modal,
  MultiSelect,
  SegmentedControl,
  Stack,
  TagsInput,
  Text,
} from '@mantine/core'
import { shown } from '../../parts/Untrusted.tsx'
import { fieldWord } from '../../words.ts'
import {
  type Choice,
  type Fields,
  type GroupDraft,
  type KnownGroup,
  namesOf,
  VALUED,
  withFields,
  withValues,
} from './policy.ts'

interface Props {
  readonly known: KnownGroup
  readonly choices: readonly Choice[]
  readonly group: GroupDraft
  readonly onChange: (group: GroupDraft) => void
  readonly onClose: () => void
}

export function FieldsDialog({ known, choices, group, onChange, onClose }: Props) {
  const tickets = known.name === 'Tickets'
  const custom = tickets ? choices.filter(({ list }) => list === 'CUSTOM_FIELD') : []
  const captions = new Map(custom.map(({ key, name }) => [`custom:${key}`, shown(name)]))
  const offered = [...known.fields, ...captions.keys()]
  return (
    <Modal opened onClose={onClose} title={`${known.name}: allowed fields and values`} size="lg">
      <Stack>
        <FieldsOf
          legend="When a record is made"
          fields={group.allowedFields?.CREATE}
          offered={offered}
          captions={captions}
          onChange={(fields) => onChange(withFields(group, 'CREATE', fields))}
        />
        <FieldsOf
          legend="When a record is changed"
          fields={group.allowedFields?.UPDATE}
          offered={offered}
          captions={captions}
          onChange={(fields) => onChange(withFields(group, 'UPDATE', fields))}
        />
        {tickets && (
          <Fieldset legend="Allowed values">
            <Stack gap="sm">
              {VALUED.map(([field, list]) => (
                <MultiSelect
                  key={field}
                  label={fieldWord(field, undefined)}
                  placeholder="Any"
                  searchable
                  clearable
                  clearButtonProps={{ 'aria-label': `Any ${field}` }}
                  value={[...(group.allowedValues?.[field] ?? [])]}
                  data={namesOf(choices, list, group.allowedValues?.[field] ?? [])}
                  onChange={(values) => onChange(withValues(group, field, values))}
                />
              ))}
            </Stack>
          </Fieldset>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface FieldsProps {
  readonly legend: string
  readonly fields: Fields | undefined
  readonly offered: readonly string[]
  readonly captions: ReadonlyMap<string, string>
  readonly onChange: (fields: Fields | undefined) => void
}

function FieldsOf({ legend, fields, offered, captions, onChange }: FieldsProps) {
  const mode = fields === undefined ? 'none' : fields === 'ALL' ? 'all' : 'some'
  const listed = Array.isArray(fields) ? [...(fields as readonly string[])] : []
  const written = listed.flatMap((field) => captions.get(field) ?? [])
  return (
    <Fieldset legend={legend}>
      <Stack gap="xs">
        <SegmentedControl
          aria-label={legend}
          value={mode}
          onChange={(next) =>
            onChange(next === 'none' ? undefined : next === 'all' ? 'ALL' : offered.slice(0, 1))
          }
          data={[
            { value: 'none', label: 'No field' },
            { value: 'some', label: 'Allowed fields' },
            { value: 'all', label: 'All fields' },
          ]}
        />
        {mode === 'some' && (
          <TagsInput
            label="Allowed fields"
            description="Another field goes by the PSA's own name: type it."
            value={listed}
            data={[...offered]}
            renderOption={({ option }) => (
              <Text size="sm">
                {option.value}
                {captions.has(option.value) && ` · ${captions.get(option.value)}`}
              </Text>
            )}
            onChange={(next) => onChange(next)}
          />
        )}
        {written.length > 0 && (
          <Text size="sm" c="dimmed">
            Custom fields among them: {written.join(', ')}
          </Text>
        )}
      </Stack>
    </Fieldset>
  )
}
