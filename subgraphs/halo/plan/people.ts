import { GatewayError, UnfitRecord } from '../../../schema/errors.ts'
import type { PlanActor, VendorSession } from '../../../schema/source.ts'
import { readJson, readRows } from '../client.ts'
import { nameOf } from '../entities/contact.ts'
import { isGeneralUser, someId } from '../projection.ts'
import { flag, ids, type Query } from '../query.ts'
import { CLIENTS, rowsByIds, USERS } from '../read-by-id.ts'
import { isVendorId } from '../read-tickets.ts'
import { companiesOfSites, nobody } from '../reference.ts'
import { type CompanyBody, company, contact, site, type TicketBody } from '../schema.ts'
import { memberRows } from '../whole-lists.ts'
import { ticketValues } from './ticket-now.ts'

/** A company as a ticket needs it: which site, besides which client (API.md 12.6). */
export interface CompanyNow {
  readonly key: string
  readonly shown: string
  readonly site: number | null
}

export async function companyNow(session: VendorSession, key: string): Promise<CompanyNow> {
  const named = session.mayRead('Companies', 'name')
  const access = {
    group: 'Companies',
    kind: 'READ',
    fields: named ? ['name'] : [],
    reference: !named,
  } as const
  const row = (await rowsByIds(session, CLIENTS, [key], access, true)).get(key)
  if (row instanceof Error) throw row
  const parsed = company.safeParse(row)
  if (!parsed.success) throw new UnfitRecord('company', 'a Company that exists', key)
  const { main_site_id, name } = parsed.data as CompanyBody
  return {
    key,
    shown: named ? (name ?? key) : `Company ${key}`,
    site: someId(main_site_id) ?? (await onlySite(session, key)),
  }
}

/** Where the company does not tell its main site: the only one there is. */
async function onlySite(session: VendorSession, key: string): Promise<number | null> {
  const answer = await readJson(session, {
    path: '/Site',
    query: [ids('client_id', [key]), flag('includeinactive', false)],
    access: { group: 'Sites', kind: 'READ', fields: [], reference: true },
  })
  const rows: unknown = Array.isArray(answer) ? answer : (answer as { sites?: unknown } | undefined)?.sites
  const sites = (Array.isArray(rows) ? rows : []).flatMap((row: unknown) => {
    const parsed = site.safeParse(row)
    return parsed.success && String(parsed.data.client_id) === key ? [parsed.data.id] : []
  })
  return sites.length === 1 ? (sites[0] ?? null) : null
}

export interface ContactNow {
  readonly key: string
  readonly shown: string
  readonly site: number | null
  readonly company: string | null
  readonly email: string | null
}

export async function contactNow(session: VendorSession, key: string): Promise<ContactNow> {
  const named = session.mayRead('Contacts', 'name')
  const access = {
    group: 'Contacts',
    kind: 'READ',
    fields: named ? ['name'] : [],
    reference: !named,
  } as const
  const row = (await rowsByIds(session, USERS, [key], access, true)).get(key)
  if (row instanceof Error) throw row
  const parsed = contact.safeParse(row)
  if (!parsed.success) throw new UnfitRecord('contact', 'a Contact that exists', key)
  const { data } = parsed
  const home = someId(data.client_id) ?? (await companiesOfSites(session)).get(data.site_id ?? 0) ?? null
  return {
    key,
    shown: named ? nameOf(data) : `Contact ${key}`,
    site: someId(data.site_id),
    company: home === null ? null : String(home),
    email: session.mayRead('Contacts', 'email') ? data.emailaddress : null,
  }
}

/**
 * Whom a ticket without a contact belongs to: the general user of its site. The placeholder -1 stands for it in
 * answers; what is written is the site's own row.
 */
export async function generalUser(session: VendorSession, place: number | null): Promise<number> {
  const query: Query = [
    ...(place === null ? [] : [ids('site_id', [String(place)])]),
    ['search', 'General User'],
    flag('includeactive', true),
    flag('includeinactive', false),
  ]
  const access = { group: 'Contacts', kind: 'READ', fields: [], reference: true } as const
  const { rows } =
    place === null
      ? { rows: [] }
      : await readRows(session, { path: USERS.path, query, access }, USERS.envelope)
  const found = rows.flatMap((row) => {
    const parsed = contact.safeParse(row)
    return parsed.success && parsed.data.site_id === place && isGeneralUser(parsed.data.name)
      ? [parsed.data.id]
      : []
  })
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  throw new GatewayError('NOT_SUPPORTED', 'The site of the ticket has no general user to stand for nobody.', {
    argument: 'contact',
  })
}

/** An agent by key, mail address or name. @throws GatewayError NOT_CONFIGURED when nobody is meant by it */
export async function agentId(session: VendorSession, member: string): Promise<number> {
  if (isVendorId(member)) return Number(member)
  const wanted = member.trim().toLowerCase()
  const agents = await session.cached('agents', 600, () =>
    memberRows(session, { group: 'Members', kind: 'READ', fields: [], reference: true }),
  )
  const known = (of: (agent: (typeof agents)[number]) => string | null) =>
    agents.filter((agent) => agent.isdisabled !== true && of(agent)?.toLowerCase() === wanted)
  const mailbox = ({ email }: { readonly email: string | null }) => email?.split('@')[0] ?? null
  const found = [known(({ email }) => email), known(({ name }) => name), known(mailbox)].find(
    (hits) => hits.length > 0,
  )
  const [agent] = found ?? []
  if (agent !== undefined && found?.length === 1) return agent.id
  throw new GatewayError('NOT_CONFIGURED', 'The member that the policy names is no agent of HaloPSA.', {
    missing: 'member',
  })
}

/** The policy says whose time it is, never the agent. */
export async function ownerOf(session: VendorSession, now: TicketBody, actor: PlanActor): Promise<number> {
  if (actor.timeOwner === 'APPROVER') {
    throw new GatewayError(
      'NOT_SUPPORTED',
      'Time goes to the approver by policy, but the bytes that are approved name the member.',
    )
  }
  if (actor.timeOwner !== 'TICKET_OWNER') {
    if (actor.member !== null) return agentId(session, actor.member)
    // Left out, Halo would book it on the application's agent.
    throw new GatewayError(
      'NOT_CONFIGURED',
      'It is not known whose time this is: nobody at the PSA is named.',
      {
        missing: actor.timeOwner === 'MEMBER' ? 'timeOwner.member' : 'onBehalfOf',
      },
    )
  }
  const assignee = ticketValues(session, now).assignee
  if (typeof assignee === 'string' && Number(assignee) !== nobody(session)) return Number(assignee)
  throw new GatewayError(
    'NOT_CONFIGURED',
    'Time goes to the owner of the ticket by policy, and this ticket has none.',
    { missing: 'assignee' },
  )
}

/** Whose name stands under a note: the member of the policy, or the API user. */
export async function authorOf(session: VendorSession, actor: PlanActor): Promise<number | null> {
  return actor.timeOwner === 'TICKET_OWNER' || actor.member === null ? null : agentId(session, actor.member)
}

/** `who_type` 1 is an agent (API.md 11). */
export function asAgent(agent: number | null): Readonly<Record<string, number>> {
  return agent === null ? {} : { who_agentid: agent, who_type: 1 }
}
