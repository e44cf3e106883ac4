import type { StatusCategory } from '../../schema/records.ts'
import type { MappingGuess, VendorSession } from '../../schema/source.ts'
import { describeOutcome, guessOutcome, USES } from './plan/outcomes.ts'
import { guessReopen } from './plan/status-work.ts'
import { outcomes, statuses, statusesOfType, ticketTypes } from './reference.ts'

/**
 * What the tenant's own setup says: the category of each status, and per ticket type the outcome for each use
 * and the statuses that resolve and reopen. What several would fit is left open, and named.
 */
export async function guessMapping(session: VendorSession): Promise<MappingGuess> {
  const [status, types] = await Promise.all([statuses(session), ticketTypes(session)])
  const doubts: string[] = []
  const mapped: Record<string, Record<string, string>> = {}
  const resolvedStatus: Record<string, string> = {}
  const reopenStatus: Record<string, string> = {}
  for (const type of types) {
    const rows = (await outcomes(session, type.id)).filter(({ hidden }) => hidden !== true)
    const known = rows.map(describeOutcome)
    const found: Record<string, string> = {}
    for (const use of USES) {
      const outcome = guessOutcome(use, known, status)
      if (outcome === undefined) doubts.push(`No single outcome of "${type.name}" fits ${use}.`)
      else found[use] = String(outcome.id)
    }
    if (Object.keys(found).length > 0) mapped[String(type.id)] = found
    const usable = await statusesOfType(session, type.id)
    const resolved = usable.filter(({ category }) => category === 'RESOLVED')
    if (resolved.length === 1 && resolved[0] !== undefined) resolvedStatus[String(type.id)] = resolved[0].key
    else doubts.push(`No single status of "${type.name}" looks resolved.`)
    const reopen = guessReopen(usable)
    if (reopen === undefined) doubts.push(`No single status of "${type.name}" looks like work in progress.`)
    else reopenStatus[String(type.id)] = reopen.key
  }
  const statusCategories: Record<string, StatusCategory> = Object.fromEntries(
    status.map(({ key, category }) => [key, category]),
  )
  for (const { name, category } of status)
    if (category === 'ACTIVE' && !/progress|assigned|active|working/i.test(name))
      doubts.push(`The status "${name}" counts as ACTIVE only because its name says nothing else.`)
  return { mapping: { statusCategories, outcomes: mapped, resolvedStatus, reopenStatus }, doubts }
}
