import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Vendor } from '../../schema/source.ts'

export interface RunningSimulator {
  readonly vendor: Vendor
  readonly slug: string
  readonly url: string
  readonly credentials: Readonly<Record<string, string>>
}

export interface Simulators {
  readonly running: readonly RunningSimulator[]
  stop(): Promise<void>
}

/** In a process of their own: the gateway imports nothing of them and meets them over HTTP, as it would a PSA. */
export async function startSimulators(port: number, vendors: string): Promise<Simulators> {
  const main = new URL('../../simulators/main.ts', import.meta.url).pathname
  // Its stdin is our pipe: it ends when this process does, however that happens.
  const child = spawn(
    process.execPath,
    [main, '--port', String(port), '--anchor', 'today', '--only', vendors],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const exited = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`The simulators ended with code ${code} before they were ready`)),
    )
  })
  exited.catch(() => {}) // a later end is not a failed start
  const running: RunningSimulator[] = []
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const told = JSON.parse(line) as RunningSimulator & { ready?: boolean }
      if (told.ready) return
      running.push(told)
    }
  })()
  await Promise.race([ready, exited])
  return {
    running,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.stdin.end()
      }),
  }
}
