import { ActionIcon, Button, Group, Modal, Paper, Stack, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { Choice, GroupDraft, KnownGroup, Rule } from './policy.ts'
import { RuleForm } from './RuleForm.tsx'
import type { Names } from './records.ts'
import { isWhole, rulesOf, whenWords, whoWords, withNewRule, withRules } from './rules.ts'

interface Props {
  readonly connection: string
  readonly vendor: string | undefined
  readonly known: KnownGroup
  readonly choices: readonly Choice[]
  readonly names: Names
  readonly group: GroupDraft
  readonly onChange: (group: GroupDraft) => void
  readonly onClose: () => void
}

/** Who signs the writes of one permission group, rule by rule. */
export function RulesDialog(props: Props) {
  const { known, vendor, names, group, onChange, onClose } = props
  const rules = rulesOf(group)
  const [editing, setEditing] = useState<number>()
  const save = (next: readonly Rule[]) => onChange(withRules(group, next))
  const whole = rules.every(isWhole)
  const always = rules.findIndex(({ when }) => when === undefined)

  const move = (from: number, to: number) => {
    const rule = rules[from]
    if (rule === undefined) return
    save(rules.toSpliced(from, 1).toSpliced(to, 0, rule))
    setEditing(undefined)
  }
  const button = (name: string, index: number, icon: typeof IconTrash, run: () => void, disabled = false) => {
    const Icon = icon
    return (
      <ActionIcon
        variant="default"
        aria-label={`${name} rule ${index + 1}`}
        disabled={disabled}
        onClick={run}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${known.name}: who signs`}
      size="xl"
      transitionProps={{ duration: 0 }}
      closeOnClickOutside={whole}
    >
      <Stack>
        <Text size="sm">
          The first rule that fits a write decides. Each field, value and record of a write is looked at by
          itself as well, and the most signatures count; what is not known counts as the stricter way.
        </Text>
        {rules.map((rule, index) => {
          const when = whenWords(rule, names, vendor)
          return (
            // A rule has no name of its own, only its place.
            // biome-ignore lint/suspicious/noArrayIndexKey: as the comment above says
            <Paper key={index} withBorder p="sm" component="section" aria-label={`Rule ${index + 1}`}>
              <Group justify="space-between" align="flex-start">
                <Text size="sm" flex="1 1 220px" style={{ overflowWrap: 'anywhere' }}>
                  <b>{whoWords(rule)}</b>
                  {when === ''
                    ? index === 0
                      ? ' for every write'
                      : ' for every other write'
                    : ` when ${when}`}
                </Text>
                <Group gap={4} wrap="nowrap">
                  {button('Up:', index, IconArrowUp, () => move(index, index - 1), index === 0 || !whole)}
                  {button(
                    'Down:',
                    index,
                    IconArrowDown,
                    () => move(index, index + 1),
                    index === rules.length - 1 || !whole,
                  )}
                  {button('Edit', index, IconPencil, () => setEditing(editing === index ? undefined : index))}
                  {button('Remove', index, IconTrash, () => {
                    save(rules.toSpliced(index, 1))
                    setEditing(undefined)
                  })}
                </Group>
              </Group>
              {always !== -1 && index > always && (
                <Text size="sm" c="var(--mantine-color-orange-text)">
                  Never reached: rule {always + 1} fits every write.
                </Text>
              )}
              {editing === index && (
                <RuleForm {...props} rule={rule} onRule={(next) => save(rules.with(index, next))} />
              )}
            </Paper>
          )
        })}
        {always === -1 && (
          <Text size="sm" c="dimmed">
            {rules.length === 0 ? 'There is no rule: ' : 'Where no rule fits: '}one signature.
          </Text>
        )}
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            disabled={!whole}
            onClick={() => {
              const [next, at] = withNewRule(rules)
              save(next)
              setEditing(at)
            }}
          >
            Add a rule
          </Button>
          <Button disabled={!whole} onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
