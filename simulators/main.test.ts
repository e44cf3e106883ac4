import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { simulators } from './index.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

async function start(port: number) {
  const child = spawn(process.execPath, [main, '--port', String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const lines: Record<string, unknown>[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line) as Record<string, unknown>)
    if ('ready' in lines.at(-1)!) break
  }
  return { child, exited, lines }
}

describe('simulators/main.ts', () => {
  it('tells each simulator, steps over a taken port and ends with its standard input', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const taken = (blocker.address() as { port: number }).port
    const { child, exited, lines } = await start(taken)
    expect(lines).toHaveLength(simulators.length + 1)
    expect(lines[0]).toMatchObject({
      vendor: 'connectwise',
      slug: 'acme-cw',
      credentials: { companyId: 'anchorpoint' },
    })
    expect(Number(new URL(String(lines[0]!.url)).port)).toBeGreaterThan(taken)
    child.stdin.end()
    expect(await exited).toBe(0)
    blocker.close()
  })

  it('stops on SIGTERM', async () => {
    const { child, exited } = await start(4151)
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
  })
})
