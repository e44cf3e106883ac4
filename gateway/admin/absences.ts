import { badInput, GatewayError } from '../../schema/errors.ts'
import { record } from '../audit/record.ts'
import type { GatewayContext } from '../context.ts'
import { holdsRoleEverywhere, type PersonCaller } from '../identity/caller.ts'
import { deleteAbsence, findAbsence, insertAbsence } from '../store/absences.ts'
import { findPerson, rolesOf } from '../store/people.ts'
import type { AbsenceRow } from '../store/tables.ts'

export interface AbsenceInput {
  /** Left out: the caller. */
  readonly person?: string | null
  readonly deputy: string
  readonly from: Date
  readonly until: Date
}

/** What waits for a person who is away waits for the deputy, too. The deputy signs by rights of their own. */
export async function setAbsence(context: GatewayContext, input: AbsenceInput): Promise<AbsenceRow> {
  const { services } = context
  const { db } = services.store
  const caller = expectPerson(context)
  const person = input.person ?? caller.id
  expectOwnOrOwner(caller, person)
  if ((await findPerson(db, person)) === undefined)
    throw badInput('input.person', 'the id of a person', person)
  const deputy = await findPerson(db, input.deputy)
  const signs = (await rolesOf(db, input.deputy)).some(({ role }) => role === 'approver' || role === 'owner')
  if (deputy?.active !== true || !signs || input.deputy === person)
    throw badInput('input.deputy', 'another person, who is an approver', input.deputy)
  if (input.until <= input.from) throw badInput('input.until', 'a time after `from`', input.until)
  return services.store.transaction(async (trx) => {
    const row = await insertAbsence(trx, {
      personId: person,
      deputyId: input.deputy,
      from: input.from,
      until: input.until,
      createdBy: caller.id,
    })
    await record(trx, services, {
      type: 'ABSENCE_SET',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: person },
      payload: { deputy: input.deputy, from: input.from, until: input.until },
    })
    return row
  })
}

export async function endAbsence(context: GatewayContext, id: string): Promise<AbsenceRow> {
  const { services } = context
  const caller = expectPerson(context)
  const found = await findAbsence(services.store.db, id)
  if (found === undefined)
    throw new GatewayError('NOT_FOUND', 'There is no absence with this id.', { id: id.slice(0, 100) })
  expectOwnOrOwner(caller, found.person_id)
  return services.store.transaction(async (trx) => {
    const row = (await deleteAbsence(trx, id)) ?? found
    await record(trx, services, {
      type: 'ABSENCE_ENDED',
      actor: caller,
      operation: context.operation,
      subject: { kind: 'PERSON', id: row.person_id },
      payload: { deputy: row.deputy_id, from: row.from_at, until: row.until_at },
    })
    return row
  })
}

function expectPerson({ caller }: GatewayContext): PersonCaller {
  if (caller.kind === 'PERSON') return caller
  throw new GatewayError('ROLE_REQUIRED', 'Absences are of people.')
}

function expectOwnOrOwner(caller: PersonCaller, person: string): void {
  if (caller.id === person || holdsRoleEverywhere(caller, 'owner')) return
  throw new GatewayError('ROLE_REQUIRED', 'Your own absence, or the role owner for every connection.', {
    roles: ['owner'],
  })
}
