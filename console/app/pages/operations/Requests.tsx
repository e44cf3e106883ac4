import { Anchor, Box, Group, Stack, Text } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { RowFragment } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useVendor } from '../../me.ts'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { ticketLine, writeWord } from '../../words.ts'

/** Requests that somebody has to look at, each with what can be done about it. */
export function Requests<Row extends RowFragment>({
  page,
  error,
  empty,
  action,
}: {
  page: { readonly nodes: readonly Row[]; readonly hasNextPage: boolean } | undefined
  error: CombinedError | undefined
  empty: string
  action: (row: Row) => ReactNode
}) {
  const vendorOf = useVendor()
  if (page === undefined || page.nodes.length === 0) {
    return (
      <Text size="sm" c="dimmed" role="status">
        {page !== undefined ? empty : error !== undefined ? messageOf(error) : 'Loading …'}
      </Text>
    )
  }
  return (
    <>
      <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {page.nodes.map((row) => (
          <Group
            key={row.id}
            component="li"
            className="row"
            data-request={row.id}
            justify="space-between"
            align="flex-start"
            py={8}
            gap="sm"
          >
            <Stack gap={2} flex={1} miw={220}>
              <Text size="sm" component="div">
                <Anchor component={Link} to={`/approvals/${row.id}`} inherit fw={600} underline="always">
                  {writeWord(row.write)}
                </Anchor>
                {row.ticket && (
                  <>
                    {', '}
                    <Untrusted text={ticketLine(row.ticket, vendorOf(row.connection))} />
                  </>
                )}
              </Text>
              {row.error && <Text size="sm">{row.error.message}</Text>}
              <Text size="xs" c="dimmed">
                {row.agent?.name ?? 'An AI agent'}, asked {new Date(row.createdAt).toLocaleString()}
              </Text>
            </Stack>
            {action(row)}
          </Group>
        ))}
      </Box>
      {page.hasNextPage && (
        <Text size="sm" mt="xs">
          The newest are shown.{' '}
          <Anchor component={Link} to="/approvals?view=stuck" inherit underline="always">
            All of them
          </Anchor>
        </Text>
      )}
    </>
  )
}
