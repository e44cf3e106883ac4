import type { VendorSource } from '../schema/source.ts'

export type OnRecords = (connection: string, records: readonly unknown[]) => void

/** The same source, telling of every record that a read brought. */
export function counting(source: VendorSource, connection: string, onRecords: OnRecords): VendorSource {
  const { childPages } = source
  // Everything else is the source's own.
  return Object.assign(Object.create(source) as VendorSource, {
    async readMany(...args) {
      const records = await source.readMany(...args)
      onRecords(connection, records)
      return records
    },
    async listPage(...args) {
      const page = await source.listPage(...args)
      onRecords(connection, page.records)
      return page
    },
    async ticketByNumber(...args) {
      const record = await source.ticketByNumber(...args)
      onRecords(connection, [record])
      return record
    },
    ...(childPages !== undefined && {
      async childPages(...args: Parameters<typeof childPages>) {
        const pages = await childPages.apply(source, args)
        for (const page of pages) if (!(page instanceof Error)) onRecords(connection, page.records)
        return pages
      },
    }),
  } satisfies Partial<VendorSource>)
}
