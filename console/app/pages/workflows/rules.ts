import { labelsOf } from '../../words.ts'
import { type GroupDraft, plain, type Rule, type When } from './policy.ts'
import type { Names } from './records.ts'

export type Fact = keyof When

/** As the form offers it, what it begins with, and how it reads in a rule. */
interface Condition<Name extends Fact = Fact> {
  readonly label: (vendor: string | undefined) => string
  readonly first: NonNullable<When[Name]>
  readonly words: (value: NonNullable<When[Name]>, names: Names, vendor: string | undefined) => string
}

const either = (yes: string, no: string) => (value: boolean) => (value ? yes : no)

/** One for each fact that a rule may look at, in the order of the form. */
export const CONDITIONS: { readonly [Name in Fact]-?: Condition<Name> } = {
  kinds: {
    label: () => 'What it does to a record',
    first: ['UPDATE'],
    words: (kinds) => `it is a ${plain(kinds.join(' or ')).toLowerCase()}`,
  },
  fields: { label: () => 'A field is written', first: [], words: (fields) => `it writes ${or(fields)}` },
  values: {
    label: () => 'A field gets a value',
    first: {},
    words: (values) => {
      const written = Object.entries(values).map(([field, wanted]) => `${field} becomes ${or(wanted)}`)
      return written.length === 0 ? or([]) : written.join(' and ')
    },
  },
  closes: {
    label: () => 'It closes the ticket',
    first: true,
    words: either('it closes the ticket', 'it closes nothing'),
  },
  reopens: {
    label: () => 'It reopens the ticket',
    first: true,
    words: either('it reopens the ticket', 'it reopens nothing'),
  },
  clientMail: {
    label: () => 'It may mail the client',
    first: true,
    words: either('it may mail the client', 'it mails nobody'),
  },
  boards: {
    label: (vendor) => `The ${labelsOf(vendor).board}`,
    first: [],
    words: (keys, names, vendor) =>
      `the ${labelsOf(vendor).board} is ${or(keys.map((key) => names.of('Board', key)))}`,
  },
  companies: {
    label: (vendor) => `The ${labelsOf(vendor).company.toLowerCase()}`,
    first: [],
    words: (keys, names, vendor) =>
      `the ${labelsOf(vendor).company.toLowerCase()} is ${or(keys.map((key) => names.of('Company', key)))}`,
  },
  companyTypes: {
    label: () => 'The type of the company',
    first: [],
    words: (types) => `the company is a ${or(types)}`,
  },
  priorityAtLeast: {
    label: () => 'The priority',
    first: 1,
    words: (rank) => (rank === 1 ? 'the priority is 1' : `the priority is ${rank} or more urgent`),
  },
  billableHoursOver: {
    label: () => 'Billable hours',
    first: 1,
    words: (hours) => `it bills more than ${hours} hours`,
  },
  amountOver: {
    label: () => 'Money',
    first: 100,
    words: (amount) => `it moves more than ${amount} in money`,
  },
  insideBusinessHours: {
    label: () => 'Business hours',
    first: true,
    words: either('it is inside business hours', 'it is outside business hours'),
  },
}

export const FACTS = Object.keys(CONDITIONS) as Fact[]

function or(names: readonly string[]): string {
  return names.length === 0 ? '…' : names.join(' or ')
}

/** "it closes the ticket, and the board is Security"; empty where it always fits. */
export function whenWords({ when = {} }: Rule, names: Names, vendor: string | undefined): string {
  return factsOf(when)
    .map((fact) => (CONDITIONS[fact] as Condition).words(when[fact] as never, names, vendor))
    .join(', and ')
}

/** Conditions that a rule has, in the order of the form. */
export function factsOf(when: When): readonly Fact[] {
  return FACTS.filter((fact) => when[fact] !== undefined)
}

const COUNTS = ['Nobody signs', 'One signature', 'Two signatures', 'Three signatures']

export function countWords(approvers: number): string {
  return COUNTS[approvers] ?? `${approvers} signatures`
}

export function whoWords({ approvers, notRequester, fourEyes, bulk }: Rule): string {
  return [
    countWords(approvers),
    ...(approvers > 0 && notRequester === true ? ['not of the person for whom the AI agent works'] : []),
    ...(approvers > 0 && fourEyes === true ? ['not of the owner of its token'] : []),
    ...(approvers > 0 && bulk === true ? ['also together with others'] : []),
  ].join(', ')
}

/** Why a rule can't be saved as it is, or undefined. */
export function lackOf(fact: Fact, when: When): string | undefined {
  const value = when[fact]
  if (Array.isArray(value))
    return value.length === 0 ? 'Pick one at least, or take the condition off.' : undefined
  if (fact === 'values') {
    const lists = Object.values(when.values ?? {})
    return lists.length === 0 || lists.some((list) => list.length === 0)
      ? 'Pick a field and its values, or take the condition off.'
      : undefined
  }
  return typeof value === 'number' && !Number.isFinite(value) ? 'Type a number.' : undefined
}

export function isWhole({ when = {} }: Rule): boolean {
  return factsOf(when).every((fact) => lackOf(fact, when) === undefined)
}

/** A condition that is taken off leaves no trace; a rule without any always fits. */
export function withFact<Name extends Fact>(rule: Rule, fact: Name, value: When[Name] | undefined): Rule {
  const { when = {}, ...rest } = rule
  const { [fact]: _before, ...others } = when
  const next = value === undefined ? others : { ...when, [fact]: value }
  return Object.keys(next).length === 0 ? rest : { when: next, ...rest }
}

export function rulesOf(group: GroupDraft): readonly Rule[] {
  return group.approval ?? []
}

/** Without any, one person signs each write: an empty list would be refused. */
export function withRules(group: GroupDraft, rules: readonly Rule[]): GroupDraft {
  const { approval: _before, ...rest } = group
  return rules.length === 0 ? rest : { ...rest, approval: rules }
}

/** Where a rule of its own is reached: before the one that always fits. */
export function withNewRule(rules: readonly Rule[]): readonly [rules: readonly Rule[], at: number] {
  const always = rules.findIndex(({ when }) => when === undefined)
  const at = always === -1 ? rules.length : always
  return [rules.toSpliced(at, 0, { when: { closes: true }, approvers: 1 }), at]
}
