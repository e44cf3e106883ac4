import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { type PeopleQuery, SetAbsenceDocument } from '../../../../generated/console.ts'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'

type Absence = Pick<PeopleQuery['absences'][number], 'from' | 'until' | 'deputy'>

export function awayWords({ from, until, deputy }: Absence): string {
  return `Away ${day(from)} to ${day(until)}; ${deputy?.name ?? 'somebody'} stands in`
}

function day(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

interface Props {
  readonly person: { readonly id: string; readonly name: string }
  readonly deputies: readonly { readonly id: string; readonly name: string }[]
  readonly onClose: () => void
  readonly onSaved: () => void
}

/** Who is away from when until when, and who stands in. */
export function Away({ person, deputies, onClose, onSaved }: Props) {
  const [error, setError] = useState<CombinedError>()
  const change = useChange()
  async function save(form: FormData) {
    const at = (name: string) => new Date(String(form.get(name))).toISOString()
    const result = await change(SetAbsenceDocument, {
      input: { person: person.id, deputy: String(form.get('deputy')), from: at('from'), until: at('until') },
    })
    setError(result.error)
    if (result.error === undefined) onSaved()
  }
  return (
    <Modal opened onClose={onClose} title={`${person.name} is away`} transitionProps={{ duration: 0 }}>
      {deputies.length === 0 ? (
        <Text size="sm">Nobody else may sign: give somebody the role Approver first.</Text>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void save(new FormData(event.currentTarget))
          }}
        >
          <Stack>
            <NativeSelect
              name="deputy"
              label="Who stands in"
              description="Signs by rights of their own."
              data={deputies.map(({ id, name }) => ({ value: id, label: name }))}
            />
            <TextInput name="from" label="From" type="datetime-local" required />
            <TextInput name="until" label="Until" type="datetime-local" required />
            <Refused error={error} />
            <Group justify="flex-end">
              <Button type="submit">Save</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
