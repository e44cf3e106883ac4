import { z } from 'zod'
import { badInput } from '../../schema/errors.ts'
import type { MappingGuess, TenantMapping } from '../../schema/source.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { saveConnection } from '../store/connections.ts'
import { findMappingCheck, forgetMappingCheck } from '../store/mapping-checks.ts'
import type { ConnectionRow, MappingProblem } from '../store/tables.ts'
import { expectConnection } from './existing.ts'
import { openForAdministration } from './probe.ts'
import { expectRoleFor } from './scope.ts'

const key = z.string().min(1).max(100)
const byKey = z.record(key, key)

/** Strict: a member that nobody reads would look like a setting and be none. */
const shape: z.ZodType<TenantMapping> = z.strictObject({
  statusCategories: z
    .record(key, z.enum(['NEW', 'ACTIVE', 'WAITING_CLIENT', 'WAITING_OTHER', 'RESOLVED', 'CLOSED']))
    .optional(),
  silentStatuses: z.array(key).optional(),
  resolvedStatus: byKey.optional(),
  reopenStatus: byKey.optional(),
  closeCode: key.optional(),
  outcomes: z.record(key, byKey).optional(),
  noteTypes: byKey.optional(),
  timeRoles: byKey.optional(),
  defaultWorkType: key.optional(),
  taskTables: z.array(key).optional(),
  dispatch: z.enum(['OWNER', 'SCHEDULE']).optional(),
  emulateMerge: z.boolean().optional(),
})

export interface ConnectionMapping extends MappingGuess {
  /** What a person confirmed; the guess stands beside it. */
  readonly confirmed: TenantMapping
  /** null: not yet looked at since it was saved. */
  readonly checkedAt: Date | null
  readonly problems: readonly MappingProblem[]
}

/** What is confirmed, what the PSA's metadata suggests now, and what is doubtful in it. */
export async function connectionMapping(context: GatewayContext, slug: string): Promise<ConnectionMapping> {
  expectRoleFor(context, 'connectionAdmin', slug)
  const row = await expectConnection(context.services.store.db, slug)
  const open = openForAdministration(context.services, row)
  const guess = (await open?.source.guessMapping?.(open.session)) ?? { mapping: {}, doubts: [] }
  const check = await findMappingCheck(context.services.store.db, slug)
  return {
    confirmed: row.mapping,
    checkedAt: check?.checked_at ?? null,
    problems: check?.problems ?? [],
    ...guess,
  }
}

/** Saved whole: an unknown member refuses it and the old mapping stays. */
export async function saveConnectionMapping(
  context: GatewayContext,
  slug: string,
  mapping: unknown,
): Promise<ConnectionRow> {
  expectRoleFor(context, 'connectionAdmin', slug)
  const before = await expectConnection(context.services.store.db, slug)
  const parsed = shape.safeParse(mapping)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw badInput(
      ['mapping', ...(issue?.path ?? [])].join('.'),
      issue?.message ?? 'a tenant mapping',
      mapping,
    )
  }
  const { services } = context
  return services.store.transaction(async (trx) => {
    const row = (await saveConnection(trx, slug, { mapping: parsed.data })) as ConnectionRow
    await forgetMappingCheck(trx, slug)
    await record(trx, services, {
      type: 'CONNECTION_CHANGED',
      actor: context.caller,
      operation: context.operation,
      connection: slug,
      subject: { kind: 'CONNECTION', id: slug, name: row.name },
      payload: { mapping: { before: before.mapping, after: parsed.data } },
    })
    return row
  })
}
