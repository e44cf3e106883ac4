import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'

/** One word on how something stands. */
export function Word({ color, children }: { color: string; children: ReactNode }) {
  return (
    <Badge size="sm" variant="outline" color={color} tt="none">
      {children}
    </Badge>
  )
}
