import { Alert, Button, Stack, Text } from '@mantine/core'
import { CombinedError } from '@urql/core'
import { messageOf } from '../graphql.ts'

export function Failure({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <Alert color="red" variant="outline" title="This could not be loaded" role="alert" m="md">
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{error instanceof CombinedError ? messageOf(error) : error.message}</Text>
        <Button size="xs" variant="default" onClick={retry}>
          Try again
        </Button>
      </Stack>
    </Alert>
  )
}
