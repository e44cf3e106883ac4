import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ATTACHMENTS_PATH } from '../../schema/entities/attachment.ts'
import { type ErrorCode, GatewayError } from '../../schema/errors.ts'
import type { FileAnswer } from '../files/download.ts'
import type { GatewayCalls, RequestInfo } from './calls.ts'

interface Arrival<Caller> {
  readonly caller: Caller
  readonly info: RequestInfo
}

/** Of an address; what an operation is refused with says the same everywhere. */
const STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  NOT_FOUND: 404,
  LIMIT_EXCEEDED: 413,
}

/** Files on tickets. Whatever they are, a browser saves them and shows none: they come from outside. */
export function addFiles<Caller>(
  app: FastifyInstance,
  calls: GatewayCalls<Caller>,
  onRequest: (request: FastifyRequest) => Promise<void>,
  arrived: (request: FastifyRequest) => Arrival<Caller>,
  refuse: (reply: FastifyReply, error: unknown, status: number | undefined) => FastifyReply,
): void {
  app.get<{ Params: { id: string } }>(`${ATTACHMENTS_PATH}:id`, {
    onRequest,
    async handler(request, reply) {
      const { caller, info } = arrived(request)
      let file: FileAnswer
      try {
        file = await calls.download(caller, request.params.id, info)
      } catch (error) {
        const code = error instanceof GatewayError ? error.code : undefined
        return refuse(reply, error, code && STATUSES[code])
      }
      return reply
        .headers({
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename*=UTF-8''${encoded(file.name)}`,
          'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        })
        .send(Readable.from(file.bytes, { objectMode: false }))
    },
  })
}

/** RFC 8187: what `encodeURIComponent` leaves and a header may not hold. A lone surrogate is no text at all. */
function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
