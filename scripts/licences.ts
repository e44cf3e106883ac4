/** The licences of everything that the product installs: a package under another licence is refused by name. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ALLOWED: ReadonlySet<string> = new Set([
  'MIT',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'PostgreSQL',
  'Python-2.0',
])

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: unknown
  readonly licenses?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** As the package says it; empty when it says nothing. */
  readonly licence: string
  /** The packages that led to it, the product's own dependency first. */
  readonly path: readonly string[]
}

/** `(A OR B) AND C`: of an OR one side suffices, of an AND both are needed. `WITH` an exception is not among ours. */
export function isAllowed(expression: string): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? []
  let at = 0

  function any(): boolean {
    let verdict = all()
    while (tokens[at]?.toUpperCase() === 'OR') {
      at += 1
      verdict = all() || verdict
    }
    return verdict
  }
  function all(): boolean {
    let verdict = one()
    while (tokens[at]?.toUpperCase() === 'AND') {
      at += 1
      verdict = one() && verdict
    }
    return verdict
  }
  function one(): boolean {
    const token = tokens[at]
    at += 1
    if (token !== '(') return ALLOWED.has(token ?? '')
    const verdict = any()
    const closed = tokens[at] === ')'
    at += 1
    return verdict && closed
  }

  const verdict = any()
  return verdict && at === tokens.length
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Old packages write `{ type }`, or several in `licenses`, of which each is offered. */
export function licenceOf({ license, licenses }: Pick<Manifest, 'license' | 'licenses'>): string {
  const typeOf = (value: unknown): string => {
    if (typeof value === 'string') return value
    const { type } = (value ?? {}) as { type?: unknown }
    return typeof type === 'string' ? type : ''
  }
  return Array.isArray(licenses) && !license ? licenses.map(typeOf).join(' OR ') : typeOf(license ?? licenses)
}

/** As Node finds packages: the nearest node_modules that has it. */
function resolveFrom(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return found
    if (at === dirname(at)) return undefined
  }
}

/**
 * Production dependencies and all that they bring, peers and installed optional ones too.
 * @throws when a required package is not installed: then nothing would be known of it.
 */
export function productionPackages(root: string): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>()

  function visit(folder: string, path: readonly string[], manifest: Manifest): void {
    const wanted = {
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
      ...manifest.dependencies,
    }
    for (const name of Object.keys(wanted)) {
      const required =
        manifest.dependencies?.[name] !== undefined && manifest.optionalDependencies?.[name] === undefined
      const target = resolveFrom(folder, name)
      if (!target) {
        if (required) throw new Error(`${[...path, name].join(' > ')} is not installed`)
        continue
      }
      if (found.has(target)) continue
      const its = readManifest(target)
      const itsPath = [...path, name]
      found.set(target, { name: its.name, version: its.version, licence: licenceOf(its), path: itsPath })
      visit(target, itsPath, its)
    }
  }

  visit(root, [], readManifest(root))
  return [...found.values()]
}

/** One line for each package that may not be in the product. */
export function refusedLicences(packages: readonly InstalledPackage[]): string[] {
  return packages
    .filter(({ licence }) => !isAllowed(licence))
    .map(
      ({ name, version, licence, path }) =>
        `${name} ${version}: ${licence || 'no licence'} (${path.join(' > ')})`,
    )
    .sort()
}
