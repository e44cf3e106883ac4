import type { TenantChoice, TenantChoices, TenantMapping } from '../../schema/source.ts'
import type { MappedNames, MappingProblem } from '../store/tables.ts'

interface Mapped {
  readonly member: string
  readonly key: string
  readonly choices: readonly TenantChoice[] | undefined
  readonly what: string
  /** The board or ticket type that it is mapped for; `*` is whichever it belongs to. */
  readonly within?: string
}

/** What a mapping names, against what the PSA offers now. What the PSA does not tell is not judged. */
export function mappingProblems(
  mapping: TenantMapping,
  offered: TenantChoices,
  namesBefore: MappedNames,
): { readonly problems: readonly MappingProblem[]; readonly names: MappedNames } {
  const problems: MappingProblem[] = []
  const names: Record<string, string> = {}
  for (const { member, key, choices, what, within = '*' } of mapped(mapping, offered)) {
    if (choices === undefined) continue
    const found = choices.find((one) => one.key === key)
    const add = (problem: MappingProblem['problem'], message: string) =>
      problems.push({ member, problem, message })
    if (found === undefined) {
      add('GONE', `The PSA has no ${what} ${key} any more.`)
      continue
    }
    if (within !== '*' && found.within?.includes(within) === false)
      add('ELSEWHERE', `The ${what} "${found.name}" does not belong to ${within}, which it is mapped for.`)
    const before = namesBefore[member] ?? found.name
    names[member] = before
    // What a status means is asked of old tickets, too.
    if (!found.active && !member.startsWith('statusCategories.'))
      add('INACTIVE', `The ${what} "${found.name}" is not in use any more.`)
    if (before !== found.name) add('RENAMED', `The ${what} "${before}" is called "${found.name}" now.`)
    if (member.startsWith('silentStatuses.') && found.mails === true)
      add('MAILS', `The ${what} "${found.name}" is marked as silent and has a template that mails.`)
  }
  return { problems, names }
}

function mapped(mapping: TenantMapping, offered: TenantChoices): readonly Mapped[] {
  const { statuses, outcomes, noteTypes, roles, closeCodes, workTypes, taskTables } = offered
  const byKey = (
    name: string,
    keys: Readonly<Record<string, string>> = {},
    choices: Mapped['choices'],
    what: string,
  ) => Object.entries(keys).map(([at, key]) => ({ member: `${name}.${at}`, key, choices, what }))
  const within = (board: string) => (one: Mapped) => ({ ...one, within: board })
  const perBoard = (name: string, keys: Readonly<Record<string, string>> = {}) =>
    Object.entries(keys).flatMap(([board, key]) =>
      byKey(name, { [board]: key }, statuses, 'status').map(within(board)),
    )
  return [
    ...Object.keys(mapping.statusCategories ?? {}).map((key) => ({
      member: `statusCategories.${key}`,
      key,
      choices: statuses,
      what: 'status',
    })),
    ...perBoard('resolvedStatus', mapping.resolvedStatus),
    ...perBoard('reopenStatus', mapping.reopenStatus),
    ...(mapping.silentStatuses ?? []).flatMap((key) => silent(key, offered)),
    ...Object.entries(mapping.outcomes ?? {}).flatMap(([type, uses]) =>
      byKey(`outcomes.${type}`, uses, outcomes, 'outcome').map(within(type)),
    ),
    ...byKey('noteTypes', mapping.noteTypes, noteTypes, 'note type'),
    ...byKey('timeRoles', mapping.timeRoles, roles, 'role'),
    ...(mapping.closeCode === undefined
      ? []
      : [{ member: 'closeCode', key: mapping.closeCode, choices: closeCodes, what: 'close code' }]),
    ...(mapping.defaultWorkType === undefined
      ? []
      : [{ member: 'defaultWorkType', key: mapping.defaultWorkType, choices: workTypes, what: 'work type' }]),
    ...(mapping.taskTables ?? []).map((key) => ({
      member: `taskTables.${key}`,
      key,
      choices: taskTables,
      what: 'table',
    })),
  ]
}

/** Where there are outcomes a bare key is one, and a status says that it is. `notes` is no key of the PSA. */
function silent(key: string, { statuses, outcomes }: TenantChoices): readonly Mapped[] {
  if (key === 'notes') return []
  const status = key.startsWith('status:')
  return [
    {
      member: `silentStatuses.${key}`,
      key: status ? key.slice('status:'.length) : key,
      choices: status || outcomes === undefined ? statuses : outcomes,
      what: status || outcomes === undefined ? 'status' : 'outcome',
    },
  ]
}
