import { Button, Checkbox, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { FieldsDialog } from './FieldsDialog.tsx'
import {
  type AccessLevel,
  type Choice,
  type Draft,
  fieldsWord,
  type GroupDraft,
  groupOf,
  type KnownGroup,
  LEVELS,
  rulesWord,
  signatures,
  withSignatures,
} from './policy.ts'
import { RulesDialog } from './RulesDialog.tsx'
import type { Names } from './records.ts'
import { countWords } from './rules.ts'

interface Props {
  readonly connection: string
  readonly vendor: string | undefined
  readonly names: Names
  readonly groups: readonly KnownGroup[]
  readonly choices: readonly Choice[]
  readonly draft: Draft
  readonly onGroup: (name: string, group: GroupDraft) => void
}

/** More are set in the dialog of the rules. */
const MOST_AT_A_GLANCE = 3
const BY_RULES = 'rules'

export function GroupTable({ connection, vendor, names, groups, choices, draft, onGroup }: Props) {
  const [search, setSearch] = useState('')
  const [onlyOpen, setOnlyOpen] = useState(false)
  const [picking, setPicking] = useState<KnownGroup>()
  const [ruling, setRuling] = useState<KnownGroup>()
  // Writing first, by what it was when the page opened: no row moves while it is edited.
  const [order] = useState(() =>
    groups.toSorted((a, b) => openness(groupOf(draft, b.name)) - openness(groupOf(draft, a.name))),
  )
  const shown = order.filter(
    ({ name, forbidden }) =>
      forbidden == null &&
      name.toLowerCase().includes(search.trim().toLowerCase()) &&
      (!onlyOpen || groupOf(draft, name).level !== 'DISABLED'),
  )
  const never = groups.filter(({ forbidden }) => forbidden != null)
  return (
    <Stack gap="xs">
      <Group>
        <TextInput
          aria-label="Find a permission group"
          placeholder="Find a permission group"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Checkbox
          label="Only those that are open"
          checked={onlyOpen}
          onChange={(event) => setOnlyOpen(event.currentTarget.checked)}
        />
      </Group>
      <Table.ScrollContainer minWidth={820}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Permission group</Table.Th>
              <Table.Th>Access</Table.Th>
              <Table.Th>Approval of writes</Table.Th>
              <Table.Th>Allowed fields and values</Table.Th>
              <Table.Th>Also allowed</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((known) => (
              <Row
                key={known.name}
                known={known}
                group={groupOf(draft, known.name)}
                onChange={(group) => onGroup(known.name, group)}
                onPick={() => setPicking(known)}
                onRules={() => setRuling(known)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          No permission group fits.
        </Text>
      )}
      {never.length > 0 && (
        <Text size="sm" c="dimmed">
          Never open, whatever a policy says: {never.map(({ name }) => name).join(', ')}.
        </Text>
      )}
      {picking !== undefined && (
        <FieldsDialog
          known={picking}
          choices={choices}
          group={groupOf(draft, picking.name)}
          onChange={(group) => onGroup(picking.name, group)}
          onClose={() => setPicking(undefined)}
        />
      )}
      {ruling !== undefined && (
        <RulesDialog
          connection={connection}
          vendor={vendor}
          known={ruling}
          choices={choices}
          names={names}
          group={groupOf(draft, ruling.name)}
          onChange={(group) => onGroup(ruling.name, group)}
          onClose={() => setRuling(undefined)}
        />
      )}
    </Stack>
  )
}

function counts(chosen: number): readonly number[] {
  const usual = Array.from({ length: MOST_AT_A_GLANCE + 1 }, (_, count) => count)
  return usual.includes(chosen) ? usual : [...usual, chosen]
}

function openness({ level }: GroupDraft): number {
  return Object.keys(LEVELS).indexOf(level)
}

interface RowProps {
  readonly known: KnownGroup
  readonly group: GroupDraft
  readonly onChange: (group: GroupDraft) => void
  readonly onPick: () => void
  readonly onRules: () => void
}

function Row({ known, group, onChange, onPick, onRules }: RowProps) {
  const { name } = known
  const writes = group.level === 'READ_WRITE'
  const signers = signatures(group)
  const { CREATE, UPDATE } = group.allowedFields ?? {}
  const values = group.allowedValues === undefined ? '' : ' · values'
  const picked = `New: ${fieldsWord(CREATE)} · Change: ${fieldsWord(UPDATE)}${values}`
  return (
    <Table.Tr data-group={name}>
      <Table.Th scope="row" fw={group.level === 'DISABLED' ? 400 : 600}>
        {name}
      </Table.Th>
      <Table.Td>
        <NativeSelect
          aria-label={`Access to ${name}`}
          size="xs"
          miw={110}
          value={group.level}
          data={Object.entries(LEVELS).map(([value, label]) => ({ value, label }))}
          onChange={(event) => onChange({ ...group, level: event.currentTarget.value as AccessLevel })}
        />
      </Table.Td>
      <Table.Td>
        {writes &&
          (signers === null ? (
            <Button
              size="compact-xs"
              variant="default"
              onClick={onRules}
              aria-label={`Approval of ${name}: ${rulesWord(group)}`}
            >
              {rulesWord(group)}
            </Button>
          ) : (
            <NativeSelect
              aria-label={`Approval of ${name}`}
              size="xs"
              miw={140}
              value={String(signers)}
              data={[
                ...counts(signers).map((count) => ({ value: String(count), label: countWords(count) })),
                { value: BY_RULES, label: 'By rules …' },
              ]}
              onChange={({ currentTarget: { value } }) => {
                if (value === BY_RULES) onRules()
                else onChange(withSignatures(group, Number(value)))
              }}
            />
          ))}
      </Table.Td>
      <Table.Td>
        {writes && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={onPick}
            aria-label={`Allowed fields of ${name}: ${picked}`}
          >
            {picked}
          </Button>
        )}
      </Table.Td>
      <Table.Td>
        {writes && (
          <Group gap="sm" wrap="nowrap">
            {(known.mergesAndBundles ? (['merge', 'bundle', 'delete'] as const) : (['delete'] as const)).map(
              (name) => (
                <Checkbox
                  key={name}
                  size="xs"
                  label={name}
                  aria-label={`${name} ${known.name}`}
                  checked={group[name] === true}
                  onChange={(event) => onChange({ ...group, [name]: event.currentTarget.checked })}
                />
              ),
            )}
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
