import type { Row } from './store.ts'

export interface Stamps {
  at: number
  by: string
  changedAt?: number
  changedBy?: string
  version?: number
}
/** Adds a row that was there before the simulator started; its id follows from kind and key. */
export type Add = (
  table: string,
  kind: string,
  key: string | number,
  values: Record<string, string | undefined>,
  stamps?: Stamps,
) => Row

/** The identifier that the data set gives to whoever set the tenant up. */
export const loginOf = (identifier: string): string => (identifier === 'zadmin' ? 'admin' : identifier)
