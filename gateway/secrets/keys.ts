import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { readKeyFile, readOrMake } from './keyFiles.ts'
import { type Key, parseKey } from './keyMaterial.ts'

export interface Keys {
  /** Wraps the data keys of connections. */
  readonly credentials: Key
  /** Former ones and the next one: they only unwrap, until the store names another as the one that wraps. */
  readonly oldCredentials: readonly Key[]
  /** Looks for keys of credentials that were added since. Those that were known stay. */
  reread?(): Promise<void>
  /** Seals write permits. */
  readonly permit: Key
  /** Seals cursors. */
  readonly cursor: Key
  /** HMAC over secret field values in audit events. */
  readonly audit: Key
  /** Seed of the Ed25519 key that signs audit checkpoints. */
  readonly checkpoint: Key
}

const USES = ['credentials', 'permit', 'cursor', 'audit', 'checkpoint'] as const

export interface KeySettings {
  readonly dataDir: string
  /** Only the embedded default may make keys: with a shared database every gateway needs the same ones. */
  readonly mayMake: boolean
  /** COUNTERSIGN_KEYS: a folder with `credentials.key`, `permit.key`, `cursor.key`, `audit.key`, `checkpoint.key`. */
  readonly keyFolder?: string
  /** COUNTERSIGN_KEY_FILE: one key that all others are derived from; further lines are its predecessors, or begin with `credentials`. */
  readonly keyFile?: string
}

export function keySettings(env: NodeJS.ProcessEnv, dataDir: string, mayMake: boolean): KeySettings {
  const { COUNTERSIGN_KEYS: keyFolder, COUNTERSIGN_KEY_FILE: keyFile } = env
  if (keyFolder !== undefined && keyFile !== undefined) {
    throw new TypeError('Expected one of COUNTERSIGN_KEYS and COUNTERSIGN_KEY_FILE, got both')
  }
  return { dataDir, mayMake, ...(keyFolder && { keyFolder }), ...(keyFile && { keyFile }) }
}

/** @throws TypeError naming the setting, for a missing, short or sample key: then nothing may start */
export async function loadKeys(settings: KeySettings): Promise<Keys> {
  const keys = await readKeys(settings)
  let { credentials, oldCredentials } = keys
  return {
    ...keys,
    get credentials() {
      return credentials
    },
    get oldCredentials() {
      return oldCredentials
    },
    async reread() {
      const now = await readKeys(settings)
      // A former key may be gone from there while somebody still holds what it wraps.
      const all = [credentials, ...oldCredentials, now.credentials, ...now.oldCredentials]
      credentials = now.credentials
      oldCredentials = all.filter(
        ({ id }, index) => id !== credentials.id && all.findIndex((key) => key.id === id) === index,
      )
    },
  }
}

async function readKeys(settings: KeySettings): Promise<Keys> {
  if (settings.keyFile !== undefined) return fromFile(settings.keyFile)
  return fromFolder(await keyFolderOf(settings))
}

/** Where the keys stand, each in a file of its own; made first for the embedded default. */
export async function keyFolderOf(settings: KeySettings): Promise<string> {
  if (settings.keyFolder !== undefined) return settings.keyFolder
  if (!settings.mayMake) {
    throw new TypeError(
      'Expected COUNTERSIGN_KEY_FILE or COUNTERSIGN_KEYS to be set, since DATABASE_URL is: every gateway on one database needs the same keys',
    )
  }
  const folder = path.join(settings.dataDir, 'keys')
  for (const use of USES) await readOrMake(folder, `${use}.key`, newKeyText)
  return folder
}

export function newKeyText(): string {
  return randomBytes(32).toString('base64')
}

/** How a line of a key file begins that holds a key of credentials and of nothing else. */
export const CREDENTIALS_LINE = /^credentials\s+/

async function fromFile(file: string): Promise<Keys> {
  const lines = ((await readKeyFile(file)) ?? '').split(/\s*\n\s*/)
  const read = lines.map((line, index) => {
    const setting = index === 0 ? `COUNTERSIGN_KEY_FILE (${file})` : `line ${index + 1} of ${file}`
    const isOwn = index > 0 && CREDENTIALS_LINE.test(line)
    return { key: parseKey(isOwn ? line.replace(CREDENTIALS_LINE, '') : line, setting), isOwn }
  })
  const first = read[0]!.key
  return {
    credentials: first.derive('credentials'),
    oldCredentials: read.slice(1).map(({ key, isOwn }) => (isOwn ? key : key.derive('credentials'))),
    permit: first.derive('permit'),
    cursor: first.derive('cursor'),
    audit: first.derive('audit'),
    checkpoint: first.derive('checkpoint'),
  }
}

async function fromFolder(folder: string): Promise<Keys> {
  const read = async (name: string): Promise<Key> => {
    const file = path.join(folder, name)
    return parseKey(await readKeyFile(file), file)
  }
  const [credentials, permit, cursor, audit, checkpoint] = await Promise.all([
    read('credentials.key'),
    read('permit.key'),
    read('cursor.key'),
    read('audit.key'),
    read('checkpoint.key'),
  ])
  const names = await readdir(folder)
  const old = names.filter((name) => /^credentials\.[^.]+\.key$/.test(name)).sort()
  const oldCredentials = await Promise.all(old.map(read))
  const keys = { credentials, oldCredentials, permit, cursor, audit, checkpoint }
  refuseDoubles(folder, [credentials, permit, cursor, audit, checkpoint])
  return keys
}

/** One key in two uses is one leak for both. */
function refuseDoubles(folder: string, keys: readonly Key[]): void {
  if (new Set(keys.map(({ id }) => id)).size < keys.length) {
    throw new TypeError(`Expected every key in ${folder} to be another one, got the same key twice`)
  }
}
