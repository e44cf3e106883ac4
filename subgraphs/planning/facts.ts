import type { NoteInput, ScopeFacts, TimeInput } from '../../schema/plan.ts'

interface Enumerated {
  readonly fields: readonly {
    readonly field: string
    readonly enumerated?: string
    /** The vendor's key of it. */
    readonly planned?: unknown
  }[]
}

const OF_TIME = ['billableOption', 'workType', 'workRole'] as const

/** What a policy may restrict the values of; `ofTime` is what the vendor's time entries hold of it. */
export function factValues(
  settings: readonly Enumerated[],
  notes: readonly NoteInput[],
  time: readonly TimeInput[],
  ofTime: readonly (typeof OF_TIME)[number][] = OF_TIME,
): Readonly<Record<string, readonly string[]>> {
  const values: Record<string, string[]> = {}
  const add = (field: string, value: string | undefined) => {
    if (value !== undefined) values[field] = [...new Set([...(values[field] ?? []), value])]
  }
  for (const { fields } of settings) for (const { field, enumerated } of fields) add(field, enumerated)
  for (const { kind } of notes) add('kind', kind)
  for (const entry of time) for (const field of ofTime) add(field, entry[field])
  return values
}

/** Keys of the same values, where the vendor has keys beside names. */
export function factKeys(
  settings: readonly Enumerated[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const keys: Record<string, Record<string, string>> = {}
  for (const { field, enumerated, planned } of settings.flatMap(({ fields }) => fields)) {
    if (enumerated === undefined || typeof planned !== 'string' || planned === enumerated) continue
    keys[field] = { ...keys[field], [enumerated]: planned }
  }
  return keys
}

const FREE: ReadonlySet<string> = new Set(['DO_NOT_BILL', 'NO_CHARGE'])

/** For vendors whose entries tell whether they are billed. */
export function billableHours(times: readonly Pick<TimeInput, 'hours' | 'billableOption'>[]): number {
  return times.reduce(
    (sum, { hours, billableOption }) => (FREE.has(billableOption ?? '') ? sum : sum + hours),
    0,
  )
}

/** With the company that a contact belongs to: a plan reaches into that one, too. */
export function companiesOf(
  companies: readonly (string | null)[],
  reached: readonly ScopeFacts[],
): readonly string[] {
  const all = [...companies, ...reached.map(({ company }) => company)]
  return [...new Set(all.filter((one) => typeof one === 'string'))]
}
