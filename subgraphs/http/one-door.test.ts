import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Ways to open a socket to somebody. Servers are opened by the gateway's doors. */
const OPENS = [
  /from ['"]undici['"]/,
  /from ['"](node:)?(http|https|http2|net|tls|dgram)['"]/,
  /import\(['"](undici|(node:)?(http|https|http2|net|tls|dgram))['"]\)/,
  /(^|[^.\w])fetch\(/m,
  /globalThis\.fetch/,
]
const MAY = /^(subgraphs\/http\/|gateway\/doors\/)/

async function sources(folder: string): Promise<readonly string[]> {
  const found = await readdir(join(root, folder), { recursive: true })
  return found
    .filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !/(^|\/)testing(\/|\.ts$)/.test(name),
    )
    .map((name) => join(folder, name))
}

describe('one door to vendors', () => {
  it('is the only one that can open a socket', async () => {
    const files = (await Promise.all(['schema', 'policy', 'gateway', 'subgraphs'].map(sources))).flat()
    expect(files.length).toBeGreaterThan(40)
    const open: string[] = []
    for (const file of files) {
      if (MAY.test(relative('.', file))) continue
      // A type holds no socket, and what only listens sends nothing.
      const text = (await readFile(join(root, file), 'utf8')).replace(
        /^import (type .*|\{ createServer \} from .*)$/gm,
        '',
      )
      if (OPENS.some((pattern) => pattern.test(text))) open.push(file)
    }
    expect(open).toEqual([])
  })
})
