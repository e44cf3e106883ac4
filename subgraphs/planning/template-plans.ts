import { badInput } from '../../schema/errors.ts'
import type { CreateTicketFromTemplateInput, CreateTicketInput, PlanDraft } from '../../schema/plan.ts'
import type { PlanActor, VendorSession } from '../../schema/source.ts'
import type { recordReader } from './record-now.ts'

const FIELDS = ['title', 'description', 'type', 'priority', 'board', 'company'] as const

interface Planning {
  readonly recordNow: ReturnType<typeof recordReader>
  createTicket(session: VendorSession, input: CreateTicketInput, actor: PlanActor): Promise<PlanDraft>
}

/** The plan of an ordinary new ticket: what it says of itself is all there, wherever it came from. */
export function fromTemplate({ recordNow, createTicket }: Planning) {
  return async (
    session: VendorSession,
    { template, ...given }: CreateTicketFromTemplateInput,
    actor: PlanActor,
  ): Promise<PlanDraft> => {
    const { record } = await recordNow(session, 'TicketTemplate', template, FIELDS, 'template')
    const said = (name: 'title' | 'description') =>
      record.has([name]) ? record.get(name) || undefined : undefined
    const valued = (name: 'type' | 'priority') => (record.has([name]) ? record.get(name)?.key : undefined)
    const led = (name: 'board' | 'company') => (record.has([name]) ? record.get(name)?.id : undefined)
    const filled = {
      title: said('title'),
      description: said('description'),
      type: valued('type'),
      priority: valued('priority'),
      board: led('board'),
      company: led('company'),
      ...given,
    }
    const { title, company, ...rest } = filled
    if (title === undefined) throw badInput('title', 'a title: the template has none', title)
    if (company === undefined) throw badInput('company', 'a company: the template is for any', company)
    const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    return createTicket(session, { connection: session.connection.slug, title, company, ...known }, actor)
  }
}
