import type { TimeEntry } from '../dataset/index.ts'
import { day, durationOf, weekStart } from './dates.ts'
import { sysIdOf } from './ids.ts'
import { valueFor } from './seed-metadata.ts'
import type { Add } from './seeding.ts'
import type { State } from './store.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

const hoursOf = (entry: TimeEntry) => (entry.endsAt - entry.startsAt) / HOUR

/** Worked time as rows, and the same hours once more in the week's grid. */
export function seedTime(state: State, add: Add): void {
  const { dataset } = state
  const identifiers = new Map(dataset.technicians.map(({ id, identifier }) => [id, identifier]))
  const category = new Map(dataset.workTypes.map((type) => [type.id, valueFor(type.name)]))
  const weekOf = (entry: TimeEntry) => weekStart(new Date(entry.startsAt))
  const cardKey = (entry: TimeEntry) => `${entry.technicianId}.${entry.ticketId}.${weekOf(entry)}`

  for (const entry of dataset.timeEntries) {
    const seconds = Math.round((entry.endsAt - entry.startsAt) / 1000)
    add(
      'task_time_worked',
      'time',
      entry.id,
      {
        task: sysIdOf('ticket', entry.ticketId),
        user: sysIdOf('technician', entry.technicianId),
        work_date: day(entry.startsAt),
        time_worked: durationOf(seconds),
        time_in_seconds: String(seconds),
        comments: entry.notes,
        category: category.get(entry.workTypeId),
        time_card: sysIdOf('time_card', cardKey(entry)),
      },
      { at: entry.endsAt, by: identifiers.get(entry.technicianId) ?? 'zadmin' },
    )
  }

  const approvedBefore = dataset.anchor.getTime() - 30 * DAY
  for (const [key, entries] of Map.groupBy(dataset.timeEntries, cardKey)) {
    const [first] = entries
    if (!first) continue
    const days: Record<string, number> = {}
    for (const entry of entries) {
      const name = WEEKDAYS[new Date(entry.startsAt).getUTCDay()]!
      days[name] = (days[name] ?? 0) + hoursOf(entry)
    }
    const total = entries.reduce((sum, entry) => sum + hoursOf(entry), 0)
    const last = entries.at(-1) ?? first
    const sheet = `${first.technicianId}.${weekOf(first)}`
    add(
      'time_card',
      'time_card',
      key,
      {
        user: sysIdOf('technician', first.technicianId),
        task: sysIdOf('ticket', first.ticketId),
        category: 'task_work',
        week_starts_on: weekOf(first),
        time_sheet: sysIdOf('time_sheet', sheet),
        state: last.endsAt < approvedBefore ? 'Approved' : 'Pending',
        ...Object.fromEntries(Object.entries(days).map(([name, hours]) => [name, String(hours)])),
        total: String(total),
      },
      { at: last.endsAt, by: identifiers.get(first.technicianId) ?? 'zadmin' },
    )
  }
  for (const [key, entries] of Map.groupBy(
    dataset.timeEntries,
    (entry) => `${entry.technicianId}.${weekOf(entry)}`,
  )) {
    const [first] = entries
    if (!first) continue
    add('time_sheet', 'time_sheet', key, {
      user: sysIdOf('technician', first.technicianId),
      week_starts_on: weekOf(first),
      state: first.endsAt < approvedBefore ? 'Approved' : 'Pending',
      total: String(entries.reduce((sum, entry) => sum + hoursOf(entry), 0)),
    })
  }
}
