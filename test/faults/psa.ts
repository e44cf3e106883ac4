import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Slug } from './vendors.ts'

export interface SimulatorSetup {
  readonly psas: readonly {
    readonly slug: Slug
    readonly journalFile: string
    readonly secret: string
  }[]
}

/** What people do in the PSA itself, past every gateway, and what it holds. */
export interface PsaCalls {
  /** Its key. */
  ticket(of: { slug: Slug; title: string; asParent: boolean }): string
  change(of: { slug: Slug; key: string; what: 'title' | 'status' }): null
  /** In how many records each mark stands. */
  holding(of: { marks: readonly string[] }): Readonly<Record<string, number>>
  /** The records that hold it, as text. */
  where(of: { mark: string }): readonly string[]
}

export interface RunningPsa {
  readonly slug: Slug
  readonly url: string
  readonly credentials: Readonly<Record<string, string>>
}

/** One fault of `simulators/shared/faults.ts`. */
export interface VendorFault {
  readonly kind: 'status' | 'delay' | 'reset' | 'malformed' | 'html' | 'oversized' | 'drip'
  readonly when?: 'before' | 'after' | 'later'
  readonly status?: number
  readonly times?: number
  readonly delayMs?: number
  readonly laterMs?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface Psas {
  readonly running: readonly RunningPsa[]
  call<C extends keyof PsaCalls>(call: C, of: Parameters<PsaCalls[C]>[0]): Promise<ReturnType<PsaCalls[C]>>
  fault(slug: Slug, method: string, path: RegExp, fault: VendorFault): Promise<void>
  clearFaults(): Promise<void>
  stop(): void
}

export async function startPsas(setup: SimulatorSetup): Promise<Psas> {
  const file = fileURLToPath(new URL('./simulator-process.ts', import.meta.url))
  const child: ChildProcess = fork(file, [JSON.stringify(setup)], { execArgv: [] })
  const waiting = new Map<number, { done: (answer: never) => void; failed: (error: Error) => void }>()
  let calls = 0
  const running = await new Promise<readonly RunningPsa[]>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the simulators ended with ${code}`)))
    child.on('message', (told: { ready?: RunningPsa[]; id?: number; answer?: never; error?: string }) => {
      if (told.ready !== undefined) return resolve(told.ready)
      const one = waiting.get(told.id as number)
      waiting.delete(told.id as number)
      if (told.error === undefined) one?.done(told.answer as never)
      else one?.failed(new Error(told.error))
    })
  })
  const urlOf = (slug: Slug) => running.find((one) => one.slug === slug)?.url
  return {
    running,
    call: (call, of) =>
      new Promise((done, failed) => {
        calls += 1
        waiting.set(calls, { done, failed })
        child.send({ id: calls, call, of })
      }),
    async fault(slug, method, path, { times = 1, ...fault }) {
      const answer = await fetch(`${urlOf(slug)}/__faults`, {
        method: 'POST',
        body: JSON.stringify({ match: { method, path: String(path) }, times, ...fault }),
      })
      if (answer.status !== 201) throw new Error(`no fault: ${await answer.text()}`)
    },
    async clearFaults() {
      for (const { url } of running) await fetch(`${url}/__faults`, { method: 'DELETE' })
    },
    stop: () => child.disconnect(),
  }
}
