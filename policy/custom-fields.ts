const ONE_CUSTOM_FIELD = /^custom:.*[^\s*]/s
const NAMED_AS_CUSTOM = /^(customfields\b|custom:)/i

/**
 * True for `customFields`, `custom:`, `custom:*` and their like, which would stand for every custom field at
 * once. Custom fields are named one by one, as `custom:<id>`.
 */
export function isCustomFieldContainer(field: string): boolean {
  return NAMED_AS_CUSTOM.test(field) && !ONE_CUSTOM_FIELD.test(field)
}
