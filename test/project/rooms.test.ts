import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkRooms } from '../../scripts/check-rooms.ts'

const root = join(import.meta.dirname, '..', '..')

/** A small project with our settings: each file imports the one named beside it. */
function project(files: Record<string, string | null>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rooms-'))
  for (const settings of ['.dependency-cruiser.cjs', 'tsconfig.json'])
    cpSync(join(root, settings), join(folder, settings))
  for (const [file, imported] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(
      join(folder, file),
      imported ? `export { x as y } from '${imported}'\n` : 'export const x = 1\n',
    )
  }
  return folder
}

describe('rooms: directions that are allowed', () => {
  it.each([
    ['gateway/a.ts', '../subgraphs/x.ts'],
    ['subgraphs/a.ts', '../policy/x.ts'],
    ['policy/a.ts', '../schema/x.ts'],
    ['subgraphs/halo/a.ts', '../http/x.ts'],
    ['subgraphs/halo/a.test.ts', '../../simulators/halo/x.ts'],
    ['gateway/a.test.ts', '../test/x.ts'],
    ['scripts/a.ts', '../simulators/x.ts'],
  ])('%s imports %s', async (file, imported) => {
    const target = join(dirname(file), imported)
    expect(await checkRooms(project({ [file]: imported, [target]: null }))).toEqual({ seen: 2, problems: [] })
  })
})

describe('rooms: planted violations', () => {
  it.each([
    ['schema/a.ts', '../policy/x.ts'],
    ['policy/a.ts', '../subgraphs/x.ts'],
    ['subgraphs/a.ts', '../gateway/x.ts'],
    ['subgraphs/halo/a.ts', '../autotask/x.ts'],
    ['subgraphs/connectwise/a.test.ts', '../halo/x.ts'],
    ['simulators/halo/a.ts', '../../schema/x.ts'],
    ['simulators/halo/a.ts', '../servicenow/x.ts'],
    ['gateway/a.ts', '../simulators/x.ts'],
    ['gateway/a.ts', '../test/x.ts'],
    ['gateway/a.ts', './x.test.ts'],
    ['console/graphiql/a.tsx', '../../schema/x.ts'],
    ['gateway/a.ts', '../console/x.ts'],
  ])('%s may not import %s', async (file, imported) => {
    const target = join(dirname(file), imported)
    const { problems } = await checkRooms(project({ [file]: imported, [target]: null }))
    expect(problems).toEqual([expect.stringContaining(`${file} → ${target}`)])
  })

  it('running code may not go round in a circle', async () => {
    const { problems } = await checkRooms(project({ 'schema/a.ts': './x.ts', 'schema/x.ts': './a.ts' }))
    expect(problems.join()).toContain('no-cycles')
  })

  it('an import that leads nowhere is told', async () => {
    const { problems } = await checkRooms(project({ 'schema/a.ts': './gone.ts' }))
    expect(problems).toEqual([expect.stringContaining('resolvable')])
  })

  it('a file that was not looked at is told', async () => {
    const { seen, problems } = await checkRooms(
      project({ 'schema/a.ts': null, 'schema/dist/hidden.ts': null }),
    )
    expect({ seen, problems }).toEqual({ seen: 1, problems: ['not looked at: schema/dist/hidden.ts'] })
  })
})
