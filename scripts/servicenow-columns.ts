// Makes `subgraphs/servicenow/columns.tsv` out of the vendor's tables: which columns a table has, of which of them the
// type matters, and which table each of them refers to.
//
//   npx node scripts/servicenow-columns.ts [--check]
//
// `--check` compares with the committed file and writes nothing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { documentsOf } from './endpoints.ts'

interface Table {
  readonly extends?: string
  readonly fields?: Readonly<Record<string, { readonly type: string; readonly reference?: string }>>
}

/** Types that decide what a value may be, or whose information it is; any other column goes by its name alone. */
const TOLD =
  /^(reference|glide_list|document_id|journal\w*|password\w*|variables|user_input|user_roles|\w*script\w*|integer|boolean|glide_duration|timer)$/

/** The one class of a chain that the documents do not hold, and what stands above it. */
const MISSING: Readonly<Record<string, string>> = { cmdb_ci_hardware: 'cmdb_ci' }

const HEADER = `# Made by scripts/servicenow-columns.ts from the vendor's tables: columns beside those of the table above.
table\tabove\tcolumns
`

export function columnsOfDocuments(): string {
  const { tables } = JSON.parse(readFileSync(new URL('tables.json', documentsOf('servicenow')), 'utf8')) as {
    tables: Readonly<Record<string, Table>>
  }
  const lines = Object.entries(tables)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { extends: said = '', fields = {} }]) => {
      const above = tables[said] === undefined ? (MISSING[said] ?? '') : said
      const columns = Object.entries(fields)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([column, { type, reference }]) =>
          TOLD.test(type) ? `${column}:${type}${reference === undefined ? '' : `=${reference}`}` : column,
        )
      return columns.length === 0 && above === '' ? [] : [`${name}\t${above}\t${columns.join(' ')}`]
    })
  return `${HEADER}${lines.join('\n')}\n`
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const documents = documentsOf('servicenow')
  if (existsSync(documents)) {
    const file = new URL('../subgraphs/servicenow/columns.tsv', import.meta.url)
    const made = columnsOfDocuments()
    if (!check) writeFileSync(file, made)
    const same = readFileSync(file, 'utf8') === made
    process.stdout.write(
      same ? 'as made from the documents\n' : 'differs: run scripts/servicenow-columns.ts\n',
    )
    if (!same) process.exitCode = 1
  } else {
    process.stderr.write(`not looked at, the vendor documents are not here (${fileURLToPath(documents)})\n`)
    process.exitCode = check ? 0 : 1
  }
}
