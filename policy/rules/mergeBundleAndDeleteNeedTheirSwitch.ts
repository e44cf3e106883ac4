import { firstObjection, type Objection, objectTo, type Question } from './rule.ts'

const SWITCHES = { MERGE: 'merge', BUNDLE: 'bundle', DELETE: 'delete' } as const

/** READ_WRITE alone never merges, bundles or deletes. The level itself was judged by `writesNeedReadWrite`. */
export function mergeBundleAndDeleteNeedTheirSwitch(question: Question): Objection | undefined {
  return firstObjection(question, (demand, _policy, group) => {
    if (demand.kind !== 'MERGE' && demand.kind !== 'BUNDLE' && demand.kind !== 'DELETE') return undefined
    const needed = SWITCHES[demand.kind]
    return group[needed] === true
      ? undefined
      : objectTo('ACTION_DISABLED', demand, `the switch "${needed}" of this group is off`, {
          levelNeeded: 'READ_WRITE',
          switch: needed,
        })
  })
}
