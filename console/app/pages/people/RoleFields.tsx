import { NativeSelect, Stack, TagsInput } from '@mantine/core'
import type { Role, RoleInput } from '../../../../generated/console.ts'
import { useMe } from '../../me.ts'
import { ROLES } from './roles.ts'

/** A role, and where it holds. Lists are for approvers alone. */
export function RoleFields({ value, onChange }: { value: RoleInput; onChange: (role: RoleInput) => void }) {
  const { connections } = useMe()
  const listed = (name: 'groups' | 'boards' | 'companies', label: string, description: string) => (
    <TagsInput
      label={label}
      description={description}
      value={[...(value[name] ?? [])]}
      onChange={(items) => onChange({ ...value, [name]: items.length === 0 ? null : items })}
    />
  )
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Role"
        description={ROLES[value.role].text}
        value={value.role}
        data={Object.entries(ROLES).map(([role, { name }]) => ({ value: role, label: name }))}
        onChange={(event) =>
          onChange({ role: event.currentTarget.value as Role, connection: value.connection ?? null })
        }
      />
      <NativeSelect
        label="Where"
        value={value.connection ?? ''}
        data={[
          { value: '', label: 'Every connection' },
          ...connections.map(({ slug, name }) => ({ value: slug, label: name })),
        ]}
        onChange={(event) => onChange({ ...value, connection: event.currentTarget.value || null })}
      />
      {value.role === 'approver' && (
        <>
          {listed('groups', 'Permission groups', 'Such as “Tickets”; empty: every one.')}
          {listed('boards', 'Boards', "By the PSA's own keys; empty: every one.")}
          {listed('companies', 'Companies', "By the PSA's own keys; empty: every one.")}
        </>
      )}
    </Stack>
  )
}
