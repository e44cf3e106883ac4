import { type VendorDecisions, WRITES } from './decision.ts'

export const autotask: VendorDecisions = {
  base: '/V1.0',
  reasons: {
    webhook: 'a webhook sends fields of records to an outside address',
    payload: 'its rows carry field values of records of any permission group',
    credentials: 'it gives out or sets a password, a token or what a login may do',
    probe: 'it tells whether a login name exists',
    outside: 'it is not part of the REST API that the connection is for',
    schema: 'it changes the fields of every kind of record',
    users: 'it changes what a member of staff may do',
    evidence: 'it removes the evidence of failed callouts',
    approval: "it records or removes a person's own yes or no to a change, and the body names the person",
  },
  decisions: [
    { rows: /^\* /, verdict: { deny: 'outside' } },
    { rows: / \/VersionInformation$/, verdict: { deny: 'outside' } },
    { rows: / \/V1\.0\/Authenticate$/, verdict: { deny: 'credentials' } },
    { rows: / \/V1\.0\/ZoneInformation$/, verdict: { deny: 'probe' } },
    { rows: /./, notes: /bypass: registers a callout/, verdict: { deny: 'webhook' } },
    { rows: /^DELETE .*\/WebhookEventErrorLogs\b/, verdict: { deny: 'evidence' } },
    { rows: / \/V1\.0\/\w*Webhooks?\b/, actions: WRITES, verdict: { deny: 'webhook' } },
    { rows: /./, notes: /payload field carries field values/, verdict: { deny: 'payload' } },
    { rows: /./, notes: /bypass: sets portal userName\/password/, verdict: { deny: 'credentials' } },
    { rows: /./, notes: /bypass: gives a co-managed resource sight/, verdict: { deny: 'users' } },
    { rows: /./, notes: /bypass: changes the schema of every entity/, verdict: { deny: 'schema' } },
    { rows: /^(PUT|PATCH) \/V1\.0\/Resources$/, verdict: { deny: 'users' } },
    {
      rows: /^\w+ \/V1\.0\/(Resources\/\{parentId\}\/(RoleDepartments|RoleQueues|ServiceDeskRoles)|Resource(RoleDepartments|RoleQueues|ServiceDeskRoles))\b/,
      actions: WRITES,
      verdict: { deny: 'users' },
    },
    { rows: /\/ChangeRequestApprovals\b/, actions: WRITES, verdict: { deny: 'approval' } },
    {
      rows: /./,
      notes: /bypass: attachment rows of every parent type/,
      verdict: { generic: 'the filter names the kind of record that they hang on' },
    },
    {
      rows: /./,
      group: 'Audit Trail',
      notes: /bypass: /,
      verdict: { generic: 'it shows titles and old and new values of records of other groups' },
    },
    {
      rows: /./,
      notes: /bypass: (rendered document|invoice rows|billable view)/,
      verdict: {
        accept: 'an invoice is made of time, charges and contract texts: whoever reads Finance reads them',
      },
    },
    {
      rows: /./,
      notes: /bypass: company\/contact\/ticket ids with ratings/,
      verdict: { accept: 'an id belongs to the record that holds it' },
    },
    {
      rows: /./,
      notes: /bypass: (names of UDFs|lists capabilities)/,
      verdict: { accept: 'names of fields, no values' },
    },
    {
      rows: /./,
      notes: /bypass: changes list values used by other entities/,
      verdict: { accept: 'setup of fields, in the group System' },
    },
    {
      rows: / \/V1\.0\/Tickets$/,
      actions: WRITES,
      verdict: { sideEffects: 'problemTicketId bundles, description and resolution are read by the client' },
    },
    {
      rows: / \/V1\.0\/(Tickets\/\{parentId\}\/Notes|TicketNotes)$/,
      actions: WRITES,
      verdict: { sideEffects: 'publish shows a note to the client' },
    },
    {
      rows: / \/V1\.0\/(TimeEntries|Companies\/\{parentId\}\/Contacts|Contacts)$/,
      actions: WRITES,
      verdict: { sideEffects: 'members of the body mail people or post texts' },
    },
    {
      rows: /\/TimeOffRequests\/\{parentId\}\/(Approve|Reject)$/,
      verdict: { kind: 'UPDATE', why: 'a GET that approves: the verb proves nothing' },
    },
    {
      rows: /\/BillingItemApprovalLevels$/,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'approves items for posting' },
    },
    {
      rows: /\/(Contract)?Service(Bundle)?Adjustments$/,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes billed units' },
    },
    {
      rows: /\/(StockedItems(Add|Remove|Transfer)|InventoryTransfers|Receiving)$/,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'moves stock' },
    },
  ],
  never: [
    { path: /webhook/i, reason: 'webhook' },
    { path: /^\/(authenticate|clientportalusers?)\b/i, reason: 'credentials' },
    { path: /^\/zoneinformation\b/i, reason: 'probe' },
    { path: /^\/(atservices|v\d)/i, reason: 'outside' },
  ],
  withheld: [{ names: /^user$/, why: 'probes login names' }],
  // Continuations repeat the search of the first page (API.md 4).
  furtherQuery: (method, path) =>
    path.endsWith('/query/next') ? (method === 'GET' ? ['paging', 'search'] : ['paging']) : [],
  parameters: [{ names: /^(id|parentId|contactId|resourceId|year)$/, type: 'INTEGER' }],
}
