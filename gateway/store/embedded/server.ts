import { type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { binary } from './binaries.ts'
import type { Placement } from './placement.ts'

/** Of the binaries in package.json; data of another major version needs pg_upgrade. */
const MAJOR = '18'
const EMPTY_FOR_MS = 5_000
const LONGEST_LOG = 10 * 1024 * 1024

export type ServerState =
  | { readonly state: 'DOWN' }
  /** Starting, recovering or stopping. */
  | { readonly state: 'BUSY' }
  | { readonly state: 'READY'; readonly port: number }

/**
 * Makes the cluster beside its place and moves it there whole, so that a start that is killed leaves no half of
 * one, and of two starts the slower takes the other's.
 */
export async function initialise(
  { binaries, cluster, user }: Placement,
  superuser: { readonly name: string; readonly password: string },
  flags: readonly string[],
): Promise<void> {
  if (existsSync(cluster)) {
    const version = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(() => 'nothing')).trim()
    if (version === MAJOR) return
    throw new Error(
      `Expected ${cluster} to hold data of PostgreSQL ${MAJOR}, got ${version}. Upgrade it with pg_upgrade, or move it away.`,
    )
  }
  const draft = `${cluster}.${randomBytes(6).toString('hex')}`
  await mkdir(draft, { mode: 0o700 })
  const passwordFile = `${draft}.password`
  try {
    await writeFile(passwordFile, superuser.password, { mode: 0o600, flag: 'wx' })
    if (user.uid !== undefined && user.gid !== undefined) {
      await chown(draft, user.uid, user.gid)
      await chown(passwordFile, user.uid, user.gid)
    }
    const { status, output } = await run(
      binary(binaries, 'initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${superuser.name}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--locale=C',
        '--encoding=UTF8',
        '--no-instructions',
        ...flags,
      ],
      { ...user, cwd: path.parse(draft).root },
    )
    if (status !== 0) throw new Error(`initdb could not make ${cluster}: ${output.trim().slice(-2_000)}`)
    await rename(draft, cluster)
  } catch (error) {
    if (!existsSync(cluster)) throw error
  } finally {
    await rm(passwordFile, { force: true })
    await rm(draft, { recursive: true, force: true })
  }
}

/** Read from the server's own pid file; whether it answers is the caller's to try. */
export async function look(cluster: string): Promise<ServerState> {
  const file = path.join(cluster, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return { state: 'DOWN' }
  if (text === '') {
    // Another start is about to write its pid; an empty file that stays was left by a full disk or a power cut.
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > EMPTY_FOR_MS) await rm(file, { force: true })
    return { state: 'BUSY' }
  }
  const [pidLine, , , port, , , , status] = text.split('\n').map((line) => line.trim())
  const pid = Number(pidLine)
  if (!isAlive(pid)) return { state: 'DOWN' }
  if (await isAnotherProgram(pid, cluster)) {
    // The pid of a server that was killed has been given to another program, which PostgreSQL takes for a
    // server. It does not mind the pid of its own parent, and still checks that no orphan uses the data.
    await writeFile(file, text.replace(/^.*$/m, String(process.pid)))
    return { state: 'DOWN' }
  }
  return status === 'ready' ? { state: 'READY', port: Number(port) } : { state: 'BUSY' }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** True only where the machine says so (Linux); elsewhere the server's own check stands. */
async function isAnotherProgram(pid: number, cluster: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return command !== undefined && command !== '' && !command.split('\0').includes(cluster)
}

export type StartResult = 'STARTED' | 'PORT_TAKEN' | 'ALREADY_RUNNING'

/**
 * Starts the server in a session of its own: Ctrl-C reaches the gateway, which stops the server when it has
 * finished. Its log goes to a file, since a pipe would break when the gateway is killed.
 */
export async function start(
  { binaries, cluster, user }: Placement,
  {
    port,
    logFile,
    flags,
  }: { readonly port: number; readonly logFile: string; readonly flags: readonly string[] },
): Promise<StartResult> {
  const before = await stat(logFile).then(
    ({ size }) => size,
    () => 0,
  )
  if (before > LONGEST_LOG) await rename(logFile, `${logFile}.1`)
  const log = await open(logFile, 'a', 0o600)
  const from = (await log.stat()).size
  const server = spawn(
    binary(binaries, 'postgres'),
    ['-D', cluster, ...SETTINGS, '-p', String(port), ...flags],
    {
      ...user,
      env: environment(),
      cwd: path.parse(cluster).root,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    },
  )
  const ended = new Promise<string>((resolve) => {
    server.once('error', (error) => resolve(error.message))
    server.once('exit', (code, signal) => resolve(`exit ${code ?? signal}`))
  })
  server.unref()
  try {
    for (;;) {
      const end = await Promise.race([ended, sleep(20)])
      if (end !== undefined) {
        const said = (await readFile(logFile, 'utf8')).slice(from)
        if (said.includes('could not bind')) return 'PORT_TAKEN'
        if (/lock file "postmaster.pid" (already exists|is empty)/.test(said)) return 'ALREADY_RUNNING'
        throw new Error(`PostgreSQL did not start (${end}): ${said.trim().slice(-2_000)}`)
      }
      if ((await look(cluster)).state === 'READY') return 'STARTED'
    }
  } finally {
    await log.close()
  }
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'jit=off',
  // A failing statement and the row it failed on may hold text of customers: neither is for a log file.
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
].flatMap((setting) => ['-c', setting])

/** Ends open sessions, writes a checkpoint and waits for the end. */
export async function stop({ binaries, cluster, user }: Placement): Promise<void> {
  const options = ['-D', cluster, '-m', 'fast', '-w', '-t', '60', '-s']
  await run(binary(binaries, 'pg_ctl'), ['stop', ...options], { ...user, cwd: path.parse(cluster).root })
}

function run(
  command: string,
  options: readonly string[],
  { uid, gid, cwd }: SpawnOptions,
): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, options, {
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
      env: environment(),
      cwd,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (error) => resolve({ status: null, output: error.message }))
    child.once('close', (status) => resolve({ status, output }))
  })
}

/** Only what programs need to run: keys that a gateway gets by its environment are not for the server. */
function environment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP']
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), LC_ALL: 'C' }
}

/** A port of 127.0.0.1 that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
