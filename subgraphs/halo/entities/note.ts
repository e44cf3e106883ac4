import type { NoteKind } from '../../../schema/records.ts'
import type { VendorSession } from '../../../schema/source.ts'
import { type EntitySpec, type Extras, plain, reference, someId, time } from '../projection.ts'
import { type ActionBody, action as shape } from '../schema.ts'

/** `who_type` of an agent (API.md 11). */
const AGENT = 1

export const noteSpec: EntitySpec<ActionBody> = {
  type: 'Note',
  group: 'Ticket Notes',
  shape,
  // Action ids count per ticket (API.md 12.2).
  keyOf: actionKey,
  extras: async (session) => ({ resolutions: resolutionOutcomes(session) }),
  fields: {
    kind: plain(kindOf),
    text: plain(({ note }) => note ?? ''),
    clientVisible: plain(({ hiddenfromuser }) => hiddenfromuser !== true),
    createdAt: plain((body) => time(createdAt(body))),
    authorName: {
      people: { member: ['Members'], contact: ['Contacts'], anybody: ['Members', 'Contacts'] },
      value: (body, { wanted }) => (wanted.has(`authorName.${whoseName(body)}`) ? (body.who ?? '') : null),
    },
    author: reference('author', 'Member', agentOf, {
      name: { group: 'Members', value: ({ who }) => who },
    }),
    contact: reference('contact', 'Contact', contactOf),
    ticket: reference('ticket', 'Ticket', ({ ticket_id }, { parent }) => ticket_id ?? parent ?? null, {
      number: { group: 'Tickets', value: ({ ticket_id }, { parent }) => String(ticket_id ?? parent) },
    }),
  },
}

export function actionKey({ id, ticket_id }: ActionBody, { parent }: Extras): string {
  return `${ticket_id ?? parent}.${id}`
}

export function createdAt({ actiondatecreated, datetime }: ActionBody): string | null {
  return time(actiondatecreated) === null ? datetime : actiondatecreated
}

export function agentOf({ who_type, who_agentid, actionby_agent_id }: ActionBody): number | null {
  if (who_type !== null && who_type !== AGENT) return null
  return someId(who_agentid) ?? someId(actionby_agent_id)
}

function contactOf(body: ActionBody): number | null {
  return agentOf(body) === null ? someId(body.actionby_user_id) : null
}

/** Whose name `who` is: that of `author` or of `contact`, or nobody tells. */
function whoseName(body: ActionBody): 'member' | 'contact' | 'anybody' {
  if (agentOf(body) !== null) return 'member'
  return contactOf(body) === null ? 'anybody' : 'contact'
}

/** Outcomes that the tenant closes with, as a person mapped them. */
export function resolutionOutcomes(session: VendorSession): ReadonlySet<number> {
  const mapped = Object.values(session.connection.mapping.outcomes ?? {})
  return new Set(mapped.flatMap(({ RESOLUTION }) => (RESOLUTION === undefined ? [] : [Number(RESOLUTION)])))
}

const CLOSING = /resol|clos(e|ed|ing|ure)\b|complet/i

/**
 * Visibility is the one flag there is. The opening text is the first action, and a resolution is told by the
 * outcome it was written with (API.md, "Ticket notes"): the one that is mapped for writing, and every other that
 * closes by its name, since tickets are closed by hand in more ways than one.
 */
export function kindOf(body: ActionBody, { resolutions }: Pick<Extras, 'resolutions'>): NoteKind {
  if (body.hiddenfromuser === true) return 'INTERNAL'
  if (resolutions?.has(body.outcome_id ?? -1) === true || CLOSING.test(body.outcome ?? ''))
    return 'RESOLUTION'
  return body.id === 1 ? 'DESCRIPTION' : 'CLIENT_FACING'
}
