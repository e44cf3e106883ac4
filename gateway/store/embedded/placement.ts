import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { lstat, mkdir, readlink, realpath, rename, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { canRun, copyBinaries, findBinaries, type NativeFolder } from './binaries.ts'
import { canReach, findSystemUser, isRoot, type SystemUser } from './systemUser.ts'

/** Where root puts what the database's own user can't reach below the checkout. */
const SHARED_HOME = '/var/lib/countersign'

export interface Placement {
  readonly binaries: NativeFolder
  /** PostgreSQL's data folder; may not exist yet, its parent does. */
  readonly cluster: string
  readonly user: SystemUser
}

/** Decides, for this machine and user, which binaries run on which folder as whom. */
export async function place(dataDir: string, log: (message: string) => void): Promise<Placement> {
  await mkdir(dataDir, { recursive: true })
  const home = await realpath(dataDir)
  const found = await findBinaries()
  const local = path.join(home, 'postgres')
  if (!isRoot()) {
    await refuseForeign(local)
    return { binaries: found.folder, cluster: await follow(local), user: {} }
  }

  const user = (await ownerOf(local)) ?? findSystemUser(log)
  const binaries = canRun(found.folder, user)
    ? found.folder
    : path.join(SHARED_HOME, `postgres-${found.version}`)
  if (binaries !== found.folder) {
    log(`the user of PostgreSQL can not reach ${found.folder}: it runs from a copy in ${binaries}`)
    await copyBinaries(found.folder, binaries)
  }
  const cluster = await clusterFor(home, local, user, log)
  return { binaries, cluster, user }
}

async function clusterFor(
  home: string,
  local: string,
  user: SystemUser,
  log: (message: string) => void,
): Promise<string> {
  const moved = await linkTarget(local)
  if (moved !== undefined) {
    log(`the database is in ${moved}`)
    await mkdir(path.dirname(moved), { recursive: true, mode: 0o755 })
    return moved
  }
  if (canReach(home, user)) return local
  if (existsSync(local)) {
    throw new Error(
      `The user of PostgreSQL can not reach ${local}, which holds the database. Give its parent folders the right to pass (chmod o+x), or move the folder.`,
    )
  }
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const elsewhere = path.join(SHARED_HOME, hash, 'postgres')
  await mkdir(path.dirname(elsewhere), { recursive: true, mode: 0o755 })
  // The link remembers the place; without one, what stands there belongs to a data folder that is gone.
  const first = await symlink(elsewhere, local).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
  if (first && existsSync(elsewhere)) {
    const aside = `${elsewhere}-${new Date().toISOString().replaceAll(/[:.]/g, '')}`
    await rename(elsewhere, aside)
    log(`a database of an earlier ${home} was set aside as ${aside}`)
  }
  log(`the user of PostgreSQL can not reach ${home}: the database goes to ${elsewhere}`)
  return elsewhere
}

async function linkTarget(at: string): Promise<string | undefined> {
  return readlink(at).catch(() => undefined)
}

async function follow(at: string): Promise<string> {
  return (await linkTarget(at)) ?? at
}

/** The owner of a database that is there already: root continues as that user. */
async function ownerOf(cluster: string): Promise<SystemUser | undefined> {
  const { uid, gid } = await stat(cluster).catch(() => ({ uid: 0, gid: 0 }))
  return uid === 0 ? undefined : { uid, gid }
}

async function refuseForeign(cluster: string): Promise<void> {
  const entry = await lstat(cluster).catch(() => undefined)
  const owner = await stat(cluster).catch(() => entry)
  const me = process.getuid?.()
  if (owner === undefined || me === undefined || owner.uid === me) return
  throw new Error(
    `The database in ${cluster} belongs to another user (uid ${owner.uid}, you are ${me}). Start Countersign as that user or as root, or give the folder away with chown -R.`,
  )
}
