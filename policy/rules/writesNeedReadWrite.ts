import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

/** Every kind but READ, so that a switch left on means nothing once the level was taken back. */
export function writesNeedReadWrite(question: Question): Objection | undefined {
  return firstObjection(question, (demand, _policy, { level }) =>
    demand.kind === 'READ' || level === 'READ_WRITE'
      ? undefined
      : objectTo('GROUP_READ_ONLY', demand, 'the group is READ_ONLY and this needs READ_WRITE', {
          levelNeeded: 'READ_WRITE',
        }),
  )
}
