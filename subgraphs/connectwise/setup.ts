import type { SetupList, VendorSession } from '../../schema/source.ts'
import { prioritiesOf, workRoles, workTypes } from './reference.ts'
import type { SetupValue } from './schema.ts'

export async function setup(session: VendorSession, list: SetupList) {
  switch (list) {
    case 'PRIORITIES':
      return (await prioritiesOf(session)).all
        .map(({ key, name, rank }) => ({ key, name, rank }))
        .toSorted((a, b) => a.rank - b.rank)
    case 'WORK_TYPES':
      return used(await workTypes(session))
    case 'WORK_ROLES':
      return used(await workRoles(session))
  }
}

function used(values: readonly SetupValue[]) {
  return values.flatMap(({ id, name, inactiveFlag }) =>
    inactiveFlag === true ? [] : [{ key: String(id), name }],
  )
}
