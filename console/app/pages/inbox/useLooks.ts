import { useState } from 'react'
import { useClient } from 'urql'
import { LooksDocument } from '../../../../generated/console.ts'
import { useWhileVisible } from '../../parts/whileVisible.ts'

const EVERY_MS = 5_000

/** Who else has which request open: names by the request's id. */
export function useLooks(): ReadonlyMap<string, readonly string[]> {
  const client = useClient()
  const [looks, setLooks] = useState<ReadonlyMap<string, readonly string[]>>(new Map())
  useWhileVisible(async () => {
    const { data } = await client.query(LooksDocument, {}).toPromise()
    const next = new Map<string, string[]>()
    for (const { request, person } of data?.requestLooks ?? [])
      next.set(request, [...(next.get(request) ?? []), person.name])
    setLooks(next)
  }, EVERY_MS)
  return looks
}
