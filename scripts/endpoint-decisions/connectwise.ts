import { type VendorDecisions, WRITES } from './decision.ts'

export const connectwise: VendorDecisions = {
  reasons: {
    bulk: 'it writes many records at once, each of which would need a decision of its own',
    import: 'it imports records in bulk',
    copy: 'it makes a record from another one without a list of fields that a policy could judge',
    convert:
      'it makes a record of another permission group without a list of fields that a policy could judge',
    usages: 'it lists records of every permission group under the group of one of them',
    report: 'report views and builders return rows of every permission group',
    script: 'a workflow writes and mails with rights of its own, on records of any permission group',
    users: 'it makes logins, or changes what a login may do',
    roles: 'it changes what others are allowed to do',
    connects: 'it makes the PSA open a connection to somewhere else',
    integration: 'it starts an integration that writes to records of any permission group',
    payment: 'it starts a payment',
    mergeCompany: 'it moves or discards records of many permission groups and cannot be undone',
    file: 'its body is a file, and only JSON can be judged',
  },
  decisions: [
    { rows: /\/bulk$/i, verdict: { deny: 'bulk' } },
    {
      rows: /^POST \/(company\/massMaintenance|system\/marketplaceimport\/import|.*\/import)/i,
      verdict: { deny: 'import' },
    },
    { rows: /./, notes: /mass maintenance import/, verdict: { deny: 'import' } },
    { rows: /\/usages(\/|$)/i, verdict: { deny: 'usages' } },
    { rows: /\/system\/(reports\/|standardreport|customreport)/i, verdict: { deny: 'report' } },
    { rows: /./, notes: /bypass: (custom report|report data)/, verdict: { deny: 'report' } },
    { rows: /^GET \/system\/reports$/i, verdict: { accept: 'names of report views, no rows' } },
    { rows: /./, group: 'Workflows', actions: WRITES, verdict: { deny: 'script' } },
    { rows: / \/system\/members(\/\{id\}|\/)?$/i, actions: WRITES, verdict: { deny: 'users' } },
    { rows: / \/system\/(membertemplates|myAccount)\b/i, actions: WRITES, verdict: { deny: 'users' } },
    {
      rows: / \/(project\/securityRoles|company\/portalSecurity(Levels|Settings)|company\/portalConfigurations\/\{parentId\}\/passwordEmailSetups)\b/i,
      actions: WRITES,
      verdict: { deny: 'roles' },
    },
    { rows: /\/(testConnection|testLink)$/i, verdict: { deny: 'connects' } },
    { rows: /\/testTransaction$/i, verdict: { deny: 'payment' } },
    { rows: /\/(executeManagedItSync)$/i, verdict: { deny: 'integration' } },
    { rows: /\/convertTo\w+$/i, verdict: { deny: 'convert' } },
    {
      rows: /^POST \/(service\/templates|company\/companies\/\{parentId\}\/serviceTemplates)\/\{id\}\/generate$/i,
      verdict: { deny: 'convert' },
    },
    { rows: /^POST \/project\/projects\/\{parentId\}\/applyTemplates?\b/i, verdict: { deny: 'convert' } },
    { rows: /^POST .*\/(copy|createFromProject)(\/\{id\})?$/i, verdict: { deny: 'copy' } },
    { rows: /^POST \/company\/companies\/\{id\}\/merge$/i, verdict: { deny: 'mergeCompany' } },
    { rows: /^POST \/system\/documents(\/\{id\})?$/i, verdict: { deny: 'file' } },
    {
      rows: / \/system\/documents\b/i,
      verdict: { generic: 'recordType and recordId name the record that it hangs on' },
    },
    {
      rows: / \/system\/audittrail/i,
      verdict: { generic: 'type and id name the record whose old and new values it shows' },
    },
    {
      rows: /\/tickets\/\{parentId\}\/allNotes/i,
      verdict: { generic: 'it mixes notes with those of time entries and of child tickets' },
    },
    {
      rows: / \/(service|project)\/tickets\/\{parentId\}\//i,
      notes: /bypass: reached under the ticket path/,
      verdict: { accept: 'the row has the group of what it holds' },
    },
    {
      rows: /\/tickets(\/\{id\})?$/i,
      actions: WRITES,
      verdict: { sideEffects: 'notes, mail, parents and merging by members of the body' },
    },
    {
      rows: /\/tickets\/\{\w+\}\/(notes|convert)\b/i,
      actions: WRITES,
      verdict: { sideEffects: 'visibility and mail by flags of the body' },
    },
    {
      rows: / \/(service|project)\/tickets\/\{parentId\}\/configurations\b/i,
      verdict: { sideEffects: 'needs Configurations as well' },
    },
    {
      rows: / \/time\/entries(\/\{id\})?$/i,
      actions: WRITES,
      verdict: { sideEffects: 'notes and mail by flags of the body' },
    },
    {
      rows: / \/company\/contacts(\/\{id\})?$/i,
      actions: WRITES,
      verdict: { sideEffects: 'portal passwords and levels by members of the body' },
    },

    {
      rows: /./,
      notes: /changes who can log in or call|widens what every credential can do/,
      verdict: { accept: 'its whole group is closed for good' },
    },
    { rows: /./, group: 'Member Security', verdict: { accept: 'its whole group is closed for good' } },
    { rows: /./, group: 'Member Impersonation', verdict: { accept: 'its whole group is closed for good' } },
    { rows: /./, group: 'Callbacks', verdict: { accept: 'its whole group is closed for good' } },
    { rows: /./, group: 'Bundles (generic)', verdict: { accept: 'its whole group is closed for good' } },

    // A count of bundled requests, a password check: what becomes of them does not matter, their groups are closed.
    {
      rows: /./,
      group: 'Bundles (generic)',
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'runs other requests' },
    },
    {
      rows: /./,
      group: 'Contact Portal Security',
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'sends or tries a password' },
    },
    {
      rows: /./,
      group: 'Member Security',
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes a login' },
    },
    {
      rows: /./,
      group: 'Member Impersonation',
      actions: ['execute'],
      verdict: { kind: 'CREATE', why: 'makes a token' },
    },
    {
      rows: /./,
      group: 'Security & Integrations Setup',
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes a login or a mail account' },
    },
    {
      rows: /\/resolveurl$/i,
      actions: ['execute'],
      verdict: { kind: 'READ', why: 'computes an address from a record' },
    },
    {
      rows: /^POST \/finance\/agreements\/\{id\}\/invoice$/i,
      verdict: { group: 'Finance', why: 'it makes an invoice' },
    },
    {
      rows: /^POST \/finance\/agreements\/\{id\}\/invoice$/i,
      verdict: { kind: 'CREATE', why: 'it makes an invoice' },
    },
    {
      rows: /\/(approve|reject|cancelReject|reverse|submit)$/i,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'moves the record through its approval' },
    },
    {
      rows: /\/(export|recalculate|rebatch|unbatch|detach|markAs\/|convert)$/i,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes a state of the record' },
    },
    {
      rows: /\/(link|unlink|clear|reset)$/i,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes or clears what is there' },
    },
  ],
  never: [
    { path: /\/bulk$/i, reason: 'bulk' },
    {
      path: /^\/system\/(bundles|callbacks|members|membertemplates|myaccount|reports|workflows|securityroles|ssoconfigurations|ldapconfigurations|apimembers)\b/i,
      reason: 'users',
    },
  ],
  withheld: [],
  furtherQuery: (method, path) => {
    // The guide keeps the paging of a search in the query, and lets `fields` shape the answer of a write.
    if (/\/tickets\/search$/i.test(path)) return ['fields', 'page', 'pageId', 'pageSize']
    return method === 'GET' || method === 'DELETE' ? [] : ['fields']
  },
  parameters: [
    {
      names: /^(reportName|memberIdentifier|podId|catalogItemIdentifier|notifyResource|ssoid)$/,
      type: 'NAME',
    },
  ],
}
