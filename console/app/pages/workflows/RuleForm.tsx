import { ActionIcon, Checkbox, Group, NativeSelect, Stack } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { ConditionField } from './ConditionField.tsx'
import type { Choice, KnownGroup, Rule } from './policy.ts'
import type { Names } from './records.ts'
import { CONDITIONS, countWords, FACTS, type Fact, factsOf, withFact } from './rules.ts'

interface Props {
  readonly connection: string
  readonly vendor: string | undefined
  readonly known: KnownGroup
  readonly choices: readonly Choice[]
  readonly names: Names
  readonly rule: Rule
  readonly onRule: (rule: Rule) => void
}

const MOST_APPROVERS = 9

const ADD = ''

/** When a rule fits, and who signs then. */
export function RuleForm(props: Props) {
  const { vendor, choices, rule, onRule } = props
  const facts = factsOf(rule.when ?? {})
  // A PSA without types of companies can't tell whether one fits.
  const typed = choices.some(({ list }) => list === 'COMPANY_TYPE')
  const open = FACTS.filter((fact) => !facts.includes(fact) && (fact !== 'companyTypes' || typed))
  const flag = (name: 'notRequester' | 'fourEyes' | 'bulk', label: string) => (
    <Checkbox
      label={label}
      checked={rule[name] === true}
      onChange={(event) => {
        const { [name]: _before, ...rest } = rule
        onRule(event.currentTarget.checked ? { ...rest, [name]: true } : rest)
      }}
    />
  )
  return (
    <Stack gap="sm" mt="sm">
      {facts.map((fact) => (
        <Group key={fact} wrap="nowrap" align="flex-start" gap="xs">
          <div style={{ flex: 1, minWidth: 0 }}>
            <ConditionField {...props} fact={fact} />
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={26}
            aria-label={`Take off: ${CONDITIONS[fact].label(vendor)}`}
            onClick={() => onRule(withFact(rule, fact, undefined))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <NativeSelect
        aria-label="Add a condition"
        value={ADD}
        data={[
          { value: ADD, label: facts.length === 0 ? 'Only when …' : 'And only when …' },
          ...open.map((fact) => ({ value: fact, label: CONDITIONS[fact].label(vendor) })),
        ]}
        onChange={(event) => {
          const fact = event.currentTarget.value as Fact | typeof ADD
          if (fact !== ADD) onRule(withFact(rule, fact, CONDITIONS[fact].first))
        }}
      />
      <NativeSelect
        label="Then"
        value={String(rule.approvers)}
        data={Array.from({ length: MOST_APPROVERS + 1 }, (_, count) => ({
          value: String(count),
          label: countWords(count),
        }))}
        onChange={(event) => onRule({ ...rule, approvers: Number(event.currentTarget.value) })}
      />
      {rule.approvers > 0 && (
        <>
          {flag('notRequester', 'Not the person for whom the AI agent works')}
          {flag('fourEyes', 'Not the owner of its token either')}
          {flag(
            'bulk',
            'May be approved together with others, also where it mails the client, merges or deletes',
          )}
        </>
      )}
    </Stack>
  )
}
