import { Anchor, MultiSelect, NativeSelect, TagsInput, Text, TextInput } from '@mantine/core'
import { Link } from 'react-router'
import { sentence } from '../../words.ts'
import { type Choice, KIND_WORDS, type KnownGroup, namesOf, type Rule, type When } from './policy.ts'
import { RecordPicker } from './RecordPicker.tsx'
import type { Names } from './records.ts'
import { CONDITIONS, type Fact, lackOf, withFact } from './rules.ts'
import { ValuesField } from './ValuesField.tsx'

interface Props {
  readonly connection: string
  readonly vendor: string | undefined
  readonly known: KnownGroup
  readonly choices: readonly Choice[]
  readonly names: Names
  readonly rule: Rule
  readonly fact: Fact
  readonly onRule: (rule: Rule) => void
}

/** One condition of a rule, with what the PSA offers for it. */
export function ConditionField(props: Props) {
  const { connection, vendor, known, choices, names, rule, fact, onRule } = props
  const when: When = rule.when ?? {}
  const label = CONDITIONS[fact].label(vendor)
  const error = lackOf(fact, when)
  const set = <Name extends Fact>(name: Name, value: When[Name]) => onRule(withFact(rule, name, value))

  switch (fact) {
    case 'kinds':
      return (
        <MultiSelect
          label={label}
          value={[...(when.kinds ?? [])]}
          data={Object.entries(KIND_WORDS)
            .filter(([kind]) => known.mergesAndBundles || (kind !== 'MERGE' && kind !== 'BUNDLE'))
            .map(([value, word]) => ({ value, label: word }))}
          error={error}
          onChange={(kinds) => set('kinds', kinds)}
        />
      )
    case 'fields':
      return (
        <TagsInput
          label={label}
          description="Any of them. Another field goes by the PSA's own name: type it."
          value={[...(when.fields ?? [])]}
          data={[...known.fields]}
          error={error}
          onChange={(fields) => set('fields', fields)}
        />
      )
    case 'values':
      return (
        <ValuesField
          label={label}
          known={known}
          choices={choices}
          values={when.values ?? {}}
          error={error}
          onChange={(values) => set('values', values)}
        />
      )
    case 'boards':
    case 'companies':
      return (
        <RecordPicker
          connection={connection}
          type={fact === 'boards' ? 'Board' : 'Company'}
          label={label}
          offered={fact === 'boards' ? choices.filter(({ list }) => list === 'BOARD') : []}
          names={names}
          value={when[fact] ?? []}
          error={error}
          onChange={(keys) => set(fact, keys)}
        />
      )
    case 'companyTypes':
      return (
        <MultiSelect
          label={label}
          searchable
          value={[...(when.companyTypes ?? [])]}
          data={namesOf(choices, 'COMPANY_TYPE', when.companyTypes ?? [])}
          error={error}
          onChange={(types) => set('companyTypes', types)}
        />
      )
    case 'priorityAtLeast':
    case 'billableHoursOver':
    case 'amountOver':
      return (
        <TextInput
          label={label}
          description={NUMBERS[fact].text}
          type="number"
          min={NUMBERS[fact].min}
          step={NUMBERS[fact].step}
          value={Number.isFinite(when[fact]) ? String(when[fact]) : ''}
          error={error}
          onChange={({ currentTarget: { value } }) => set(fact, value === '' ? Number.NaN : Number(value))}
        />
      )
    case 'closes':
    case 'reopens':
    case 'clientMail':
    case 'insideBusinessHours': {
      const words = (value: boolean) => sentence(CONDITIONS[fact].words(value, names, vendor))
      return (
        <>
          <NativeSelect
            label={label}
            value={String(when[fact])}
            data={[true, false].map((value) => ({ value: String(value), label: words(value) }))}
            onChange={(event) => set(fact, event.currentTarget.value === 'true')}
          />
          {fact === 'insideBusinessHours' && (
            <Text size="sm" mt={4}>
              Until an owner sets{' '}
              <Anchor component={Link} to="/business-hours" target="_blank" underline="always" inherit>
                business hours
              </Anchor>
              , such a rule counts as the stricter way.
            </Text>
          )}
        </>
      )
    }
  }
}

const NUMBERS = {
  priorityAtLeast: { text: 'This urgent or more; 1 is the most urgent.', min: 1, step: 1 },
  billableHoursOver: { text: 'More than so many hours.', min: 0, step: 'any' },
  amountOver: { text: "More than so much, in the PSA's own currency.", min: 0, step: 'any' },
} as const
