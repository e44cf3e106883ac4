/** One gateway of a run: what `npm start` runs, with short windows, and with a hand at every crash point. */
import './wrong-clock.ts'

import { appendFileSync } from 'node:fs'
import { openSink } from '../../gateway/audit/sink.ts'
import { startServer } from '../../gateway/doors/server.ts'
import { createGateway } from '../../gateway/gateway.ts'
import { openLog } from '../../gateway/log.ts'
import { loadKeys } from '../../gateway/secrets/keys.ts'
import { openStore } from '../../gateway/store/index.ts'
import type { CrashPoint } from '../../gateway/writes/crash-points.ts'
import { sources } from '../../subgraphs/index.ts'
import type { FromGateway, GatewaySetup, ToGateway } from './gateways.ts'

const setup = JSON.parse(process.argv[2] as string) as GatewaySetup
const tell = (message: FromGateway) => process.send?.(message)
let armed: Extract<ToGateway, { is: 'ARM' }>[] = []
const held = new Map<string, () => void>()

/** On disk before it happens, since a killed process tells nothing afterwards. */
async function crashPoint(at: CrashPoint, requestId: string): Promise<void> {
  const arm = armed.find((one) => one.at === at && (one.request ?? requestId) === requestId)
  if (arm === undefined) return
  armed = armed.filter((one) => one !== arm)
  appendFileSync(setup.reachedFile, `${JSON.stringify({ at, requestId, what: arm.what })}\n`)
  switch (arm.what) {
    case 'KILL':
      process.kill(process.pid, 'SIGKILL')
      return new Promise(() => {})
    case 'STOP':
      tell({ is: 'STOPPING', id: arm.id })
      // The message leaves first; then the process stands still, timers and all.
      await new Promise((resolve) => setTimeout(resolve, 10))
      process.kill(process.pid, 'SIGSTOP')
      return
    case 'HOLD':
      return new Promise((resolve) => {
        held.set(arm.id, resolve)
        tell({ is: 'HELD', id: arm.id })
      })
  }
}

process.on('message', (message: ToGateway) => {
  if (message.is === 'ARM') armed.push(message)
  if (message.is === 'DISARM') armed = armed.filter(({ id }) => id !== message.id)
  if (message.is === 'RELEASE') held.get(message.id)?.()
})
process.on('disconnect', () => process.exit())

/**
 * A run asks more in a few minutes than a PSA takes of one tenant, and would wait for it. How many requests a window
 * holds has tests of its own; how many go at once holds here, too.
 */
const served = new Map(
  [...sources].map(([vendor, source]) => {
    const { requests: _, ...limits } = source.limits
    return [vendor, { ...source, limits }]
  }),
)

const log = openLog('info')
const store = openStore({ url: setup.databaseUrl, log: (message) => log('warn', message) })
const gateway = await createGateway({
  instance: setup.instance,
  store,
  keys: await loadKeys({ dataDir: setup.dataDir, mayMake: true }),
  log,
  settings: setup.settings,
  sources: served,
  checkpointSink: openSink(setup.checkpoints),
  sandboxOrigins: new Set(setup.origins),
  crashPoint,
})
const server = await startServer({
  calls: gateway.calls,
  schema: gateway.supergraph.apiSchema,
  host: '127.0.0.1',
  port: setup.port,
  graphiqlDir: setup.dataDir,
  log,
  limits: { bodyBytes: 256 * 1024 },
})
tell({ is: 'READY', url: server.url })
