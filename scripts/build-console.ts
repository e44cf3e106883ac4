/**
 * Builds the pages of `console/` into `dist/`, when their inputs changed: `npm start` runs this each time.
 * `--force` builds anyway.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One Vite app a line: its folder under `console/`, built into the folder of the same name under `dist/`. */
const apps = ['app', 'graphiql']

const LONGEST_BUILD_MS = 120_000

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Of every source, and of what package.json pins: versions there are exact. */
export function fingerprint(folder: string, packageJson: string): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(packageJson, 'utf8')) as Record<
    string,
    unknown
  >
  const hash = createHash('sha256').update(JSON.stringify([dependencies, devDependencies]))
  for (const file of filesUnder(folder))
    hash.update(`\0${relative(folder, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

/** Does nothing when nothing changed since the last time. */
export async function buildApp(app: string, force: boolean): Promise<void> {
  const dist = join(root, 'dist')
  const stamp = join(dist, `${app}.inputs`)
  const inputs = fingerprint(join(root, 'console'), join(root, 'package.json'))
  const isBuilt = () =>
    existsSync(join(dist, app, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs
  if (isBuilt() && !force) return

  mkdirSync(dist, { recursive: true })
  const release = await takeTurn(join(dist, `${app}.building`))
  try {
    // Somebody else may have built it while this one waited.
    if (isBuilt() && !force) return
    console.log(`Building the ${app} page (once, until its sources change) ...`)
    // Loaded only now: it takes longer than everything above.
    const { build } = await import('vite')
    await build({ configFile: join(root, 'console', app, 'vite.config.ts'), logLevel: 'warn' })
    writeFileSync(stamp, inputs)
  } finally {
    release()
  }
}

/** Test files that run side by side need the same pages: one builds, the others wait for it. */
async function takeTurn(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (!isAlive(file)) rmSync(file, { force: true })
      await sleep(100)
    }
  }
}

/** One that was killed released nothing, and another process may have its number by now. */
function isAlive(file: string): boolean {
  try {
    if (Date.now() - statSync(file).mtimeMs > LONGEST_BUILD_MS) return false
    // 0, which is our own group, while it is not written to yet.
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch (error) {
    // What is gone already needs no removal.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

if (import.meta.main) {
  for (const app of apps) await buildApp(app, process.argv.includes('--force'))
}
