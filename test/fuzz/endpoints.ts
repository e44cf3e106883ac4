import { readFileSync } from 'node:fs'
import type { Vendor } from '../../schema/source.ts'

/** A row of a vendor's table of endpoints, made from its `groups.tsv`; read here by code of its own. */
export interface Row {
  readonly method: string
  readonly template: string
  readonly group: string
  readonly kind: string
  /** By the name of the place in the template. */
  readonly types: Readonly<Record<string, string>>
  readonly query: readonly string[]
  readonly closed: boolean
}

const PLACES: Readonly<Record<string, RegExp>> = {
  INTEGER: /^-?\d+$/,
  HEX32: /^[0-9a-f]{32}$/i,
  GUID: /^[0-9a-f-]{36}$/i,
}

export class Endpoints {
  readonly rows: readonly Row[]
  readonly #byShape = new Map<string, Row[]>()

  constructor(vendor: Vendor) {
    const text = readFileSync(new URL(`../../subgraphs/${vendor}/endpoints.tsv`, import.meta.url), 'utf8')
    const lists = new Map<string, readonly string[]>()
    const rows: Row[] = []
    for (const line of text.split('\n')) {
      const columns = line.split('\t')
      if (columns[0] === '@query') lists.set(`$${columns[1]}`, (columns[2] ?? '').split(','))
      if (!/^[A-Z]+$/.test(columns[0] ?? '')) continue
      const [method = '', template = '', group = '', kind = '', places = '', query = '', , denied = ''] =
        columns
      rows.push({
        method,
        template,
        group,
        kind,
        types: Object.fromEntries(places.split(',').map((one) => one.split(':') as [string, string])),
        query: lists.get(query) ?? query.split(',').filter((name) => name !== ''),
        closed: denied !== '',
      })
    }
    this.rows = rows
    for (const row of rows) {
      const shape = `${row.method} ${row.template.split('/').length}`
      this.#byShape.set(shape, [...(this.#byShape.get(shape) ?? []), row])
    }
  }

  /** The most literal row that method and path fit, without regard to letter case. */
  find(method: string, path: string): Row | undefined {
    const parts = path.split('/')
    const fitting = (this.#byShape.get(`${method} ${parts.length}`) ?? []).filter((row) => fits(row, parts))
    return fitting.toSorted((one, other) => places(one) - places(other))[0]
  }
}

function fits({ template, types }: Row, parts: readonly string[]): boolean {
  return template.split('/').every((segment, index) => {
    const part = parts[index] ?? ''
    if (!segment.startsWith('{')) return segment.toLowerCase() === part.toLowerCase()
    return (PLACES[types[segment.slice(1, -1)] ?? ''] ?? /^[^/]+$/).test(part)
  })
}

const places = ({ template }: Row) => template.split('{').length
