import type { GraphiqlConfig } from '../doors/graphiql.ts'
import type { Sandbox } from './seed.ts'

/** A first query to paste; the README shows its answer. */
export const FIRST_QUERY = `query NewestTickets {
  tickets(first: 5) {
    nodes {
      number
      title
      status { name }
      company { name }
    }
  }
}`

/** What GraphiQL offers in the sandbox. */
export function graphiqlConfig(sandbox: Sandbox | undefined): GraphiqlConfig {
  // Asked for in the moment before the sandbox is made.
  if (sandbox === undefined) return { tokens: [], examples: null }
  const { agents, technician, administrator, connections } = sandbox
  const connection = connections[0]?.slug ?? 'acme-cw'
  return {
    tokens: [
      { name: 'Helpdesk agent', kind: 'AGENT', token: agents.helpdesk },
      { name: 'Read Only agent', kind: 'AGENT', token: agents.readOnly },
      { name: 'IT Admin agent', kind: 'AGENT', token: agents.itAdmin },
      { name: 'Full Automation agent', kind: 'AGENT', token: agents.fullAutomation },
      { name: 'Technician', kind: 'PERSON', token: technician },
      { name: 'Administrator', kind: 'PERSON', token: administrator },
    ],
    // Open ones of one company, on every vendor's simulator.
    examples: {
      connection,
      ticket: `${connection}:Ticket:44623`,
      otherTicket: `${connection}:Ticket:44657`,
    },
  }
}
