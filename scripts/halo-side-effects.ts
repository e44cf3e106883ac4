// Makes the product's table of body members and query names of HaloPSA that reach another permission group,
// `subgraphs/halo/side-effects.tsv`, out of the vendor's document of the same name.
//
//   npx node scripts/halo-side-effects.ts [--check]
//
// `--check` compares with the committed file and writes nothing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { AccessKind } from '../schema/groups.ts'
import { documentsOf } from './endpoints.ts'

/** Mail, approvals, messages to other systems: what is executed counts as something created there. */
const KINDS: Readonly<Record<string, AccessKind>> = {
  read: 'READ',
  create: 'CREATE',
  update: 'UPDATE',
  merge: 'MERGE',
  bundle: 'BUNDLE',
  delete: 'DELETE',
  execute: 'CREATE',
}

export const source = new URL('side-effects.tsv', documentsOf('halo'))
export const made = new URL('../subgraphs/halo/side-effects.tsv', import.meta.url)

/** @throws Error for an action of no kind, or a row that is not whole */
export function sideEffectsTable(text: string): string {
  const [, ...lines] = text.split('\n').filter((line) => line !== '')
  const rows = lines.map((line) => {
    const [where = '', field = '', group = '', action = '', effect = ''] = line.split('\t')
    const kind = KINDS[action]
    if (kind === undefined || !/^(GET|POST) \/\S+ (query|body)$/.test(where) || field === '' || effect === '')
      throw new Error(`Not a row of side effects: ${line}`)
    return [where.replace(/ (query|body)$/, ''), field, group, kind, effect].join('\t')
  })
  return [
    '# Made by scripts/halo-side-effects.ts from the vendor documents.',
    'endpoint\tname\tgroup\tkind\teffect',
    ...rows,
    '',
  ].join('\n')
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  if (!existsSync(source)) {
    process.stderr.write('not looked at, the vendor document is not here\n')
    process.exitCode = check ? 0 : 1
  } else {
    const table = sideEffectsTable(readFileSync(source, 'utf8'))
    if (!check) writeFileSync(made, table)
    const same = existsSync(made) && readFileSync(made, 'utf8') === table
    process.stdout.write(
      `${same ? 'as made from the document' : 'differs: run scripts/halo-side-effects.ts'}\n`,
    )
    if (!same) process.exitCode = 1
  }
}
