import type { SetupList, VendorSession } from '../../schema/source.ts'
import { priorities, workRoles, workTypes } from './reference.ts'

export async function setup(session: VendorSession, list: SetupList) {
  switch (list) {
    case 'PRIORITIES':
      return (await priorities(session)).flatMap(({ key, name, rank, active }) =>
        active ? [{ key, name, rank }] : [],
      )
    case 'WORK_TYPES':
      return used(await workTypes(session))
    case 'WORK_ROLES':
      return used(await workRoles(session))
  }
}

function used(values: readonly { readonly key: string; readonly name: string; readonly active: boolean }[]) {
  return values.flatMap(({ key, name, active }) => (active ? [{ key, name }] : []))
}
