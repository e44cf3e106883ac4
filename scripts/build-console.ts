/**
 * Builds the pages of `console/` into `dist/`, when their inputs changed: `npm start` runs this each time.
 * `--force` builds anyway.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** One Vite app a line: its folder under `console/`, built into the folder of the same name under `dist/`. */
const apps = ['app', 'graphiql']

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
  const output = join(root, 'dist', app)
  const stamp = join(root, 'dist', `${app}.inputs`)
  const inputs = fingerprint(join(root, 'console'), join(root, 'package.json'))
  const built = existsSync(join(output, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8')
  if (built === inputs && !force) return

  console.log(`Building the ${app} page (once, until its sources change) ...`)
  // Loaded only now: it takes longer than everything above.
  const { build } = await import('vite')
  await build({ configFile: join(root, 'console', app, 'vite.config.ts'), logLevel: 'warn' })
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, inputs)
}

if (import.meta.main) {
  for (const app of apps) await buildApp(app, process.argv.includes('--force'))
}
