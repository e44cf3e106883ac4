import { badInput, GatewayError } from '../../../schema/errors.ts'
import type { NoteInput, PlannedStep, Reconcile } from '../../../schema/plan.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef, VendorAccess, VendorSession } from '../../../schema/source.ts'
import { mayMail } from '../../planning/mail.ts'
import { list, textOf } from '../../planning/texts.ts'
import { demandsOf } from '../body-fields.ts'
import { noteFields } from '../reference.ts'
import { textMail } from './mail.ts'
import { noteType, publishValue } from './note-setup.ts'
import type { Setting } from './settings.ts'

/** The metadata of `Tickets` and `Contacts` gives it 50 characters; it is ours to use (API.md 13). */
export const MAX_EXTERNAL_ID = 50

export interface StepSpec {
  readonly method: PlannedStep['method']
  readonly path: string
  /** null for no body. */
  readonly body: unknown
  /** Policy names that the planner put there itself; see `demandsOf`. */
  readonly except: readonly string[]
  readonly target: TargetRef | null
  readonly creates: EntityType | null
  readonly summary: string
  readonly reconcile: Reconcile
  readonly clientReach?: PlannedStep['clientReach']
  /** What the step is part of, beyond what its bytes say. */
  readonly also?: readonly VendorAccess[]
  /** See `demandsOf`. */
  readonly attaches?: boolean
  /** See `demandsOf`. */
  readonly tasks?: boolean
}

/** The bytes are made here, once; access is then read back from them. */
export function step(spec: StepSpec): PlannedStep {
  const body = spec.body === null ? null : JSON.stringify(spec.body)
  const [access, ...alsoDemands] = demandsOf(spec.method, spec.path, body, {
    except: new Set(spec.except),
    attaches: spec.attaches === true,
    tasks: spec.tasks === true,
  })
  return {
    method: spec.method,
    path: spec.path,
    query: [],
    headers: { accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }) },
    body,
    access,
    alsoDemands: [...alsoDemands, ...(spec.also ?? [])],
    target: spec.target,
    creates: spec.creates,
    ...(spec.clientReach === undefined ? {} : { clientReach: spec.clientReach }),
    summary: spec.summary,
    reconcile: spec.reconcile,
    // Each of these writes stands alone.
    holes: [],
  }
}

/** What is deleted is settled by its being gone. */
export function deletionStep(path: string, target: TargetRef, summary: string): PlannedStep {
  return step({
    method: 'DELETE',
    path,
    body: null,
    except: [],
    target,
    creates: null,
    summary,
    reconcile: { by: 'VALUES', target, planned: {} },
  })
}

export function ticketRef(key: string | number): TargetRef {
  return { type: 'Ticket', key: String(key) }
}

/** PATCH goes to the collection with the id in the body, and changes only what it lists (API.md 6). */
export function patchStep(
  ticket: { readonly key: string; readonly number: string },
  settings: readonly Setting[],
  more: {
    /** What the step is part of, beyond what its bytes say. */
    readonly also?: readonly VendorAccess[]
    /** Whether a rule of the tenant may mail what it publishes. */
    readonly textMayBeMailed?: boolean
  } = {},
): PlannedStep {
  const fields = settings.flatMap((setting) => setting.fields)
  const texts = fields.some(({ field }) => field === 'description' || field === 'resolution')
  return step({
    method: 'PATCH',
    path: '/Tickets',
    body: { id: Number(ticket.key), ...membersOf(settings) },
    except: settings.flatMap(({ except = [] }) => except),
    target: ticketRef(ticket.key),
    creates: null,
    summary: `Changes ${list([...new Set(fields.map(({ field }) => field))])} of ticket ${ticket.number}.`,
    reconcile: {
      by: 'VALUES',
      target: ticketRef(ticket.key),
      planned: Object.fromEntries(fields.map(({ field, planned }) => [field, planned])),
    },
    // In the portal at once; whether a rule mails it is the tenant's to say.
    ...(texts ? { clientReach: more.textMayBeMailed === false ? 'PORTAL_ONLY' : 'UNKNOWN' } : {}),
    also: more.also ?? [],
  })
}

export function membersOf(settings: readonly Setting[]): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...settings.map(({ members }) => members)) as Record<string, unknown>
}

/** API.md 13: a note's title holds 250 characters, its text 32,000. */
const MAX_TITLE = 250
export const MAX_NOTE = 32_000

/** INTERNAL or CLIENT_FACING; the two other kinds are fields of the ticket. */
export async function noteStep(
  session: VendorSession,
  ticket: { readonly key: string; readonly number: string },
  note: NoteInput,
): Promise<PlannedStep> {
  expectNoMail(note)
  const text = textOf(note.text, 'text', MAX_NOTE)
  const fields = await noteFields(session)
  const internal = note.kind === 'INTERNAL'
  const content = {
    description: text,
    publish: publishValue(fields, internal),
    noteType: noteType(session, fields, note.kind),
  }
  return step({
    method: 'POST',
    path: `/Tickets/${ticket.key}/Notes`,
    // Some ticket categories require a title (API.md 13), and nobody is asked for one.
    body: { title: titleOf(text), ...content },
    except: ['title'],
    target: ticketRef(ticket.key),
    creates: 'Note',
    summary: `Adds ${internal ? 'an internal note' : 'a note that the client can see'} to ticket ${ticket.number}.`,
    reconcile: { by: 'FINGERPRINT', parent: ticketRef(ticket.key), content },
    ...(internal ? {} : { clientReach: mayMail([textMail(session)]) ? 'UNKNOWN' : 'PORTAL_ONLY' }),
  })
}

/** "No direct 'send e-mail' flag exists in REST" (API.md 13): what nobody can promise is not planned. */
export function expectNoMail({ kind, mailClient }: NoteInput): void {
  if (mailClient !== true) return
  if (kind !== 'CLIENT_FACING')
    throw badInput('mailClient', 'CLIENT_FACING as the kind of a note that is mailed', true)
  throw new GatewayError(
    'NOT_SUPPORTED',
    'Autotask mails a note by its own notification rules only: leave "mailClient" out; the client reads the note in the portal.',
    { argument: 'mailClient' },
  )
}

function titleOf(text: string): string {
  const line = text.trim().split('\n')[0] ?? ''
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE - 1)}…`
}

/** One line, as names and titles are. */
export function lineOf(value: unknown, argument: string, max: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
  const unfit = typeof value !== 'string' || value.trim() === '' || /[\u0000-\u001f\u007f]/.test(value)
  if (unfit || value.length > max || !value.isWellFormed())
    throw badInput(argument, `one line of 1 to ${max} characters`, value)
  return value
}
