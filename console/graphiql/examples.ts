/** Records that the examples name; outside the sandbox nobody knows any, and placeholders stand in their place. */
export interface ExampleRecords {
  readonly connection: string
  readonly ticket: string
  /** Another one of the same company. */
  readonly otherTicket: string
}

export const PLACEHOLDERS: ExampleRecords = {
  connection: '<connection>',
  ticket: '<connection>:Ticket:<id>',
  otherTicket: '<connection>:Ticket:<id of another>',
}

export interface Example {
  readonly title: string
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}

const newest: Example = {
  title: 'The newest tickets',
  query: `query NewestTickets {
  tickets(first: 5) {
    nodes { id number title status { name } company { name } }
    pageInfo { hasNextPage endCursor incomplete { connection } }
  }
}`,
}

const readTicket = ({ ticket }: ExampleRecords): Example => ({
  title: 'Read a ticket',
  query: `query ReadTicket($id: ID!) {
  ticket(id: $id) {
    number title url
    status { name } priority { name } board { name }
    company { name } contact { name email }
    notes(last: 5) { nodes { authorName createdAt kind clientVisible text } }
  }
}`,
  variables: { id: ticket },
})

const rawRequest = ({ connection }: ExampleRecords): Example => ({
  title: 'A raw request to the PSA',
  query: `query RawRequest($connection: String!, $path: String!) {
  psaRequest(connection: $connection, path: $path) { status body removed { group path } }
}`,
  variables: { connection, path: '/service/boards' },
})

const PLAN =
  'changes { field before after } steps { summary method path body } clientMail { verdict } warnings'
const OUTCOME = `__typename
    ... on WriteOutcome { request { id state planHash } }
    ... on DryRunPlan { wouldRequireApproval plan { ${PLAN} } }`

/** What an AI agent does, one job a tab. Writes are planned only, until somebody takes \`dryRun\` away. */
export function agentExamples(records: ExampleRecords): readonly Example[] {
  const { ticket, otherTicket } = records
  return [
    newest,
    readTicket(records),
    {
      title: 'What am I allowed to do?',
      query: `query WhoAmI {
  viewer { kind name workflow connections { slug testMode groups { group level create update merge } } }
}`,
    },
    {
      title: 'Plan a change and send nothing (dry run)',
      query: `mutation PlanAChange($input: UpdateTicketInput!) {
  updateTicket(input: $input, dryRun: true) {
    ${OUTCOME}
  }
}`,
      variables: { input: { id: ticket, status: 'In Progress' } },
    },
    {
      title: 'Ask for a change; where the policy says so, it waits for a person',
      query: `mutation AskForAChange($input: UpdateTicketInput!) {
  updateTicket(input: $input) {
    ${OUTCOME}
  }
}`,
      variables: { input: { id: ticket, status: 'In Progress', reason: 'Work has started.' } },
    },
    {
      title: 'Add a note',
      query: `mutation AddNote($input: AddTicketNoteInput!) {
  addTicketNote(input: $input, dryRun: true) {
    ${OUTCOME}
  }
}`,
      variables: { input: { ticket, kind: 'INTERNAL', text: 'The user confirmed that it works again.' } },
    },
    {
      title: 'Log time',
      query: `mutation LogTime($input: LogTimeInput!) {
  logTime(input: $input, dryRun: true) {
    ${OUTCOME}
  }
}`,
      variables: { input: { ticket, hours: 0.25, internalText: 'Checked the logs.' } },
    },
    {
      title: 'Merge tickets',
      query: `mutation Merge($input: MergeTicketsInput!) {
  mergeTickets(input: $input, dryRun: true) {
    ${OUTCOME}
  }
}`,
      variables: { input: { tickets: [otherTicket], into: ticket } },
    },
    rawRequest(records),
    {
      title: 'Would this be allowed, and what would have to change?',
      query: `query ExplainAccess($operation: ExplainOperationInput!) {
  explainAccess(operation: $operation) {
    text
    decision { verdict code rules }
    remedies { text }
  }
}`,
      variables: {
        operation: { query: `mutation { deleteTicket(input: { id: "${ticket}" }) { __typename } }` },
      },
    },
    {
      title: 'What becomes of my requests, live',
      query: `subscription Live {
  approvalEvents { type at request { id state error { code message } } }
}`,
    },
  ]
}

/** What a person asks; people write by deciding on what AI agents ask for. */
export function personExamples(records: ExampleRecords): readonly Example[] {
  const { ticket } = records
  return [
    newest,
    readTicket(records),
    {
      title: 'What waits for somebody',
      query: `query Inbox {
  approvals {
    nodes { id planHash reason ticket { number title } plan { ${PLAN} } }
  }
}`,
    },
    {
      title: 'Approve exactly the plan that you saw',
      query: `mutation Approve($id: ID!, $planHash: String!) {
  approve(id: $id, planHash: $planHash) { state ticket { number status { name } } error { code message } }
}`,
      variables: { id: 'wr_…', planHash: '…' },
    },
    {
      title: 'What happens to requests, live',
      query: `subscription Live {
  approvalEvents { type at request { id state ticket { number title } } }
}`,
    },
    {
      title: 'What was refused, and why',
      query: `query Refused {
  events(filter: { outcome: [DENY] }) { nodes { at message code rules actor { name } groups fields } }
}`,
    },
    rawRequest(records),
    {
      title: 'What may this workflow do? For policy administrators and auditors',
      query: `query ExplainAccess($workflow: ID!, $operation: ExplainOperationInput!) {
  explainAccess(workflow: $workflow, operation: $operation) {
    text
    decision { verdict code rules }
    remedies { text }
  }
}`,
      variables: {
        workflow: '<workflow>',
        operation: { query: `mutation { deleteTicket(input: { id: "${ticket}" }) { __typename } }` },
      },
    },
  ]
}
