import { spawnSync } from 'node:child_process'

/** Whom to start a process as; nothing where we are not root, and PostgreSQL runs as ourselves. */
export type SystemUser = { readonly uid: number; readonly gid: number } | Record<string, never>

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** `_postgres` comes with macOS. */
const KNOWN = ['countersign', 'postgres', '_postgres']

/** The first that the machine has the tool for: shadow-utils, then BusyBox. */
const MAKERS: readonly (readonly [command: string, ...rest: string[]])[] = [
  [
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/bin/false',
    'countersign',
  ],
  ['adduser', '-S', '-D', '-H', 'countersign'],
]

/**
 * PostgreSQL refuses to run as root, and initdb to run as a user that the machine has no name for. So an existing
 * user is taken, else one is made, else `nobody` has to do.
 */
export function findSystemUser(log: (message: string) => void): SystemUser {
  for (const name of KNOWN) {
    const user = lookUp(name)
    if (user !== undefined) return user
  }
  for (const [command, ...rest] of MAKERS) {
    if (spawnSync(command, rest, { stdio: 'ignore' }).status !== 0) continue
    const user = lookUp('countersign')
    if (user === undefined) continue
    log('PostgreSQL does not run as root: made the system user "countersign" for it')
    return user
  }
  const nobody = lookUp('nobody')
  if (nobody === undefined) {
    throw new Error(
      'PostgreSQL does not run as root, and no user for it could be made. Start Countersign as another user, or set DATABASE_URL and DATABASE_OWNER_URL.',
    )
  }
  log('PostgreSQL does not run as root, and no user could be made for it: it runs as "nobody"')
  return nobody
}

function lookUp(name: string): { readonly uid: number; readonly gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((what) => {
    const { status, stdout } = spawnSync('id', [what, name], { encoding: 'utf8' })
    return status === 0 ? Number.parseInt(stdout, 10) : Number.NaN
  }) as [number, number]
  return uid > 0 && Number.isInteger(gid) ? { uid, gid } : undefined
}

/** Whether this user can stand in the folder, asked by standing there: modes alone tell nothing of mounts and ACLs. */
export function canReach(folder: string, user: SystemUser): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  })
  return status === 0
}
