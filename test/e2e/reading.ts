import type { ExecutionResult } from 'graphql'
import { expect } from 'vitest'

export interface Event {
  readonly id: string
  readonly seq: number
  readonly cursor: string
  readonly type: string
  readonly request: {
    readonly id: string
    readonly state: string
    readonly ticket: { readonly title: string } | null
  } | null
}

export interface Stream {
  next(withinMs?: number): Promise<ExecutionResult | 'quiet' | 'ended'>
  event(key?: string): Promise<Event>
  end(): Promise<void>
}

export function reading(stream: AsyncIterable<ExecutionResult>): Stream {
  const iterator = stream[Symbol.asyncIterator]()
  let waiting: Promise<IteratorResult<ExecutionResult>> | undefined
  const next = async (withinMs = 5_000): Promise<ExecutionResult | 'quiet' | 'ended'> => {
    waiting ??= iterator.next()
    let timer: NodeJS.Timeout | undefined
    const quiet = new Promise<'quiet'>((resolve) => {
      timer = setTimeout(() => resolve('quiet'), withinMs)
    })
    const step = await Promise.race([waiting, quiet])
    clearTimeout(timer)
    if (step === 'quiet') return 'quiet'
    waiting = undefined
    return step.done ? 'ended' : JSON.parse(JSON.stringify(step.value))
  }
  return {
    next,
    async event(key = 'approvalEvents') {
      const result = await next()
      if (typeof result === 'string') throw new Error(`no event: ${result}`)
      expect(result.errors ?? []).toEqual([])
      return result.data?.[key] as Event
    },
    async end() {
      await iterator.return?.()
    },
  }
}
