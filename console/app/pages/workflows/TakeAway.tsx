import { Button } from '@mantine/core'
import { useState } from 'react'
import { UnassignConnectionDocument } from '../../../../generated/console.ts'
import { type Asked, AskText } from '../../parts/AskText.tsx'
import { told } from '../../parts/told.ts'
import { useChange } from '../../session/Fresh.tsx'

interface Props {
  readonly workflow: string
  readonly connection: string
  readonly version: number
  readonly name: string
  readonly onTaken: () => void
}

/** The workflow reaches the connection no longer. */
export function TakeAway({ workflow, connection, version, name, onTaken }: Props) {
  const change = useChange()
  const [asked, setAsked] = useState<Asked>()
  async function take(reason: string) {
    const { error } = await change(UnassignConnectionDocument, {
      workflow,
      connection,
      version,
      reason: reason || null,
    })
    told(error)
    if (error === undefined) onTaken()
  }
  return (
    <>
      <Button
        variant="default"
        onClick={() =>
          setAsked({
            title: `Take ${name} from the workflow?`,
            label:
              'Its AI agents reach it no longer, and what waits there is withdrawn. Its versions are kept. Why?',
            button: 'Take it away',
            color: 'red',
            optional: true,
            onText: (reason) => void take(reason),
          })
        }
      >
        Take it away
      </Button>
      <AskText asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}
