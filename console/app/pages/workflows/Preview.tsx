import { Anchor, Badge, Button, Group, List, Modal, Stack, Text, Textarea, Title } from '@mantine/core'
import type { CombinedError } from '@urql/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useQuery } from 'urql'
import {
  type PolicyEffect,
  type PolicyEffectKind,
  PolicyPreviewDocument,
  type PolicyPreviewQuery,
  RestorePolicyDocument,
  SavePolicyDocument,
} from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { Failure } from '../../parts/Failure.tsx'
import { Loading } from '../../parts/Loading.tsx'
import { Refused } from '../../parts/Refused.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { writeWord } from '../../words.ts'
import { KeyLegend } from './KeyLegend.tsx'
import { type Draft, plain } from './policy.ts'

interface Props {
  readonly workflow: string
  readonly connection: string
  readonly saved: Draft
  readonly draft: Draft
  /** The version that it follows; another one meanwhile refuses it. */
  readonly version: number
  /** The old version that it brings back. */
  readonly restores?: number
  readonly onClose: () => void
  readonly onSaved: () => void
}

type Difference = NonNullable<PolicyPreviewQuery['policyDifference']>
type Effects = NonNullable<PolicyPreviewQuery['policyEffects']>

/** What a change allows, forbids and does to waiting requests, before it is saved. */
export function Preview(props: Props) {
  const { workflow, connection, saved, draft, version, restores, onClose, onSaved } = props
  const [{ data, error, fetching }, ask] = useQuery({
    query: PolicyPreviewDocument,
    variables: { workflow, connection, policy: JSON.stringify(draft) },
  })
  const [refused, setRefused] = useState<CombinedError>()
  const [busy, setBusy] = useState(false)
  const change = useChange()
  const { policyDifference: difference, policyEffects: effects } = data ?? {}

  async function save(reason: string | null) {
    setBusy(true)
    const result =
      restores === undefined
        ? await change(SavePolicyDocument, { workflow, connection, policy: draft, version, reason })
        : await change(RestorePolicyDocument, {
            workflow,
            connection,
            version: restores,
            after: version,
            reason,
          })
    setBusy(false)
    setRefused(result.error)
    if (result.error === undefined) onSaved()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={restores === undefined ? 'What this changes' : `What restoring version ${restores} changes`}
      size="xl"
      transitionProps={{ duration: 0 }}
    >
      {error !== undefined && difference == null ? (
        error.graphQLErrors.length > 0 ? (
          <Text role="alert" size="sm" c="var(--mantine-color-red-text)">
            {messageOf(error)}
          </Text>
        ) : (
          <Failure error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
        )
      ) : fetching || difference == null || effects == null ? (
        <Loading what="what it changes" />
      ) : difference.changes.length === 0 ? (
        <Text size="sm">Nothing: it is the policy that is saved.</Text>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void save(String(new FormData(event.currentTarget).get('reason')).trim() || null)
          }}
        >
          <Stack>
            <Changes changes={difference.changes} />
            <Allowed effects={effects} limit={error === undefined ? undefined : messageOf(error)} />
            <Waiting waiting={effects.waiting} />
            <KeyLegend
              connection={connection}
              drafts={[saved, draft]}
              texts={[...difference.changes.map(({ change }) => change), ...textsOf(effects)]}
            />
            <Text size="sm" c="dimmed">
              {effects.agents.length === 0
                ? 'The workflow has no AI agent yet.'
                : `It holds for ${effects.agents.map(({ name }) => name).join(', ')}, from the next call on.`}
            </Text>
            <Textarea
              name="reason"
              label="Why (kept with the version)"
              autosize
              minRows={2}
              maxLength={2_000}
            />
            <Refused error={refused} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Back
              </Button>
              <Button type="submit" loading={busy}>
                {restores === undefined ? 'Save' : 'Restore'}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}

const EFFECTS: Readonly<Record<PolicyEffect, { readonly word: string; readonly color: string }>> = {
  LOOSENS: { word: 'Allows more', color: 'orange' },
  TIGHTENS: { word: 'Allows less', color: 'green' },
  EITHER: { word: 'It depends', color: 'gray' },
}

/** As many as are read at a glance; the first version of a policy has one for every permission group. */
const FIRST_CHANGES = 8

export function Changes({ changes }: { changes: Difference['changes'] }) {
  const [all, setAll] = useState(changes.length <= FIRST_CHANGES)
  return (
    <section>
      <List listStyleType="none" spacing={6}>
        {(all ? changes : changes.slice(0, FIRST_CHANGES)).map(({ where, change, effect }) => (
          <List.Item key={`${where} ${change}`}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Badge color={EFFECTS[effect].color} variant="outline" tt="none" style={{ flexShrink: 0 }}>
                {EFFECTS[effect].word}
              </Badge>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                <b>{where}</b>: {plain(change)}
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
      {!all && (
        <Button size="compact-xs" variant="default" mt="xs" onClick={() => setAll(true)}>
          Show all {changes.length}
        </Button>
      )}
    </section>
  )
}

const KINDS: readonly (readonly [PolicyEffectKind, string])[] = [
  ['ALLOWED', 'Allowed from now on'],
  ['APPROVAL_REMOVED', 'No longer needs a signature'],
  ['REFUSED', 'Refused from now on'],
  ['APPROVAL_ADDED', 'Needs a signature from now on'],
  ['APPROVAL_CHANGED', 'Needs other signatures'],
]
/** Beyond it nobody reads on; the count says that there is more. */
const MOST_LINES = 12

function textsOf({ effects }: Effects): readonly string[] {
  return (effects ?? []).map(({ text }) => text)
}

function Allowed({ effects: { effects }, limit }: { effects: Effects; limit: string | undefined }) {
  if (effects == null)
    return (
      <Text size="sm" role="alert">
        Every write that is decided otherwise can't be listed: it depends on too many things at once. {limit}{' '}
        Before you save it, ask about what matters under “Try it”.
      </Text>
    )
  if (effects.length === 0) return <Text size="sm">No write and no read is decided otherwise.</Text>
  return KINDS.map(([kind, title]) => {
    const lines = effects.filter(({ effect }) => effect === kind)
    if (lines.length === 0) return null
    return (
      <section key={kind}>
        <Title order={3} size="h6">
          {title}
        </Title>
        <List size="sm">
          {lines.slice(0, MOST_LINES).map(({ text }) => (
            <List.Item key={text}>{plain(text)}</List.Item>
          ))}
        </List>
        {lines.length > MOST_LINES && (
          <Text size="sm" c="dimmed">
            and {lines.length - MOST_LINES} more
          </Text>
        )}
      </section>
    )
  })
}

function Waiting({ waiting }: { waiting: Effects['waiting'] }) {
  return (
    <section>
      <Title order={3} size="h6">
        Waiting requests
      </Title>
      {waiting.length === 0 ? (
        <Text size="sm">None is touched.</Text>
      ) : (
        <List size="sm">
          {waiting.map(({ id, write, outcome, message, approvers }) => (
            <List.Item key={id}>
              <Anchor component={Link} to={`/approvals/${id}`} underline="always" inherit>
                {writeWord(write)}
              </Anchor>
              {outcome === 'CANCELLED'
                ? ` will be withdrawn${message == null ? '' : `: ${plain(message)}`}`
                : ` waits on, for ${approvers === 1 ? 'one signature' : `${approvers} signatures`}`}
            </List.Item>
          ))}
        </List>
      )}
    </section>
  )
}
