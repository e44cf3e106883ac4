import { Box, Button, Center, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useQuery } from 'urql'
import { ActivityDocument } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useHolds } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { QuotaUse } from '../../parts/QuotaUse.tsx'
import { ActivityChart } from './ActivityChart.tsx'
import { EventList } from './EventList.tsx'
import { ExportButton } from './ExportButton.tsx'
import { Filters } from './Filters.tsx'
import { askedBy, chartOf } from './filters.ts'
import { QuotaChart } from './QuotaChart.tsx'
import { useEvents } from './useEvents.ts'

export default function HistoryPage() {
  const [search, setSearch] = useSearchParams()
  const wanted = search.toString()
  // "The last hour" begins when somebody asks for it: pages of one list have one beginning.
  const asked = useMemo(() => askedBy(new URLSearchParams(wanted), Date.now()), [wanted])
  const { filter } = asked
  const [now, setNow] = useState(Date.now)
  const chart = chartOf(asked, now)
  const [activity] = useQuery({
    query: ActivityDocument,
    variables: {
      ...chart,
      connection: filter.connection ?? null,
      workflow: filter.workflow ?? null,
    },
  })
  const list = useEvents(filter, (at) =>
    // The clock of the store may be a little ahead of the browser's.
    setNow(Math.max(Date.now(), Date.parse(at) + 1)),
  )
  const holds = useHolds()
  const looksAfter = holds('connectionAdmin') || holds('policyAdmin') || holds('auditor')

  function set(changes: Readonly<Record<string, string | null>>) {
    setSearch((now) => {
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) now.delete(name)
        else now.set(name, value)
      }
      return now
    })
  }
  const narrowed = [...search.keys()].some((name) => name !== 'time')
  return (
    <>
      <Group px="md" pt="md" justify="space-between">
        <Title order={1} size="h3">
          Event history
        </Title>
        <ExportButton />
      </Group>
      <Filters search={search} asked={asked} set={set} />
      <SimpleGrid
        cols={looksAfter ? { base: 1, lg: 2 } : 1}
        px="md"
        pb="md"
        spacing="md"
        style={{ alignItems: 'start' }}
      >
        <Paper withBorder p="sm">
          <Title order={2} size="h6" mb={6}>
            {asked.span === 'all' ? 'The last 30 days' : 'Over this time'}
          </Title>
          {activity.data ? (
            <ActivityChart points={activity.data.activity} until={chart.to} />
          ) : (
            <Text size="sm" c="dimmed" role="status">
              {activity.error ? messageOf(activity.error) : 'Counting …'}
            </Text>
          )}
        </Paper>
        {looksAfter && (
          <Paper withBorder p="sm">
            <Title order={2} size="h6" mb={6}>
              Requests to the PSAs, of each quota
            </Title>
            <Stack>
              <QuotaChart {...chart} connection={filter.connection ?? undefined} />
              <QuotaUse />
            </Stack>
          </Paper>
        )}
      </SimpleGrid>
      {list.error !== undefined && <Failure error={list.error} retry={list.reload} />}
      {list.events === undefined && list.error === undefined && <Loading what="events" />}
      {list.events?.length === 0 && (
        <Empty title="Nothing happened">
          {narrowed
            ? 'No event fits. Take a filter off, or look at a longer time.'
            : 'What AI agents do, try and are refused appears here by itself.'}
        </Empty>
      )}
      {list.events !== undefined && list.events.length > 0 && (
        <Box>
          <EventList events={list.events} />
          {list.older !== null && (
            <Center p="md">
              <Button variant="default" size="compact-sm" loading={list.loading} onClick={list.loadOlder}>
                Show older
              </Button>
            </Center>
          )}
        </Box>
      )}
    </>
  )
}
