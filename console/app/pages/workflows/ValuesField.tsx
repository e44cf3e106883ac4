import { ActionIcon, Fieldset, Group, NativeSelect, Stack, TagsInput, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { fieldWord } from '../../words.ts'
import { type Choice, type KnownGroup, namesOf, VALUED } from './policy.ts'

type Values = Readonly<Record<string, readonly string[]>>

interface Props {
  readonly label: string
  readonly known: KnownGroup
  readonly choices: readonly Choice[]
  readonly values: Values
  readonly error: string | undefined
  readonly onChange: (values: Values) => void
}

const ADD = ''

/** Fields with the values that they may get; the PSA's own lists are offered where it has some. */
export function ValuesField({ label, known, choices, values, error, onChange }: Props) {
  const listOf = new Map(known.name === 'Tickets' ? VALUED : [])
  const open = known.fields.filter((field) => !Object.hasOwn(values, field))
  return (
    <Fieldset legend={label}>
      <Stack gap="xs">
        {Object.entries(values).map(([field, wanted]) => {
          const list = listOf.get(field)
          return (
            <Group key={field} wrap="nowrap" align="flex-end" gap="xs">
              <TagsInput
                style={{ flex: 1, minWidth: 0 }}
                label={`${fieldWord(field, undefined)} becomes`}
                value={[...wanted]}
                data={list === undefined ? [] : namesOf(choices, list, wanted)}
                onChange={(next) => onChange({ ...values, [field]: next })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                mb={4}
                aria-label={`Take off: ${fieldWord(field, undefined)}`}
                onClick={() => {
                  const { [field]: _before, ...others } = values
                  onChange(others)
                }}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Group>
          )
        })}
        <NativeSelect
          aria-label="Field that gets a value"
          value={ADD}
          data={[
            { value: ADD, label: 'Add a field …' },
            ...open.map((field) => ({ value: field, label: fieldWord(field, undefined) })),
          ]}
          onChange={(event) => {
            const field = event.currentTarget.value
            if (field !== ADD) onChange({ ...values, [field]: [] })
          }}
        />
        {error !== undefined && (
          <Text size="xs" c="var(--mantine-color-red-text)" role="alert">
            {error}
          </Text>
        )}
      </Stack>
    </Fieldset>
  )
}
