/** Checks who imports whom (`.dependency-cruiser.cjs`), and that no file of ours escaped the look. */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const ROOMS = [
  'schema',
  'policy',
  'subgraphs',
  'gateway',
  'simulators',
  'console',
  'scripts',
  'test',
  'bench',
]

export interface RoomsReport {
  readonly seen: number
  /** One line each; empty when all is well. */
  readonly problems: readonly string[]
}

function modulesOnDisk(root: string, rooms: readonly string[]): string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|cts|mts|js|cjs|mjs)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  )
}

/** `root` holds the rooms and the two settings files. */
export async function checkRooms(root: string): Promise<RoomsReport> {
  const rooms = ROOMS.filter((room) => existsSync(join(root, room)))
  const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'))
  const tsConfig = extractTSConfig(join(root, 'tsconfig.json'))
  const { output } = await cruise(rooms, { ...options, baseDir: root, validate: true }, {}, { tsConfig })
  if (typeof output === 'string')
    throw new Error('Expected a result object from dependency-cruiser, got text')
  return report(output, modulesOnDisk(root, rooms))
}

function report({ modules, summary }: ICruiseResult, files: readonly string[]): RoomsReport {
  const seen = new Set(modules.map(({ source }) => source))
  const unseen = files.filter((file) => !seen.has(file))
  return {
    seen: files.length - unseen.length,
    problems: [
      ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
      ...unseen.map((file) => `not looked at: ${file}`),
    ],
  }
}

if (import.meta.main) {
  const { seen, problems } = await checkRooms(fileURLToPath(new URL('..', import.meta.url)))
  for (const problem of problems) console.error(problem)
  console.log(`rooms: ${seen} modules, ${problems.length} problems`)
  if (problems.length > 0) process.exitCode = 1
}
