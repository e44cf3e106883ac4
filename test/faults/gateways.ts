import { type ChildProcess, fork } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../../gateway/settings.ts'
import type { CrashPoint } from '../../gateway/writes/crash-points.ts'

export interface GatewaySetup {
  readonly instance: string
  /** Of the proxy in front of PostgreSQL. */
  readonly databaseUrl: string
  readonly dataDir: string
  readonly settings: Partial<Settings>
  readonly origins: readonly string[]
  readonly checkpoints: string
  /** Where the process notes that it came by an armed crash point. */
  readonly reachedFile: string
  readonly port: number
  /** How far its clock is ahead of the right one. */
  readonly clockOffMs: number
}

export type ToGateway =
  | {
      readonly is: 'ARM'
      readonly id: string
      readonly at: CrashPoint
      readonly what: 'KILL' | 'STOP' | 'HOLD'
      /** Left out: whichever comes first. */
      readonly request?: string
    }
  | { readonly is: 'DISARM' | 'RELEASE'; readonly id: string }

export type FromGateway =
  | { readonly is: 'READY'; readonly url: string }
  | { readonly is: 'STOPPING' | 'HELD'; readonly id: string }

/** A gateway that comes back by itself, on the same port, after every kill. */
export class GatewayProcess {
  readonly setup: GatewaySetup
  readonly #logFile: string
  readonly #onKilled: () => void
  #child: ChildProcess | undefined
  #ending = false
  readonly #listeners = new Set<(message: FromGateway) => void>()
  url = ''
  up = false
  /** How often it was ended. */
  killed = 0

  constructor(setup: GatewaySetup, logFile: string, onKilled: () => void) {
    this.setup = setup
    this.#logFile = logFile
    this.#onKilled = onKilled
  }

  async start(): Promise<void> {
    const setup = { ...this.setup, port: this.url === '' ? 0 : Number(new URL(this.url).port) }
    const file = fileURLToPath(new URL('./gateway-process.ts', import.meta.url))
    const child = fork(file, [JSON.stringify(setup)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      // Most of a start is compiling, and there are many.
      env: { ...process.env, NODE_COMPILE_CACHE: `${this.setup.dataDir}/compiled` },
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => appendFileSync(this.#logFile, chunk))
    child.on('message', (message: FromGateway) => {
      for (const listener of [...this.#listeners]) listener(message)
    })
    const ready = this.#told(({ is }) => is === 'READY')
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.once('exit', (code, signal) => {
      this.up = false
      this.killed += 1
      if (this.#ending) return
      if (signal !== 'SIGKILL') appendFileSync(this.#logFile, `ended by itself: ${code} ${signal}\n`)
      this.#onKilled()
      void this.start()
    })
    const told = await Promise.race([ready, ended])
    if (told?.is !== 'READY') return
    this.url = told.url
    this.up = true
  }

  async back(): Promise<void> {
    while (!this.up && !this.#ending) await sleep(25)
  }

  tell(message: ToGateway): void {
    if (this.#child?.connected === true) this.#child.send(message, () => {})
  }

  #told(wanted: (message: FromGateway) => boolean): Promise<FromGateway> {
    return new Promise((resolve) => {
      const listener = (message: FromGateway) => {
        if (!wanted(message)) return
        this.#listeners.delete(listener)
        resolve(message)
      }
      this.#listeners.add(listener)
    })
  }

  /** Undefined: not within the time. */
  async reached(id: string, withinMs: number): Promise<FromGateway | undefined> {
    return Promise.race([
      this.#told((message) => message.is !== 'READY' && message.id === id),
      sleep(withinMs, undefined),
    ])
  }

  signal(signal: 'SIGCONT'): void {
    this.#child?.kill(signal)
  }

  async end(): Promise<void> {
    this.#ending = true
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGCONT')
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}

export interface Reached {
  readonly at: CrashPoint
  readonly requestId: string
  readonly what: 'KILL' | 'STOP' | 'HOLD'
}

export function reachedIn(file: string): readonly Reached[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Reached)
}
