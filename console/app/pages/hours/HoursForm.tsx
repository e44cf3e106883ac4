import { ActionIcon, Button, Fieldset, Group, Pill, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import {
  type Calendar,
  DAYS,
  dateWord,
  dayWord,
  hoursOn,
  MIDNIGHT,
  type Span,
  withHours,
} from './calendar.ts'

interface Props {
  readonly calendar: Calendar
  readonly onEdit: (calendar: Calendar) => void
}

export function HoursForm({ calendar, onEdit }: Props) {
  return (
    <Stack>
      <Select
        label="Time zone"
        searchable
        allowDeselect={false}
        value={calendar.timeZone}
        data={zonesWith(calendar.timeZone)}
        maxDropdownHeight={260}
        onChange={(timeZone) => timeZone !== null && onEdit({ ...calendar, timeZone })}
      />
      <Fieldset legend="Hours, by the clock on the wall there">
        <Stack gap="xs">
          {DAYS.map((day) => (
            <Day
              key={day}
              name={dayWord(day)}
              spans={hoursOn(calendar, day)}
              onSpans={(spans) =>
                onEdit(
                  withHours(
                    calendar,
                    day,
                    spans.map((span) => ({ ...span, day })),
                  ),
                )
              }
            />
          ))}
        </Stack>
      </Fieldset>
      <Holidays
        days={calendar.holidays ?? []}
        onDays={(holidays) => onEdit({ ...calendar, holidays: [...holidays] })}
      />
    </Stack>
  )
}

/** Some browsers leave UTC out of their list. */
function zonesWith(chosen: string): readonly string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), chosen])]
}

type Times = Pick<Span, 'opens' | 'closes'>

interface DayProps {
  readonly name: string
  readonly spans: readonly Times[]
  readonly onSpans: (spans: readonly Times[]) => void
}

function Day({ name, spans, onSpans }: DayProps) {
  return (
    <Group role="group" aria-label={name} align="flex-start" gap="xs">
      <Text size="sm" w={100} mt={6}>
        {name}
      </Text>
      <Stack gap={6}>
        {spans.length === 0 && (
          <Text size="sm" c="dimmed" mt={6}>
            closed
          </Text>
        )}
        {spans.map(({ opens, closes }, index) => (
          // A span has no name of its own, only its place.
          // biome-ignore lint/suspicious/noArrayIndexKey: as the comment above says
          <Group key={index} gap={6} wrap="nowrap">
            <TextInput
              type="time"
              size="xs"
              aria-label={`${name}: from`}
              value={opens}
              onChange={(event) => onSpans(spans.with(index, { opens: event.currentTarget.value, closes }))}
            />
            <Text size="sm">to</Text>
            <TextInput
              type="time"
              size="xs"
              aria-label={`${name}: to`}
              value={closes === MIDNIGHT.kept ? MIDNIGHT.typed : closes}
              onChange={({ currentTarget: { value } }) =>
                onSpans(
                  spans.with(index, { opens, closes: value === MIDNIGHT.typed ? MIDNIGHT.kept : value }),
                )
              }
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${name}: take these hours off`}
              onClick={() => onSpans(spans.toSpliced(index, 1))}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <Button
        size="compact-xs"
        mt={5}
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        aria-label={`${name}: add hours`}
        onClick={() => onSpans([...spans, nextSpan(spans.at(-1))])}
      >
        Hours
      </Button>
    </Group>
  )
}

function nextSpan(last: Times | undefined): Times {
  return last === undefined
    ? { opens: '08:00', closes: '18:00' }
    : { opens: last.closes, closes: MIDNIGHT.kept }
}

function Holidays({ days, onDays }: { days: readonly string[]; onDays: (days: readonly string[]) => void }) {
  const [day, setDay] = useState('')
  return (
    <Fieldset legend="Days off">
      <Stack gap="xs">
        {days.length > 0 && (
          <Group gap={6}>
            {days.map((one) => (
              <Pill
                key={one}
                size="md"
                withRemoveButton
                removeButtonProps={{ 'aria-label': `Take ${one} off`, 'aria-hidden': false, tabIndex: 0 }}
                onRemove={() => onDays(days.filter((other) => other !== one))}
              >
                {dateWord(one)}
              </Pill>
            ))}
          </Group>
        )}
        <Group align="flex-end" gap="xs">
          <TextInput
            type="date"
            size="xs"
            label="Another day off"
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <Button
            size="xs"
            variant="default"
            disabled={day === '' || days.includes(day)}
            onClick={() => {
              onDays([...days, day].toSorted())
              setDay('')
            }}
          >
            Add
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  )
}
