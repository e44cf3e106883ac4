import type { Json } from '../shared/json.ts'
import { all, type State } from './state.ts'

/** A resource works in the roles it was given, on the service desk or in a department. */
export function holdsRole(state: State, resourceID: Json | undefined, roleID: Json | undefined): boolean {
  return ['ResourceServiceDeskRoles', 'ResourceRoles'].some((root) =>
    all(state, root).some(
      (row) => row.resourceID === resourceID && row.roleID === roleID && row.isActive !== false,
    ),
  )
}
