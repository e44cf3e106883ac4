import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { useQuery } from 'urql'
import { ProposeRuleDocument, RuleOfDocument, type RuleOfQuery } from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useHolds } from '../../me.ts'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { useChange } from '../../session/Fresh.tsx'

type Proposal = NonNullable<NonNullable<RuleOfQuery['approval']>['ruleProposal']>

/** An approver proposes, an administrator decides: nothing changes by this button alone. */
export function StopAsking({ id, connection }: { id: string; connection: string }) {
  const mayPropose = useHolds()('approver', connection)
  const change = useChange()
  const [{ data }, ask] = useQuery({ query: RuleOfDocument, variables: { id } })
  const [asked, setAsked] = useState<Asked>()
  const [refusal, setRefusal] = useState<string>()
  const proposal = data?.approval?.ruleProposal

  async function propose(reason: string) {
    const { error } = await change(ProposeRuleDocument, { request: id, reason: reason || null })
    setRefusal(error && messageOf(error))
    ask({ requestPolicy: 'network-only' })
  }
  if (proposal == null && !mayPropose) return null
  return (
    <section aria-label="Changes like this">
      {proposal != null && <Text size="sm">{standing(proposal)}</Text>}
      {mayPropose && proposal?.state !== 'OPEN' && proposal?.state !== 'ACCEPTED' && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() =>
            setAsked({
              title: 'Stop asking for changes like this?',
              label: 'Why? An administrator reads it with how people decided in the last 30 days.',
              button: 'Propose it',
              optional: true,
              onText: (reason) => void propose(reason),
            })
          }
        >
          Stop asking for changes like this …
        </Button>
      )}
      {refusal !== undefined && (
        <Text size="sm" c="var(--mantine-color-red-text)" role="alert">
          {refusal}
        </Text>
      )}
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
    </section>
  )
}

function standing({ state, note, proposedBy, decidedBy }: Proposal): string {
  const by = proposedBy?.name ?? 'Somebody'
  const said = note ? `: “${note}”` : '.'
  if (state === 'OPEN')
    return `${by} proposed to stop asking for changes like this. An administrator decides.`
  const decider = decidedBy?.name ?? 'An administrator'
  return state === 'ACCEPTED'
    ? `${decider} accepted that nobody is asked for changes like this${said}`
    : `${decider} declined to stop asking for changes like this${said}`
}
