import { Anchor, Box, Group, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

interface Props {
  readonly title: string
  readonly back?: { readonly to: string; readonly label: string }
  /** At the right of the title. */
  readonly children?: ReactNode
}

export function PageHead({ title, back, children }: Props) {
  return (
    <Box mb="md">
      {back !== undefined && (
        <Anchor component={Link} to={back.to} size="sm">
          <Group gap={4} component="span">
            <IconArrowLeft size={14} aria-hidden /> {back.label}
          </Group>
        </Anchor>
      )}
      <Group justify="space-between" mt={back === undefined ? 0 : 'xs'}>
        <Title order={1} size="h3" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {children}
      </Group>
    </Box>
  )
}
