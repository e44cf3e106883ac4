import type { FastifyInstance } from 'fastify'
import type { DoorLog, GatewayCalls } from './calls.ts'
import { publicError } from './errors.ts'

type ProbeCalls = Pick<GatewayCalls<unknown>, 'ready' | 'metrics'>

/** For orchestrators and monitoring: `/healthz` (the process answers), `/readyz` (it can work), `/metrics`. */
export function addProbes(app: FastifyInstance, calls: ProbeCalls, log: DoorLog): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const state = await calls.ready().catch((error: unknown) => {
      publicError(error, log)
      return { ready: false, detail: {} }
    })
    return reply.code(state.ready ? 200 : 503).send(state)
  })
  app.get('/metrics', async (_request, reply) => {
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await calls.metrics())
  })
}
