import { Button, Fieldset, Group, Modal, MultiSelect, Stack, Text } from '@mantine/core'
import { labelsOf, sentence } from '../../words.ts'
import { type Choice, type Draft, type Lists, namesOf, type RecordScope, withScope } from './policy.ts'
import { RecordPicker } from './RecordPicker.tsx'
import type { Names } from './records.ts'

interface Props {
  readonly connection: string
  readonly vendor: string | undefined
  readonly choices: readonly Choice[]
  readonly names: Names
  readonly draft: Draft
  readonly onEdit: (draft: Draft) => void
  readonly onClose: () => void
}

/** Which records there are for a workflow's AI agents: for reading as well as for writing. */
export function ScopeDialog(props: Props) {
  const { draft, onEdit, onClose } = props
  const sides = [
    ['include', 'Only these', 'A record must be on every list that is filled in.'],
    ['exclude', 'Never these', 'Whatever is on one of these lists is not there for its AI agents.'],
  ] as const
  return (
    <Modal opened onClose={onClose} title="Which records" size="lg" transitionProps={{ duration: 0 }}>
      <Stack>
        <Text size="sm">
          It holds for reads, lists, searches and counts as well as for writes. What the gateway can't tell by
          these lists is refused.
        </Text>
        {sides.map(([side, legend, text]) => (
          <Fieldset key={side} legend={legend}>
            <Stack gap="sm">
              <Text size="sm" c="dimmed">
                {text}
              </Text>
              <Side
                {...props}
                lists={draft.recordScope?.[side] ?? {}}
                onLists={(lists) => onEdit(withScope(draft, side, lists))}
              />
            </Stack>
          </Fieldset>
        ))}
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface SideProps extends Props {
  readonly lists: Lists
  readonly onLists: (lists: Lists) => void
}

function Side({ connection, vendor, choices, names, lists, onLists }: SideProps) {
  const labels = labelsOf(vendor)
  const types = namesOf(choices, 'COMPANY_TYPE', lists.companyTypes ?? [])
  return (
    <>
      <RecordPicker
        connection={connection}
        type="Company"
        label={labels.companies}
        offered={[]}
        names={names}
        value={lists.companies ?? []}
        onChange={(companies) => onLists({ ...lists, companies })}
      />
      {types.length > 0 && (
        <MultiSelect
          label="Types of companies"
          placeholder="Any"
          searchable
          value={[...(lists.companyTypes ?? [])]}
          data={types}
          onChange={(companyTypes) => onLists({ ...lists, companyTypes })}
        />
      )}
      <RecordPicker
        connection={connection}
        type="Board"
        label={`${sentence(labels.board)}s`}
        offered={choices.filter(({ list }) => list === 'BOARD')}
        names={names}
        value={lists.boards ?? []}
        onChange={(boards) => onLists({ ...lists, boards })}
      />
    </>
  )
}

/** "only Acme and Beta; never the board Security" */
export function scopeWords(scope: RecordScope | undefined, names: Names, vendor: string | undefined): string {
  const { board, company } = labelsOf(vendor)
  const told = ({ companies = [], companyTypes = [], boards = [] }: Lists, join: string) =>
    [
      [company.toLowerCase(), companies.map((key) => names.of('Company', key))] as const,
      ['type of company', companyTypes] as const,
      [board, boards.map((key) => names.of('Board', key))] as const,
    ]
      .filter(([, list]) => list.length > 0)
      .map(([what, list]) => `the ${what} ${list.join(' or ')}`)
      .join(join)
  const only = told(scope?.include ?? {}, ' and ')
  const never = told(scope?.exclude ?? {}, ' or ')
  return [only && `only ${only}`, never && `never ${never}`].filter(Boolean).join('; ')
}
