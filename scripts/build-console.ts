/**
 * Builds the pages of `console/` into `dist/`, when their inputs changed: `npm start` runs this each time.
 * `--force` builds anyway.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
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
  mkdirSync(join(root, 'dist'), { recursive: true })
  // Two tests may build at once, and a gateway may serve meanwhile: nobody ever sees half of it.
  const draft = join(root, 'dist', `${app}-${randomUUID()}`)
  await build({
    configFile: join(root, 'console', app, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: draft, emptyOutDir: true },
  })
  replaceFolder(output, draft)
  writeFileSync(stamp, inputs)
}

/** Of two at once the first stays: both were built from the same sources. */
function replaceFolder(old: string, draft: string): void {
  rmSync(old, { recursive: true, force: true })
  try {
    renameSync(draft, old)
  } catch (error) {
    if (!existsSync(join(old, 'index.html'))) throw error
    rmSync(draft, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  for (const app of apps) await buildApp(app, process.argv.includes('--force'))
}
