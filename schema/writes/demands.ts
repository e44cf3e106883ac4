import { badInput } from '../errors.ts'
import { expectId } from '../ids.ts'
import type { NoteInput, TicketChangeInput, TimeInput } from '../plan.ts'
import type { InputDemand } from './declaration.ts'

export function connectionOf(ticket: string, argument: string): string {
  return expectId(ticket, 'Ticket', argument).connection
}

/** An omitted member is no field; an explicit null is one. Custom fields count one by one. */
export function changedFields(change: TicketChangeInput): string[] {
  const { customFields, ...plain } = change
  // It could mean nothing, or that all of them are to be cleared: neither is guessed.
  if (customFields?.length === 0)
    throw badInput('customFields', 'at least one custom field, or nothing at all', [])
  const fields = Object.keys(plain).filter((name) => plain[name as keyof typeof plain] !== undefined)
  // One named by its caption gets its id only from the PSA: the plan's own demands judge it.
  const custom = (customFields ?? [])
    .filter(({ field }) => /^\d+$/.test(field))
    .map(({ field }) => `custom:${field}`)
  return [...fields, ...custom]
}

/** Values of enumerations that the input names in words. */
export function changedValues(change: TicketChangeInput): Record<string, string[]> {
  return Object.fromEntries(
    (['status', 'priority', 'type'] as const).flatMap((name) =>
      typeof change[name] === 'string' && !/^\d+$/.test(change[name]) ? [[name, [change[name]]]] : [],
    ),
  )
}

export function ticketUpdate(change: TicketChangeInput): InputDemand {
  return { group: 'Tickets', kind: 'UPDATE', fields: changedFields(change), values: changedValues(change) }
}

/** Which items stand on a ticket is part of it; each is read for its company and its name. */
export const READS_ITEM: InputDemand = { group: 'Configurations', kind: 'READ', fields: ['company', 'name'] }

export function expectItem(item: string, connection: string, argument: string): void {
  if (expectId(item, 'ConfigurationItem', argument).connection !== connection)
    throw badInput(argument, 'a configuration item of the same connection', item)
}

/** What the client can see is a group of its own. */
export function noteCreate({ kind }: Pick<NoteInput, 'kind'>): InputDemand {
  return {
    group: kind === 'INTERNAL' ? 'Ticket Notes' : 'Client-Facing Notes',
    kind: 'CREATE',
    fields: ['text'],
  }
}

export function timeCreate(time: TimeInput): InputDemand {
  const fields = Object.keys(time).filter((name) => time[name as keyof TimeInput] !== undefined)
  return { group: 'Time Entries', kind: 'CREATE', fields: [...fields, 'ticket'] }
}

export function expectSomething(argument: string, given: boolean): void {
  if (!given) throw badInput(argument, 'at least one thing to write', null)
}

/** `reason` and `idempotencyKey` go with every input and are no fields of the record. */
export function withoutCall<T extends object, K extends keyof T & string>(
  input: T,
  ...identity: readonly K[]
): Omit<T, K> {
  const aside = new Set<string>(['reason', 'idempotencyKey', ...identity])
  return Object.fromEntries(Object.entries(input).filter(([name]) => !aside.has(name))) as Omit<T, K>
}

/** Other tickets of the same connection, at least one. */
export function expectOthers(argument: string, ticket: string, others: readonly string[]): void {
  const { connection } = expectId(ticket, 'Ticket', 'input')
  expectSomething(argument, others.length > 0)
  for (const id of others) {
    if (expectId(id, 'Ticket', argument).connection !== connection || id === ticket) {
      throw badInput(argument, 'other tickets of the same connection', id)
    }
  }
}

/** Names of the members that were given: an explicit null is one. */
export function given(input: object, ...identity: readonly string[]): string[] {
  const aside = new Set(identity)
  return Object.entries(input).flatMap(([name, value]) =>
    value === undefined || aside.has(name) ? [] : [name],
  )
}
