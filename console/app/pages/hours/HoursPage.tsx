import { Alert, Box, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { BusinessHoursDocument } from '../../../../generated/console.ts'
import { useHolds } from '../../me.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { PageHead } from '../../parts/PageHead.tsx'
import { type Calendar, calendarOf, DAYS, dateWord, dayWord, hoursOn } from './calendar.ts'
import { HoursForm } from './HoursForm.tsx'
import { HoursPreview } from './HoursPreview.tsx'

/** When the people of this installation work: deadlines of requests and approval rules go by it. */
export default function HoursPage() {
  const [{ data, error }, ask] = useQuery({ query: BusinessHoursDocument })
  const mayChange = useHolds()('owner', null)
  const [edited, setEdited] = useState<Calendar>()
  const [looking, setLooking] = useState(false)
  const reload = () => ask({ requestPolicy: 'network-only' })
  if (error !== undefined && data === undefined) return <Failure error={error} retry={reload} />
  if (data === undefined) return <Loading what="business hours" />
  const saved = data.businessCalendar
  const calendar = edited ?? calendarOf(saved)
  return (
    <Box p="md" maw={760}>
      <PageHead title="Business hours" back={{ to: '/workflows', label: 'Workflows' }} />
      <Stack>
        {saved == null ? (
          <Alert color="orange" variant="outline" title="Nobody has set business hours yet">
            A request that nobody decides ends at 18:00 UTC of the next working day, and approval rules that
            go by business hours count as the stricter way.
          </Alert>
        ) : (
          <Text size="sm">
            {saved.open ? 'It is business hours now.' : 'It is outside of business hours now.'} A request ends
            undecided when the next business day ends.
          </Text>
        )}
        {mayChange ? (
          <>
            <HoursForm calendar={calendar} onEdit={setEdited} />
            <Group justify="flex-end">
              {edited !== undefined && (
                <Button variant="default" onClick={() => setEdited(undefined)}>
                  Discard
                </Button>
              )}
              <Button disabled={saved != null && edited === undefined} onClick={() => setLooking(true)}>
                See what it changes
              </Button>
            </Group>
          </>
        ) : (
          <>
            {saved != null && <AsTheyAre calendar={calendar} />}
            <Text size="sm" c="dimmed">
              An owner can change them.
            </Text>
          </>
        )}
      </Stack>
      {looking && (
        <HoursPreview
          calendar={calendar}
          onClose={() => setLooking(false)}
          onSaved={() => {
            setLooking(false)
            setEdited(undefined)
            reload()
          }}
        />
      )}
    </Box>
  )
}

function AsTheyAre({ calendar }: { calendar: Calendar }) {
  const { timeZone, holidays } = calendar
  return (
    <Stack gap={4}>
      <Text size="sm">Time zone: {timeZone}</Text>
      {DAYS.map((day) => (
        <Text size="sm" key={day}>
          {dayWord(day)}:{' '}
          {hoursOn(calendar, day)
            .map(({ opens, closes }) => `${opens} to ${closes}`)
            .join(' and ') || 'closed'}
        </Text>
      ))}
      {holidays != null && holidays.length > 0 && (
        <Text size="sm">Days off: {holidays.map(dateWord).join(', ')}</Text>
      )}
    </Stack>
  )
}
