import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { RetryDocument } from '../../../generated/console.ts'
import { messageOf } from '../graphql.ts'
import { useChange } from '../session/Fresh.tsx'
import { type Asked, AskText } from './AskText.tsx'

/** What certainly had no effect can be asked for once more: as a new request, planned and signed anew. */
export function RetryButton({ id }: { id: string }) {
  const change = useChange()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<Asked>()
  const [busy, setBusy] = useState(false)

  async function retry(reason: string) {
    setBusy(true)
    const { data, error } = await change(RetryDocument, { id, reason: reason || null })
    setBusy(false)
    const outcome = data?.retryWriteRequest
    if (outcome?.request) return navigate(`/approvals/${outcome.request.id}`)
    notifications.show(
      outcome?.__typename === 'DryRunPlan'
        ? { color: 'orange', title: 'Not asked for', message: 'Test mode is on: nothing is sent.' }
        : {
            color: 'red',
            title: 'Not asked for',
            message: error ? messageOf(error) : 'The gateway made no request of it.',
          },
    )
  }
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={busy}
        onClick={() =>
          setAsked({
            title: 'Ask for it once more',
            label: 'Why? Whoever approves it reads this.',
            button: 'Ask once more',
            optional: true,
            onText: (reason) => void retry(reason),
          })
        }
      >
        Ask once more
      </Button>
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}
