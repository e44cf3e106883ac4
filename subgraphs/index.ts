import type { Vendor, VendorSource } from '../schema/source.ts'
import { connectwise } from './connectwise/index.ts'

/** One line a vendor; a test compares these with the folders. */
export const sources: ReadonlyMap<Vendor, VendorSource> = new Map([[connectwise.vendor, connectwise]])
