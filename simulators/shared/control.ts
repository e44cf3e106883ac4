import type { Faults } from './faults.ts'
import { readFault } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Json } from './json.ts'

export interface ControlAnswer {
  status: number
  body: unknown
}

/** The simulator's own addresses; they are neither the vendor's nor journalled. */
export function control(
  method: string,
  path: string,
  body: Json | undefined,
  parts: { journal: Pick<Journal, 'entries' | 'clear'>; faults: Faults; outbox: unknown[] },
): ControlAnswer {
  const { journal, faults, outbox } = parts
  switch (`${method} ${path}`) {
    case 'GET /__journal':
      return { status: 200, body: journal.entries }
    case 'DELETE /__journal':
      journal.clear()
      return { status: 204, body: undefined }
    case 'GET /__faults':
      return { status: 200, body: faults.list() }
    case 'DELETE /__faults':
      faults.clear()
      return { status: 204, body: undefined }
    case 'POST /__faults': {
      const fault = readFault(body)
      if (typeof fault === 'string') return { status: 400, body: { error: fault } }
      faults.add(fault)
      return { status: 201, body: fault }
    }
    case 'GET /__outbox':
      return { status: 200, body: outbox }
    case 'DELETE /__outbox':
      outbox.length = 0
      return { status: 204, body: undefined }
  }
  return { status: 404, body: { error: `No control address ${method} ${path}` } }
}
