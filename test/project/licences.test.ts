import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAllowed, licenceOf, productionPackages, refusedLicences } from '../../scripts/licences.ts'

/** A folder with a package.json for each path given; the empty path is the product itself. */
function installed(manifests: Record<string, object>): string {
  const root = mkdtempSync(join(tmpdir(), 'licences-'))
  for (const [path, manifest] of Object.entries(manifests)) {
    const file = join(root, path, 'package.json')
    mkdirSync(dirname(file), { recursive: true })
    const name = path.split('node_modules/').at(-1)
    writeFileSync(file, JSON.stringify({ name, version: '1.0.0', ...manifest }))
  }
  return root
}

describe('licences of what the product installs', () => {
  it('are all among those we accept', () => {
    const packages = productionPackages(join(import.meta.dirname, '..', '..'))

    expect(packages.length).toBeGreaterThan(100)
    expect(refusedLicences(packages)).toEqual([])
  })
})

describe('licences: the check itself', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND Apache-2.0', true],
    ['(MIT AND BSD-3-Clause) OR Elastic-2.0', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only OR (MIT AND Elastic-2.0)', false],
    ['Apache-2.0 WITH LLVM-exception', false],
    ['Elastic-2.0', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['(MIT', false],
    ['', false],
  ])('%s: %s', (expression, verdict) => {
    expect(isAllowed(expression)).toBe(verdict)
  })

  it('reads the ways in which old packages say it', () => {
    expect(licenceOf({ license: { type: 'MIT' } })).toBe('MIT')
    expect(licenceOf({ licenses: [{ type: 'GPL-2.0' }, { type: 'MIT' }] })).toBe('GPL-2.0 OR MIT')
    expect(licenceOf({})).toBe('')
  })

  it('names a planted package and how it came in, however deep it lies', () => {
    const root = installed({
      '': { dependencies: { fine: '1' }, devDependencies: { tool: '1' } },
      'node_modules/fine': {
        license: 'MIT',
        dependencies: { planted: '1' },
        optionalDependencies: { absent: '1' },
      },
      'node_modules/fine/node_modules/planted': { license: 'Elastic-2.0' },
      'node_modules/planted': { license: 'MIT' },
      'node_modules/tool': { license: 'GPL-3.0-only' },
    })

    expect(refusedLicences(productionPackages(root))).toEqual(['planted 1.0.0: Elastic-2.0 (fine > planted)'])
  })

  it('looks at optional packages that are there, and at peers', () => {
    const root = installed({
      '': { dependencies: { fine: '1' } },
      'node_modules/fine': {
        license: 'MIT',
        optionalDependencies: { native: '1' },
        peerDependencies: { host: '1' },
      },
      'node_modules/native': {},
      'node_modules/host': { license: 'AGPL-3.0-only' },
    })

    expect(refusedLicences(productionPackages(root))).toEqual([
      'host 1.0.0: AGPL-3.0-only (fine > host)',
      'native 1.0.0: no licence (fine > native)',
    ])
  })

  it('fails when a required package is missing', () => {
    const root = installed({ '': { dependencies: { gone: '1' } } })
    expect(() => productionPackages(root)).toThrow('gone is not installed')
  })
})
