import { Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import { LookAtDocument, LookAwayDocument } from '../../../../generated/console.ts'
import { useWhileVisible } from '../../parts/whileVisible.ts'
import { CSRF } from '../../session/session.ts'
import { looking } from '../../words.ts'

/** Several times within the gateway's 20 seconds. */
const EVERY_MS = 5_000
/** It is still sent while the page is being closed. */
const LAST = { fetchOptions: { headers: CSRF, keepalive: true } }

/** Says that this page is open, and who else has it open. When it can't be told, nothing is missing that anybody needs. */
export function Onlookers({ id }: { id: string }) {
  const client = useClient()
  const [names, setNames] = useState<readonly string[]>([])
  useWhileVisible(async () => {
    const { data } = await client.mutation(LookAtDocument, { id }).toPromise()
    setNames((data?.lookAtRequest ?? []).map(({ person }) => person.name))
  }, EVERY_MS)
  useEffect(() => {
    const leave = () => void client.mutation(LookAwayDocument, { id }, LAST).toPromise()
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [client, id])
  return (
    <div role="status">
      {names.length > 0 && (
        <Text size="sm" c="var(--mantine-color-grape-text)" fw={600}>
          {looking(names)}
        </Text>
      )}
    </div>
  )
}
