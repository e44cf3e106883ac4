import type { Demand } from '../../policy/types.ts'
import { parseId } from '../../schema/ids.ts'
import type { VendorRecord } from '../../schema/records.ts'
import type { VendorAccess } from '../../schema/source.ts'
import type { RequestLogEntry } from '../../subgraphs/http/ports.ts'
import type { AuditMembers } from './event.ts'
import { pathTemplate } from './path-template.ts'
import type { Happening } from './record.ts'

export type VendorRequestLine = NonNullable<AuditMembers['vendorRequests']>[number]

/** Lines and names that one event holds; what comes beyond is counted under the last line, or left to the group. */
const MOST_LINES = 40
const MOST_FIELDS = 60
const OTHERS = { method: 'ANY', path: '*', status: null }

interface Reading {
  records: number
  /** Field names by `GROUP KIND`. */
  readonly demands: Map<string, { readonly access: VendorAccess; readonly fields: Set<string> }>
  readonly lines: Map<string, { -readonly [Name in keyof VendorRequestLine]: VendorRequestLine[Name] }>
  /** Ids of tickets seen, as long as they are few: an event names its ticket when it is about one alone. */
  readonly tickets: Set<string>
}

/** What one operation read of each PSA, summed up as it goes. */
export class Readings {
  readonly #readings = new Map<string, Reading>()

  note({ connection, method, path, access, status, durationMs, write }: RequestLogEntry): void {
    // Writes have events of their own.
    if (write) return
    const { lines, demands } = this.#of(connection)
    const template = pathTemplate(path)
    let key = `${method} ${template} ${status}`
    let line = lines.get(key)
    if (line === undefined) {
      const isFull = lines.size >= MOST_LINES
      if (isFull) key = '*'
      line = lines.get(key) ?? {
        ...(isFull ? OTHERS : { method, path: template, status }),
        count: 0,
        durationMs: 0,
      }
      lines.set(key, line)
    }
    line.count += 1
    line.durationMs += Math.round(durationMs)
    if (access.reference === true) return
    const name = `${access.group} ${access.kind}`
    let demand = demands.get(name)
    if (demand === undefined) {
      demand = { access, fields: new Set() }
      demands.set(name, demand)
    }
    for (const field of access.fields) if (demand.fields.size < MOST_FIELDS) demand.fields.add(field)
  }

  count(connection: string, records: readonly unknown[]): void {
    const reading = this.#of(connection)
    for (const record of records) {
      if (record === null || record instanceof Error) continue
      reading.records += 1
      const { id } = record as VendorRecord
      if (reading.tickets.size < 2 && parseId(id)?.type === 'Ticket') reading.tickets.add(id)
    }
  }

  /** One event per connection that was read. */
  happenings(): Pick<
    Happening,
    'type' | 'connection' | 'demands' | 'records' | 'vendorRequests' | 'ticketId'
  >[] {
    return [...this.#readings].map(([connection, { records, demands, lines, tickets }]) => ({
      type: 'READ',
      connection,
      demands: [...demands.values()].map(
        ({ access, fields }): Demand => ({
          connection,
          group: access.group,
          kind: access.kind,
          fields: [...fields].sort(),
        }),
      ),
      records,
      vendorRequests: [...lines.values()],
      ...(tickets.size === 1 && { ticketId: [...tickets][0] }),
    }))
  }

  #of(connection: string): Reading {
    let reading = this.#readings.get(connection)
    if (reading === undefined) {
      reading = { records: 0, demands: new Map(), lines: new Map(), tickets: new Set() }
      this.#readings.set(connection, reading)
    }
    return reading
  }
}
