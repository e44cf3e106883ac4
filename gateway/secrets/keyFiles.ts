import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * The file's content; made first where there is none. Two gateways that start together both get the content that
 * was first: `link` refuses a name that exists, and a file never shows half written.
 */
export async function readOrMake(folder: string, name: string, make: () => string): Promise<string> {
  const file = path.join(folder, name)
  const before = await readKeyFile(file)
  if (before !== undefined) return before
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const draft = path.join(folder, `.${name}.${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(draft, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true })
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  return (await readKeyFile(file))!
}

export async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
