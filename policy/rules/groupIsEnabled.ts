import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

export function groupIsEnabled(question: Question): Objection | undefined {
  return firstObjection(question, (demand, _policy, { level }) => {
    // By name, not "unless DISABLED": what is no access level opens nothing.
    if (level === 'READ_ONLY' || level === 'READ_WRITE') return undefined
    const levelNeeded = demand.kind === 'READ' ? 'READ_ONLY' : 'READ_WRITE'
    return objectTo('GROUP_DISABLED', demand, `the group is disabled and this needs ${levelNeeded}`, {
      levelNeeded,
    })
  })
}
