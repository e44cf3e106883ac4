import type { VendorResponse } from '../../schema/source.ts'

/** How far the clocks of vendors are from ours, told by the `Date` of their answers. */
export interface VendorClocks {
  note(connection: string, response: VendorResponse): void
  /** Vendor's clock less ours, in milliseconds; undefined before the first answer that told its time. */
  skewOf(connection: string): number | undefined
}

/** What a `Date` header leaves out: it ends at whole seconds, so on average half a second has passed since. */
const BELOW_SECONDS_MS = 500

export function vendorClocks(now: () => number = Date.now): VendorClocks {
  const skews = new Map<string, number>()
  return {
    note(connection, { headers, durationMs }) {
      const told = Date.parse(headers.date ?? '')
      if (Number.isNaN(told)) return
      // The answer was dated somewhere between the request and its arrival.
      skews.set(connection, told + BELOW_SECONDS_MS - (now() - durationMs / 2))
    },
    skewOf: (connection) => skews.get(connection),
  }
}
