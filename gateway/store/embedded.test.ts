import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Embedded, startEmbedded } from './embedded.ts'
import { openStore } from './index.ts'
import { readInstallation, saveInstallation } from './installation.ts'
import { migrate } from './migrate.ts'

let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-embedded-'))
  // As root the server runs as another user, who must be able to pass.
  await chmod(dataDir, 0o755)
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

const start = (): Promise<Embedded> => startEmbedded({ dataDir, log: () => {}, initdbFlags: ['--no-sync'] })
const serverPid = (): number =>
  Number(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])

async function reads(server: Embedded): Promise<boolean> {
  const store = openStore({ url: server.appUrl })
  try {
    return (await readInstallation(store.db)).paused
  } finally {
    await store.close()
  }
}

it('keeps its data and its passwords over a stop, and listens on this machine only', async () => {
  const first = await start()
  await migrate(first.ownerUrl, { appRole: 'countersign_app' })
  const store = openStore({ url: first.appUrl })
  await saveInstallation(store.db, { paused: true })
  await store.close()
  await first.stop()
  const second = await start()

  expect(await reads(second)).toBe(true)
  expect(new URL(second.appUrl).hostname).toBe('127.0.0.1')
  expect((await stat(path.join(dataDir, 'keys', 'database.json'))).mode & 0o777).toBe(0o600)
  await second.stop()
})

it('is shared by two gateways, and stopped by the last of them', async () => {
  const [one, two] = await Promise.all([start(), start()])
  expect(one.port).toBe(two.port)
  await one.stop()

  expect(await reads(two)).toBe(true)
  const pid = serverPid()
  await two.stop()
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
})

it('comes back on the same port when it is killed under a running gateway', async () => {
  const gateway = await start()
  process.kill(serverPid(), 'SIGKILL')
  const deadline = Date.now() + 20_000
  let answer: boolean | undefined
  while (answer === undefined && Date.now() < deadline) {
    await sleep(100)
    answer = await reads(gateway).catch(() => undefined)
  }

  expect(answer).toBe(true)
  await gateway.stop()
})

it('refuses data whose password it does not have', async () => {
  await rm(path.join(dataDir, 'keys'), { recursive: true })

  await expect(start()).rejects.toThrow(/keys\/database.json/)
})
