import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useQuery } from 'urql'
import {
  AcceptRuleProposalDocument,
  DeclineRuleProposalDocument,
  RuleProposalsDocument,
  type RuleProposalsQuery,
} from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { told } from '../../parts/told.ts'
import { useChange } from '../../session/Fresh.tsx'
import { writeWord } from '../../words.ts'
import { Changes } from './Preview.tsx'

type Proposal = RuleProposalsQuery['ruleProposals'][number]

interface Props {
  readonly workflow: string
  readonly nameOf: (connection: string) => string
  readonly onDecided: () => void
}

/** What approvers want nobody to be asked for any more, with what speaks for it and against it. */
export function Proposals({ workflow, nameOf, onDecided }: Props) {
  const [{ data, error }, ask] = useQuery({ query: RuleProposalsDocument, variables: { workflow } })
  const change = useChange()
  const [asked, setAsked] = useState<Asked>()
  const proposals = data?.ruleProposals ?? []

  function decided(result: Parameters<typeof told>[0]) {
    told(result)
    ask({ requestPolicy: 'network-only' })
    onDecided()
  }
  const accept = ({ id, effect }: Proposal) =>
    setAsked({
      title: 'Ask nobody for changes like this?',
      label: 'Why (kept with the version)',
      button: 'Accept',
      optional: true,
      onText: async (note) =>
        decided(
          (
            await change(AcceptRuleProposalDocument, {
              id,
              version: effect?.version ?? 0,
              note: note || null,
            })
          ).error,
        ),
    })
  const decline = ({ id }: Proposal) =>
    setAsked({
      title: 'Go on asking?',
      label: 'Why? Whoever proposed it reads it.',
      button: 'Decline',
      optional: true,
      onText: async (note) =>
        decided((await change(DeclineRuleProposalDocument, { id, note: note || null })).error),
    })

  if (error !== undefined)
    return (
      <Text size="sm" role="alert" mb="md" c="var(--mantine-color-red-text)">
        Proposals could not be loaded: {messageOf(error)}
      </Text>
    )
  if (proposals.length === 0) return null
  return (
    <Stack mb="md" component="section" aria-label="Proposals">
      {proposals.map((proposal) => (
        <Paper key={proposal.id} withBorder p="sm">
          <Title order={2} size="h6">
            {proposal.proposedBy?.name ?? 'An approver'} proposes to stop asking on{' '}
            {nameOf(proposal.connection)}
          </Title>
          {proposal.reason && <Text size="sm">“{proposal.reason}”</Text>}
          <Text size="sm" mt={4}>
            {evidence(proposal)}{' '}
            {proposal.request && (
              <Anchor component={Link} to={`/approvals/${proposal.request.id}`} underline="always" inherit>
                One of them: {writeWord(proposal.request.write)}
              </Anchor>
            )}
          </Text>
          {proposal.effect?.obstacle ? (
            <Text size="sm" mt={4} c="var(--mantine-color-orange-text)">
              It can't be accepted any more. {proposal.effect.obstacle}
            </Text>
          ) : (
            <Changes changes={proposal.effect?.changes ?? []} />
          )}
          <Group mt="sm" gap="xs">
            <Button size="xs" disabled={proposal.effect?.obstacle != null} onClick={() => accept(proposal)}>
              Accept
            </Button>
            <Button size="xs" variant="default" onClick={() => decline(proposal)}>
              Decline
            </Button>
          </Group>
        </Paper>
      ))}
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
    </Stack>
  )
}

function evidence({ evidence: { asked, approvedUnchanged, edited, rejected, failed } }: Proposal): string {
  return `In the 30 days before, people were asked for ${asked} like it: ${approvedUnchanged} approved unchanged, ${edited} edited, ${rejected} rejected, ${failed} failed.`
}
