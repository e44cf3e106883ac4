import { readFileSync } from 'node:fs'

type RecordFields = ReadonlyMap<string, ReadonlySet<string>>

const loaded = new Map<string, RecordFields>()

/** Members of the records of a collection, by the path that the catalogue gives it; a test keeps the file and the documents in step. */
export function recordFieldsAt(
  vendor: 'connectwise' | 'autotask' | 'halo',
  path: string,
): ReadonlySet<string> {
  let known = loaded.get(vendor)
  if (known === undefined) {
    const text = readFileSync(new URL(`../${vendor}/record-fields.tsv`, import.meta.url), 'utf8')
    const lines = text.split('\n').filter((line) => line.startsWith('/'))
    known = new Map(
      lines.map((line) => {
        const [at = '', members = ''] = line.split('\t')
        return [at, new Set(members.split(' '))]
      }),
    )
    loaded.set(vendor, known)
  }
  return known.get(path) ?? new Set()
}
