import type { FastifyRequest } from 'fastify'

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i
const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/

/**
 * What the sandbox gives away goes to this machine only. The Host is looked at too: a page elsewhere can make its own
 * name point to 127.0.0.1 (DNS rebinding) and would then read it as its own. A forwarded request comes from who knows
 * where.
 */
export function isFromHere({ headers, socket }: FastifyRequest): boolean {
  return (
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    LOOPBACK_NAME.test(headers.host ?? '') &&
    headers.forwarded === undefined &&
    headers['x-forwarded-for'] === undefined
  )
}
