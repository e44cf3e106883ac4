import { Button, Checkbox, Fieldset, Group, Modal, NumberInput, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { fieldWord } from '../../words.ts'

export interface Edits {
  readonly changes: Readonly<Record<string, unknown>>
  readonly without: readonly string[]
}

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
  /** Members of the mutation's input with their values. */
  readonly editable: unknown
  readonly onSend: (edits: Edits, thenApprove: boolean) => void
}

type Members = Readonly<Record<string, unknown>>

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}

/** Only what the AI agent asked for can be edited or left out; the gateway plans and judges the result anew. */
export function EditDialog({ opened, onClose, editable, onSend }: Props) {
  const asked = membersOf(editable)
  const [values, setValues] = useState(asked)
  const [without, setWithout] = useState<ReadonlySet<string>>(new Set())
  const names = Object.keys(asked).filter((name) => asked[name] !== null)
  const changes = Object.fromEntries(
    names
      .filter((name) => !without.has(name) && JSON.stringify(values[name]) !== JSON.stringify(asked[name]))
      .map((name) => [name, values[name]]),
  )
  const nothing = Object.keys(changes).length === 0 && without.size === 0
  const send = (thenApprove: boolean) => onSend({ changes, without: [...without] }, thenApprove)

  return (
    <Modal opened={opened} onClose={onClose} title="Edit the request" size="lg">
      <Stack>
        {names.map((name) => (
          <Group key={name} align="flex-end" wrap="nowrap">
            <div style={{ flex: 1 }}>
              <Field
                label={fieldWord(name, undefined)}
                value={values[name]}
                disabled={without.has(name)}
                onChange={(value) => setValues((now) => ({ ...now, [name]: value }))}
              />
            </div>
            {names.length > 1 && (
              <Checkbox
                mb={8}
                label="Leave out"
                aria-label={`Leave out ${fieldWord(name, undefined)}`}
                checked={without.has(name)}
                onChange={(event) => {
                  const next = new Set(without)
                  if (event.currentTarget.checked) next.add(name)
                  else next.delete(name)
                  setWithout(next)
                }}
              />
            )}
          </Group>
        ))}
        <Text size="sm" c="dimmed">
          The edited request is planned and checked again, with the AI agent's own rights.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" disabled={nothing} onClick={() => send(false)}>
            Save and look again
          </Button>
          <Button disabled={nothing} onClick={() => send(true)}>
            Save and approve
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface FieldProps {
  readonly label: string
  readonly value: unknown
  readonly disabled: boolean
  readonly onChange: (value: unknown) => void
}

/** Keeps the kind of the value: what was a number stays one. */
function Field({ label, value, disabled, onChange }: FieldProps) {
  if (typeof value === 'boolean') {
    return (
      <Checkbox
        label={label}
        checked={value}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    )
  }
  if (typeof value === 'number') {
    return (
      <NumberInput
        label={label}
        value={value}
        disabled={disabled}
        onChange={(next) => typeof next === 'number' && onChange(next)}
      />
    )
  }
  if (Array.isArray(value)) {
    return (
      <Stack gap="xs">
        {value.map((one: unknown, index) => (
          <Field
            // biome-ignore lint/suspicious/noArrayIndexKey: members of a list have no other name, and none is moved
            key={index}
            label={`${label} ${index + 1}`}
            value={one}
            disabled={disabled}
            onChange={(next) => onChange(value.with(index, next))}
          />
        ))}
      </Stack>
    )
  }
  if (typeof value === 'object' && value !== null) {
    return (
      <Fieldset legend={label} disabled={disabled}>
        <Stack gap="xs">
          {Object.entries(value)
            .filter(([, member]) => member !== null)
            .map(([name, member]) => (
              <Field
                key={name}
                label={fieldWord(name, undefined)}
                value={member}
                disabled={disabled}
                onChange={(next) => onChange({ ...value, [name]: next })}
              />
            ))}
        </Stack>
      </Fieldset>
    )
  }
  return (
    <Textarea
      label={label}
      value={String(value ?? '')}
      disabled={disabled}
      autosize
      minRows={1}
      maxRows={12}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
