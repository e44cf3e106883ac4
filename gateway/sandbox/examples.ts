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

/** What GraphiQL opens with in the sandbox. */
export function graphiqlConfig(sandbox: Sandbox | undefined): GraphiqlConfig {
  // Asked for in the moment before the sandbox is made.
  if (sandbox === undefined) return { tokens: [], exampleTabs: [] }
  const { agents, technician, administrator, connections } = sandbox
  const slug = connections[0]?.slug ?? 'acme-cw'
  return {
    tokens: [
      { name: 'Helpdesk agent', token: agents.helpdesk },
      { name: 'Read Only agent', token: agents.readOnly },
      { name: 'IT Admin agent', token: agents.itAdmin },
      { name: 'Full Automation agent', token: agents.fullAutomation },
      { name: 'Technician', token: technician },
      { name: 'Administrator', token: administrator },
    ],
    exampleTabs: [
      { title: 'As an agent: the newest tickets', query: FIRST_QUERY },
      {
        title: 'As an agent: what am I allowed to do?',
        query: `query WhoAmI {
  viewer { kind name connections { slug testMode groups { group level create update merge } } }
}`,
      },
      {
        title: 'As the Helpdesk agent: plan a change, send nothing',
        query: `mutation PlanAChange($id: ID!) {
  updateTicket(input: { id: $id, status: "In Progress" }, dryRun: true) {
    ... on DryRunPlan {
      wouldRequireApproval
      plan { changes { field before after } steps { method path body } clientMail { verdict } }
    }
  }
}`,
        variables: JSON.stringify({ id: `${slug}:Ticket:44806` }, null, 2),
      },
      {
        title: 'As the Helpdesk agent: ask for the change',
        query: `mutation AskForAChange($id: ID!) {
  updateTicket(input: { id: $id, status: "In Progress", reason: "Work has started" }) {
    __typename
    ... on WriteOutcome { request { id state planHash } }
  }
}`,
        variables: JSON.stringify({ id: `${slug}:Ticket:44806` }, null, 2),
      },
      {
        title: 'As the Technician: what waits for me',
        query: `query Inbox {
  approvals {
    nodes { id planHash reason ticket { number title } plan { changes { field before after } clientMail { verdict } } }
  }
}`,
      },
      {
        title: 'As the Technician: approve',
        query: `mutation Approve($id: ID!, $planHash: String!) {
  approve(id: $id, planHash: $planHash) { state ticket { number status { name } } error { code message } }
}`,
        variables: JSON.stringify({ id: 'wr_…', planHash: '…' }, null, 2),
      },
      {
        title: 'As the Technician: live',
        query: `subscription Live {
  approvalEvents { type at request { id state ticket { number title } } }
}`,
      },
    ],
  }
}
