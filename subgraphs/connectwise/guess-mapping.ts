import type { StatusCategory } from '../../schema/records.ts'
import type { MappingGuess, VendorSession } from '../../schema/source.ts'
import { boards, type Status, statusesOf } from './reference.ts'

/**
 * What the boards' own setup says: what each status means, and per board the statuses that resolve and reopen. What
 * several would fit is left open, and named. A work type is not guessed: ConnectWise has its own default.
 */
export async function guessMapping(session: VendorSession): Promise<MappingGuess> {
  const doubts: string[] = []
  const statusCategories: Record<string, StatusCategory> = {}
  const resolvedStatus: Record<string, string> = {}
  const reopenStatus: Record<string, string> = {}
  const silentStatuses: string[] = []
  const unclear: string[] = []
  for (const { id, name: board, inactiveFlag } of await boards(session)) {
    if (inactiveFlag === true) continue
    const statuses = await statusesOf(session, String(id))
    for (const { key, category } of statuses) statusCategories[key] = category
    const usable = statuses.filter(({ inactive }) => inactive !== true)
    for (const status of usable) {
      if (status.emailTemplate == null) silentStatuses.push(status.key)
      if (status.category === 'ACTIVE' && !WORKED_ON.test(status.name))
        unclear.push(`${status.name} (${board})`)
    }
    const resolved = guessResolved(usable)
    if (resolved === undefined)
      doubts.push(`No single status of the board "${board}" looks resolved or closed.`)
    else resolvedStatus[String(id)] = resolved.key
    const reopen = guessReopen(usable)
    if (reopen === undefined)
      doubts.push(`No single status of the board "${board}" looks like work in progress.`)
    else reopenStatus[String(id)] = reopen.key
  }
  if (unclear.length > 0)
    doubts.push(
      `These statuses count as ACTIVE only because their names say nothing else: ${unclear.join(', ')}.`,
    )
  if (silentStatuses.length > 0)
    doubts.push(
      'Statuses without an e-mail template are proposed as silent; a workflow rule, which the API does not show, may mail about them all the same.',
    )
  return {
    mapping: { statusCategories, resolvedStatus, reopenStatus, silentStatuses, dispatch: 'OWNER' },
    doubts,
  }
}

const WORKED_ON = /progress|assigned|active|working|open/i

/** The only status that resolves; without any, the only one that closes. */
function guessResolved(usable: readonly Status[]): Status | undefined {
  const resolving = usable.filter(({ category }) => category === 'RESOLVED')
  const fitting = resolving.length > 0 ? resolving : usable.filter(({ closes }) => closes)
  return fitting.length === 1 ? fitting[0] : undefined
}

/** The only status in which somebody works, or the only one that is called so. */
function guessReopen(usable: readonly Status[]): Status | undefined {
  const active = usable.filter(({ category }) => category === 'ACTIVE')
  const named = active.filter(({ name }) => /progress/i.test(name))
  for (const fitting of [active, named]) if (fitting.length === 1) return fitting[0]
  return undefined
}
