import type { VendorSession } from '../../schema/source.ts'
import { CACHE_SECONDS, isRefused, SETUP } from './choices.ts'
import { readAllRows } from './client.ts'
import { boolean, compare, text } from './encoded-query.ts'
import { valueAt } from './rows.ts'

export interface PriorityRule {
  readonly impact: string
  readonly urgency: string
  readonly priority: string
}

export interface PriorityMatrix {
  readonly rules: readonly PriorityRule[]
  /** False when the instance's own lookup could not be read: then these are the base system's. */
  readonly own: boolean
}

/** The base system's lookup (API.md 16). */
const BASE: readonly PriorityRule[] = [
  ['1', '1', '1'],
  ['1', '2', '2'],
  ['2', '1', '2'],
  ['1', '3', '3'],
  ['2', '2', '3'],
  ['3', '1', '3'],
  ['2', '3', '4'],
  ['3', '2', '4'],
  ['3', '3', '5'],
].map(([impact = '', urgency = '', priority = '']) => ({ impact, urgency, priority }))

/** Tables of lookup rules are named by the administrator; only names of such a kind are read. */
const MATCHER = /^(?:dl|u|x)_[a-z0-9_]{1,76}$/

/** The instance's own lookup from impact and urgency to priority, by its data lookup definitions. */
export async function priorityMatrix(session: VendorSession): Promise<PriorityMatrix> {
  return session.cached('priority matrix', CACHE_SECONDS, async () => {
    try {
      const rules = await ownRules(session)
      return rules.length > 0 ? { rules, own: true } : { rules: BASE, own: false }
    } catch (error) {
      if (isRefused(error)) return { rules: BASE, own: false }
      throw error
    }
  })
}

async function ownRules(session: VendorSession): Promise<readonly PriorityRule[]> {
  const definitions = await readAllRows(
    session,
    {
      table: 'dl_definition',
      clauses: [
        compare('source_table', '=', text('table', 'incident')),
        compare('active', '=', boolean(true)),
      ],
      fields: ['source_table', 'matcher_table'],
      access: SETUP,
    },
    100,
    1,
  )
  const tables = new Set(
    definitions.flatMap((row) => {
      const table = valueAt(row, 'matcher_table')
      // A query that was not understood brings lookups of other tables.
      return valueAt(row, 'source_table') === 'incident' && table !== null && MATCHER.test(table)
        ? [table]
        : []
    }),
  )
  for (const table of tables) {
    const rows = await readAllRows(
      session,
      {
        table,
        clauses: [compare('active', '=', boolean(true))],
        fields: ['impact', 'urgency', 'priority'],
        order: [{ field: 'order', descending: false }],
        access: SETUP,
      },
      1000,
      1,
    )
    const rules = rows.flatMap((row): PriorityRule[] => {
      const [impact, urgency, priority] = ['impact', 'urgency', 'priority'].map((name) => valueAt(row, name))
      return impact == null || urgency == null || priority == null ? [] : [{ impact, urgency, priority }]
    })
    // Other lookups of the table (assignment, SLA) have none of these columns.
    if (rules.length > 0) return rules
  }
  return []
}

/** The first rule that matches counts. */
export function priorityFor(
  { rules }: PriorityMatrix,
  impact: string | null,
  urgency: string | null,
): string | null {
  return rules.find((rule) => rule.impact === impact && rule.urgency === urgency)?.priority ?? null
}

/**
 * Impact and urgency that give a priority, changing as little as can be: urgency before impact, since how many
 * it hits is a fact and how soon it matters a judgement.
 */
export function leverFor(
  matrix: PriorityMatrix,
  priority: string,
  impact: string | null,
  urgency: string | null,
): PriorityRule | undefined {
  const fitting = matrix.rules.filter(
    (rule) => rule.priority === priority && priorityFor(matrix, rule.impact, rule.urgency) === priority,
  )
  const away = (a: string, b: string | null) =>
    b === null ? 0 : Math.abs(Number(a) - Number(b)) || (a === b ? 0 : 1)
  return fitting.toSorted(
    (a, b) =>
      // A changed impact weighs more than any change of urgency.
      away(a.impact, impact) * 10 +
      away(a.urgency, urgency) -
      (away(b.impact, impact) * 10 + away(b.urgency, urgency)),
  )[0]
}
