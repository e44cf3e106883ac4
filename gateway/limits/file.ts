import { parseDocument } from 'yaml'
import { DEFAULT_SETTINGS, type Settings } from '../settings.ts'
import { DEFAULT_LIMITS, type Limits } from '../supergraph/limits.ts'

/** What the limits of docs/safety.md (i) are in one installation. */
export interface InstallationLimits {
  readonly bodyBytes: number
  readonly fileBytes: number
  readonly document: Limits
  readonly settings: Partial<Settings>
}

interface Limit {
  readonly byDefault: number
  readonly least: number
  /** The hard cap. */
  readonly most: number
}

type DocumentLimit = keyof Limits
type SettingLimit =
  | 'operationsPerMinute'
  | 'writesPerMinute'
  | 'openRequestsPerAgent'
  | 'streamsPerCaller'
  | 'operation'
  | 'vendorRead'
  | 'vendorWrite'
  | 'vendorQueue'
  | 'vendorQueueWait'

const document = (name: DocumentLimit, most: number, least = 1): Limit => ({
  byDefault: DEFAULT_LIMITS[name],
  least,
  most,
})
const setting = (name: SettingLimit, most: number, least = 1): Limit => ({
  byDefault: DEFAULT_SETTINGS[name] as number,
  least,
  most,
})

const KILOBYTE = 1024
/** As vendors count files. */
export const MEGABYTE = 1_000_000

/** The names are those of the settings and of the error that a limit answers; docs/limits.md tells what each means. */
export const LIMITS = {
  bodyKilobytes: { byDefault: 256, least: 4, most: 1024 },
  fileMegabytes: { byDefault: 10, least: 1, most: 25 },
  tokens: document('tokens', 10_000, 100),
  depth: document('depth', 20, 3),
  aliases: document('aliases', 200, 0),
  fields: document('fields', 1_000, 10),
  directives: document('directives', 200, 0),
  rootFields: document('rootFields', 50),
  mutationRootFields: document('mutationRootFields', 20),
  cost: document('cost', 50_000, 10),
  // The schema takes no larger page, and gives 25 where none is asked for.
  page: document('page', 100, 25),
  operationsPerMinute: setting('operationsPerMinute', 6_000),
  writesPerMinute: setting('writesPerMinute', 600),
  openRequestsPerAgent: setting('openRequestsPerAgent', 5_000),
  streamsPerCaller: setting('streamsPerCaller', 50),
  operation: setting('operation', 120),
  vendorRead: setting('vendorRead', 60),
  vendorWrite: setting('vendorWrite', 90),
  vendorQueue: setting('vendorQueue', 5_000),
  vendorQueueWait: setting('vendorQueueWait', 60),
} as const satisfies Readonly<Record<'bodyKilobytes' | 'fileMegabytes' | DocumentLimit | SettingLimit, Limit>>

export type LimitName = keyof typeof LIMITS

/**
 * @param text YAML: a limit's name and a whole number, one a line; without one everything is as by default
 * @throws TypeError that names every problem: nothing starts with a limit that is not what somebody meant
 */
export function readLimits(text: string | undefined, file: string): InstallationLimits {
  const given = text === undefined ? {} : membersOf(text, file)
  const problems = Object.entries(given).flatMap(([name, value]) => problemOf(name, value) ?? [])
  if (problems.length > 0) throw new TypeError(`${file}: ${problems.join('; ')}`)
  const of = (name: LimitName) => (given[name] as number | undefined) ?? LIMITS[name].byDefault
  const pick = <Name extends LimitName>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, number>
  return {
    bodyBytes: of('bodyKilobytes') * KILOBYTE,
    fileBytes: of('fileMegabytes') * MEGABYTE,
    document: pick(Object.keys(DEFAULT_LIMITS) as DocumentLimit[]),
    settings: pick(namesOfSettings()),
  }
}

function namesOfSettings(): SettingLimit[] {
  return (Object.keys(LIMITS) as LimitName[]).filter(
    (name): name is SettingLimit =>
      name !== 'bodyKilobytes' && name !== 'fileMegabytes' && !Object.hasOwn(DEFAULT_LIMITS, name),
  )
}

function membersOf(text: string, file: string): Readonly<Record<string, unknown>> {
  const parsed = parseDocument(text, { uniqueKeys: true })
  const [error] = parsed.errors
  if (error !== undefined) throw new TypeError(`${file}: ${error.message.split('\n')[0]}`)
  const value: unknown = parsed.toJS() ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TypeError(`${file}: expected lines like "operationsPerMinute: 200", got ${typeof value}`)
  }
  return value as Readonly<Record<string, unknown>>
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(LIMITS, name)) {
    return `expected one of ${Object.keys(LIMITS).join(', ')}, got "${name}"`
  }
  const { least, most } = LIMITS[name as LimitName]
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
    return undefined
  return `expected "${name}" to be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`
}
