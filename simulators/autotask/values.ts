// The tenant's picklist values that rules depend on. The rest of a picklist is set-up and stands in picklists.ts.

export const STATUS = { new: 1, complete: 5 } as const
export const TICKET_TYPE = { serviceRequest: 1, incident: 2, problem: 3, changeRequest: 4, alert: 5 } as const
export const CATEGORY = { standard: 3, incident: 4, changeRequest: 5 } as const
export const PUBLISH = { everybody: 1, internal: 2, comanaged: 4 } as const
export const NOTE_TYPE = {
  taskSummary: 1,
  taskDetail: 2,
  taskNotes: 3,
  workflow: 13,
  clientPortal: 15,
  merged: 91,
} as const
export const BILLING_USE = { work: 1, internal: 2, material: 4 } as const
export const CATEGORY_DEMANDS: Readonly<Record<number, { fields: string[]; noteTitle: boolean }>> = {
  [CATEGORY.incident]: { fields: ['queueID', 'dueDateTime'], noteTitle: true },
}
export const categoryDemands = (category: unknown) =>
  CATEGORY_DEMANDS[Number(category)] ?? { fields: [], noteTitle: false }
