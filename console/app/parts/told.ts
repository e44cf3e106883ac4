import { notifications } from '@mantine/notifications'
import type { CombinedError } from '@urql/core'
import { messageOf } from '../graphql.ts'

/** Says why a change was refused, where no form is beside which it could stand. */
export function told(error: CombinedError | undefined): void {
  if (error !== undefined) notifications.show({ color: 'red', message: messageOf(error) })
}
