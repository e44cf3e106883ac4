import { Center, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center mih={240} p="lg">
      <Stack gap={4} align="center" maw={420}>
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" ta="center" component="div">
          {children}
        </Text>
      </Stack>
    </Center>
  )
}
