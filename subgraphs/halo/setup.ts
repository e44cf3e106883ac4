import { GatewayError } from '../../schema/errors.ts'
import type { SetupList, VendorSession } from '../../schema/source.ts'
import { NO_WORK_ROLES } from './capabilities.ts'
import { priorities, workTypes } from './reference.ts'

export async function setup(session: VendorSession, list: SetupList) {
  switch (list) {
    case 'PRIORITIES':
      return (await priorities(session)).map(({ key, name, rank }) => ({ key, name, rank }))
    case 'WORK_TYPES':
      return (await workTypes(session)).flatMap(({ id, name, inactive }) =>
        inactive === true ? [] : [{ key: String(id), name }],
      )
    case 'WORK_ROLES':
      throw new GatewayError('NOT_SUPPORTED', NO_WORK_ROLES)
  }
}
