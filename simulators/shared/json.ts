import { remembered } from './instants.ts'

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json | undefined }
/** A record in the vendor's own shape. Members that start with `$` are the simulator's and never leave it. */
export type Rec = { [name: string]: Json | undefined }

export const isRec = (value: unknown): value is Rec =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whole seconds and a Z: the only shape of an instant the vendor writes. */
export const stamp = remembered((at) => `${new Date(at).toISOString().slice(0, 19)}Z`)

export const idOf = (value: Json | undefined): number | undefined =>
  isRec(value) && typeof value.id === 'number' ? value.id : undefined
