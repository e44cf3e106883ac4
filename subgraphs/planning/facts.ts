import type { NoteInput, ScopeFacts, TimeInput } from '../../schema/plan.ts'

export interface Enumerated {
  readonly fields: readonly {
    readonly field: string
    readonly enumerated?: string
    /** The vendor's key of it. */
    readonly planned?: unknown
  }[]
}

/** A value of one field, by the name and the key that the vendor has for it. */
export function enumerated(field: string, name: string, key: string): Enumerated {
  return { fields: [{ field, enumerated: name, planned: key }] }
}

type Find = (wanted: string) => Promise<{ readonly name: string; readonly key: string }>

/** What time entries name of the vendor's lists, each found as the step finds it. */
export async function namedInTime(
  times: readonly TimeInput[],
  finds: Readonly<Partial<Record<'workType' | 'workRole', Find>>>,
): Promise<readonly Enumerated[]> {
  const found = times.flatMap((time) =>
    (['workType', 'workRole'] as const).map(async (field) => {
      const [wanted, find] = [time[field], finds[field]]
      if (wanted === undefined || find === undefined) return []
      const { name, key } = await find(wanted)
      return [enumerated(field, name, key)]
    }),
  )
  return (await Promise.all(found)).flat()
}

/** What a policy may restrict the values of. */
export function factValues(
  settings: readonly Enumerated[],
  notes: readonly NoteInput[] = [],
  time: readonly TimeInput[] = [],
): Readonly<Record<string, readonly string[]>> {
  const values: Record<string, string[]> = {}
  const add = (field: string, value: string | undefined) => {
    if (value !== undefined) values[field] = [...new Set([...(values[field] ?? []), value])]
  }
  for (const { fields } of settings) for (const one of fields) add(one.field, one.enumerated)
  for (const { kind } of notes) add('kind', kind)
  for (const { billableOption } of time) add('billableOption', billableOption)
  return values
}

/** Keys of the same values, where the vendor has keys beside names. */
export function factKeys(
  settings: readonly Enumerated[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const keys: Record<string, Record<string, string>> = {}
  for (const { field, enumerated: name, planned: key } of settings.flatMap(({ fields }) => fields)) {
    if (name === undefined || typeof key !== 'string' || key === name) continue
    keys[field] = { ...keys[field], [name]: key }
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
