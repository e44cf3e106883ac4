import { Box, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { EndAbsenceDocument, OwnAbsencesDocument } from '../../../../generated/console.ts'
import { useMe } from '../../me.ts'
import { Empty } from '../../parts/Empty.tsx'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { told } from '../../parts/told.ts'
import { useChange } from '../../session/Fresh.tsx'
import { Away, awayWords } from '../people/Away.tsx'

/** One's own absences: what waits for somebody who is away waits for the deputy, too. */
export default function AwayPage() {
  const me = useMe()
  const change = useChange()
  const [{ data, error }, ask] = useQuery({ query: OwnAbsencesDocument })
  const [asking, setAsking] = useState(false)
  const reload = () => ask({ requestPolicy: 'network-only' })
  const own = data?.absences.filter(({ person }) => person?.id === me.id) ?? []

  async function end(id: string) {
    told((await change(EndAbsenceDocument, { id })).error)
    reload()
  }
  return (
    <Box p="md" maw={900}>
      <PageHead title="When you are away">
        {data !== undefined && <Button onClick={() => setAsking(true)}>I will be away</Button>}
      </PageHead>
      {error !== undefined && data === undefined ? (
        <Failure error={error} retry={reload} />
      ) : data === undefined ? (
        <Loading what="your absences" />
      ) : own.length === 0 ? (
        <Empty title="You are not away">
          While you are, what waits for you waits for a deputy, too, who signs by rights of their own.
        </Empty>
      ) : (
        <Stack gap="sm">
          {own.map((absence) => (
            <Paper key={absence.id} withBorder p="md">
              <Group justify="space-between">
                <Text size="sm">{awayWords(absence)}</Text>
                <Button size="xs" variant="default" onClick={() => void end(absence.id)}>
                  I am back
                </Button>
              </Group>
            </Paper>
          ))}
        </Stack>
      )}
      {asking && data !== undefined && (
        <Away
          person={me}
          deputies={data.possibleDeputies}
          onClose={() => setAsking(false)}
          onSaved={() => {
            setAsking(false)
            reload()
          }}
        />
      )}
    </Box>
  )
}
