import { Radio, Stack } from '@mantine/core'
import type { AccessProfile } from '../../../../generated/console.ts'
import { PROFILES } from './policy.ts'

interface Props {
  readonly label: string
  readonly description?: string
  readonly value: AccessProfile
  readonly onChange: (profile: AccessProfile) => void
}

/** The four access profiles, with what each is for. */
export function ProfileChoice({ onChange, ...props }: Props) {
  return (
    <Radio.Group {...props} onChange={(value) => onChange(value as AccessProfile)}>
      <Stack gap="xs" mt="xs">
        {Object.entries(PROFILES).map(([value, { name, text }]) => (
          <Radio key={value} value={value} label={name} description={text} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
