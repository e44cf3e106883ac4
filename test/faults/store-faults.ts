import { setTimeout as sleep } from 'node:timers/promises'
import type { Installation } from './installation.ts'

type StoreFault = (installation: Installation, gateway: number) => Promise<void>

async function everyone({ admin }: Installation): Promise<void> {
  await admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign' and usename = $1",
    ['countersign_app'],
  )
}

async function readOnly(installation: Installation, on: boolean): Promise<void> {
  const { rows } = await installation.admin.query<{ name: string }>('select current_database() as name')
  await installation.admin.query(
    `alter database "${rows[0]?.name}" ${on ? 'set default_transaction_read_only = on' : 'reset default_transaction_read_only'}`,
  )
  await everyone(installation)
}

/** Faults that hit every gateway come one after the other, so that each begins and ends as it says. */
let turn: Promise<unknown> = Promise.resolve()
function inTurn(work: () => Promise<void>): Promise<void> {
  const mine = turn.then(work)
  turn = mine.catch(() => {})
  return mine
}

export const storeFaults: Readonly<Record<string, StoreFault>> = {
  'store out of reach': async ({ proxies }, gateway) => {
    proxies[gateway]?.cut(1_200)
    await sleep(1_200)
  },
  'store gone for every gateway': ({ proxies }) =>
    inTurn(async () => {
      for (const proxy of proxies) proxy.cut(1_200)
      await sleep(1_200)
    }),
  'disk full at COMMIT': ({ admin }) =>
    inTurn(async () => {
      await admin.query(`create or replace function harness_full() returns trigger language plpgsql as $$
        begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`)
      await admin.query(`create constraint trigger harness_full after insert on audit_event
        deferrable initially deferred for each row execute function harness_full()`)
      await sleep(1_200)
      await admin.query('drop trigger harness_full on audit_event')
    }),
  'reply to COMMIT lost': async ({ proxies }, gateway) => {
    await Promise.race([proxies[gateway]?.loseNextReply(), sleep(3_000)])
  },
  'connection lost before COMMIT': async ({ proxies }, gateway) => {
    await Promise.race([proxies[gateway]?.loseNextCommit(), sleep(3_000)])
  },
  'store read-only': (installation) =>
    inTurn(async () => {
      await readOnly(installation, true)
      await sleep(1_500)
      await readOnly(installation, false)
    }),
  'audit insert fails': ({ admin }) =>
    inTurn(async () => {
      await admin.query(`create or replace function harness_refuses() returns trigger language plpgsql as $$
        begin raise exception 'no room for an event'; end $$`)
      await admin.query(`create trigger harness_refuses before insert on audit_event for each row
        when (new.type in ('WRITE_INTENT', 'EXECUTION_STARTED')) execute function harness_refuses()`)
      await sleep(1_200)
      await admin.query('drop trigger harness_refuses on audit_event')
    }),
  'LISTEN dropped': async ({ admin }) => {
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign-listen'",
    )
  },
}
