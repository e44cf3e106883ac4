import { type VendorDecisions, WRITES } from './decision.ts'

const table = (names: string) => new RegExp(String.raw`\/api\/now\/(table|stats)\/(${names})(\/\{id\})?$`)

export const servicenow: VendorDecisions = {
  tableModel: '/api/now/table/alm_asset',
  reasons: {
    batch: 'one such request carries many others, of any permission group',
    graphql: "the platform's GraphQL reads and writes any table",
    platform:
      'the table holds configuration, code or identities: a write changes what every other call may do',
    credentials: 'it holds or makes passwords, tokens, sessions or keys',
    code: 'it holds code of the platform, or the values of whatever runs',
    impersonation: "it opens a session of another user, and so lends that one's rights",
    approval: "it records a person's own yes or no, and a column names the person",
    users: 'it makes logins, or changes what a login may do',
    roles: 'it shows or changes who holds which role: membership in a group grants roles',
    script: 'it runs code, installs an application or changes the platform itself',
    import: 'it imports records through rules of its own into any table',
    bulk: 'it writes many records at once, each of which would need a decision of its own',
    mail: 'it mails any address',
    report: 'its aggregates and breakdowns read any table',
    anyTable: 'it reads or writes records of any table',
    polymorphic: 'the table holds records of every permission group',
    hidden: 'it stores a query that a later request would replay unseen',
    file: 'its body or answer is a file, and only JSON can be judged',
    webhook: 'it receives calls that outside systems send',
    outside: 'it is not part of the REST API that the connection is for',
    placeholder: "the documents' placeholder: tables and scripted endpoints are catalogued by name",
  },
  decisions: [
    { rows: /\/api\/now\/(table|stats)\/\{tableName\}/, verdict: { omit: 'placeholder' } },
    { rows: / \/api\/\{namespace\}\/\{api_id\}\/\{resource\}$/, verdict: { omit: 'placeholder' } },
    { rows: /\.do$/, verdict: { omit: 'outside' } },
    { rows: / \/api\/now\/batch$/, verdict: { deny: 'batch' } },
    { rows: / \/api\/now\/graphql$/, verdict: { deny: 'graphql' } },
    { rows: / \/api\/now\/ui\/impersonate\//, verdict: { deny: 'impersonation' } },
    {
      rows: table(
        'discovery_credentials|oauth_credential|oauth_entity|sys_auth_profile|sys_auth_profile_basic|sys_user_token|sys_user_session|sys_certificate|ldap_server_config|sys_alias|sys_rest_message|sys_rest_message_fn|sys_data_source|sys_properties|ecc_queue',
      ),
      verdict: { deny: 'credentials' },
    },
    {
      rows: table(
        'sys_script\\w*|sys_processor|sys_ui_action|sys_update_xml|sys_update_set|sysauto_script|sysevent\\w*|sys_trigger|sys_variable_value|sys_web_service|sys_ws_\\w+|sys_flow_context|sys_hub_flow|wf_\\w+|sys_transform_map|sys_import_set\\w*',
      ),
      verdict: { deny: 'code' },
    },
    {
      rows: table('sys_user_has_role|sys_user_role|sys_security_acl|sys_security_acl_role|sys_user_delegate'),
      verdict: { deny: 'roles' },
    },
    { rows: / \/api\/global\/user_role_inheritance/, verdict: { deny: 'roles' } },
    { rows: table('task|sys_metadata'), verdict: { deny: 'polymorphic' } },
    { rows: table('sys_user_grmember|sys_user_group'), actions: WRITES, verdict: { deny: 'roles' } },
    { rows: table('sys_user'), actions: WRITES, verdict: { deny: 'users' } },
    { rows: table('sys_journal_field'), actions: WRITES, verdict: { deny: 'platform' } },
    { rows: table('sys_email'), actions: WRITES, verdict: { deny: 'mail' } },
    { rows: table('sysapproval_approver'), actions: WRITES, verdict: { deny: 'approval' } },
    { rows: / \/api\/sn_chg_rest\/change\/\{sys_id\}\/approvals$/, verdict: { deny: 'approval' } },
    { rows: table('sys_attachment_doc'), verdict: { deny: 'file' } },
    {
      rows: /\/api\/now\/table\//,
      notes: /configuration, code or identity table/,
      verdict: { deny: 'platform' },
    },
    {
      rows: table('(sys_audit|sys_history|sys_activity)\\w*'),
      actions: WRITES,
      verdict: { deny: 'platform' },
    },
    {
      rows: table('sys_user'),
      verdict: { generic: 'contacts, technicians and logins are rows of one table' },
    },
    {
      rows: table('sys_journal_field'),
      verdict: { generic: 'every journal of every table: name, element and element_id decide' },
    },
    { rows: table('sys_email'), verdict: { generic: 'mail about records of every table' } },
    { rows: table('incident_sla'), verdict: { generic: 'columns of incidents beside those of SLAs' } },
    {
      rows: table('sys_attachment'),
      verdict: { generic: 'table_name names the record that a file hangs on' },
    },
    {
      rows: table('(sys_audit|sys_history|sys_activity)\\w*'),
      verdict: { generic: 'old and new values of records of any table' },
    },
    {
      rows: table(
        'sysapproval_approver|task_rel_task|task_ci|task_sla|metric_instance|sys_report|pa_dashboards',
      ),
      verdict: { generic: 'it hangs on a record of any table' },
    },
    { rows: / \/api\/now\/scim\/(Users|Groups)\b/, actions: WRITES, verdict: { deny: 'users' } },
    { rows: /\/(test_user|cancel_test_user|select_cloud_user)$/, verdict: { deny: 'users' } },
    { rows: / \/api\/sn_cicd\//, actions: WRITES, verdict: { deny: 'script' } },
    {
      rows: / \/api\/agents\/(check_defs|check_instances)\/\{\w+\}\/(run|test)$/,
      verdict: { deny: 'script' },
    },
    { rows: / \/api\/agents\/exec\//, verdict: { deny: 'script' } },
    { rows: / \/api\/agents\/.*secure_params?\b/, verdict: { deny: 'credentials' } },
    { rows: / \/api\/now\/(import\/|identifyreconcile|cmdb\/ingest)/, verdict: { deny: 'import' } },
    { rows: /\/import_multiple\//, verdict: { deny: 'import' } },
    { rows: /(bulk_create|insertMultiple)\b/, actions: WRITES, verdict: { deny: 'bulk' } },
    { rows: / \/api\/now\/email$/, actions: WRITES, verdict: { deny: 'mail' } },
    { rows: / \/api\/now\/js\/debugpoints\b/, verdict: { deny: 'code' } },
    { rows: / \/api\/now\/pa\/scorecards$/, verdict: { deny: 'report' } },
    { rows: / \/api\/now\/tinyurl$/, verdict: { deny: 'hidden' } },
    { rows: /\/field_values\/\{field_name\}$/, verdict: { deny: 'anyTable' } },
    { rows: /\/submit_producer$/, verdict: { deny: 'anyTable' } },
    { rows: / \/api\/now\/awa\/documents\//, verdict: { deny: 'anyTable' } },
    { rows: / \/api\/now\/attachment\/(file|upload)$/, verdict: { deny: 'file' } },
    { rows: / \/api\/now\/attachment\b/, verdict: { generic: 'it hangs on a record of any table' } },
    { rows: / \/api\/now\/cmdb\/instance\b/, verdict: { generic: 'className must be a class of the CMDB' } },
    {
      rows: / \/api\/now\/actsub\/activities/,
      verdict: { generic: 'context names the record whose activity it shows' },
    },
    { rows: / \/api\/sn_wsd_wc\/workplace_connector_webhook\//, verdict: { deny: 'webhook' } },
    {
      rows: table(
        'incident|incident_task|problem|problem_task|sc_req_item|sc_request|sc_task|sn_customerservice_case|sn_customerservice_task|universal_request|interaction|change_request|change_task',
      ),
      actions: WRITES,
      verdict: { sideEffects: 'journals, parents and duplicates by columns of the body' },
    },
    {
      rows: / \/api\/sn_customerservice\/case\b/,
      actions: WRITES,
      verdict: { sideEffects: 'journals, parents and duplicates by columns of the body' },
    },
    {
      rows: table('customer_contact|csm_consumer'),
      actions: WRITES,
      verdict: { sideEffects: 'user_password, locked_out and other columns of a login' },
    },
    {
      rows: / \/api\/sn_sc\/servicecatalog\/(cart\/(checkout|submit_order)|items\/\{sys_id\}\/order_now)$/,
      verdict: { sideEffects: 'it makes requests, items and tasks, and runs flows' },
    },
    {
      rows: / \/api\/sn_sc\/servicecatalog\/(cart\/(checkout|submit_order)|items\/\{sys_id\}\/order_now)$/,
      verdict: { kind: 'CREATE', why: 'makes a request' },
    },
    {
      rows: / \/api\/now\/cmp_catalog_api\/submit(op)?request$/,
      verdict: { kind: 'CREATE', why: 'makes a request' },
    },
    {
      rows: / \/api\/agents\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'a GET that starts, stops or publishes' },
    },
    {
      rows: / \/api\/sn_(cdm|dpr)\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes the state of a release or a configuration' },
    },
    {
      rows: / \/api\/sn_chg_rest\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'schedules, approves or recomputes a change' },
    },
    {
      rows: / \/api\/now\/(awa|cs|openframe|push)\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'accepts, ends or routes a conversation' },
    },
    {
      rows: / \/api\/(now\/cmdb|now\/sam_software\w*|sn_install_base|sn_service_graph)\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'changes configuration items' },
    },
    {
      rows: / \/api\/(now\/data_classification|now\/sn_atf_tg|sn_va_as_service)\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'clears, cancels or posts' },
    },
    {
      rows: / \/api\/sn_(ind_\w+|tmf_api)\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'clears an alarm or cancels or answers an order' },
    },
    {
      rows: / \/api\/sn_wsd_rsv\//,
      actions: ['execute'],
      verdict: { kind: 'UPDATE', why: 'cancels or submits a reservation' },
    },
  ],
  never: [
    { path: /^\/api\/now\/(v\d+\/)?batch\b/i, reason: 'batch' },
    { path: /^\/api\/now\/(v\d+\/)?graphql\b/i, reason: 'graphql' },
    { path: /^\/api\/now\/(v\d+\/)?ui\/impersonate\b/i, reason: 'impersonation' },
    { path: /^\/api\/now\/(v\d+\/)?(import|identifyreconcile)\b/i, reason: 'import' },
    { path: /^\/api\/now\/(v\d+\/)?(email|tinyurl|scim|js)\b/i, reason: 'platform' },
    // Whatever begins so is the platform's own, also what a plugin brings that the documents do not name.
    {
      path: /^\/api\/now\/(v\d+\/)?(table|stats|attachment|import)\/(sys_|sysauto|sysevent|syslog|sysrule|oauth_|ldap_|ecc_|wf_|discovery_credential|v_|task$|task\/)/i,
      reason: 'platform',
    },
    {
      path: /^\/api\/now\/(v\d+\/)?(table|stats)\/\w*(credential|password|secret|token)\w*/i,
      reason: 'credentials',
    },
    { path: /^\/api\/sn_cicd\b/i, reason: 'script' },
    { path: /^\/(?!api\/)|\.do$/i, reason: 'outside' },
  ],
  withheld: [
    { names: /^sysparm_tiny$/, why: 'replays a stored query unseen' },
    { names: /^sysparm_query_no_domain$/, why: 'reads across domains' },
    { names: /^sysparm_query_category$/, why: 'what it makes of a query is not documented' },
    {
      names: /^sysparm_input_display_value$/,
      why: 'makes a value mean something else than the policy judged',
    },
    { names: /^sysparm_view$/, why: 'lets a form decide which columns come' },
    { names: /^sysparm_suppress_auto_sys_field$/, why: "forges the platform's own columns" },
    { names: /^update_view$/, why: 'a read that counts a view' },
    { names: /valuepairs$/, why: "the documents' placeholder for values of columns in the query" },
  ],
  // The reference names these in its text only (API.md 10).
  furtherQuery: (method, path) =>
    method === 'GET' && path.startsWith('/api/now/stats/')
      ? ['avg', 'min', 'max', 'sum'].map((measure) => `sysparm_${measure}_fields`)
      : [],
  parameters: [
    {
      names: /^(tableName|table|target_table|document_table|schema_table_name|stagingTableName|className)$/,
      type: 'TABLE',
    },
    {
      names: /(^|_)(sys_id|SysId)$|^(sysId|sys_id)$|SysId$|^standard_change_template_id$|^documentId$/,
      type: 'HEX32',
    },
    {
      names: /^id$/,
      type: 'HEX32',
      path: /^\/api\/(now\/(table|contact|account|consumer|attachment)|sn_customerservice)\//,
    },
    { names: /./, type: 'NAME' },
  ],
}
