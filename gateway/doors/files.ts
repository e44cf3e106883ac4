import { Readable } from 'node:stream'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ATTACHMENTS_PATH, UPLOADS_PATH } from '../../schema/entities/attachment.ts'
import { badInput, type ErrorCode, GatewayError } from '../../schema/errors.ts'
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

interface FileDoors<Caller> {
  readonly calls: GatewayCalls<Caller>
  readonly onRequest: (request: FastifyRequest) => Promise<void>
  readonly arrived: (request: FastifyRequest) => Arrival<Caller>
  readonly refuse: (reply: FastifyReply, error: unknown, status: number | undefined) => FastifyReply
  /** Of a file that is given. */
  readonly maxBytes: number
}

/** Files on tickets. Whatever they are, a browser saves them and shows none: they come from outside. */
export async function addFiles<Caller>(app: FastifyInstance, doors: FileDoors<Caller>): Promise<void> {
  const { calls, onRequest, arrived, refuse } = doors
  await app.register(async (scope) => addUpload(scope, doors))
  app.get<{ Params: { id: string } }>(`${ATTACHMENTS_PATH}:id`, {
    onRequest,
    async handler(request, reply) {
      const { caller, info } = arrived(request)
      let file: FileAnswer
      try {
        file = await calls.download(caller, request.params.id, info)
      } catch (error) {
        return refuse(reply, error, statusOf(error))
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

function statusOf(error: unknown): number | undefined {
  return error instanceof GatewayError ? STATUSES[error.code] : undefined
}

/** Files that one process takes in at once: each is held whole until it is sealed and stored. */
const AT_ONCE = 8

/** A file that is to go onto a ticket: its bytes are the body, whatever they are, so nothing here reads them. */
function addUpload<Caller>(
  scope: FastifyInstance,
  { calls, onRequest, arrived, refuse, maxBytes }: FileDoors<Caller>,
): void {
  const takenIn = new Set<FastifyRequest>()
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.setErrorHandler<FastifyError>((error, _request, reply) =>
    error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
      ? refuse(reply, new GatewayError('LIMIT_EXCEEDED', `A file is taken up to ${maxBytes} bytes.`), 413)
      : refuse(reply, error, statusOf(error)),
  )
  scope.addHook('onResponse', async (request) => void takenIn.delete(request))
  scope.post<{ Querystring: Readonly<Record<string, string | string[]>> }>(UPLOADS_PATH, {
    bodyLimit: maxBytes,
    async onRequest(request) {
      await onRequest(request)
      if (takenIn.size >= AT_ONCE)
        throw new GatewayError('BACKPRESSURE', 'Too many files come in at once.', { retryAfterMs: 1_000 })
      takenIn.add(request)
    },
    async handler(request, reply) {
      const { caller, info } = arrived(request)
      const { connection, ...others } = request.query
      const [unknown] = Object.keys(others)
      if (unknown !== undefined) throw badInput(unknown, 'to be left out', null)
      const { 'content-type': contentType } = request.headers
      const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
      const slug = typeof connection === 'string' ? connection : undefined
      return reply.code(201).send(await calls.upload(caller, { connection: slug, contentType, bytes }, info))
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
