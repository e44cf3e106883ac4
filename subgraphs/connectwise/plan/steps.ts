import { badInput } from '../../../schema/errors.ts'
import type { ClientReach, NoteInput, PlannedStep, Reconcile } from '../../../schema/plan.ts'
import type { EntityType } from '../../../schema/records.ts'
import type { TargetRef, VendorSession } from '../../../schema/source.ts'
import { list, textOf } from '../../planning/texts.ts'
import { demandsOf } from '../body-fields.ts'
import { acceptHeader } from '../client.ts'
import type { Setting } from './settings.ts'

export interface StepSpec {
  readonly method: PlannedStep['method']
  readonly path: string
  readonly body: unknown
  /** Policy names that the planner put there itself; see `demandsOf`. */
  readonly except: readonly string[]
  readonly target: TargetRef | null
  readonly creates: EntityType | null
  readonly summary: string
  readonly reconcile: Reconcile
  readonly clientReach?: ClientReach
  /** See `demandsOf`. */
  readonly attaches?: boolean
}

/** The bytes are made here, once; access is then read back from them. */
export function step(session: VendorSession, spec: StepSpec): PlannedStep {
  // A deletion has no body.
  const body = spec.body === null ? null : JSON.stringify(spec.body)
  const [access, ...alsoDemands] = demandsOf(spec.method, spec.path, body, {
    except: new Set(spec.except),
    attaches: spec.attaches === true,
  })
  return {
    method: spec.method,
    path: spec.path,
    query: [],
    headers: { accept: acceptHeader(session), 'content-type': 'application/json; charset=utf-8' },
    body,
    access,
    alsoDemands,
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
export function deletionStep(
  session: VendorSession,
  path: string,
  target: TargetRef,
  summary: string,
): PlannedStep {
  return step(session, {
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

/** JSON Patch; a reference is replaced whole, and a bare path is the one spelling every client uses (API.md 5). */
export function patchStep(session: VendorSession, ticket: string, settings: readonly Setting[]): PlannedStep {
  const fields = settings.flatMap((setting) => setting.fields)
  return step(session, {
    method: 'PATCH',
    path: `/service/tickets/${ticket}`,
    body: settings.map(({ member, value }) =>
      value === undefined ? { op: 'remove', path: member } : { op: 'replace', path: member, value },
    ),
    except: settings.flatMap(({ unchanged = [] }) => unchanged),
    target: ticketRef(ticket),
    creates: null,
    summary: `Changes ${list(fields.map(({ field }) => field))} of ticket #${ticket}.`,
    reconcile: {
      by: 'VALUES',
      target: ticketRef(ticket),
      planned: Object.fromEntries(fields.map(({ field, planned }) => [field, planned])),
    },
  })
}

const KIND_WORDS = {
  INTERNAL: 'an internal note',
  DESCRIPTION: 'a note that the client can see',
  RESOLUTION: 'a resolution that the client can see',
  CLIENT_FACING: 'a note that the client can see',
} as const

export function noteStep(
  session: VendorSession,
  ticket: string,
  note: NoteInput,
  member: MemberReference | null,
  /** The plan mails the client by something else, which may quote the note. */
  mayBeQuoted = false,
): PlannedStep {
  const mails = note.mailClient === true
  if (mails && note.kind !== 'CLIENT_FACING')
    throw badInput('mailClient', 'CLIENT_FACING as the kind of a note that is mailed', true)
  const content = {
    text: textOf(note.text, 'text'),
    detailDescriptionFlag: note.kind === 'DESCRIPTION' || note.kind === 'CLIENT_FACING',
    internalAnalysisFlag: note.kind === 'INTERNAL',
    resolutionFlag: note.kind === 'RESOLUTION',
  }
  return step(session, {
    method: 'POST',
    path: `/service/tickets/${ticket}/notes`,
    // Said either way: without it a note has been seen to mail, internal ones too (API.md 8).
    body: { ...content, processNotifications: mails, ...(member === null ? {} : { member }) },
    except: ['author', ...(mails ? [] : ['mailClient'])],
    target: ticketRef(ticket),
    creates: 'Note',
    ...(note.kind === 'INTERNAL'
      ? {}
      : { clientReach: mails ? 'MAILED' : mayBeQuoted ? 'UNKNOWN' : 'PORTAL_ONLY' }),
    summary: `Adds ${KIND_WORDS[note.kind]} to ticket #${ticket}${mails ? ' and mails it' : ''}.`,
    reconcile: { by: 'FINGERPRINT', parent: ticketRef(ticket), content },
  })
}

/** By id where it is known, else by login. */
export type MemberReference = { readonly id: number } | { readonly identifier: string }

export function memberReference(member: string | null): MemberReference | null {
  if (member === null) return null
  return /^\d+$/.test(member) ? { id: Number(member) } : { identifier: member }
}
