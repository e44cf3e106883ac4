import type { AccessKind, UnifiedGroup } from '../groups.ts'
import type { WriteInputs, WriteName } from '../plan.ts'

/** What a write asks for by its input alone, before anything is read. */
export interface InputDemand {
  readonly group: UnifiedGroup
  readonly kind: AccessKind
  readonly fields: readonly string[]
  readonly values?: Readonly<Record<string, readonly string[]>>
}

/** A declaration says each thing, or says why it has none. */
export type Stated<T> = T | { readonly none: string }

export type WriteResult =
  | 'Ticket'
  | 'Contact'
  | 'Company'
  | 'Site'
  | 'ConfigurationItem'
  | 'TimeEntry'
  | 'TicketLineItem'
  | 'TicketTask'
  | 'Attachment'
  | 'ScheduleEntry'

/** A write, declared once: the mutation field, the policy's demands and the executor's rules all come from here. */
export interface WriteDeclaration<W extends WriteName = WriteName> {
  readonly name: W
  /** For agents, in one or two sentences. */
  readonly description: string
  /** What the answer shows after the write. */
  readonly result: WriteResult
  /** The group and kind of its main step; a plan may demand more. */
  readonly group: UnifiedGroup
  readonly kind: AccessKind
  /** Slug of the connection that the input names, by an id or plainly. @throws GatewayError BAD_USER_INPUT */
  connection(input: WriteInputs[W]): string
  demands(input: WriteInputs[W]): readonly InputDemand[]
  /** What may happen beside the write itself, in words. */
  readonly sideEffects: Stated<readonly string[]>
  /** Fields that must not have changed since the plan. */
  readonly baseline: Stated<readonly string[]>
  /** How the new record is told from others when the answer is lost. */
  readonly correlation: Stated<{ readonly field: string } | { readonly fingerprint: readonly string[] }>
  readonly reconcile: Stated<'VALUES' | 'CORRELATION' | 'FINGERPRINT'>
}
