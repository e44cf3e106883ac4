import { createHmac, timingSafeEqual } from 'node:crypto'
import { badInput } from '../schema/errors.ts'

/** `<content>.<mac>`, both base64url: readable to us alone, and worth nothing when changed. */
export function sealCursor(key: Uint8Array, content: unknown): string {
  const body = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${body}.${macOf(key, body).toString('base64url')}`
}

/** @throws GatewayError BAD_USER_INPUT for text that this installation did not seal */
export function openCursor(key: Uint8Array, cursor: string): unknown {
  const [body = '', mac = '', ...more] = cursor.split('.')
  const given = Buffer.from(mac, 'base64url')
  const expected = macOf(key, body)
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw badInput('after', 'a cursor that a page of this gateway gave', cursor)
  }
  return JSON.parse(Buffer.from(body, 'base64url').toString())
}

function macOf(key: Uint8Array, body: string): Buffer {
  return createHmac('sha256', key).update(body).digest().subarray(0, 16)
}
