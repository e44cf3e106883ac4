import { link, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { appendEvent } from '../audit/append.ts'
import type { Store } from '../store/index.ts'
import { readInstallation } from '../store/installation.ts'
import { rewrapDataKeys } from './credentials.ts'
import { readOrMake } from './keyFiles.ts'
import { type Key, parseKey } from './keyMaterial.ts'
import { CREDENTIALS_LINE, type KeySettings, keyFolderOf, loadKeys, newKeyText } from './keys.ts'

export interface Rotation {
  /** Id of the key that wraps from now on. */
  readonly key: string
  /** Data keys that were wrapped anew; 0 when an earlier run had come that far. */
  readonly rewrapped: number
  /** An earlier run, or somebody by hand, had made the key. */
  readonly begun: boolean
  /** Where the former key stands now, if anywhere. */
  readonly retired: string | null
}

/** A place where keys are kept. Each step may be repeated, so that whoever comes after a crash goes on. */
interface KeyPlace {
  /** The key that follows; made unless it is there already. */
  next(): Promise<{ readonly key: Key; readonly begun: boolean }>
  /** The next key takes the place of the former one, which no gateway reads any more. */
  settle(next: Key): Promise<string | null>
}

/**
 * Another key-encryption key: made, every data key wrapped by it, the former one put aside. Gateways that run find the
 * new key where keys are kept when they first meet it.
 *
 * @param instance names who does it in the audit trail
 */
export async function rotateKeys(store: Store, settings: KeySettings, instance: string): Promise<Rotation> {
  const { key_encryption_key: current } = await readInstallation(store.db)
  const place =
    settings.keyFile === undefined ? inFolder(await keyFolderOf(settings)) : inFile(settings.keyFile, current)
  const { key, begun } = await place.next()
  const keys = await loadKeys(settings)
  const rewrapped =
    current === key.id
      ? 0
      : await store.transaction(async (trx) => {
          const count = await rewrapDataKeys(trx, keys, key)
          const subject = { kind: 'KEY', id: key.id }
          await appendEvent(trx, {
            type: 'SECRET_REWRAPPED',
            instance,
            actor: { kind: 'GATEWAY', id: null },
            subject,
            count,
          })
          return count
        })
  return { key: key.id, rewrapped, begun, retired: await place.settle(key) }
}

/** Only unwraps until it takes the place of the other; `fromFolder` reads it with the former ones. */
const NEXT = 'credentials.next.key'
const CURRENT = 'credentials.key'

function inFolder(folder: string): KeyPlace {
  const at = (name: string) => path.join(folder, name)
  return {
    async next() {
      let begun = true
      const text = await readOrMake(folder, NEXT, () => {
        begun = false
        return newKeyText()
      })
      return { key: parseKey(text, at(NEXT)), begun }
    },
    async settle() {
      const former = parseKey(await readFile(at(CURRENT), 'utf8').then((text) => text.trim()), at(CURRENT))
      const retired = at(`retired.${former.id}.key`)
      await link(at(CURRENT), retired).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
      await rename(at(NEXT), at(CURRENT))
      return retired
    },
  }
}

function inFile(file: string, current: string | null): KeyPlace {
  const read = async () => (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const keyOf = (line: string) => parseKey(line.replace(CREDENTIALS_LINE, '').trim(), file)
  const isOwn = (line: string) => CREDENTIALS_LINE.test(line)
  return {
    async next() {
      const lines = await read()
      const last = lines.filter(isOwn).map(keyOf).at(-1)
      if (last !== undefined && last.id !== current) return { key: last, begun: true }
      const made = `credentials ${newKeyText()}`
      await replace(file, [...lines, made])
      return { key: keyOf(made), begun: false }
    },
    async settle(next) {
      // The first line is what the other keys are derived from, and stays.
      const lines = await read()
      await replace(
        file,
        lines.filter((line, index) => index === 0 || (isOwn(line) && keyOf(line).id === next.id)),
      )
      return null
    },
  }
}

/** Whole, or as it was. */
async function replace(file: string, lines: readonly string[]): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(`${lines.join('\n')}\n`)
    await handle.sync()
    await handle.close()
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
}
