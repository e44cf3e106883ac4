import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { RowFragment } from '../../../../generated/console.ts'
import { TimeLeft } from '../../parts/TimeLeft.tsx'
import { Untrusted } from '../../parts/Untrusted.tsx'
import { fieldWord, looking, mailWord, STATES, ticketDue, writeWord } from '../../words.ts'

interface Props {
  readonly row: RowFragment
  readonly vendor: string | undefined
  readonly current: boolean
  readonly selected: boolean
  /** Held back for a moment, or under way. */
  readonly busy: boolean
  /** How an approval went that did not go through. */
  readonly failure: string | undefined
  /** Who else has it open. */
  readonly looks: readonly string[]
  readonly onSelect: () => void
  readonly onApprove: () => void
  readonly onReject: () => void
}

export function RequestRow({
  row,
  vendor,
  current,
  selected,
  busy,
  failure,
  looks,
  onSelect,
  onApprove,
  onReject,
}: Props) {
  const { word, color } = STATES[row.state]
  const changes = row.plan?.changes ?? []
  const mail = row.plan && mailWord(row.plan.clientMail.verdict)
  const missing = row.approversNeeded - row.signatures.length
  const waiting = row.state === 'PENDING'
  return (
    <Group
      className="row"
      data-current={current}
      data-request={row.id}
      wrap="nowrap"
      align="flex-start"
      gap="sm"
      px="md"
      py={8}
    >
      <Checkbox
        mt={2}
        size="xs"
        checked={selected}
        disabled={!waiting || busy}
        onChange={onSelect}
        aria-label={`Select ${writeWord(row.write)} ${row.ticket?.number ?? ''}`}
      />
      <Stack gap={2} flex={1} miw={0}>
        <Link className="rowTitle" to={`/approvals/${row.id}`}>
          <Text component="span" size="sm" fw={600}>
            {writeWord(row.write)}
          </Text>
        </Link>
        {changes.slice(0, 3).map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the plan of a revision is a fixed list, and two changes of it may be alike
          <Text key={index} size="sm" truncate component="div">
            <Text span inherit c="dimmed">
              {fieldWord(change.field, vendor)}:{' '}
            </Text>
            {change.before && (
              <>
                <bdi>
                  <Short text={change.before} />
                </bdi>{' '}
                →{' '}
              </>
            )}
            {change.unknown ? (
              'set by the PSA'
            ) : change.after === null ? (
              'cleared'
            ) : (
              <Short text={change.after} />
            )}
          </Text>
        ))}
        {changes.length > 3 && (
          <Text size="xs" c="dimmed">
            and {changes.length - 3} more
          </Text>
        )}
        <Group gap={6}>
          {!waiting && (
            <Badge size="sm" variant="outline" color={color} tt="none">
              {word}
            </Badge>
          )}
          {mail && (
            <Badge size="sm" variant="outline" color="orange" tt="none">
              {mail}
            </Badge>
          )}
          {row.plan?.closes && (
            <Badge size="sm" variant="outline" color="gray" tt="none">
              Closes the ticket
            </Badge>
          )}
          {(row.plan?.billableHours ?? 0) > 0 && (
            <Badge size="sm" variant="outline" color="gray" tt="none">
              {row.plan?.billableHours} h billable
            </Badge>
          )}
          {waiting && row.approversNeeded > 1 && (
            <Text size="xs">
              {missing} of {row.approversNeeded} signatures missing
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {row.agent?.name ?? 'An AI agent'}
          </Text>
          {waiting && <TimeLeft until={row.expiresAt} />}
          {waiting && row.ticketDueAt !== null && <TimeLeft until={row.ticketDueAt} say={ticketDue} />}
          {looks.length > 0 && (
            <Text size="xs" c="var(--mantine-color-grape-text)" fw={600}>
              {looking(looks)}
            </Text>
          )}
        </Group>
        {row.error && (
          <Text size="xs" c="var(--mantine-color-red-text)">
            {row.error.message}
          </Text>
        )}
        {failure !== undefined && (
          <Text size="xs" c="var(--mantine-color-red-text)" role="alert">
            Not approved: {failure}
          </Text>
        )}
      </Stack>
      {waiting && (
        <Group gap={6} wrap="nowrap" className="rowActions">
          <Button size="compact-sm" loading={busy} onClick={onApprove}>
            Approve
          </Button>
          <Button size="compact-sm" variant="default" disabled={busy} onClick={onReject}>
            Reject
          </Button>
        </Group>
      )}
    </Group>
  )
}

const SHORT = 120

function Short({ text }: { text: string }) {
  return <Untrusted text={text.length > SHORT ? `${text.slice(0, SHORT).replace(/\s+/g, ' ')} …` : text} />
}
