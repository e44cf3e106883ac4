import { Alert, Button, Group, Text, Title } from '@mantine/core'
import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import {
  ApproveDocument,
  EditDocument,
  PutBackDocument,
  RefreshDocument,
  RejectDocument,
  ReturnToAgentDocument,
} from '../../../../generated/console.ts'
import { messageOf } from '../../graphql.ts'
import { useKeys } from '../../keys.ts'
import { useOutbox } from '../../outbox.tsx'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { KeyHelp, KeyHelpButton } from '../../parts/KeyHelp.tsx'
import { ResolveButton } from '../../parts/ResolveButton.tsx'
import { RetryButton } from '../../parts/RetryButton.tsx'
import { useChange } from '../../session/Fresh.tsx'
import { EditDialog, type Edits } from './EditDialog.tsx'
import type { Shown } from './RequestPage.tsx'

const KEYS = [
  ['a', 'Approve'],
  ['e', 'Edit, then approve'],
  ['r', 'Reject with a reason'],
  ['q', 'Send back with a question'],
  ['u', 'Back to the list'],
  ['?', 'These keys'],
] as const

/** Ended, and certainly nothing of it is in the PSA. */
const RETRIED: ReadonlySet<Shown['state']> = new Set(['FAILED', 'REJECTED', 'EXPIRED', 'CANCELLED'])

interface Props {
  readonly request: Shown
  /** By somebody else, and not looked at yet. */
  readonly edited: boolean
  /** The person at this page made that revision. */
  readonly onRevised: (revision: number) => void
  readonly onDecided: () => void
}

/** What a person can do with the request as it stands. The gateway has the last word on each. */
export function Decision({ request, edited, onRevised, onDecided }: Props) {
  const change = useChange()
  const navigate = useNavigate()
  const { waiting } = useOutbox()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string>()
  const [asked, setAsked] = useState<Asked>()
  const [editing, setEditing] = useState(false)
  const [help, setHelp] = useState(false)
  const { id, state, planHash, revision } = request
  const pending = state === 'PENDING' && !busy && !edited && !waiting.has(id)

  async function run<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data | undefined> {
    setBusy(true)
    setRefusal(undefined)
    const { data, error } = await change(document, variables)
    setBusy(false)
    if (error) setRefusal(messageOf(error))
    onDecided()
    return error ? undefined : data
  }
  const approve = () => run(ApproveDocument, { id, planHash })
  async function edit({ changes, without }: Edits, thenApprove: boolean) {
    setEditing(false)
    const next = (await run(EditDocument, { id, revision, changes, without: [...without] }))?.editWriteRequest
    if (!next) return
    onRevised(next.revision)
    if (thenApprove) await run(ApproveDocument, { id, planHash: next.planHash })
  }
  async function refresh() {
    const next = (await run(RefreshDocument, { id }))?.refreshWriteRequest
    if (next) onRevised(next.revision)
  }
  const reject = () =>
    setAsked({
      title: 'Reject the request',
      label: 'Why? The AI agent reads it.',
      button: 'Reject',
      color: 'red',
      onText: (reason) => run(RejectDocument, { id, reason }),
    })
  const sendBack = () =>
    setAsked({
      title: 'Send it back with a question',
      label: 'What do you want to know or have changed? The AI agent acts on it.',
      button: 'Send back',
      onText: (comment) => run(ReturnToAgentDocument, { id, comment }),
    })
  const putBack = () =>
    setAsked({
      title: 'Put it back',
      label: 'Why? Whoever approves it reads this.',
      button: 'Plan to put it back',
      optional: true,
      async onText(reason) {
        const next = (await run(PutBackDocument, { id, reason: reason || null }))?.putBack?.outcome.request
        if (next) navigate(`/approvals/${next.id}`)
      },
    })

  useKeys([
    ['u', () => navigate('/approvals')],
    ['?', () => setHelp(true)],
    ...(pending
      ? ([
          ['a', approve],
          ['r', reject],
          ['q', sendBack],
          ['e', () => setEditing(true)],
        ] as const)
      : []),
  ])

  return (
    <section aria-labelledby="decision">
      <Group gap={4} mb={6}>
        <Title order={2} size="h5" id="decision">
          Your decision
        </Title>
        <KeyHelpButton onClick={() => setHelp(true)} />
      </Group>
      {refusal !== undefined && (
        <Alert color="red" variant="outline" role="alert" mb="sm" title="This did not work">
          {refusal}
        </Alert>
      )}
      <Group gap="xs">
        {state === 'PENDING' && (
          <>
            <Button onClick={approve} loading={busy || waiting.has(id)} disabled={edited}>
              Approve
            </Button>
            <Button variant="light" disabled={!pending} onClick={() => setEditing(true)}>
              Edit and approve
            </Button>
            <Button variant="default" disabled={!pending} onClick={sendBack}>
              Ask back
            </Button>
            <Button variant="outline" color="red" disabled={!pending} onClick={reject}>
              Reject
            </Button>
          </>
        )}
        {state === 'STALE' && (
          <Button onClick={refresh} loading={busy}>
            Plan it again
          </Button>
        )}
        {state === 'EXECUTED' && (
          <Button variant="default" onClick={putBack} loading={busy}>
            Put it back
          </Button>
        )}
        {state === 'UNKNOWN_OUTCOME' && <ResolveButton id={id} onResolved={onDecided} />}
        {RETRIED.has(state) && !request.partial && <RetryButton id={id} />}
        {(['APPROVED', 'EXECUTING', 'RETURNED'].includes(state) ||
          (RETRIED.has(state) && request.partial)) && (
          <Text size="sm" c="dimmed">
            Nothing is left to decide.
          </Text>
        )}
      </Group>
      <EditDialog
        opened={editing}
        onClose={() => setEditing(false)}
        editable={request.editable}
        onSend={edit}
        key={request.revision}
      />
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
      <KeyHelp opened={help} onClose={() => setHelp(false)} keys={KEYS} />
    </section>
  )
}
