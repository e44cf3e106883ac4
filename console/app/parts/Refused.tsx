import { Alert } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { messageOf } from '../graphql.ts'

/** Beside the form whose change the gateway refused, in the gateway's own words. */
export function Refused({ error }: { error: CombinedError | undefined }) {
  if (error === undefined) return null
  return (
    <Alert color="red" variant="outline" role="alert">
      {messageOf(error)}
    </Alert>
  )
}
