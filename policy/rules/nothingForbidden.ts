import { forbiddenGroups } from '../forbidden-groups.ts'
import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

export function nothingForbidden(question: Question): Objection | undefined {
  return firstObjection(question, (demand) => {
    const reason = demand.forbidden ?? forbiddenGroups.get(demand.group ?? '')
    return reason === undefined
      ? undefined
      : objectTo('FORBIDDEN_OPERATION', demand, `this is never allowed, whatever the policy says; ${reason}`)
  })
}
