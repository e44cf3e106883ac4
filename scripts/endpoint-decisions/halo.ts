import { type VendorDecisions, WRITES } from './decision.ts'

const first = (names: string) => new RegExp(String.raw`^\w+ \/(${names})(\/|$)`, 'i')

export const halo: VendorDecisions = {
  reasons: {
    credentials: 'it holds or makes passwords, tokens, API applications or certificates',
    impersonation: "it returns a token of another agent or user, and so lends that one's rights",
    sql: 'it holds or runs SQL over the whole database',
    report: 'a report is SQL over the whole database',
    script: 'it holds or starts scripts, runbooks or background tasks',
    automation: 'such a rule changes tickets, mails and closes with rights of its own',
    webhook: 'it registers, replays or receives calls from and to outside addresses',
    integration: 'it carries data of any permission group to and from other systems',
    approval: "it records a person's own yes or no, and moves the ticket by it",
    users: 'it makes logins, or changes what a login may do',
    roles: 'it changes what others are allowed to do',
    system: 'it changes or shows the settings of the whole installation',
    import: 'it imports records in bulk',
    bulk: 'it writes many records at once, each of which would need a decision of its own',
    mail: 'it holds, sends or processes mail of any permission group',
    chat: 'it talks to the end user and can make tickets',
    audit: 'nobody writes the audit trail',
    mixed: 'it shows data of records of every permission group at once',
    outsideHost: 'it opens an address outside the PSA',
    unconfirmed: 'what it does with the whole records in its body is not confirmed',
    booking: 'it can make a ticket and mails whoever it invites',
    order: 'it can make tickets and orders',
    beacon: 'it records that a mail was opened, or leads to any address',
    schema: 'it changes the fields of every kind of record',
    path: 'its path cannot be built from typed segments',
  },
  decisions: [
    { rows: /\/TicketApproval\/\{id\}&\{seq\}$/, verdict: { omit: 'path' } },
    { rows: first('ImpersonationRequest'), verdict: { deny: 'impersonation' } },
    {
      rows: first(
        'Application|LicenseInfo|LoginToken|PasswordField|SecurityQuestion|SecurityQuestionValidate|Certificate|LDAPConnection|AdobeCommerceIntegration',
      ),
      verdict: { deny: 'credentials' },
    },
    { rows: first('CustomQuery|DatabaseLookup|SQLImport'), verdict: { deny: 'sql' } },
    { rows: first('FieldInfo'), actions: WRITES, verdict: { deny: 'sql' } },
    { rows: first('Report|ReportData|ReportRepository|DashboardLinks'), verdict: { deny: 'report' } },
    {
      rows: first(
        'PowerShellScript|PowerShellScriptProcessing|PowerShellScriptCriteria|Automation|CustomButton|TaskSchedule',
      ),
      actions: WRITES,
      verdict: { deny: 'script' },
    },
    {
      rows: first(
        'TicketRules|Workflow|Outcome|AISuggestion|Template|Schedule|ScheduleOccurrence|Journey|VirtualAgent|EventRule|Event|IncomingEvent',
      ),
      actions: WRITES,
      verdict: { deny: 'automation' },
    },
    { rows: first('Webhook|WebhookEvent|WebhookRepository|Notify'), verdict: { deny: 'webhook' } },
    {
      rows: first(
        'IntegrationData|IntegrationExport|IntegrationFieldData|IntegrationLookUp|IntegrationRequest|CustomIntegration|CustomIntegrationMethod|SharePoint|Tenable',
      ),
      verdict: { deny: 'integration' },
    },
    { rows: first('SlackDetails/Uninstall'), verdict: { deny: 'integration' } },
    { rows: first('Agent'), actions: ['create', 'update', 'delete'], verdict: { deny: 'users' } },
    { rows: first('Roles|UserRoles'), actions: WRITES, verdict: { deny: 'roles' } },
    { rows: first('ConfigCommit'), actions: WRITES, verdict: { deny: 'system' } },
    { rows: /^POST \/Control\/ClearCache$/i, verdict: { kind: 'UPDATE', why: 'clears a cache' } },
    {
      rows: /^(GET \/Control(\/Teams)?|POST \/Control(\/setup|\/UpdateEnc)?)$/i,
      verdict: { deny: 'system' },
    },
    { rows: first('Instance|Tenant'), verdict: { deny: 'system' } },
    { rows: first('ImportCSV|CSVTemplate'), actions: WRITES, verdict: { deny: 'import' } },
    {
      rows: first(
        'BulkEmail|EmailStore|incomingemail|Outgoing|Outgoingemail|Mail|Notifications|NotificationMessage',
      ),
      verdict: { deny: 'mail' },
    },
    { rows: first('Mailbox'), notes: /bypass/, verdict: { deny: 'mail' } },
    { rows: first('Chat|ChatFlow|ChatMessage'), actions: WRITES, verdict: { deny: 'chat' } },
    { rows: first('Audit'), actions: WRITES, verdict: { deny: 'audit' } },
    { rows: first('Feed|Search|DocumentCreation'), verdict: { deny: 'mixed' } },
    { rows: first('Attachment/GetS3PresignedURL'), verdict: { deny: 'outsideHost' } },
    {
      rows: /^POST \/(Tickets|Projects|Opportunities)\/(View|vote|processchildren)$/i,
      verdict: { deny: 'unconfirmed' },
    },
    { rows: /^GET \/Tickets\/zapier$/i, verdict: { deny: 'mixed' } },
    { rows: /^POST \/Appointment\/Booking$/i, verdict: { deny: 'booking' } },
    { rows: /^POST \/EcommerceOrder$/i, verdict: { deny: 'order' } },
    { rows: /^POST \/Invoice\/updatelines$/i, verdict: { deny: 'bulk' } },
    { rows: first('MO'), verdict: { deny: 'beacon' } },
    { rows: first('Field/AddFieldToAll'), verdict: { deny: 'schema' } },
    { rows: first('GoToResolve/Complete'), verdict: { deny: 'unconfirmed' } },
    { rows: /^POST \/Lookup$/i, verdict: { deny: 'system' } },
    {
      rows: /^GET \/Lookup(\/\{id\})?$/i,
      verdict: { generic: 'lookupid names the area that the values belong to' },
    },
    {
      rows: first('Attachment'),
      verdict: { generic: 'type and unique_id name the record that it hangs on' },
    },
    { rows: first('CRMNote'), verdict: { generic: 'keyed by client, supplier, order, quote or invoice' } },
    { rows: first('CustomTable'), verdict: { generic: 'its rows may link to any kind of record' } },
    { rows: first('ExternalLink'), verdict: { generic: 'a link may hang on any kind of record' } },
    {
      rows: first('Opportunities|Projects'),
      verdict: { generic: 'ids are shared with tickets: the record must be looked up' },
    },
    {
      rows: first('Tickets|Actions|Opportunities|Projects'),
      verdict: { sideEffects: 'control fields and include flags reach other groups (side-effects.tsv)' },
    },
    {
      rows: first('Appointment|Timesheet|TimesheetEvent|Client|Users|Quotation'),
      verdict: { sideEffects: 'members mail, merge or write to tickets (side-effects.tsv)' },
    },
    {
      rows: first('ExternalLink/Generate'),
      actions: ['execute'],
      verdict: { kind: 'CREATE', why: 'makes a link' },
    },
    { rows: /\/ClearCache$/i, actions: ['execute'], verdict: { kind: 'UPDATE', why: 'clears a cache' } },
    {
      rows: first('ApprovalStore|ClientContract/Approval|Quotation/Approval'),
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'approves or rejects' },
    },
    { rows: first('TicketApproval'), actions: ['execute'], verdict: { deny: 'approval' } },
    {
      rows: first('LapSafe/(Cancel|Complete)'),
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'a GET that changes a state' },
    },
    { rows: first('PurchaseOrder/confirmreceipt'), verdict: { kind: 'UPDATE', why: 'books goods in' } },
    { rows: first('RecurringInvoice/process'), verdict: { kind: 'CREATE', why: 'makes invoices' } },
  ],
  never: [
    { path: /^\/impersonat\w*(\/|$)/i, reason: 'impersonation' },
    { path: /^\/(application|logintoken|token|auth\w*)(\/|$)/i, reason: 'credentials' },
    { path: /^\/(customquery|databaselookup|sqlimport)(\/|$)/i, reason: 'sql' },
    { path: /^\/report\w*(\/|$)/i, reason: 'report' },
    { path: /^\/(powershell\w*|automation)(\/|$)/i, reason: 'script' },
    { path: /^\/(webhook\w*|notify)(\/|$)/i, reason: 'webhook' },
    { path: /^\/(custom)?integration\w*(\/|$)/i, reason: 'integration' },
    { path: /^\/agent(\/|$)/i, reason: 'users' },
    { path: /^\/roles(\/|$)/i, reason: 'roles' },
    { path: /^\/(control|instance|tenant)(\/|$)/i, reason: 'system' },
    { path: /^\/importcsv(\/|$)/i, reason: 'import' },
    { path: /^\/bulkemail(\/|$)/i, reason: 'mail' },
  ],
  withheld: [
    {
      names: /^(advanced_search|columns_id|default_columns|includecolumns|list_id|view_id|search_id)$/,
      why: 'stored columns or a free filter can show any field: the request alone does not tell',
    },
    {
      names: /^(debug|dodatabaselookup|token|report_access_token|getcompositetoken|access_token|loadreport)$/,
      why: 'runs lookups or gives out tokens',
    },
  ],
  // An action's number counts per ticket (API.md 12.2): without its ticket a deletion would hit another's.
  furtherQuery: (method, path) =>
    method === 'DELETE' && /^\/Actions\/\{id\}$/i.test(path) ? ['ticket_id'] : [],
  parameters: [],
}
