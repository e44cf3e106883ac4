import pino from 'pino'
import type { Log } from './services.ts'

/** Facts that may stand in a log line; anything else is left out, so that no secret slips in with an object. */
const ALLOWED = new Set([
  'requestId',
  'correlationId',
  'step',
  'error',
  'connection',
  'status',
  'code',
  'url',
  'close',
])

export function openLog(level: string): Log {
  const logger = pino({ level, base: null }, pino.destination(2))
  return (severity, message, facts = {}) =>
    logger[severity](Object.fromEntries(Object.entries(facts).filter(([name]) => ALLOWED.has(name))), message)
}
