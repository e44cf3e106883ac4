import type { Column } from './schema.ts'

/** What this MSP's administrator added; the vendor prefixes such columns with `u_`. */
export const customColumns: Record<string, Record<string, Column>> = {
  task: {
    u_asset_tag: { type: 'string', max: 40 },
    u_change_approved: { type: 'boolean' },
    u_change_window: { type: 'glide_date_time' },
    u_affected_users: { type: 'integer' },
    u_root_cause: { type: 'string', max: 40, choice: true },
  },
}

/** By the id of the data set's custom field. */
export const customColumnNames: Readonly<Record<string, string>> = {
  31: 'u_asset_tag',
  32: 'u_change_approved',
  33: 'u_change_window',
  34: 'u_affected_users',
  35: 'u_root_cause',
}
