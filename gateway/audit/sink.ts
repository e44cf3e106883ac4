import { mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postLine } from '../../subgraphs/http/post.ts'

/** Where checkpoints go besides the store, so that whoever holds the store can't rewrite history unseen. */
export interface CheckpointSink {
  /** Names it in `checkpoint_delivery`. */
  readonly name: string
  /** Resolves when the line is safe there. A line may come twice. */
  append(line: string): Promise<void>
}

/** @throws TypeError naming the setting and what came */
export function openSink(setting: string): CheckpointSink {
  const url = URL.parse(setting)
  if (url?.protocol === 'https:') return httpsSink(url)
  if (url === null || url.protocol === 'file:')
    return fileSink(url === null ? resolve(setting) : fileURLToPath(url))
  throw new TypeError(
    `Expected COUNTERSIGN_CHECKPOINTS to be a file's path or an https address, got ${url.protocol}`,
  )
}

function fileSink(path: string): CheckpointSink {
  return {
    name: path,
    async append(line) {
      await mkdir(dirname(path), { recursive: true })
      const file = await open(path, 'a', 0o600)
      try {
        await file.appendFile(`${line}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
    },
  }
}

function httpsSink(url: URL): CheckpointSink {
  return { name: url.origin + url.pathname, append: (line) => postLine(url, line) }
}
