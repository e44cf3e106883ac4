import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../gateway/main.ts', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** Resolves with the match once the output has one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** The gateway as `npm start` runs it, on free ports and with data of its own. */
export function startProcess(
  dataDir: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [main, ...args], {
    // From the folder of the data, so that nothing depends on where it is started.
    cwd: dataDir,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: '0',
      SIMULATOR_PORT: '42101',
      COUNTERSIGN_DATA: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk
      for (const listener of listeners) listener()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return {
    child,
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output)
          if (match === null) return
          listeners.delete(look)
          resolve(match)
        }
        listeners.add(look)
        void exited.then((code) =>
          reject(new Error(`It ended with ${code} before it printed ${pattern}:\n${output}`)),
        )
        look()
      }),
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}

export async function post(
  url: string,
  token: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of their own queries
): Promise<{ data: any; errors?: readonly { message: string; extensions: Record<string, unknown> }[] }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Awaited<ReturnType<typeof post>>
}
