/** The trail as somebody with the whole store in hand would leave it: past every trigger, as its superuser. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verify } from './checker.ts'
import { auditCommand, type Evidence } from './evidence.ts'
import type { Installation } from './installation.ts'

interface Tampering {
  readonly name: string
  readonly statements: readonly string[]
  /** Left out: nothing comes after it. */
  readonly undo?: readonly string[]
}

/** @returns what `audit verify` did not find, or named by another number */
export async function tamper(installation: Installation, evidence: Evidence): Promise<readonly string[]> {
  const { admin, gateways, owner, dir } = installation
  const seq = Math.floor((evidence.events.at(-1)?.seq ?? 0) / 2)
  const swap = [
    `update audit_event set seq = -1 where seq = ${seq}`,
    `update audit_event set seq = ${seq} where seq = ${seq + 1}`,
    `update audit_event set seq = ${seq + 1} where seq = -1`,
  ]
  const ways: readonly Tampering[] = [
    {
      name: 'edited',
      statements: [`update audit_event set body = body || '{"step": 99}' where seq = ${seq}`],
      undo: [
        `update audit_event set body = (select k.body from kept k where k.seq = ${seq}) where seq = ${seq}`,
      ],
    },
    {
      name: 'removed',
      statements: [`delete from audit_event where seq = ${seq}`],
      undo: [`insert into audit_event select * from kept`],
    },
    { name: 'reordered', statements: swap, undo: swap },
    { name: 'cut off', statements: [`delete from audit_event where seq >= ${seq}`] },
  ]
  await admin.query('set session_replication_role = replica')
  await admin.query(`create temporary table kept as select * from audit_event where seq = ${seq}`)
  const problems: string[] = []
  for (const { name, statements, undo = [] } of ways) {
    for (const statement of statements) await admin.query(statement)
    const { out: trail } = await auditCommand(['export'], {
      COUNTERSIGN_URL: gateways[0]?.url ?? '',
      COUNTERSIGN_TOKEN: owner.token,
    })
    const file = join(dir, `trail-${name.replace(' ', '-')}.ndjson`)
    writeFileSync(file, trail)
    const { code, out } = await verify(evidence, file)
    if (code === 0 || Number(/event (\d+)/.exec(out)?.[1]) !== seq)
      problems.push(`I6: event ${seq} was ${name} in the store, and verify said: ${out.trim().slice(0, 300)}`)
    for (const statement of undo) await admin.query(statement)
  }
  return problems
}
